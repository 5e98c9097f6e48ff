import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { gunzipSync } from 'node:zlib';
import { ask } from './client.ts';
import { type MiniCluster, startCluster } from './miniature.ts';
import { manyImages } from './seeds/many-images.ts';
import { seedOf } from './seeds/seeded.ts';
import { threeTeams } from './seeds/three-teams.ts';

const IMAGES = '/apis/image.openshift.io/v1/images';
const STREAMS = '/apis/image.openshift.io/v1/imagestreams';
const TAGS = '/apis/image.openshift.io/v1/imagestreamtags';

for (const [seedName, seed] of [
  ['held objects', () => seedOf(threeTeams)],
  ['objects made on demand', () => manyImages({ images: 230, streams: 7 })],
] as const) {
  describe(`lists of ${seedName}`, () => {
    let cluster: MiniCluster;
    before(async () => {
      cluster = await startCluster({ seed: seed() });
    });
    after(() => cluster.close());

    it('come in pages of one snapshot, whatever happens in between', async () => {
      const whole = (await ask(cluster, 'GET', IMAGES)).json;
      const names = whole.items.map((item: { metadata: { name: string } }) => item.metadata.name);
      assert.deepEqual(names, [...names].sort());
      assert.equal(whole.kind, 'ImageList');
      assert.equal(whole.items[0].kind, undefined);

      const first = (await ask(cluster, 'GET', `${IMAGES}?limit=20`)).json;
      assert.equal(first.items.length, 20);
      assert.equal(first.metadata.remainingItemCount, names.length - 20);

      const victim = names.at(-1);
      assert.equal((await ask(cluster, 'DELETE', `${IMAGES}/${victim}`)).code, 200);
      assert.equal((await ask(cluster, 'GET', `${IMAGES}/${victim}`)).code, 404);

      const paged = [...first.items];
      let token = first.metadata.continue;
      while (token) {
        const page = (await ask(cluster, 'GET', `${IMAGES}?limit=20&continue=${encodeURIComponent(token)}`))
          .json;
        assert.equal(page.metadata.resourceVersion, first.metadata.resourceVersion);
        paged.push(...page.items);
        token = page.metadata.continue;
      }
      assert.deepEqual(paged, whole.items);

      const fresh = (await ask(cluster, 'GET', `${IMAGES}?limit=20`)).json;
      assert.equal(fresh.metadata.remainingItemCount, names.length - 21);
      assert.ok(Number(fresh.metadata.resourceVersion) > Number(first.metadata.resourceVersion));
    });

    it('expire with their tokens, and say how to go on', async () => {
      const first = (await ask(cluster, 'GET', `${IMAGES}?limit=20`)).json;
      cluster.faults.add({ path: /images\?.*continue=/, action: { kind: 'expireContinue' }, count: 1 });
      const next = `${IMAGES}?limit=20&continue=${encodeURIComponent(first.metadata.continue)}`;
      const expired = await ask(cluster, 'GET', next);
      assert.equal(expired.code, 410);
      assert.equal(expired.json.reason, 'Expired');
      const inconsistent = `${IMAGES}?limit=20&continue=${encodeURIComponent(expired.json.metadata.continue)}`;
      assert.equal((await ask(cluster, 'GET', inconsistent)).json.items.length, 20);
      assert.equal((await ask(cluster, 'GET', `${IMAGES}?limit=20`)).code, 200);
    });

    it('ignore the limit at resourceVersion=0', async () => {
      const page = (await ask(cluster, 'GET', `${IMAGES}?limit=20&resourceVersion=0`)).json;
      assert.ok(page.items.length > 20);
      assert.equal(page.metadata.continue, undefined);
    });

    it('are compressed for those who ask', async () => {
      const headers = { 'accept-encoding': 'gzip' };
      for (const path of [IMAGES, `${IMAGES}?limit=20`, STREAMS]) {
        const plain = await ask(cluster, 'GET', path);
        const zipped = await ask(cluster, 'GET', path, { headers });
        assert.equal(plain.headers['content-encoding'], undefined);
        assert.equal(zipped.headers['content-encoding'], 'gzip');
        assert.ok(zipped.bytes.length < plain.bytes.length / 2);
        assert.equal(gunzipSync(zipped.bytes).toString(), plain.text);
      }
    });

    it('of tags are cut at the limit without a token', async () => {
      const page = (await ask(cluster, 'GET', `${TAGS}?limit=3`)).json;
      assert.equal(page.items.length, 3);
      assert.deepEqual(Object.keys(page.metadata), ['resourceVersion']);
    });

    it('are held to one namespace', async () => {
      const all = (await ask(cluster, 'GET', STREAMS)).json.items as { metadata: { namespace: string } }[];
      const namespace = all[0]?.metadata.namespace ?? '';
      const expected = all.filter((stream) => stream.metadata.namespace === namespace).length;
      const path = `/apis/image.openshift.io/v1/namespaces/${namespace}/imagestreams`;
      assert.equal((await ask(cluster, 'GET', path)).json.items.length, expected);
      const first = (await ask(cluster, 'GET', `${path}?limit=1`)).json;
      assert.equal(first.metadata.remainingItemCount, expected - 1);
    });
  });
}

