import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, it } from 'node:test';
import { loadKubeconfig } from '../../../src/cluster/kubeconfig/load-kubeconfig.ts';
import { resolveContext } from '../../../src/cluster/kubeconfig/resolve-context.ts';
import type { ApiSession } from '../../../src/cluster/session/api-session.ts';
import { openSession } from '../../../src/cluster/session/open-session.ts';
import { objectAt } from '../../../src/engine/shape.ts';
import { exposeRegistry, NotExposedError } from '../../../src/host/registry/expose-registry.ts';
import { registryFacts } from '../../../src/host/registry/registry-facts.ts';
import { type MiniCluster, startCluster } from '../../cluster/miniature.ts';
import { resourceNamed } from '../../cluster/resources.ts';
import { seedOf } from '../../cluster/seeds/seeded.ts';

const GROUP = 'imageregistry.operator.openshift.io';
const QUICK = { retry: { attempts: 1, firstDelayMs: 1, longestDelayMs: 1 }, patienceMs: 0, pollMs: 1 };

let cluster: MiniCluster;
let folder: string;
const sessions: ApiSession[] = [];

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'image-hygiene-expose-'));
  cluster = await startCluster({ seed: seedOf({ projects: [], orphans: [] }), routeHost: 'registry.apps' });
});
afterEach(async () => {
  await Promise.all(sessions.splice(0).map((one) => one.close()));
  await cluster.close();
  await rm(folder, { recursive: true, force: true });
});

async function sessionAs(context: string): Promise<ApiSession> {
  const path = await cluster.writeKubeconfig(folder);
  const config = await loadKubeconfig({ explicitPath: path, env: {}, homeDir: folder });
  const session = await openSession(resolveContext(config, { context }), { version: 'test', env: {} });
  sessions.push(session);
  return session;
}

describe('exposing the registry', () => {
  it('patches the one field, and gives the host of the route that comes of it', async () => {
    const session = await sessionAs('admin');
    const before = await registryFacts(session, new AbortController().signal);
    assert.equal(before.route, null);
    const spec = () => objectAt(cluster.object('configs', GROUP, undefined, 'cluster'), 'spec');
    const { defaultRoute: _, ...others } = spec();
    assert.equal(await exposeRegistry(session, QUICK), 'registry.apps');
    assert.deepEqual(spec(), { ...others, defaultRoute: true });
    const [patch] = cluster.requests.filter(({ method }) => method === 'PATCH');
    assert.equal(patch?.path.split('?')[0], `/apis/${GROUP}/v1/configs/cluster`);
    const after = await registryFacts(session, new AbortController().signal);
    assert.equal(after.route, 'registry.apps');
    assert.equal(after.user, 'admin');
  });

  it('says what it takes where the user may not', async () => {
    const refused = exposeRegistry(await sessionAs('developer'), QUICK);
    await assert.rejects(refused, (error) => {
      assert.ok(error instanceof NotExposedError);
      assert.match(error.message, /may not patch .*cluster, so the registry was not exposed/);
      assert.match(error.message, /cluster administrator/);
      return true;
    });
  });

  it('says so where the cluster has no operator for it', async () => {
    cluster.store.remove(resourceNamed('configs', GROUP), undefined, 'cluster');
    await assert.rejects(
      exposeRegistry(await sessionAs('admin'), QUICK),
      /isn’t run by OpenShift’s operator/,
    );
  });

  it('does not wait for ever for a route that does not come', async () => {
    const session = await sessionAs('admin');
    // The operator acts on a change: this one leaves nothing for it to do.
    cluster.store.onChange(({ resource, object, type }) => {
      if (resource.plural === 'routes' && type === 'ADDED') {
        cluster.store.remove(resource, object.metadata.namespace, object.metadata.name);
      }
    });
    await assert.rejects(
      exposeRegistry(session, QUICK),
      /no route leads to the registry: there is none yet\. See what its operator says/,
    );
  });

  it('ends when it is told to', async () => {
    const session = await sessionAs('admin');
    const stop = new Error('enough');
    await assert.rejects(
      exposeRegistry(session, { ...QUICK, signal: AbortSignal.abort(stop) }),
      (error) => error === stop || (error instanceof Error && error.cause === stop),
    );
    assert.equal(cluster.requests.filter(({ method }) => method === 'PATCH').length, 0);
  });
});

describe('what the API tells of a registry', () => {
  it('leaves out what the user may not see', async () => {
    const facts = await registryFacts(await sessionAs('nobody'), new AbortController().signal);
    assert.equal(facts.route, undefined);
    assert.equal(facts.deployment, undefined);
    assert.equal(facts.user, 'nobody');
  });

  it('tells how the deployment stands', async () => {
    const facts = await registryFacts(await sessionAs('admin'), new AbortController().signal);
    assert.deepEqual(facts.deployment, { desired: 2, updated: 2, available: 2, rollout: 'none' });
    assert.equal(facts.cache?.kind, 'inmemory');
  });
});
