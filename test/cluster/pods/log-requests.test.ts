import assert from 'node:assert/strict';
import { once } from 'node:events';
import type { IncomingMessage } from 'node:http';
import { get } from 'node:https';
import { after, afterEach, before, describe, it } from 'node:test';
import { ask, until } from '../client.ts';
import { type MiniCluster, startCluster } from '../miniature.ts';
import { USERS } from '../seeds/roles.ts';
import { seedOf } from '../seeds/seeded.ts';

const NAMESPACE = 'openshift-image-registry';
const JOBS = `/apis/batch/v1/namespaces/${NAMESPACE}/jobs`;

describe('the log of a pod', () => {
  let cluster: MiniCluster;
  /** What the test's program says next: a text, or its exit status. */
  let say: (text: string | number) => void = () => assert.fail('nothing runs');
  before(async () => {
    cluster = await startCluster({ seed: seedOf({ projects: [], orphans: [] }) });
    cluster.programs.set('talk', {
      run: ({ stdout, signal }) =>
        new Promise((resolve) => {
          say = (text) => (typeof text === 'number' ? resolve(text) : stdout(text));
          signal.addEventListener('abort', () => resolve(143));
        }),
    });
  });
  after(() => cluster.close());
  afterEach(() => ask(cluster, 'DELETE', JOBS));

  /** Starts a job and resolves when its container runs. @returns the path of its log */
  const start = async (restartPolicy = 'Never', names = ['talk']): Promise<string> => {
    const containers = names.map((name) => ({ name, image: 'quay.io/tools/talk:1', command: ['talk'] }));
    const body = {
      metadata: { name: 'talk' },
      spec: { template: { spec: { restartPolicy, serviceAccountName: 'pruner', containers } } },
    };
    await ask(cluster, 'POST', JOBS, { body });
    const [pod] = await until(
      () => cluster.jobs.podsOf(NAMESPACE, 'talk'),
      ([one]) => JSON.stringify(one?.status ?? '').includes('"running"'),
    );
    return `/api/v1/namespaces/${NAMESPACE}/pods/${pod?.metadata.name}/log`;
  };
  const open = async (path: string): Promise<IncomingMessage> => {
    const headers = { authorization: `Bearer ${USERS.admin.token}` };
    const [response] = await once(
      get(`${cluster.url}${path}`, { ca: cluster.ca, agent: false, headers }),
      'response',
    );
    return response as IncomingMessage;
  };

  it('is read as far as it goes, or a part of it', async () => {
    const path = await start();
    say('one\ntwo\nthr');
    say('ee\nhalf a line');
    const text = async (query = '') => (await ask(cluster, 'GET', `${path}${query}`)).text;
    assert.equal(await text(), 'one\ntwo\nthree\n');
    assert.equal(await text('?tailLines=2'), 'two\nthree\n');
    assert.equal(await text('?tailLines=0'), '');
    assert.equal(await text('?limitBytes=5'), 'one\nt');
    assert.match(await text('?timestamps=true&container=talk'), /^\d{4}-\d\d-\d\dT[\d:.]+Z one\n/);
    assert.equal(await text('?sinceSeconds=3600'), 'one\ntwo\nthree\n');
    say(0);
    await cluster.jobs.finished(NAMESPACE, 'talk');
    assert.equal(await text(), 'one\ntwo\nthree\nhalf a line\n');
    assert.equal(await text('?follow=true&tailLines=1'), 'half a line\n', 'it has ended');
  });

  it('comes as it is written, until the container ends', async () => {
    const path = await start();
    say('before\n');
    const response = await open(`${path}?follow=true`);
    assert.equal(response.headers['transfer-encoding'], 'chunked');
    const seen = () => once(response.setEncoding('utf8'), 'data');
    assert.deepEqual(await seen(), ['before\n']);
    say('while\n');
    assert.deepEqual(await seen(), ['while\n']);
    const end = once(response, 'end');
    response.resume();
    say(1);
    await end;
  });

  it('ends where the pod goes', async () => {
    const response = await open(`${await start()}?follow=true`);
    const end = once(response.resume(), 'end');
    await ask(cluster, 'DELETE', `${JOBS}/talk`);
    await end;
  });

  it('of the run before is there where a container has been restarted', async () => {
    const path = await start('OnFailure');
    const missing = await ask(cluster, 'GET', `${path}?previous=true`);
    assert.equal(missing.code, 400);
    assert.match(missing.json.message, /^previous terminated container "talk" in pod "talk-\w+" not found$/);
    say('first\n');
    say(1);
    const again = await until(
      async () => await ask(cluster, 'GET', `${path}?previous=true`),
      ({ code }) => code === 200,
    );
    assert.equal(again.text, 'first\n');
    assert.equal((await ask(cluster, 'GET', path)).text, '');
  });

  it('is refused before there is one, without the container’s name where there are several, and without the right', async () => {
    cluster.seed([
      {
        kind: 'Pod',
        apiVersion: 'v1',
        metadata: { name: 'waiting', namespace: NAMESPACE },
        spec: { containers: [{ name: 'main', image: 'a/b:1' }] },
        status: { phase: 'Pending' },
      },
    ]);
    const waiting = await ask(cluster, 'GET', `/api/v1/namespaces/${NAMESPACE}/pods/waiting/log`);
    assert.equal(waiting.code, 400);
    assert.equal(
      waiting.json.message,
      'container "main" in pod "waiting" is waiting to start: ContainerCreating',
    );
    const path = await start('Never', ['talk', 'listen']);
    assert.match(
      (await ask(cluster, 'GET', path)).json.message,
      /^a container name must be specified for pod talk-\w+, choose one of: \[talk listen\]$/,
    );
    assert.match(
      (await ask(cluster, 'GET', `${path}?container=x`)).json.message,
      /^container x is not valid for pod talk-\w+$/,
    );
    const refused = await ask(cluster, 'GET', path, { as: 'pruner' });
    assert.equal(refused.code, 403);
    assert.match(
      refused.json.message,
      /^pods "talk-\w+" is forbidden: User "pruner" cannot get resource "pods\/log" in API group "" in the namespace "openshift-image-registry"$/,
    );
    assert.equal((await ask(cluster, 'GET', path.replace('/log', 'x/log'))).code, 404);
  });
});
