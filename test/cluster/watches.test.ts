import assert from 'node:assert/strict';
import type { IncomingMessage } from 'node:http';
import { get } from 'node:https';
import { createInterface } from 'node:readline';
import { after, before, describe, it } from 'node:test';
import { ask } from './client.ts';
import { type MiniCluster, startCluster } from './miniature.ts';
import { USERS } from './seeds/roles.ts';
import { seedOf } from './seeds/seeded.ts';
import { threeTeams } from './seeds/three-teams.ts';

const MAPS = '/api/v1/namespaces/shop/configmaps';

describe('watch', () => {
  let cluster: MiniCluster;
  before(async () => {
    cluster = await startCluster({ seed: seedOf(threeTeams) });
  });
  after(() => cluster.close());

  async function watch(query: string) {
    const { token } = USERS.admin;
    const options = { ca: cluster.ca, agent: false as const, headers: { authorization: `Bearer ${token}` } };
    const incoming = await new Promise<IncomingMessage>((resolve, reject) => {
      get(`${cluster.url}${MAPS}?watch=true&${query}`, options, resolve).on('error', reject);
    });
    const lines = createInterface({ input: incoming })[Symbol.asyncIterator]();
    return {
      next: async () => {
        const { value, done } = await lines.next();
        return done ? undefined : JSON.parse(value);
      },
      stop: () => incoming.destroy(),
    };
  }

  const map = (name: string) => ({ metadata: { name, labels: { kept: name } }, data: { a: '1' } });

  it('streams what happens after a version, in order', async () => {
    const version = (await ask(cluster, 'GET', MAPS)).json.metadata.resourceVersion;
    await ask(cluster, 'POST', MAPS, { body: map('before') });
    const events = await watch(`resourceVersion=${version}`);
    assert.equal((await events.next()).type, 'ADDED');
    await ask(cluster, 'PUT', `${MAPS}/before`, { body: { ...map('before'), data: { a: '2' } } });
    await ask(cluster, 'POST', '/api/v1/namespaces/data/configmaps', { body: map('elsewhere') });
    await ask(cluster, 'DELETE', `${MAPS}/before`);
    const modified = await events.next();
    assert.equal(modified.type, 'MODIFIED');
    assert.deepEqual([modified.object.kind, modified.object.data], ['ConfigMap', { a: '2' }]);
    const removed = await events.next();
    assert.deepEqual([removed.type, removed.object.metadata.name], ['DELETED', 'before']);
    events.stop();
  });

  it('starts with what is there where no version is given', async () => {
    await ask(cluster, 'POST', MAPS, { body: map('one') });
    const events = await watch('labelSelector=kept%3Done');
    const first = await events.next();
    assert.deepEqual([first.type, first.object.metadata.name], ['ADDED', 'one']);
    events.stop();
  });

  it('reports a version that is too old, and ends', async () => {
    cluster.store.compact();
    const events = await watch('resourceVersion=1001');
    const error = await events.next();
    assert.equal(error.type, 'ERROR');
    assert.deepEqual([error.object.code, error.object.reason], [410, 'Expired']);
    assert.equal(await events.next(), undefined);
  });
});
