import assert from 'node:assert/strict';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { type AddressInfo, connect, createServer, type Server, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, it } from 'node:test';
import { takeInventory } from '../../src/cluster/inventory/take-inventory.ts';
import { loadKubeconfig } from '../../src/cluster/kubeconfig/load-kubeconfig.ts';
import { resolveContext } from '../../src/cluster/kubeconfig/resolve-context.ts';
import type { ApiSession } from '../../src/cluster/session/api-session.ts';
import { openSession } from '../../src/cluster/session/open-session.ts';
import { Inventory } from '../../src/engine/inventory.ts';
import { InvalidReferencesError, makePlan } from '../../src/engine/make-plan.ts';
import { type RequestedOptions, resolveOptions } from '../../src/engine/options.ts';
import type { Plan } from '../../src/engine/plan.ts';
import { listAt, numberAt, objectAt, textAt } from '../../src/engine/shape.ts';
import { GUARD_CONNECTIONS, type Guard, type GuardOptions, startGuard } from '../../src/prune/guard/guard.ts';
import { GuardLostError, GuardStartError } from '../../src/prune/guard/guard-errors.ts';
import type { GuardScope } from '../../src/prune/guard/guard-scope.ts';
import type { Protection } from '../../src/prune/guard/protections.ts';
import type { ApiObject, ImageStream } from './api-object.ts';
import { until } from './client.ts';
import type { ContextName } from './kubeconfig.ts';
import { type MiniCluster, startCluster } from './miniature.ts';
import { resourceNamed, resourceOf } from './resources.ts';
import { digestOf } from './seeds/description.ts';
import { USERS } from './seeds/roles.ts';
import { INTERNAL_REGISTRY, seedOf } from './seeds/seeded.ts';
import { threeTeams } from './seeds/three-teams.ts';

const NOW = Date.parse('2026-01-01T00:00:00Z');
const QUICK = { attempts: 3, firstDelayMs: 1, longestDelayMs: 20 };
const STREAMS = resourceNamed('imagestreams', 'image.openshift.io');

/** The digest of one of the images of the three teams. */
const imageNamed = (name: string) => digestOf(`manifest ${name}`);
const OLD_STOREFRONT = imageNamed('storefront-build-1');
const NEWEST_SEARCH = imageNamed('search-build-2');
const INDEX = imageNamed('storefront-multiarch');
const MEMBER = imageNamed('storefront-multiarch-arm64');
const OTHER_MEMBER = imageNamed('storefront-multiarch-amd64');

const pull = (what: string) => `${INTERNAL_REGISTRY}/${what}`;

function podOf(name: string, image: string, namespace = 'shop'): ApiObject {
  return {
    kind: 'Pod',
    apiVersion: 'v1',
    metadata: { name, namespace },
    spec: { containers: [{ name: 'main', image }] },
    status: { phase: 'Pending' },
  };
}

function deploymentOf(name: string, image: string): ApiObject {
  return {
    kind: 'Deployment',
    apiVersion: 'apps/v1',
    metadata: { name, namespace: 'shop', generation: 1 },
    spec: { replicas: 0, template: { spec: { containers: [{ name: 'main', image }] } } },
    status: { observedGeneration: 1 },
  };
}

/** A way to the cluster that can be cut and closed. */
class Way {
  readonly #server: Server;
  readonly #sockets = new Set<Socket>();
  #open = true;

