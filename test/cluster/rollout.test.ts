import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { type AddressInfo, connect, createServer, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PassThrough } from 'node:stream';
import { afterEach, beforeEach, describe, it } from 'node:test';
import { isDeepStrictEqual } from 'node:util';
import { Command } from 'commander';
import { addRollout } from '../../src/cli/rollout-registry.ts';
import type { Terminal } from '../../src/cli/terminal.ts';
import { UserError } from '../../src/cli/user-error.ts';
import { loadKubeconfig } from '../../src/cluster/kubeconfig/load-kubeconfig.ts';
import { resolveContext } from '../../src/cluster/kubeconfig/resolve-context.ts';
import { deploymentState, stageOf } from '../../src/cluster/rollout/deployment-state.ts';
import {
  type RolloutOptions,
  type RolloutProgress,
  rollOutRegistry,
} from '../../src/cluster/rollout/roll-out-registry.ts';
import { RolloutError } from '../../src/cluster/rollout/rollout-error.ts';
import { ApiError, type ApiSession } from '../../src/cluster/session/api-session.ts';
import { MalformedAnswerError } from '../../src/cluster/session/malformed-answer.ts';
import { openSession } from '../../src/cluster/session/open-session.ts';
import { listAt, objectAt, textAt } from '../../src/engine/shape.ts';
import type { ApiObject } from './api-object.ts';
import { ask, until } from './client.ts';
import { type MiniCluster, startCluster } from './miniature.ts';
import { resourceNamed } from './resources.ts';
import { seedOf } from './seeds/seeded.ts';

const NAMESPACE = 'openshift-image-registry';
const PATH = `/apis/apps/v1/namespaces/${NAMESPACE}/deployments/image-registry`;
const RESTARTED_AT = 'kubectl.kubernetes.io/restartedAt';
const QUICK = { attempts: 4, firstDelayMs: 1, longestDelayMs: 5 };
const MERGE = { 'content-type': 'application/merge-patch+json' };

let cluster: MiniCluster;
let folder: string;
const sessions: ApiSession[] = [];

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'image-hygiene-rollout-'));
  cluster = await startCluster({
    seed: seedOf({ projects: [], orphans: [] }),
    rollout: { stepMilliseconds: 1 },
  });
});
afterEach(async () => {
  await Promise.all(sessions.splice(0).map((one) => one.close()));
  await cluster.close();
  await rm(folder, { recursive: true, force: true });
});

async function sessionAs(context: string, server?: string): Promise<ApiSession> {
  const path = await cluster.writeKubeconfig(folder, { server });
  const config = await loadKubeconfig({ explicitPath: path, env: {}, homeDir: folder });
  const session = await openSession(resolveContext(config, { context }), { version: 'test', env: {} });
  sessions.push(session);
  return session;
}

async function rollOutAs(context: string, options: RolloutOptions = {}) {
  return rollOutRegistry(await sessionAs(context), { retry: QUICK, pollMs: 1, ...options });
}

async function failureOf(rolling: Promise<unknown>): Promise<RolloutError> {
  const error = await rolling.then(
    () => undefined,
    (reason: unknown) => reason,
  );
  assert.ok(error instanceof RolloutError, `not a RolloutError: ${error}`);
  return error;
}

function deployment(): ApiObject {
  const found = cluster.object('deployments', 'apps', NAMESPACE, 'image-registry');
  assert.ok(found);
  return found;
}

function restartedAt(): string {
  const template = objectAt(objectAt(deployment(), 'spec'), 'template');
  return textAt(objectAt(objectAt(template, 'metadata'), 'annotations'), RESTARTED_AT);
}

const podNames = () =>
  cluster.store.list(resourceNamed('pods'), NAMESPACE).map(({ metadata }) => metadata.name);

const patchSpec = (spec: object) => ask(cluster, 'PATCH', PATH, { body: { spec }, headers: MERGE });

const withAnnotation = (value: string | null) => ({
  template: { metadata: { annotations: { [RESTARTED_AT]: value } } },
});

