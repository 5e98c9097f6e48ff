import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { InventoryResource } from '../../src/engine/inventory.ts';
import type { RequestedOptions } from '../../src/engine/options.ts';
import type { Plan } from '../../src/engine/plan.ts';
import type { GuardScope } from '../../src/prune/guard/guard-scope.ts';
import { Protections } from '../../src/prune/guard/protections.ts';
import {
  type ApiLists,
  ClusterDescription,
  inventoryOf,
  NOW,
  OLD,
  planOf,
  pull,
} from './engine/cluster-description.ts';
import { digestOf, nameOf } from './engine/named-digests.ts';
import { everyOption, randomCluster } from './engine/random-cluster.ts';

const KEEP_NONE = { keepTagRevisions: 0 };

function scopeOf(plan: Plan, more: Partial<GuardScope> = {}): GuardScope {
  const { options } = plan;
  return {
    options,
    threshold: options.keepYoungerThanMs === null ? null : NOW - options.keepYoungerThanMs,
    streams: plan.streams.filter((stream) => stream.itemsToPrune > 0),
    images: plan.images.filter((image) => image.verdict === 'prune'),
    ...more,
  };
}

/** Guards a plan, and is told what there is. */
class Guarded {
  readonly told: string[] = [];
  readonly protections: Protections;

  constructor(scope: GuardScope) {
    this.protections = new Protections(
      scope,
      () => '2024-01-31T12:05:00.000Z',
      ({ image, by }) => this.told.push(`${nameOf(image)} by ${whoIs(by)}`),
    );
  }

  sees(lists: ApiLists, isStart = false): this {
    const { referrers, streams } = inventoryOf(lists);
    this.protections.addReferrers(referrers, isStart);
    this.protections.addStreams(streams);
    return this;
  }

  has(image: string): boolean {
    return this.protections.has(digestOf(image));
  }
}

function whoIs(by: Parameters<ConstructorParameters<typeof Protections>[2]>[0]['by']): string {
  if ('position' in by) return `${by.namespace}/${by.stream}:${by.tag}#${by.position}`;
  return `${by.resource} ${by.namespace}/${by.name}`;
}

/** A guard that has begun with the very cluster that was planned for. */
function guard(
  cluster: ClusterDescription,
  options: RequestedOptions = KEEP_NONE,
  more: Partial<GuardScope> = {},
) {
  return new Guarded(scopeOf(cluster.plan(options), more)).sees(cluster.lists, true);
}

/** Only what is new. */
const now = () => new ClusterDescription();

const web = () =>
  new ClusterDescription()
    .image('app')
    .image('old')
    .stream('shop/web', { latest: ['app', 'old'] });

