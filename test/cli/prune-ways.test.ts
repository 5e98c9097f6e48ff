import assert from 'node:assert/strict';
import { after, before, beforeEach, describe, it } from 'node:test';
import { reachRegistry } from '../../src/prune/reach-registry.ts';
import type { ApiObject } from '../cluster/api-object.ts';
import { resourceNamed } from '../cluster/resources.ts';
import { inProcess } from '../in-process.ts';
import { createAuthority } from '../pki.ts';
import { dockerRegistryInstalled } from '../registry/docker-registry.ts';
import { startRegistry } from '../registry/start.ts';
import { Stage } from './prune-stage.ts';

const NAMESPACE = 'openshift-image-registry';
const SERVICE = 'image-registry.openshift-image-registry.svc:5000';
const ROUTES = resourceNamed('routes', 'route.openshift.io');
const OWN_WAY = new RegExp(
  `^Registry: ${SERVICE}, through a tunnel to pod/image-registry-\\S+, since it can’t be reached from here directly; certificate verified with the kubeconfig’s authority$`,
  'm',
);

describe('a prune of a registry that images name as the cluster knows it', () => {
  let stage: Stage;
  before(async () => {
    const kind = dockerRegistryInstalled() ? 'docker-registry' : 'embedded';
    stage = await Stage.begin({ kind, registryHost: SERVICE });
  });
  after(() => stage.scene.close());
  beforeEach(async () => {
    await stage.putBack();
    leadTo(stage.scene.registry.port);
  });

  /** Where the port of the registry's pods leads: by the pod, or the same for all; undefined: nowhere. */
  function leadTo(port: number | undefined | ((pod: string) => number | undefined)): void {
    stage.scene.cluster.portForwards.target = (_namespace, pod) => {
      const found = typeof port === 'function' ? port(pod) : port;
      return found === undefined ? undefined : { host: '127.0.0.1', port: found };
    };
  }

  it('goes through a tunnel where there is no other way, and says so', async () => {
    const { status, stderr, report } = await stage.prune();
    assert.equal(status, 0, stderr);
    assert.match(stderr, OWN_WAY);
    assert.match(stderr, /^Registry the routes in openshift-image-registry: none leads to the service /m);
    await stage.isDone(report);
    await stage.isTruthful(report, 'done');
  });

  it('goes on where the pod behind the tunnel is replaced', async () => {
    const { cluster, registry } = stage.scene;
    const { portForwards } = cluster;
    const pods = new Set<string>();
    leadTo((pod) => {
      pods.add(pod);
      return registry.port;
    });
    let gone = '';
    stage.atDeletion(20, () => {
      [gone = ''] = pods;
      pods.clear();
      leadTo((pod) => {
        pods.add(pod);
        return pod === gone ? undefined : registry.port;
      });
      cluster.store.remove(resourceNamed('pods'), NAMESPACE, gone);
      portForwards.close();
    });
    const { status, stderr, report } = await stage.prune();
    assert.equal(status, 0, stderr);
    assert.ok(gone !== '' && [...pods].some((pod) => pod !== gone), 'another pod took over');
    await stage.isDone(report);
    await stage.isTruthful(report, 'done');
  });

  it('prefers a route that can be reached from here', async () => {
    const { cluster, registry } = stage.scene;
    leadTo(undefined);
    const host = `localhost:${registry.port}`;
    cluster.seed([routeTo(host)]);
    try {
      const { status, stderr, report } = await stage.prune();
      assert.equal(status, 0, stderr);
      assert.match(
        stderr,
        new RegExp(
          `^Registry ${SERVICE}: no such host \\(ENOTFOUND\\)$|^Registry ${SERVICE}: .*name server`,
          'm',
        ),
      );
      assert.match(
        stderr,
        new RegExp(
          `^Registry: ${host}, its route; certificate verified with the kubeconfig’s authority$`,
          'm',
        ),
      );
      await stage.isDone(report);
    } finally {
      cluster.store.remove(ROUTES, NAMESPACE, 'default-route');
    }
  });

  it('is found by the streams where what goes names none', async () => {
    const { registry } = stage.scene;
    await using prune = await inProcess(stage.scene);
    const reached = async () => {
      const hints = { youngestManaged: null, repositories: [] };
      const { found } = await reachRegistry(prune.session, hints, { forceInsecure: false });
      await found.close();
      return [...found.tried, found].map(({ source }) => source);
    };
    assert.deepEqual(await reached(), ['streamRepository', 'route', 'tunnel']);
    const path = /\/imagestreams\?/;
    stage.scene.cluster.faults.add({ method: 'GET', path, action: { kind: 'forbidden' } });
    registry.requests.length = 0;
    await assert.rejects(reached(), {
      name: 'RegistryNotFoundError',
      message: /^unable to find the remote registry host/,
    });
    assert.deepEqual(registry.requests, []);
  });

  it('shows no token to somebody else behind the tunnel', async () => {
    const authority = await createAuthority('somebody else');
    await using other = await startRegistry({ kind: 'embedded', authority });
    leadTo(other.port);
    const { status, stderr } = await stage.prune();
    assert.equal(status, 1);
    assert.match(
      stderr,
      /\nerror: error communicating with registry: .*x509: certificate signed by unknown authority\]?\n$/,
    );
    assert.deepEqual(other.requests, []);
    await stage.isUntouched();
  });

  it('changes nothing where there is no way, and names those that were tried', async () => {
    leadTo(undefined);
    const { status, stderr } = await stage.prune();
    assert.equal(status, 1);
    assert.match(stderr, /^error: error communicating with registry: /m);
    const tried = /^Tried, in this order:\n((?: {2}.*\n)+)/m.exec(stderr)?.[1] ?? '';
    assert.deepEqual(
      tried.match(/^ {2}.*?(?=:? \(|: none)/gm)?.map((line) => line.trim()),
      [SERVICE, `the routes in ${NAMESPACE}`, SERVICE],
    );
    await stage.isUntouched();
  });
});

function routeTo(host: string): ApiObject {
  return {
    kind: 'Route',
    apiVersion: 'route.openshift.io/v1',
    metadata: { name: 'default-route', namespace: NAMESPACE },
    spec: { host, to: { kind: 'Service', name: 'image-registry' }, tls: { termination: 'reencrypt' } },
    status: { ingress: [{ host, conditions: [{ type: 'Admitted', status: 'True' }] }] },
  };
}