  constructor(port: number) {
    this.#server = createServer((client) => {
      if (!this.#open) return client.destroy();
      const onward = connect(port, '127.0.0.1');
      for (const [socket, other] of [
        [client, onward],
        [onward, client],
      ] as const) {
        this.#sockets.add(socket);
        socket.on('error', () => {});
        socket.once('close', () => {
          this.#sockets.delete(socket);
          other.destroy();
        });
        socket.pipe(other);
      }
    });
  }

  async listen(): Promise<string> {
    this.#server.listen(0, '127.0.0.1');
    await once(this.#server, 'listening');
    return `https://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  /** Breaks every connection; new ones can be made. */
  cut(): void {
    for (const socket of this.#sockets) socket.destroy();
  }

  shut(): void {
    this.#open = false;
    this.cut();
  }

  reopen(): void {
    this.#open = true;
  }

  close(): void {
    this.#server.close();
    this.cut();
  }
}

describe('the guard', { timeout: 120_000 }, () => {
  let cluster: MiniCluster;
  let folder: string;
  let way: Way;
  let kubeconfig: string;
  const sessions: ApiSession[] = [];
  const guards: Guard[] = [];

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'image-hygiene-guard-'));
    // The cluster's clock stands a while after the plan's.
    const clock = () => new Date(NOW + 10 * 60_000);
    cluster = await startCluster({ seed: seedOf(threeTeams, { now: new Date(NOW) }), clock });
    way = new Way(cluster.port);
    kubeconfig = await cluster.writeKubeconfig(folder, { server: await way.listen() });
  });
  afterEach(async () => {
    await Promise.all(guards.splice(0).map((guard) => guard.close()));
    await Promise.all(sessions.splice(0).map((session) => session.close()));
    way.close();
    await cluster.close();
    await rm(folder, { recursive: true, force: true });
  });

  async function sessionAs(context: ContextName): Promise<ApiSession> {
    const config = await loadKubeconfig({ explicitPath: kubeconfig, env: {}, homeDir: folder });
    const session = await openSession(resolveContext(config, { context }), { version: 'test', env: {} });
    sessions.push(session);
    return session;
  }

  async function planned(requested: RequestedOptions = { keepTagRevisions: 0 }): Promise<Plan> {
    const inventory = new Inventory();
    const options = resolveOptions(requested);
    const reader = {
      addPage: async (resource: Parameters<Inventory['addPage']>[0], body: Buffer) => {
        const page: unknown = JSON.parse(body.toString());
        const metadata = objectAt(page, 'metadata');
        inventory.addPage(resource, listAt(page, 'items'));
        const remaining = numberAt(metadata, 'remainingItemCount');
        return { items: 0, continueToken: textAt(metadata, 'continue'), remaining };
      },
      drop: async (resource: Parameters<Inventory['drop']>[0]) => inventory.drop(resource),
      addMissing: async () => assert.fail('a list is missing'),
    };
    await takeInventory(await sessionAs('admin'), reader, {
      namespace: options.namespace,
      referrersEverywhere: options.rules === 'extended',
    });
    return makePlan({ inventory, options, now: NOW, origin: null });
  }

  function scopeOf({ options, streams, images }: Plan, more: Partial<GuardScope> = {}): GuardScope {
    return {
      options,
      threshold: options.keepYoungerThanMs === null ? null : NOW - options.keepYoungerThanMs,
      streams: streams.filter((stream) => stream.itemsToPrune > 0),
      images: images.filter((image) => image.verdict === 'prune'),
      ...more,
    };
  }

  async function guarded(plan: Plan, context: ContextName, more: GuardOptions = {}, scope = scopeOf(plan)) {
    const told: string[] = [];
    const guard = await startGuard(await sessionAs(context), scope, {
      retry: QUICK,
      pollMs: 10,
      now: () => NOW,
      onProtection: ({ image }) => told.push(image),
      onLoss: ({ resource }) => told.push(`lost ${resource}`),
      onRestored: ({ resource }) => told.push(`restored ${resource}`),
      ...more,
    });
    guards.push(guard);
    return { guard, told };
  }

  /** Waits however long it takes until the guard is ready. */
  const found = (guard: Guard) =>
    until(
      () =>
        guard.ready().then(
          () => true,
          () => false,
        ),
      (ready) => ready,
    );

  const isProtected = (guard: Guard, image: string) =>
    until(
      () => guard.isProtected(image),
      (yes) => yes,
    );

  function changeStream(
    name: string,
    change: (tags: NonNullable<ImageStream['status']['tags']>) => void,
  ): void {
    const stream = structuredClone(cluster.store.get(STREAMS, 'shop', name)) as ImageStream;
    change(stream.status.tags ?? []);
    cluster.store.put(STREAMS, stream);
  }

  /** Everything that was put into image streams before has been seen once this has. */
  async function streamsSeen(guard: Guard): Promise<Protection> {
    const image = imageNamed('storefront-may-2016');
    const items = [{ created: '2026-01-01T00:09:00Z', dockerImageReference: '', image, generation: 1 }];
    cluster.seed([
      {
        kind: 'ImageStream',
        apiVersion: 'image.openshift.io/v1',
        metadata: { name: 'last', namespace: 'data' },
        spec: {},
        status: { tags: [{ tag: 'v1', items }] },
      },
    ]);
    await isProtected(guard, image);
    const found = guard.protections.find((protection) => protection.image === image);
    assert.ok(found);
    return found;
  }

  it('is about a plan that removes the images that these tests are about', async () => {
    const { images } = scopeOf(await planned());
    const names = new Set(images.map((image) => image.name));
    for (const image of [OLD_STOREFRONT, NEWEST_SEARCH, INDEX, MEMBER, OTHER_MEMBER]) {
      assert.ok(names.has(image), image);
    }
  });

  for (const context of ['admin', 'pruner'] as const) {
    const how = context === 'admin' ? 'watching' : 'polling';

    it(`${how}, reports nothing where nothing happens`, async () => {
      const plan = await planned();
      const start = cluster.requests.length;
      const { guard, told } = await guarded(plan, context);
      await guard.ready();
      // The pods have been listed again, or are being watched.
      await until(
        () =>
          cluster.requests.slice(start).filter(({ path, code }) => path.endsWith('/pods') && code === 200),
        (requests) => requests.length > (context === 'admin' ? 0 : 4),
      );
      const last = await streamsSeen(guard);
      assert.deepEqual(guard.protections, [last]);
      assert.deepEqual(last.by, { namespace: 'data', stream: 'last', tag: 'v1', position: 0 });
      assert.equal(last.at, '2026-01-01T00:00:00.000Z');
      assert.deepEqual([told, guard.invalidReferences], [[last.image], []]);
      const watches = cluster.requests.slice(start).filter(({ query }) => query.includes('watch=true'));
      const codes = watches.map(({ code }) => code).sort();
      // A watch that is under way has no code yet.
      assert.deepEqual(codes, context === 'admin' ? Array(12).fill(0) : [0, ...Array(11).fill(403)]);
      assert.equal(GUARD_CONNECTIONS, 12);
    });

    it(`${how}, sees who names an image by digest, by tag and through an index`, async () => {
      const { guard } = await guarded(await planned(), context);
      assert.equal(guard.isProtected(OLD_STOREFRONT), false);
      assert.deepEqual(guard.usersOfImage('shop', 'storefront', OLD_STOREFRONT), []);
      cluster.seed([podOf('by-digest', pull(`shop/storefront@${OLD_STOREFRONT}`))]);
      await isProtected(guard, OLD_STOREFRONT);
      const by = { resource: 'pod', namespace: 'shop', name: 'by-digest', place: 'container', at: 'main' };
      assert.deepEqual(guard.protections, [{ image: OLD_STOREFRONT, by, at: '2026-01-01T00:00:00.000Z' }]);
      assert.deepEqual(guard.usersOfImage('shop', 'storefront', OLD_STOREFRONT), [by]);

      cluster.seed([podOf('by-tag', pull('shop/search'), 'data')]);
      await isProtected(guard, NEWEST_SEARCH);
      assert.deepEqual(
        guard.usersOfTag('shop', 'search', 'latest').map(({ namespace, name }) => `${namespace}/${name}`),
        ['data/by-tag'],
      );

      cluster.seed([podOf('by-member', pull(`shop/storefront@${MEMBER}`))]);
      await isProtected(guard, INDEX);
      assert.ok(guard.isProtected(MEMBER));
      assert.ok(guard.isProtected(OTHER_MEMBER));
      assert.equal(guard.usersOfImage('shop', 'storefront', INDEX)[0]?.name, 'by-member');
    });

    it(`${how}, sees a workload that is gone again, and does not forget it`, async () => {
      const { guard } = await guarded(await planned(), context);
      await guard.ready();
      cluster.seed([deploymentOf('brief', pull(`shop/storefront@${OLD_STOREFRONT}`))]);
      // A poll may miss what comes and goes at once; a watch doesn't.
      if (context === 'pruner') await isProtected(guard, OLD_STOREFRONT);
      cluster.store.remove(resourceNamed('deployments', 'apps'), 'shop', 'brief');
      await isProtected(guard, OLD_STOREFRONT);
      await streamsSeen(guard);
      await guard.ready();
      assert.ok(guard.isProtected(OLD_STOREFRONT));
      assert.equal(guard.usersOfImage('shop', 'storefront', OLD_STOREFRONT)[0]?.name, 'brief');
    });

    it(`${how}, sees a new tag, and nothing in tags that lose items`, async () => {
      const { guard } = await guarded(await planned(), context);
      await guard.ready();
      changeStream('storefront', (tags) => {
        for (const tag of tags) tag.items?.pop();
      });
      changeStream('search', (tags) => {
        tags.length = 0;
      });
      const last = await streamsSeen(guard);
      assert.deepEqual(guard.protections, [last]);
      changeStream('storefront', (tags) => {
        const created = '2026-01-01T00:08:00Z';
        tags[0]?.items?.unshift({ created, dockerImageReference: '', image: INDEX, generation: 99 });
      });
      await isProtected(guard, INDEX);
      assert.deepEqual(
        guard.protections.slice(1).map(({ image, by }) => [image, by]),
        [INDEX, OTHER_MEMBER, MEMBER]
          .toSorted((a, b) => Number(b === INDEX) - Number(a === INDEX) || (a < b ? -1 : 1))
          .map((image) => [image, { namespace: 'shop', stream: 'storefront', tag: 'latest', position: 0 }]),
      );
    });
  }

  it('sees at once what came between the plan and its start', async () => {
    const plan = await planned();
    cluster.seed([podOf('early', `quay.io/else/where@${OLD_STOREFRONT}`)]);
    const { guard, told } = await guarded(plan, 'pruner');
    assert.ok(guard.isProtected(OLD_STOREFRONT));
    assert.deepEqual(told, [OLD_STOREFRONT]);
  });

  it('reports everyone who uses a tag, also whom the plan knew', async () => {
    const { guard } = await guarded(await planned(), 'admin');
    const users = guard.usersOfTag('shop', 'storefront', 'latest');
    assert.deepEqual(
      users.map(({ resource, name }) => `${resource}/${name}`),
      ['deployment/storefront'],
    );
    assert.deepEqual(guard.protections, []);
  });

  it('goes on where the connections break, and misses nothing meanwhile', async () => {
    const { guard, told } = await guarded(await planned(), 'admin');
    await guard.ready();
    const start = cluster.requests.length;
    way.shut();
    await until(
      () => told.filter((line) => line.startsWith('lost ')).length,
      (lost) => lost === GUARD_CONNECTIONS,
    );
    const deployments = resourceNamed('deployments', 'apps');
    cluster.seed([deploymentOf('brief', pull(`shop/storefront@${OLD_STOREFRONT}`))]);
    cluster.store.remove(deployments, 'shop', 'brief');
    way.reopen();
    await guard.ready();
    assert.ok(guard.isProtected(OLD_STOREFRONT));
    assert.equal(told.filter((line) => line.startsWith('restored ')).length, GUARD_CONNECTIONS);
    const lists = cluster.requests.slice(start).filter(({ query }) => !query.includes('watch=true'));
    assert.deepEqual(lists, []);
  });

  it('lists again what the server doesn’t remember', async () => {
    const { guard, told } = await guarded(await planned(), 'admin');
    await guard.ready();
    way.shut();
    await until(
      () => told,
      (lines) => lines.includes('lost pods'),
    );
    cluster.seed([podOf('meanwhile', pull(`shop/storefront@${OLD_STOREFRONT}`))]);
    cluster.store.compact();
    way.reopen();
    await guard.ready();
    assert.ok(guard.isProtected(OLD_STOREFRONT));
    cluster.seed([podOf('after', pull('shop/search'))]);
    await isProtected(guard, NEWEST_SEARCH);
  });

  it('begins all the same where watches expire, break or hang at first', async () => {
    const plan = await planned();
    for (const action of [
      { kind: 'expireContinue' },
      { kind: 'reset' },
      { kind: 'hang' },
      { kind: 'status', code: 429, retryAfter: 0 },
      { kind: 'status', code: 503 },
    ] as const) {
      const fault = cluster.faults.add({ path: /\/pods\?.*watch=true/, action, count: 2 });
      const { guard, told } = await guarded(plan, 'admin', { answerWithinMs: 200 });
      await guard.ready();
      assert.ok(told.includes('lost pods') && told.includes('restored pods'), `${action.kind}: ${told}`);
      assert.ok(fault.hits > 0);
      assert.deepEqual(guard.protections, []);
      fault.remove();
      await guard.close();
    }
  });

  for (const context of ['admin', 'pruner'] as const) {
    it(`is lost where it can't be restored in time, and found again later, as ${context}`, async () => {
      const { guard, told } = await guarded(await planned(), context, { restoreWithinMs: 100 });
      await found(guard);
      way.shut();
      await until(
        () => told,
        (lines) => lines.includes('lost pods'),
      );
      await assert.rejects(guard.ready(), (error) => {
        assert.ok(error instanceof GuardLostError);
        assert.match(error.message, /could not be followed since 2026-01-01T00:00:00\.000Z/);
        assert.match(error.message, /The run stopped there and can be resumed\. The API server .*cut/);
        assert.ok(error.losses.length > 0);
        return true;
      });
      way.reopen();
      await found(guard);
    });
  }

  it('is lost where polls fail', async () => {
    const { guard } = await guarded(await planned(), 'pruner', { restoreWithinMs: 200 });
    await found(guard);
    const fault = cluster.faults.add({ path: /\/jobs\?/, action: { kind: 'forbidden' } });
    await fault.struck();
    await assert.rejects(
      until(
        () => guard.ready(),
        () => false,
      ),
      /What happens to jobs could not be followed .*jobs\.batch is forbidden/,
    );
  });

  it('has lost nothing where a list is tried again before it begins', async () => {
    const plan = await planned();
    const action = { kind: 'status', code: 503 } as const;
    const fault = cluster.faults.add({ path: /\/pods\?limit/, action, count: 2 });
    const { guard, told } = await guarded(plan, 'admin');
    await guard.ready();
    assert.equal(fault.hits, 2);
    assert.deepEqual(told, []);
  });

  it('does not begin where a list is forbidden', async () => {
    const plan = await planned();
    for (const context of ['developer', 'nobody'] as const) {
      await assert.rejects(guarded(plan, context), (error) => {
        assert.ok(error instanceof GuardStartError);
        assert.equal(error.list.cause, 'forbidden');
        assert.match(
          error.message,
          new RegExp(`^Nothing was changed: ${error.list.resource} can’t be listed`),
        );
        assert.match(error.list.message, new RegExp(`User "${context}" cannot list resource`));
        assert.ok(!error.message.includes(USERS[context].token));
        return true;
      });
    }
  });

  it('does not begin where a list fails, nor where what is listed makes no sense', async () => {
    const plan = await planned();
    const fault = cluster.faults.add({ path: /\/cronjobs\?/, action: { kind: 'status', code: 500 } });
    await assert.rejects(guarded(plan, 'admin'), (error) => {
      assert.ok(error instanceof GuardStartError);
      assert.deepEqual([error.list.resource, error.list.cause], ['cronjobs', 'failed']);
      return true;
    });
    assert.equal(fault.hits, QUICK.attempts);
    fault.remove();
    cluster.seed([{ ...podOf('odd', 'busybox'), metadata: { name: 'odd', creationTimestamp: 'yesterday' } }]);
    await assert.rejects(guarded(plan, 'admin'), /pods can’t be listed.*creationTimestamp/);
  });

  it('does without APIs that are disabled', async () => {
    for (const group of ['build.openshift.io', 'apps.openshift.io']) cluster.disabledGroups.add(group);
    const { guard } = await guarded(await planned(), 'admin');
    await guard.ready();
    cluster.seed([podOf('by-digest', pull(`shop/storefront@${OLD_STOREFRONT}`))]);
    await isProtected(guard, OLD_STOREFRONT);
  });

  it('refuses references that can’t be parsed, unless they are to be ignored', async () => {
    const plan = await planned();
    const ignoring = await planned({ keepTagRevisions: 0, ignoreInvalidRefs: true });
    cluster.seed([
      { ...deploymentOf('wrong', 'Not A Reference') },
      podOf('wrong', 'Not A Reference', 'shop'),
      podOf('wrong', 'Not A Reference', 'data'),
    ]);
    await assert.rejects(guarded(plan, 'admin'), (error) => {
      assert.ok(error instanceof InvalidReferencesError);
      assert.deepEqual(
        error.lines.map((line) => line.split(':')[0]),
        ['pod/wrong namespace=data', 'pod/wrong namespace=shop', 'deployment/wrong namespace=shop'],
      );
      return true;
    });
    const { guard } = await guarded(ignoring, 'admin');
    assert.deepEqual(guard.invalidReferences, []);
  });

  it('tells of references that come later and can’t be parsed', async () => {
    const told: string[] = [];
    const onInvalid = ({ resource, name }: { resource: string; name: string }) =>
      told.push(`${resource}/${name}`);
    for (const context of ['admin', 'pruner'] as const) {
      told.length = 0;
      const { guard } = await guarded(await planned({ ignoreInvalidRefs: true }), context, { onInvalid });
      await guard.ready();
      const name = `wrong-for-${context}`;
      cluster.seed([podOf(name, 'Not A Reference')]);
      await until(
        () => guard.invalidReferences,
        (references) => references.length > 0,
      );
      cluster.seed([
        { ...podOf(name, 'Not A Reference'), status: { phase: 'Failed' } },
        podOf('right', pull('shop/search')),
      ]);
      await until(
        () => guard.usersOfTag('shop', 'search', 'latest').length,
        (users) => users > 0,
      );
      assert.deepEqual(told, [`pod/${name}`]);
      assert.equal(guard.invalidReferences.length, 1);
      await guard.close();
    }
  });

  it('looks where planning looked', async () => {
    for (const rules of ['extended', 'reference'] as const) {
      const plan = await planned({ namespace: 'shop', rules, keepTagRevisions: 0 });
      const start = cluster.requests.length;
      const { guard } = await guarded(plan, 'admin');
      await guard.ready();
      const paths = new Set(cluster.requests.slice(start).map(({ path }) => path));
      assert.ok(paths.has('/apis/image.openshift.io/v1/namespaces/shop/imagestreams'));
      assert.ok(paths.has(rules === 'extended' ? '/api/v1/pods' : '/api/v1/namespaces/shop/pods'));
      assert.equal(paths.size, GUARD_CONNECTIONS);
      const object = podOf(`by-digest-${rules}`, pull(`shop/storefront@${OLD_STOREFRONT}`));
      cluster.store.put(resourceOf(object), object);
      await isProtected(guard, OLD_STOREFRONT);
      await guard.close();
      cluster.store.remove(resourceNamed('pods'), 'shop', object.metadata.name);
    }
  });

  it('ends where it is aborted, when beginning and when waited for', async () => {
    const plan = await planned();
    const fault = cluster.faults.add({ path: /\/pods\?/, action: { kind: 'hang' } });
    const early = new AbortController();
    const beginning = guarded(plan, 'admin', { signal: early.signal });
    await fault.struck();
    early.abort(new Error('enough'));
    await assert.rejects(beginning, /^Error: enough$/);
    await assert.rejects(guarded(plan, 'admin', { signal: early.signal }), /^Error: enough$/);
    fault.remove();

    const late = new AbortController();
    const { guard } = await guarded(plan, 'admin', { signal: late.signal });
    await guard.ready();
    way.shut();
    await until(
      () => cluster.requests.filter(({ query, code }) => query.includes('watch=true') && code === 0),
      (watches) => watches.length > 0,
    );
    const waiting = until(
      () => guard.ready(),
      () => false,
    );
    late.abort(new Error('no more'));
    await assert.rejects(waiting, /^Error: no more$/);
  });

  it('ends its watches when it is closed', async () => {
    const { guard } = await guarded(await planned(), 'admin');
    await guard.ready();
    await guard.close();
    await assert.rejects(guard.ready(), /closed/);
    const start = cluster.requests.length;
    cluster.seed([podOf('late', pull(`shop/storefront@${OLD_STOREFRONT}`))]);
    await planned();
    assert.equal(guard.isProtected(OLD_STOREFRONT), false);
    assert.ok(cluster.requests.slice(start).every(({ query }) => !query.includes('watch=true')));
  });
});
