import assert from 'node:assert/strict';
import { after, afterEach, before, describe, it } from 'node:test';
import { ask } from './client.ts';
import type { FaultAction } from './faults.ts';
import { type MiniCluster, startCluster } from './miniature.ts';
import { seedOf } from './seeds/seeded.ts';
import { threeTeams } from './seeds/three-teams.ts';

const IMAGES = '/apis/image.openshift.io/v1/images';

describe('faults', () => {
  let cluster: MiniCluster;
  before(async () => {
    cluster = await startCluster({ seed: seedOf(threeTeams) });
  });
  afterEach(() => cluster.faults.clear());
  after(() => cluster.close());

  const gzip = { headers: { 'accept-encoding': 'gzip' } };
  const arm = (action: FaultAction, count = 1) => cluster.faults.add({ path: /\/images/, action, count });

  it('answer with an error, as often as they should', async () => {
    const fault = cluster.faults.add({
      method: 'GET',
      path: /\/images/,
      action: { kind: 'status', code: 429, retryAfter: 3 },
      skip: 1,
      count: 2,
    });
    const codes = [];
    for (let turn = 0; turn < 4; turn += 1) codes.push((await ask(cluster, 'GET', IMAGES)).code);
    assert.deepEqual(codes, [200, 429, 429, 200]);
    assert.equal(fault.hits, 2);
    arm({ kind: 'status', code: 429, retryAfter: 3 });
    const reply = await ask(cluster, 'GET', IMAGES);
    assert.equal(reply.headers['retry-after'], '3');
    assert.equal(reply.json.reason, 'TooManyRequests');
    arm({ kind: 'status', code: 503 });
    assert.equal((await ask(cluster, 'GET', IMAGES)).json.reason, 'ServiceUnavailable');
  });

  it('break the connection before, or in the middle of, the body', async () => {
    for (const kind of ['reset', 'resetMidBody', 'cutBody'] as const) {
      const fault = arm({ kind });
      await assert.rejects(ask(cluster, 'GET', IMAGES, gzip), kind);
      assert.equal(fault.hits, 1, kind);
      assert.equal((await ask(cluster, 'GET', IMAGES, gzip)).code, 200);
    }
  });

  it('end a compressed body early without breaking the protocol', async () => {
    arm({ kind: 'cutChunked' });
    await assert.rejects(ask(cluster, 'GET', IMAGES, gzip), /unexpected end of file/);
  });

  it('forbid a resource and refuse an update', async () => {
    arm({ kind: 'forbidden' });
    const denied = await ask(cluster, 'GET', IMAGES, { as: 'pruner' });
    assert.match(
      denied.json.message,
      /^images\.image\.openshift\.io is forbidden: User "pruner" cannot list /,
    );
    const path = '/apis/image.openshift.io/v1/namespaces/shop/imagestreams/search';
    const stream = (await ask(cluster, 'GET', path)).json;
    cluster.faults.add({ method: 'PUT', path: /\/status$/, action: { kind: 'conflict' }, count: 2 });
    const codes = [];
    for (let turn = 0; turn < 3; turn += 1) {
      codes.push((await ask(cluster, 'PUT', `${path}/status`, { body: stream })).code);
    }
    assert.deepEqual(codes, [409, 409, 200]);
  });

  it('never answer, until the cluster closes', async () => {
    const hanging = await startCluster();
    const fault = hanging.faults.add({ path: /./, action: { kind: 'hang' } });
    const answer = ask(hanging, 'GET', '/api/v1/pods');
    const rejected = assert.rejects(answer);
    await fault.struck();
    await hanging.close();
    await rejected;
  });

  it('make an answer late', async () => {
    arm({ kind: 'latency', milliseconds: 30 });
    const started = performance.now();
    assert.equal((await ask(cluster, 'GET', IMAGES)).code, 200);
    assert.ok(performance.now() - started >= 29);
  });
});
