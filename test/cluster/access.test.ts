import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { createAuthority } from '../pki.ts';
import { ask } from './client.ts';
import { type MiniCluster, startCluster } from './miniature.ts';
import { seedOf } from './seeds/seeded.ts';
import { threeTeams } from './seeds/three-teams.ts';

describe('access', () => {
  let cluster: MiniCluster;
  before(async () => {
    cluster = await startCluster({ seed: seedOf(threeTeams) });
  });
  after(() => cluster.close());

  it('is refused to tokens nobody knows', async () => {
    const reply = await ask(cluster, 'GET', '/api/v1/pods', { as: { token: 'sha256~unknown' } });
    assert.equal(reply.code, 401);
    assert.deepEqual(reply.json, {
      kind: 'Status',
      apiVersion: 'v1',
      metadata: {},
      status: 'Failure',
      message: 'Unauthorized',
      reason: 'Unauthorized',
      code: 401,
    });
  });

  it('is denied in the words of the real server', async () => {
    const message = async (as: 'developer' | 'pruner' | 'nobody-at-all', method: string, path: string) => {
      const reply = await ask(cluster, method, path, { as });
      assert.equal(reply.code, 403);
      assert.equal(reply.json.reason, 'Forbidden');
      return reply.json.message;
    };
    assert.equal(
      await message('developer', 'GET', '/api/v1/pods'),
      'pods is forbidden: User "developer" cannot list resource "pods" in API group "" at the cluster scope',
    );
    assert.equal(
      await message('developer', 'GET', '/api/v1/namespaces/payments/pods'),
      'pods is forbidden: User "developer" cannot list resource "pods" in API group "" in the namespace "payments"',
    );
    assert.equal(
      await message('developer', 'GET', '/apis/image.openshift.io/v1/images'),
      'images.image.openshift.io is forbidden: User "developer" cannot list resource "images" in API group "image.openshift.io" at the cluster scope',
    );
    assert.equal(
      await message(
        'pruner',
        'PATCH',
        '/apis/apps/v1/namespaces/openshift-image-registry/deployments/image-registry',
      ),
      'deployments.apps "image-registry" is forbidden: User "pruner" cannot patch resource "deployments" in API group "apps" in the namespace "openshift-image-registry"',
    );
    assert.match(await message('nobody-at-all', 'GET', '/api/v1/pods'), /User "system:anonymous"/);
  });

  it('is given where a role says so', async () => {
    assert.equal((await ask(cluster, 'GET', '/api/v1/namespaces/shop/pods', { as: 'developer' })).code, 200);
    const names = async (as: 'developer' | 'nobody') =>
      (await ask(cluster, 'GET', '/apis/project.openshift.io/v1/projects', { as })).json.items.map(
        (project: { metadata: { name: string } }) => project.metadata.name,
      );
    assert.deepEqual(await names('developer'), ['data', 'shop']);
    assert.deepEqual(await names('nobody'), []);
  });

  it('can be asked about', async () => {
    const allowed = async (as: 'developer' | 'pruner', resourceAttributes: object) =>
      (
        await ask(cluster, 'POST', '/apis/authorization.k8s.io/v1/selfsubjectaccessreviews', {
          as,
          body: {
            kind: 'SelfSubjectAccessReview',
            apiVersion: 'authorization.k8s.io/v1',
            spec: { resourceAttributes },
          },
        })
      ).json.status.allowed;
    const images = { group: 'image.openshift.io', resource: 'images', verb: 'delete' };
    assert.equal(await allowed('pruner', images), true);
    assert.equal(await allowed('developer', images), false);
    const status = {
      group: 'image.openshift.io',
      resource: 'imagestreams',
      subresource: 'status',
      verb: 'update',
    };
    assert.equal(await allowed('developer', { ...status, namespace: 'shop' }), true);
    assert.equal(await allowed('developer', { ...status, namespace: 'payments' }), false);
    const self = await ask(cluster, 'GET', '/apis/user.openshift.io/v1/users/~', { as: 'pruner' });
    assert.equal(self.json.metadata.name, 'pruner');
  });

  it('comes with a service account token, until it expires', async () => {
    let now = new Date();
    const timed = await startCluster({ seed: seedOf(threeTeams), clock: () => now });
    try {
      const path = '/api/v1/namespaces/openshift-image-registry/serviceaccounts/pruner/token';
      const issued = await ask(timed, 'POST', path, { body: { spec: { expirationSeconds: 600 } } });
      assert.equal(issued.code, 201);
      const as = { token: issued.json.status.token };
      assert.equal((await ask(timed, 'GET', '/apis/image.openshift.io/v1/images?limit=1', { as })).code, 200);
      assert.equal((await ask(timed, 'GET', '/api/v1/secrets', { as })).code, 403);
      const user = timed.accessOf(as.token)?.user.name;
      assert.equal(user, 'system:serviceaccount:openshift-image-registry:pruner');
      now = new Date(now.getTime() + 601_000);
      assert.equal((await ask(timed, 'GET', '/api/v1/pods', { as })).code, 401);
    } finally {
      await timed.close();
    }
  });

  it('comes with a client certificate of the cluster, and with no other', async () => {
    const path = '/apis/authentication.k8s.io/v1/selfsubjectreviews';
    const own = await ask(cluster, 'POST', path, {
      as: 'nobody-at-all',
      certificate: cluster.clientCertificate,
      body: {},
    });
    assert.equal(own.json.status.userInfo.username, 'system:admin');
    const foreign = await createAuthority('someone-else');
    const certificate = await foreign.issue({
      commonName: 'system:admin',
      organization: 'system:masters',
      client: true,
    });
    const refused = await ask(cluster, 'POST', path, { as: 'nobody-at-all', certificate, body: {} });
    assert.equal(refused.code, 401);
  });

  it('leaves no secret in the log of requests', async () => {
    cluster.requests.length = 0;
    await ask(cluster, 'GET', '/api/v1/pods?limit=1', { as: 'pruner' });
    const [entry] = cluster.requests;
    assert.deepEqual(
      [entry?.method, entry?.path, entry?.query, entry?.user, entry?.code],
      ['GET', '/api/v1/pods', 'limit=1', 'pruner', 200],
    );
    assert.doesNotMatch(JSON.stringify(cluster.requests), /token/);
  });
});