const progressing = (object: ApiObject) =>
  textAt(
    listAt(object.status, 'conditions').find((one) => textAt(one, 'type') === 'Progressing'),
    'reason',
  );

/** Holds every rollout when its first new pod starts. */
function heldRollout() {
  let open = () => {};
  const gate = new Promise<void>((resolve) => {
    open = resolve;
  });
  let reach = () => {};
  const reached = new Promise<void>((resolve) => {
    reach = resolve;
  });
  cluster.rollout.onRollout = async () => {
    reach();
    await gate;
  };
  return { reached, open };
}

describe('the rollout of the registry', () => {
  it('restarts it as oc does and waits until all of it is new', async () => {
    const before = podNames();
    const seen: RolloutProgress[] = [];
    const now = new Date('2026-01-01T00:00:00Z');
    const result = await rollOutAs('admin', { now: () => now, onProgress: (one) => seen.push(one) });
    assert.deepEqual(result, { restartedAt: now.toISOString(), revision: '2' });
    assert.equal(restartedAt(), result.restartedAt);
    assert.equal(progressing(deployment()), 'NewReplicaSetAvailable');
    assert.equal(podNames().length, 2);
    assert.ok(podNames().every((name) => !before.includes(name)));

    assert.deepEqual(seen[0], { desired: 2, updated: 0, available: 2, phase: 'restarting' });
    assert.deepEqual(seen.at(-1), { desired: 2, updated: 2, available: 2, phase: 'done' });
    assert.deepEqual([...new Set(seen.map(({ phase }) => phase))], ['restarting', 'progressing', 'done']);
    assert.ok(seen.some(({ phase, updated }) => phase === 'progressing' && updated === 1));
    // Not before the last one serves.
    assert.deepEqual(seen.at(-2), { desired: 2, updated: 2, available: 1, phase: 'progressing' });

    const calls = cluster.requests.map(({ method, query }) =>
      `${method} ${/watch/.exec(query) ?? ''}`.trim(),
    );
    assert.deepEqual(calls, ['GET', 'PATCH', 'GET watch']);
  });

  it('restarts it again within the same instant', async () => {
    let rollouts = 0;
    cluster.rollout.onRollout = () => {
      rollouts += 1;
    };
    const now = () => new Date('2026-01-01T00:00:00Z');
    const first = await rollOutAs('admin', { now });
    const pods = podNames();
    const second = await rollOutAs('admin', { now });
    assert.equal(rollouts, 2);
    assert.notEqual(second.restartedAt, first.restartedAt);
    assert.equal(restartedAt(), second.restartedAt);
    assert.ok(podNames().every((name) => !pods.includes(name)));
  });

  it('restarts once where the answer to the patch is lost', async () => {
    let rollouts = 0;
    cluster.rollout.onRollout = () => {
      rollouts += 1;
    };
    const fault = cluster.faults.add({
      method: 'PATCH',
      path: /image-registry/,
      action: { kind: 'resetMidBody' },
      count: 1,
    });
    await rollOutAs('admin');
    assert.equal(fault.hits, 1);
    assert.equal(cluster.requests.filter(({ method }) => method === 'PATCH').length, 2);
    assert.equal(rollouts, 1);
    assert.equal(deployment().metadata.generation, 2);
  });

  it('says that it is stuck, with what the deployment says and where to look', async () => {
    cluster.rollout.stuck = true;
    const error = await failureOf(rollOutAs('admin'));
    assert.equal(error.kind, 'deadline');
    assert.equal(error.restarted, 'yes');
    assert.match(error.message, /with 0 of 2 replicas updated and 2 available/);
    assert.match(
      error.message,
      /Progressing=False ProgressDeadlineExceeded \(ReplicaSet "image-registry-\w+" has timed out/,
    );
    assert.match(error.message, /oc get pods -n openshift-image-registry/);
    assert.match(error.message, /oc rollout status deployment\/image-registry -n openshift-image-registry/);
    assert.deepEqual(
      error.conditions.map(({ type, status }) => `${type}=${status}`),
      ['Available=True', 'Progressing=False'],
    );
  });

  it('begins a new one after a stuck one', async () => {
    cluster.rollout.stuck = true;
    await failureOf(rollOutAs('admin'));
    cluster.rollout.stuck = false;
    assert.equal((await rollOutAs('admin')).revision, '3');
  });

  it('is refused to those who may not, naming the role', async () => {
    const pruner = await failureOf(rollOutAs('pruner'));
    assert.equal(pruner.kind, 'forbidden');
    assert.equal(pruner.restarted, 'no');
    assert.match(pruner.message, /^The user pruner may not patch deployment\/image-registry/);
    assert.match(pruner.message, /oc adm policy add-role-to-user edit pruner -n openshift-image-registry/);
    const nobody = await failureOf(rollOutAs('nobody'));
    assert.equal(nobody.kind, 'forbidden');
    assert.match(nobody.message, /^The user nobody may not get /);
    assert.equal(deployment().metadata.generation, 1);
  });

  it('says that the registry is removed', async () => {
    cluster.store.remove(resourceNamed('deployments', 'apps'), NAMESPACE, 'image-registry');
    const still = await failureOf(rollOutAs('admin'));
    assert.equal(still.kind, 'not-found');
    assert.match(still.message, /managementState in .* is Managed/);
    await ask(cluster, 'PATCH', '/apis/imageregistry.operator.openshift.io/v1/configs/cluster', {
      body: { spec: { managementState: 'Removed' } },
      headers: MERGE,
    });
    const removed = await failureOf(rollOutAs('admin'));
    assert.equal(removed.restarted, 'no');
    assert.match(
      removed.message,
      /no registry to restart\. The registry is removed \(managementState Removed/,
    );
  });

  it('does not pretend to restart a registry of no replicas', async () => {
    await patchSpec({ replicas: 0 });
    await until(deployment, (one) => objectAt(one, 'status').observedGeneration === 2);
    cluster.requests.length = 0;
    const error = await failureOf(rollOutAs('admin'));
    assert.equal(error.kind, 'no-replicas');
    assert.match(error.message, /scaled to 0 replicas/);
    assert.ok(!cluster.requests.some(({ method }) => method === 'PATCH'));
  });

  it('does not begin while it is paused', async () => {
    await patchSpec({ paused: true });
    const error = await failureOf(rollOutAs('admin'));
    assert.equal(error.kind, 'paused');
    assert.equal(error.restarted, 'no');
    assert.match(error.message, /oc rollout resume deployment\/image-registry -n openshift-image-registry/);
    assert.equal(restartedAt(), '');
  });

  it('ends where it is paused meanwhile', async () => {
    cluster.rollout.onRollout = async () => {
      await patchSpec({ paused: true });
    };
    const error = await failureOf(rollOutAs('admin'));
    assert.equal(error.kind, 'paused');
    assert.equal(error.restarted, 'yes');
    assert.match(error.message, /was paused with 0 of 2 replicas updated/);
  });

  it('waits for a rollout that overtakes it', async () => {
    const before = podNames();
    let rollouts = 0;
    cluster.rollout.onRollout = async () => {
      rollouts += 1;
      if (rollouts === 1) await patchSpec(withAnnotation('someone else was here'));
    };
    const result = await rollOutAs('admin');
    assert.equal(rollouts, 2);
    assert.equal(result.revision, '3');
    assert.equal(restartedAt(), 'someone else was here');
    assert.equal(objectAt(deployment(), 'status').observedGeneration, 3);
    assert.ok(podNames().every((name) => !before.includes(name)));
  });

  it('does not take a restart that was undone for one', async () => {
    let rollouts = 0;
    cluster.rollout.onRollout = async () => {
      rollouts += 1;
      if (rollouts === 1) await patchSpec(withAnnotation(null));
    };
    const error = await failureOf(rollOutAs('admin'));
    assert.equal(error.kind, 'failed');
    assert.match(error.message, /was undone while it rolled out/);
    assert.match(error.message, /oc delete pods -l docker-registry=default -n openshift-image-registry/);
  });

  it('notices that something keeps the restart from changing anything', async () => {
    const session = await sessionAs('admin');
    const stubborn: ApiSession = {
      ...session,
      target: session.target,
      server: session.server,
      send: (request) => session.send(request),
      json: (request) =>
        session.json(request.method === 'PATCH' ? { ...request, body: { spec: { replicas: 2 } } } : request),
    };
    const error = await failureOf(rollOutRegistry(stubborn, { retry: QUICK }));
    assert.equal(error.kind, 'failed');
    assert.equal(error.restarted, 'no');
    assert.match(error.message, /changed nothing, so nothing was restarted/);
  });

  it('is looked at again and again by those who may not watch', async () => {
    const rbac = 'rbac.authorization.k8s.io';
    cluster.seed([
      {
        kind: 'Role',
        apiVersion: `${rbac}/v1`,
        metadata: { name: 'registry-restarter', namespace: NAMESPACE },
        rules: [
          {
            verbs: ['get', 'patch'],
            apiGroups: ['apps'],
            resources: ['deployments'],
            resourceNames: ['image-registry'],
          },
        ],
      },
      {
        kind: 'RoleBinding',
        apiVersion: `${rbac}/v1`,
        metadata: { name: 'registry-restarters', namespace: NAMESPACE },
        roleRef: { apiGroup: rbac, kind: 'Role', name: 'registry-restarter' },
        subjects: [{ apiGroup: rbac, kind: 'User', name: 'nobody' }],
      },
    ]);
    const held = heldRollout();
    const seen: RolloutProgress[] = [];
    const rolling = rollOutAs('nobody', { onProgress: (one) => seen.push(one) });
    await held.reached;
    const looks = () =>
      cluster.requests.filter(({ method, path, code }) => method === 'GET' && path === PATH && code === 200);
    const sofar = looks().length;
    await until(looks, (all) => all.length > sofar + 1);
    held.open();
    assert.equal((await rolling).revision, '2');
    assert.deepEqual(
      seen.filter((one, at) => isDeepStrictEqual(one, seen[at - 1])),
      [],
      'only what changes is told',
    );
    const watches = cluster.requests.filter(({ query }) => query.includes('watch=true'));
    assert.deepEqual(
      watches.map(({ code }) => code),
      [403],
    );
  });

  it('survives connections that break and a server that is busy', async () => {
    const proxy = await startProxy(cluster.port);
    try {
      const session = await sessionAs('admin', proxy.url);
      const held = heldRollout();
      const rolling = rollOutRegistry(session, { retry: QUICK, pollMs: 1 });
      await held.reached;
      const watches = () => cluster.requests.filter(({ query }) => query.includes('watch=true')).length;
      await until(watches, (count) => count === 1);
      const reset = cluster.faults.add({
        method: 'GET',
        path: /\/image-registry$/,
        action: { kind: 'reset' },
        count: 2,
      });
      const busy = cluster.faults.add({
        path: /watch=true/,
        action: { kind: 'status', code: 503 },
        count: 1,
      });
      proxy.cut();
      await until(watches, (count) => count === 3);
      held.open();
      assert.equal((await rolling).revision, '2');
      assert.deepEqual([reset.hits, busy.hits], [2, 1]);
    } finally {
      await proxy.close();
    }
  });

  it('goes on where the watch begins at a version that is gone', async () => {
    const fault = cluster.faults.add({ path: /watch=true/, action: { kind: 'expireContinue' }, count: 1 });
    assert.equal((await rollOutAs('admin')).revision, '2');
    assert.equal(fault.hits, 1);
  });

  it('says that it lost sight of it', async () => {
    cluster.faults.add({ path: /watch=true/, action: { kind: 'status', code: 500 } });
    cluster.faults.add({
      method: 'GET',
      path: /\/image-registry$/,
      action: { kind: 'status', code: 500 },
      skip: 1,
    });
    const error = await failureOf(rollOutAs('admin'));
    assert.equal(error.kind, 'failed');
    assert.equal(error.restarted, 'yes');
    assert.ok(error.cause instanceof ApiError);
    assert.match(error.message, /has begun and goes on by itself, but it can’t be followed any more\. .*500/);
  });

  it('leaves open whether it began where the patch never gets a clear answer', async () => {
    cluster.faults.add({ method: 'PATCH', path: /./, action: { kind: 'status', code: 504 } });
    const unclear = await failureOf(rollOutAs('admin'));
    assert.equal(unclear.restarted, 'unknown');
    assert.match(
      unclear.message,
      /got no clear answer, so it may have begun\. .*504.* See: oc rollout status/,
    );
    cluster.faults.clear();
    cluster.faults.add({ method: 'PATCH', path: /./, action: { kind: 'conflict' } });
    const refused = await failureOf(rollOutAs('admin'));
    assert.deepEqual([refused.kind, refused.restarted], ['failed', 'no']);
  });

  it('ends where the deployment is deleted, watched or not', async () => {
    const resource = resourceNamed('deployments', 'apps');
    const original = deployment();
    cluster.rollout.onRollout = () => {
      cluster.store.remove(resource, NAMESPACE, 'image-registry');
    };
    const watched = await failureOf(rollOutAs('admin'));
    cluster.store.put(resource, original);
    cluster.faults.add({ path: /watch=true/, action: { kind: 'forbidden' } });
    const polled = await failureOf(rollOutAs('admin'));
    for (const error of [watched, polled]) {
      assert.equal(error.kind, 'not-found');
      assert.equal(error.restarted, 'yes');
      assert.match(error.message, /was deleted while it rolled out/);
    }
  });

  it('does not take another deployment of the same name for its own', async () => {
    cluster.faults.add({ path: /watch=true/, action: { kind: 'forbidden' } });
    cluster.rollout.onRollout = () => {
      const resource = resourceNamed('deployments', 'apps');
      const old = cluster.store.remove(resource, NAMESPACE, 'image-registry');
      assert.ok(old);
      const metadata = { name: 'image-registry', namespace: NAMESPACE, generation: 9, uid: 'another' };
      cluster.store.put(resource, {
        ...old,
        metadata,
        status: { observedGeneration: 9, replicas: 2, updatedReplicas: 2, availableReplicas: 2 },
      });
    };
    assert.equal((await failureOf(rollOutAs('admin'))).kind, 'not-found');
  });

  it('goes on by itself when the wait is cancelled', async () => {
    const held = heldRollout();
    const abort = new AbortController();
    const rolling = failureOf(rollOutAs('admin', { signal: abort.signal }));
    await held.reached;
    abort.abort(new Error('enough'));
    const error = await rolling;
    assert.equal(error.kind, 'cancelled');
    assert.equal(error.restarted, 'yes');
    assert.match(
      error.message,
      /was cancelled, with 0 of 2 replicas updated.*; the rollout goes on by itself/,
    );
    held.open();
    await until(
      deployment,
      (one) => progressing(one) === 'NewReplicaSetAvailable' && one.metadata.generation === 2,
    );
  });

  it('does not begin when it is cancelled before', async () => {
    await assert.rejects(
      rollOutAs('admin', { signal: AbortSignal.abort(new Error('enough')) }),
      /^Error: enough$/,
    );
    const hanging = cluster.faults.add({ method: 'GET', path: /./, action: { kind: 'hang' } });
    const abort = new AbortController();
    const rolling = rollOutAs('admin', { signal: abort.signal });
    await hanging.struck();
    abort.abort(new Error('enough'));
    await assert.rejects(rolling, /^Error: enough$/);
    assert.ok(!cluster.requests.some(({ method }) => method === 'PATCH'));
  });

  it('may have begun when it is cancelled before the patch is answered', async () => {
    const hanging = cluster.faults.add({ method: 'PATCH', path: /./, action: { kind: 'hang' } });
    const abort = new AbortController();
    const rolling = failureOf(rollOutAs('admin', { signal: abort.signal }));
    await hanging.struck();
    abort.abort();
    const error = await rolling;
    assert.deepEqual([error.kind, error.restarted], ['cancelled', 'unknown']);
  });

  it('ends after its time, and says how to see the rest', async () => {
    const held = heldRollout();
    const error = await failureOf(rollOutAs('admin', { timeoutMs: 30 }));
    held.open();
    assert.equal(error.kind, 'timeout');
    assert.equal(error.restarted, 'yes');
    assert.match(error.message, /ended after 30ms, with 0 of 2 replicas updated/);
    assert.match(error.message, /oc rollout status deployment\/image-registry -n openshift-image-registry/);
  });
});

describe('the stage of a rollout', () => {
  const of = (spec: object, status: object, generation = 2) =>
    deploymentState({ metadata: { name: 'one', generation, resourceVersion: '7' }, spec, status });
  const seen = { observedGeneration: 2 };
  const late = [{ type: 'Progressing', status: 'False', reason: 'ProgressDeadlineExceeded' }];

  it('is what kubectl rollout status waits for', () => {
    const whole = { ...seen, replicas: 3, updatedReplicas: 3, availableReplicas: 3 };
    const three = { replicas: 3 };
    for (const [state, stage] of [
      [of(three, { ...whole, observedGeneration: 1, conditions: late }), 'unobserved'],
      [of(three, whole, 3), 'unobserved'],
      [of(three, { ...whole, conditions: late }), 'deadline'],
      [of(three, { ...whole, replicas: 2, updatedReplicas: 2 }), 'new-replicas'],
      [of(three, { ...whole, replicas: 4 }), 'old-replicas'],
      [of(three, { ...whole, availableReplicas: 2 }), 'availability'],
      [of(three, { ...whole, availableReplicas: undefined }), 'availability'],
      [of(three, whole), 'done'],
      [of({}, { ...seen, replicas: 1, updatedReplicas: 1, availableReplicas: 1 }), 'done'],
      [of({}, seen), 'new-replicas'],
    ] as const) {
      assert.equal(stageOf(state, 2), stage, JSON.stringify(state));
    }
  });

  it('can’t be told of what is no deployment', () => {
    assert.throws(
      () => deploymentState({ metadata: { name: 'one', resourceVersion: '7' } }),
      /one has no generation/,
    );
    assert.throws(() => deploymentState({ metadata: { generation: 1 } }), /has no resourceVersion/);
    assert.throws(() => deploymentState(undefined), MalformedAnswerError);
  });
});

describe('rollout registry', () => {
  async function cli(args: string[], context = 'admin', abort = new AbortController()) {
    const [stdout, stderr] = [new PassThrough(), new PassThrough()];
    const terminal: Terminal = {
      stdout,
      stderr,
      drawsProgress: true,
      env: {},
      homeDir: folder,
      signal: abort.signal,
    };
    const program = new Command('image-hygiene').exitOverride().configureOutput({ writeErr: () => {} });
    addRollout(program, terminal);
    const kubeconfig = await cluster.writeKubeconfig(folder);
    const words = ['rollout', 'registry', '--kubeconfig', kubeconfig, '--context', context, ...args];
    const error = await program.parseAsync(words, { from: 'user' }).then(
      () => undefined,
      (reason: unknown) => reason,
    );
    const written = (stream: PassThrough) => String(stream.read() ?? '');
    return { error, stdout: written(stdout), stderr: written(stderr) };
  }

  async function userErrorOf(running: ReturnType<typeof cli>) {
    const { error, ...output } = await running;
    assert.ok(error instanceof UserError, `not a UserError: ${error}`);
    return { ...output, message: error.message, detail: error.detail.join('\n') };
  }

  it('says what oc says, and draws its progress', async () => {
    const { error, stdout, stderr } = await cli([]);
    assert.equal(error, undefined);
    assert.equal(
      stdout,
      'deployment.apps/image-registry restarted\ndeployment "image-registry" successfully rolled out\n',
    );
    assert.match(stderr, /Rolling out the registry: 1 of 2 replicas updated, 2 available/);
    // The line is gone at the end, and nothing else was to be said.
    assert.ok(stderr.endsWith('\r\u001b[K'));
    assert.doesNotMatch(stderr, /warning/);
  });

  it('says that Redis must be cleared by hand, and how', async () => {
    const env = [
      { name: 'REGISTRY_STORAGE_CACHE_BLOBDESCRIPTOR', value: 'redis' },
      { name: 'REGISTRY_REDIS_ADDR', value: 'redis.cache.svc:6380' },
      { name: 'REGISTRY_REDIS_DB', value: '3' },
    ];
    const containers = [{ name: 'registry', env }];
    await ask(cluster, 'PATCH', PATH, {
      body: { spec: { template: { spec: { containers } } } },
      headers: { 'content-type': 'application/strategic-merge-patch+json' },
    });
    const { error, stdout, stderr } = await cli([]);
    assert.equal(error, undefined);
    assert.match(stdout, /successfully rolled out/);
    assert.match(
      stderr,
      /warning: the registry caches in Redis \(REGISTRY_STORAGE_CACHE_BLOBDESCRIPTOR in the deployment\)/,
    );
    assert.match(stderr, /\n {2}redis-cli -h redis\.cache\.svc -p 6380 -n 3 FLUSHDB\n/);
  });

  it('says that it can’t tell about Redis where it may not look', async () => {
    const look = { method: 'GET', path: /\/image-registry$/, skip: 1 };
    cluster.faults.add({ ...look, action: { kind: 'forbidden' } });
    const { error, stderr } = await cli([]);
    assert.equal(error, undefined);
    assert.match(
      stderr,
      /warning: whether the registry caches in Redis too can’t be told: .*User "admin" cannot get/,
    );
  });

  it('says what must be done about the cache where it may not restart', async () => {
    const { message, detail, stdout } = await userErrorOf(cli([], 'pruner'));
    assert.match(message, /^The user pruner may not patch/);
    assert.match(detail, /its cache must be cleared, or turned off for good/);
    assert.equal(stdout, '');
  });

  it('says at Ctrl-C that the rollout goes on', async () => {
    const held = heldRollout();
    const abort = new AbortController();
    const running = userErrorOf(cli([], 'admin', abort));
    await held.reached;
    abort.abort(new Error('interrupted'));
    const { message, stdout, detail } = await running;
    assert.match(message, /was cancelled, .*; the rollout goes on by itself/);
    assert.equal(stdout, 'deployment.apps/image-registry restarted\n');
    assert.equal(detail, '');
    held.open();
  });

  it('ends after --timeout', async () => {
    const held = heldRollout();
    const { message } = await userErrorOf(cli(['--timeout', '20ms']));
    held.open();
    assert.match(message, /ended after 20ms/);
  });

  it('refuses what makes no sense', async () => {
    assert.match(
      (await userErrorOf(cli(['-n', 'shop']))).message,
      /runs in the namespace openshift-image-registry, not in shop/,
    );
    assert.match((await userErrorOf(cli(['--timeout', '-1m']))).message, /must not be negative/);
    const { error } = await cli(['--timeout', 'soon']);
    assert.match(String(error), /invalid duration "soon"/);
    assert.deepEqual(cluster.requests, []);
  });
});

/** Passes bytes on until it cuts every connection; new ones are let through. */
async function startProxy(port: number) {
  const open = new Set<Socket>();
  const server = createServer((client) => {
    const upstream = connect(port, '127.0.0.1');
    for (const [socket, other] of [
      [client, upstream],
      [upstream, client],
    ] as const) {
      open.add(socket);
      socket.on('error', () => other.destroy());
      socket.on('close', () => {
        open.delete(socket);
        other.destroy();
      });
      socket.pipe(other);
    }
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address() as AddressInfo;
  const cut = () => {
    for (const socket of open) socket.destroy();
  };
  return {
    url: `https://127.0.0.1:${address.port}`,
    cut,
    close: () =>
      new Promise<void>((resolve) => {
        server.close(() => resolve());
        cut();
      }),
  };
}