describe('an image that goes is protected', () => {
  it('by whoever newly names its digest in a repository that has it', () => {
    const guarded = guard(web()).sees(now().pod('other/p', { containers: [pull('shop/web@old')] }).lists);
    assert.deepEqual(guarded.told, ['old by pod other/p']);
    assert.deepEqual([guarded.has('old'), guarded.has('app')], [true, false]);
    const users = guarded.protections.usersOfImage('shop', 'web', digestOf('old'));
    assert.deepEqual(
      users.map(({ name, place, at }) => [name, place, at]),
      [['p', 'container', 'c0']],
    );
  });

  it('by whoever newly names its digest in any other repository', () => {
    const guarded = guard(web()).sees(
      now().workload('deployments', 'a/d', { containers: [pull('a/b@app')] }).lists,
    );
    assert.deepEqual(guarded.told, ['app by deployment a/d']);
    assert.deepEqual(guarded.protections.usersOfImage('shop', 'web', digestOf('app')), []);
  });

  it('by a use of the tag that it is the newest of, and no other of that tag', () => {
    const guarded = guard(web()).sees(now().pod('other/p', { init: [pull('shop/web')] }).lists);
    assert.deepEqual(guarded.told, ['app by pod other/p']);
    assert.deepEqual(
      guarded.protections.uses.ofTag('shop', 'web', 'latest').map(({ name, place }) => [name, place]),
      [['p', 'initContainer']],
    );
    assert.deepEqual(guarded.protections.uses.ofTag('shop', 'web', 'v1'), []);
  });

  it('not by a use of a tag whose newest revision stays', () => {
    const cluster = web();
    const guarded = guard(cluster, { keepTagRevisions: 1 }).sees(
      now().pod('other/p', { containers: [pull('shop/web')] }).lists,
    );
    assert.deepEqual(guarded.told, []);
    assert.equal(guarded.protections.uses.ofTag('shop', 'web', 'latest').length, 1);
  });

  it('by builds, triggers and volumes, as in planning', () => {
    const guarded = guard(web())
      .sees(
        now().build('builds', 'shop/b', 'sourceStrategy', { kind: 'ImageStreamTag', name: 'web:latest' })
          .lists,
      )
      .sees(now().pod('shop/p', { volumes: [pull('shop/web@old')] }).lists);
    assert.deepEqual(guarded.told, ['app by build shop/b', 'old by pod shop/p']);
  });

  it('by what a node reports, wherever the image stands', () => {
    const report = now().pod('x/p', {}, { reports: [`quay.io/y/z@${digestOf('old')}`] });
    assert.deepEqual(guard(web()).sees(report.lists).told, ['old by pod x/p']);
    assert.deepEqual(guard(web(), { ...KEEP_NONE, rules: 'reference' }).sees(report.lists).told, []);
  });

  it('not by a pod that is over and old', () => {
    const over = now().pod('x/p', { containers: [pull('shop/web@old')] }, { phase: 'Failed' });
    assert.deepEqual(guard(web()).sees(over.lists).told, []);
  });

  it('by a new item of any tag history, but not by the items it was planned with', () => {
    const guarded = guard(web());
    guarded.sees(now().stream('shop/web', { latest: ['old'] }).lists);
    assert.deepEqual(guarded.told, []);
    guarded.sees(now().stream('shop/web', { latest: ['app', 'old'], v1: ['old'] }).lists);
    guarded.sees(now().stream('else/where', { a: ['new', { image: 'app', age: 0 }] }).lists);
    assert.deepEqual(guarded.told, ['old by shop/web:v1#0', 'app by else/where:a#1']);
  });

  it('by an item that was there before and came again', () => {
    const again = now().stream('shop/web', { latest: [{ image: 'old', age: 0 }, 'app', 'old'] });
    assert.deepEqual(guard(web()).sees(again.lists).told, ['old by shop/web:latest#0']);
  });

  it('for good: once it was named it stays protected', () => {
    const guarded = guard(web());
    guarded.sees(now().pod('x/p', { containers: [pull('shop/web@old')] }).lists);
    guarded.sees(now().pod('x/p', { containers: ['busybox'] }).lists);
    assert.equal(guarded.has('old'), true);
    assert.equal(guarded.protections.usersOfImage('shop', 'web', digestOf('old')).length, 1);
  });

  it('and that is told once a cause', () => {
    const pod = now().pod('x/p', { containers: [pull('shop/web@old')] });
    const guarded = guard(web()).sees(pod.lists).sees(pod.lists);
    guarded.sees(now().pod('x/q', { containers: [pull('shop/web@old')] }).lists);
    assert.deepEqual(guarded.told, ['old by pod x/p', 'old by pod x/q']);
    assert.equal(guarded.protections.list.length, 2);
    assert.equal(guarded.protections.list[0]?.at, '2024-01-31T12:05:00.000Z');
  });
});