describe('lists', () => {
  let cluster: MiniCluster;
  before(async () => {
    cluster = await startCluster({ seed: seedOf(threeTeams) });
  });
  after(() => cluster.close());

  it('take label and field selectors', async () => {
    const path = '/api/v1/namespaces/openshift-image-registry/pods';
    const labelled = await ask(cluster, 'GET', `${path}?labelSelector=docker-registry%3Ddefault`);
    assert.equal(labelled.json.items.length, 2);
    const name = labelled.json.items[1].metadata.name;
    const fielded = await ask(cluster, 'GET', `${path}?fieldSelector=metadata.name%3D${name}`);
    assert.deepEqual(fielded.json.items, [labelled.json.items[1]]);
  });

  it('are compact unless asked to be pretty, and carry a date', async () => {
    const compact = await ask(cluster, 'GET', STREAMS, { headers: { 'user-agent': 'curl/8' } });
    const pretty = await ask(cluster, 'GET', `${STREAMS}?pretty=true`);
    assert.equal(compact.text.trim().split('\n').length, 1);
    assert.ok(pretty.text.split('\n').length > 100);
    assert.ok(Math.abs(Date.parse(String(compact.headers.date)) - Date.now()) < 60_000);
  });

  it('hold every resource that an inventory reads', async () => {
    const paths = [
      ...['pods', 'replicationcontrollers', 'limitranges'].map((one) => `/api/v1/${one}`),
      ...['daemonsets', 'deployments', 'replicasets', 'statefulsets'].map((one) => `/apis/apps/v1/${one}`),
      ...['jobs', 'cronjobs'].map((one) => `/apis/batch/v1/${one}`),
      ...['buildconfigs', 'builds'].map((one) => `/apis/build.openshift.io/v1/${one}`),
      '/apis/apps.openshift.io/v1/deploymentconfigs',
      STREAMS,
      IMAGES,
    ];
    for (const path of paths) {
      const reply = await ask(cluster, 'GET', path, { as: 'pruner' });
      assert.equal(reply.code, 200, path);
      assert.ok(reply.json.items.length > 0, path);
    }
  });

  it('are absent where the API group is disabled', async () => {
    cluster.disabledGroups.add('build.openshift.io');
    assert.equal((await ask(cluster, 'GET', '/apis/build.openshift.io/v1/builds')).code, 404);
    const groups = (await ask(cluster, 'GET', '/apis')).json.groups.map((one: { name: string }) => one.name);
    assert.ok(!groups.includes('build.openshift.io'));
    cluster.disabledGroups.delete('build.openshift.io');
    assert.equal((await ask(cluster, 'GET', '/apis/build.openshift.io/v1/builds')).code, 200);
  });
});
