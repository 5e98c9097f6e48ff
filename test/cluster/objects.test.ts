import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { ask, until } from './client.ts';
import { type MiniCluster, startCluster } from './miniature.ts';
import { resourceNamed } from './resources.ts';
import { manyImages } from './seeds/many-images.ts';
import { seedOf } from './seeds/seeded.ts';
import { threeTeams } from './seeds/three-teams.ts';

const IMAGE_API = '/apis/image.openshift.io/v1';
const SEARCH = `${IMAGE_API}/namespaces/shop/imagestreams/search`;

describe('single objects', () => {
  let cluster: MiniCluster;
  before(async () => {
    cluster = await startCluster({ seed: seedOf(threeTeams) });
  });
  after(() => cluster.close());

  it('update their status only from a fresh copy', async () => {
    const stream = (await ask(cluster, 'GET', SEARCH)).json;
    const fresh = structuredClone(stream);
    fresh.status.tags[0].items.pop();
    fresh.spec.lookupPolicy.local = true;
    const updated = await ask(cluster, 'PUT', `${SEARCH}/status`, { body: fresh, as: 'pruner' });
    assert.equal(updated.code, 200);
    assert.equal(updated.json.status.tags[0].items.length, 1);
    assert.equal(updated.json.spec.lookupPolicy.local, false, 'the status subresource leaves the spec alone');

    const stale = await ask(cluster, 'PUT', `${SEARCH}/status`, { body: stream, as: 'pruner' });
    assert.equal(stale.code, 409);
    assert.equal(stale.json.reason, 'Conflict');
    assert.equal(
      stale.json.message,
      'Operation cannot be fulfilled on imagestreams.image.openshift.io "search": the object has been modified; please apply your changes to the latest version and try again',
    );

    delete stream.metadata.resourceVersion;
    const unversioned = await ask(cluster, 'PUT', `${SEARCH}/status`, { body: stream, as: 'pruner' });
    assert.equal(unversioned.code, 422);
    assert.equal(unversioned.json.reason, 'Invalid');
    assert.match(unversioned.json.message, /metadata\.resourceVersion: .*must be specified for an update$/);
  });

  it('update and delete among those made on demand', async () => {
    const bulk = await startCluster({ seed: manyImages({ images: 100, streams: 4 }) });
    try {
      const path = `${IMAGE_API}/namespaces/team-00000/imagestreams/service-000002`;
      const stream = (await ask(bulk, 'GET', path)).json;
      const name = stream.status.tags[0].items.pop().image;
      assert.equal((await ask(bulk, 'PUT', `${path}/status`, { body: stream })).code, 200);
      assert.equal((await ask(bulk, 'PUT', `${path}/status`, { body: stream })).code, 409);
      assert.deepEqual((await ask(bulk, 'GET', path)).json.status, stream.status);
      assert.equal((await ask(bulk, 'DELETE', `${IMAGE_API}/images/${name}`)).code, 200);
      assert.equal((await ask(bulk, 'DELETE', `${IMAGE_API}/images/${name}`)).code, 404);
      assert.equal((await ask(bulk, 'GET', `${IMAGE_API}/images?limit=500`)).json.items.length, 99);
    } finally {
      await bulk.close();
    }
  });

  it('are created once, patched and deleted', async () => {
    const path = '/apis/batch/v1/namespaces/shop/cronjobs';
    const body = {
      kind: 'CronJob',
      apiVersion: 'batch/v1',
      metadata: { name: 'tidy' },
      spec: {
        schedule: '0 0 * * *',
        jobTemplate: {
          spec: {
            template: {
              spec: { restartPolicy: 'Never', containers: [{ name: 'tidy', image: 'quay.io/tools/tidy:1' }] },
            },
          },
        },
      },
    };
    const created = await ask(cluster, 'POST', path, { body });
    assert.equal(created.code, 201);
    assert.equal(created.json.metadata.namespace, 'shop');
    const again = await ask(cluster, 'POST', path, { body });
    assert.equal(again.code, 409);
    assert.equal(again.json.reason, 'AlreadyExists');

    const patched = await ask(cluster, 'PATCH', `${path}/tidy`, {
      body: { spec: { suspend: true } },
      headers: { 'content-type': 'application/merge-patch+json' },
    });
    assert.deepEqual(patched.json.spec, { ...created.json.spec, suspend: true });
    assert.equal(patched.json.metadata.generation, 2);

    const dry = await ask(cluster, 'DELETE', `${path}/tidy?dryRun=All`);
    assert.equal(dry.code, 200);
    assert.equal((await ask(cluster, 'GET', `${path}/tidy`)).code, 200);
    assert.equal(
      (await ask(cluster, 'DELETE', `${path}/tidy`, { body: { gracePeriodSeconds: 0 } })).code,
      200,
    );
    const gone = await ask(cluster, 'DELETE', `${path}/tidy`);
    assert.equal(gone.code, 404);
    assert.equal(gone.json.message, 'cronjobs.batch "tidy" not found');
  });

  it('of image streams can be seen by tag, by image and by layer', async () => {
    const namespace = `${IMAGE_API}/namespaces/shop`;
    const tag = (await ask(cluster, 'GET', `${namespace}/imagestreamtags/storefront:v2.1-may-2016`)).json;
    assert.equal(tag.image.metadata.name.length, 71);
    const byImage = await ask(
      cluster,
      'GET',
      `${namespace}/imagestreamimages/storefront@${tag.image.metadata.name}`,
    );
    assert.deepEqual(byImage.json.image, tag.image);
    const layers = (await ask(cluster, 'GET', `${namespace}/imagestreams/storefront/layers`)).json;
    const one = layers.images[tag.image.metadata.name];
    assert.equal(one.config, tag.image.dockerImageMetadata.Id);
    assert.ok(one.layers.every((digest: string) => layers.blobs[digest].size > 0));

    const path = `${namespace}/imagestreamtags/storefront:v2.1-may-2016`;
    assert.equal((await ask(cluster, 'DELETE', path)).code, 200);
    const stream = cluster.object('imagestreams', 'image.openshift.io', 'shop', 'storefront');
    assert.doesNotMatch(JSON.stringify(stream?.status), /may-2016/);
    assert.equal((await ask(cluster, 'GET', path)).code, 404);
  });

  it('make the registry roll out, and get stuck on request', async () => {
    const path = '/apis/apps/v1/namespaces/openshift-image-registry/deployments/image-registry';
    const restart = (at: string) =>
      ask(cluster, 'PATCH', path, {
        body: {
          spec: { template: { metadata: { annotations: { 'kubectl.kubernetes.io/restartedAt': at } } } },
        },
        headers: { 'content-type': 'application/strategic-merge-patch+json' },
      });
    const reasonIs = (reason: string, generation: number) =>
      until(
        async () => (await ask(cluster, 'GET', path)).json,
        ({ status }) =>
          status.observedGeneration === generation &&
          status.conditions.some(
            (one: { type: string; reason: string }) => one.type === 'Progressing' && one.reason === reason,
          ),
      );
    const pods = () =>
      cluster.store.list(resourceNamed('pods'), 'openshift-image-registry').map((pod) => pod.metadata.name);

    const before = pods();
    let restarted = 0;
    cluster.rollout.onRollout = () => {
      restarted += 1;
    };
    assert.equal((await restart('first')).json.metadata.generation, 2);
    const done = await reasonIs('NewReplicaSetAvailable', 2);
    assert.equal(done.status.updatedReplicas, 2);
    assert.equal(restarted, 1);
    assert.equal(pods().length, 2);
    assert.ok(pods().every((pod) => !before.includes(pod)));

    cluster.rollout.stuck = true;
    await restart('second');
    const stuck = await reasonIs('ProgressDeadlineExceeded', 3);
    assert.equal(stuck.status.conditions[1].status, 'False');
    assert.equal(restarted, 1);
  });

  it('of the registry operator make a route', async () => {
    const config = '/apis/imageregistry.operator.openshift.io/v1/configs/cluster';
    const headers = { 'content-type': 'application/merge-patch+json' };
    const route = '/apis/route.openshift.io/v1/namespaces/openshift-image-registry/routes/default-route';
    assert.equal((await ask(cluster, 'GET', route)).code, 404);
    await ask(cluster, 'PATCH', config, { headers, body: { spec: { defaultRoute: true } } });
    assert.match(
      (await ask(cluster, 'GET', route)).json.spec.host,
      /^default-route-openshift-image-registry\./,
    );
    await ask(cluster, 'PATCH', config, { headers, body: { spec: { defaultRoute: false } } });
    assert.equal((await ask(cluster, 'GET', route)).code, 404);
  });
});