describe('an index', () => {
  const indexed = () =>
    new ClusterDescription()
      .image('index', { members: ['arm', 'inner'] })
      .image('inner', { members: ['amd'] })
      .image('arm')
      .image('amd')
      .image('new')
      .stream('shop/web', { latest: ['new', 'index'] });
  const options = { keepTagRevisions: 1 };

  it('protects its members, and theirs', () => {
    const guarded = guard(indexed(), options);
    guarded.sees(now().pod('x/p', { containers: [pull('shop/web@index')] }).lists);
    assert.deepEqual(guarded.told.sort(), [
      'amd by pod x/p',
      'arm by pod x/p',
      'index by pod x/p',
      'inner by pod x/p',
    ]);
  });

  it('is protected through a member, with its other members', () => {
    const guarded = guard(indexed(), options);
    guarded.sees(now().pod('x/p', { containers: [pull('shop/web@amd')] }).lists);
    for (const image of ['index', 'inner', 'arm', 'amd']) assert.ok(guarded.has(image), image);
    assert.equal(guarded.protections.usersOfImage('shop', 'web', digestOf('index')).length, 1);
  });

  it('is not protected through a member by the reference’s rules', () => {
    const guarded = guard(indexed(), { ...options, rules: 'reference' });
    guarded.sees(now().pod('x/p', { containers: [pull('shop/web@amd')] }).lists);
    assert.deepEqual(guarded.told, ['amd by pod x/p']);
    assert.deepEqual(guarded.protections.usersOfImage('shop', 'web', digestOf('index')), []);
  });

  it('is not protected because a member is tagged', () => {
    const guarded = guard(indexed(), options);
    guarded.sees(now().stream('shop/arm', { latest: ['arm'] }).lists);
    assert.deepEqual(guarded.told, ['arm by shop/arm:latest#0']);
    guarded.sees(now().stream('shop/both', { latest: ['inner'] }).lists);
    assert.deepEqual(guarded.told.slice(1), ['inner by shop/both:latest#0', 'amd by shop/both:latest#0']);
  });

  it('that stays makes known whose members its users use', () => {
    const cluster = indexed().stream('shop/kept', { latest: ['index'] });
    const plan = cluster.plan(options);
    const scope = scopeOf(plan, { images: plan.images.filter((image) => image.manifests.length > 0) });
    const guarded = new Guarded(scope).sees(cluster.lists, true);
    guarded.sees(now().pod('x/p', { containers: [pull('shop/web@amd')] }).lists);
    assert.equal(guarded.protections.usersOfImage('shop', 'web', digestOf('index')).length, 1);
    assert.ok(guarded.has('index'));
    assert.ok(!guarded.has('amd'), 'it stays anyway');
  });
});

describe('what was there when the plan was made', () => {
  /** A pod that names the digest in another repository: planning lets that pass. */
  const elsewhere = (age: number) => (cluster: ClusterDescription) =>
    cluster.pod('x/p', { containers: [pull('else/where@old')] }, { age });

  it('protects nothing, though it names an image in another repository', () => {
    const guarded = guard(elsewhere(OLD)(web()));
    guarded.sees(elsewhere(OLD)(now()).lists);
    assert.deepEqual(guarded.told, []);
  });

  it('protects where it names the image only now', () => {
    const guarded = guard(web().pod('x/p', { containers: ['busybox'] }));
    guarded.sees(elsewhere(OLD)(now()).lists);
    assert.deepEqual(guarded.told, ['old by pod x/p']);
  });

  it('is told from what came between the plan and the guard by its age', () => {
    const scope = scopeOf(web().plan(KEEP_NONE));
    assert.deepEqual(new Guarded(scope).sees(elsewhere(-1)(now()).lists, true).told, ['old by pod x/p']);
    assert.deepEqual(new Guarded(scope).sees(elsewhere(4)(now()).lists, true).told, ['old by pod x/p']);
    assert.deepEqual(new Guarded(scope).sees(elsewhere(6)(now()).lists, true).told, []);
    const later = { ...scope, plannedAt: NOW + 6 * 60_000 };
    assert.deepEqual(new Guarded(later).sees(elsewhere(4)(now()).lists, true).told, []);
  });

  it('counts as new where the plan’s instant isn’t known', () => {
    const plan = new ClusterDescription()
      .image('app')
      .image('old', { size: 2000 })
      .stream('shop/web', { latest: ['app', 'old'] })
      .limit('shop/l', '1k')
      .plan({ pruneOverSizeLimit: true });
    assert.deepEqual(
      plan.images.filter(({ verdict }) => verdict === 'prune').map(({ name }) => nameOf(name)),
      ['old'],
    );
    const lists = elsewhere(OLD)(now()).lists;
    assert.deepEqual(new Guarded(scopeOf(plan)).sees(lists, true).told, ['old by pod x/p']);
    assert.deepEqual(new Guarded(scopeOf(plan, { plannedAt: NOW })).sees(lists, true).told, []);
  });

  it('doesn’t protect a revision whose Image object is missing', () => {
    const cluster = new ClusterDescription()
      .stream('shop/web', { latest: ['gone', 'gone'] })
      .pod('x/p', { containers: [pull('shop/web@gone')] });
    const guarded = guard(cluster);
    assert.deepEqual(guarded.told, []);
    guarded.sees(now().pod('x/q', { containers: [pull('shop/web')] }).lists);
    assert.deepEqual(guarded.told, ['gone by pod x/q'], 'a used tag keeps it all the same');
  });
});

const USERS: readonly InventoryResource[] = [
  'pods',
  'deployments',
  'builds',
  'buildconfigs',
  'cronjobs',
  'jobs',
];
const CLUSTERS = 50;

describe(`in ${CLUSTERS} random clusters with every option and both rules`, () => {
  const eachPlan = function* () {
    for (let seed = 1; seed <= CLUSTERS; seed++) {
      const cluster = randomCluster(seed);
      for (const requested of everyOption()) {
        for (const rules of ['extended', 'reference'] as const) {
          const options = { ...requested, rules };
          const plan = cluster.plan(options);
          // The youngest objects are as old as the plan itself; indexes that stay are made known.
          const images = plan.images.filter(
            ({ verdict, manifests }) => verdict === 'prune' || manifests.length > 0,
          );
          const scope = scopeOf(plan, { plannedAt: NOW + 6 * 60_000, images });
          if (scope.streams.length === 0 && scope.images.every(({ verdict }) => verdict === 'keep')) continue;
          yield {
            seed,
            cluster,
            options,
            plan,
            scope,
            where: `seed ${seed} with ${JSON.stringify(options)}`,
          };
        }
      }
    }
  };

  it('nothing is protected where nothing has changed', () => {
    let plans = 0;
    for (const { cluster, scope, where } of eachPlan()) {
      plans++;
      const guarded = new Guarded(scope).sees(cluster.lists, true).sees(cluster.lists);
      assert.deepEqual(guarded.told, [], where);
    }
    assert.ok(plans > 1_000, `only ${plans} plans`);
  });

  it('whatever another plan would keep because of new users is protected or has users', () => {
    const met = { images: 0, revisions: 0 };
    for (const { seed, cluster, options, plan, scope, where } of eachPlan()) {
      const added = newUsers(seed + 1_000);
      const after = planOf(inventoryOf(merged(cluster.lists, added)), options);
      const guarded = new Guarded(scope).sees(cluster.lists, true).sees(added);
      const { protections } = guarded;
      for (const [place, image] of plan.images.entries()) {
        if (image.verdict === 'keep' || after.images[place]?.verdict === 'prune') continue;
        met.images++;
        assert.ok(protections.has(image.name), `${nameOf(image.name)}, ${where}`);
      }
      for (const [place, { namespace, name, tags }] of plan.streams.entries()) {
        for (const [tagPlace, { tag, revisions }] of tags.entries()) {
          for (const { position, image, verdict } of revisions) {
            const then = after.streams[place]?.tags[tagPlace]?.revisions[position]?.verdict;
            if (verdict === 'keep' || then === 'prune') continue;
            met.revisions++;
            const users = protections.usersOfImage(namespace, name, image);
            const tagUsers = position === 0 ? protections.uses.ofTag(namespace, name, tag) : [];
            assert.ok(
              users.length + tagUsers.length > 0,
              `${namespace}/${name}:${tag}#${position}, ${where}`,
            );
          }
        }
      }
    }
    assert.ok(met.images > 200 && met.revisions > 500, JSON.stringify(met));
  });

  it('whatever another plan would keep because of new tags is protected', () => {
    let met = 0;
    for (const { seed, cluster, options, plan, scope, where } of eachPlan()) {
      const added: ApiLists = { imagestreams: randomCluster(seed + 2_000).lists.imagestreams ?? [] };
      for (const stream of added.imagestreams ?? []) {
        stream.metadata = { ...(stream.metadata as object), namespace: 'later' };
      }
      const after = planOf(inventoryOf(merged(cluster.lists, added)), options);
      const guarded = new Guarded(scope).sees(cluster.lists, true).sees(added);
      for (const [place, image] of plan.images.entries()) {
        if (image.verdict === 'keep' || after.images[place]?.verdict === 'prune') continue;
        met++;
        assert.ok(guarded.protections.has(image.name), `${nameOf(image.name)}, ${where}`);
      }
    }
    assert.ok(met > 200, `only ${met} images`);
  });

  function newUsers(seed: number): ApiLists {
    const { lists } = randomCluster(seed);
    const users: ApiLists = {};
    for (const resource of USERS) {
      users[resource] = (lists[resource] ?? []).map((object) => ({
        ...object,
        metadata: { ...(object.metadata as object), name: 'new' },
      }));
    }
    return users;
  }

  function merged(before: ApiLists, added: ApiLists): ApiLists {
    const lists: ApiLists = { ...before };
    for (const resource of Object.keys(added) as InventoryResource[]) {
      lists[resource] = [...(lists[resource] ?? []), ...(added[resource] ?? [])];
    }
    return lists;
  }
});
