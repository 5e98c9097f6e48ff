import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { type Explanation, explain, UnknownTargetError } from '../../../src/engine/explain.ts';
import type { RequestedOptions } from '../../../src/engine/options.ts';
import type { Plan } from '../../../src/engine/plan.ts';
import { ago, ClusterDescription, OLD, pull, YOUNG } from './cluster-description.ts';
import { digestOf, nameOf } from './named-digests.ts';
import { at } from './plan-readings.ts';

/** The scenario of the product documentation: one image in three tags. */
function documented(): ClusterDescription {
  const cluster = new ClusterDescription().image('v21', { layers: ['l:5'] });
  for (const name of ['n1', 'n2', 'n3', 'n4', 'o1']) cluster.image(name);
  return cluster.stream('shop/myapp', {
    v2: ['n1', 'n2', 'n3', 'n4', 'v21'],
    'v2.1': ['n1', 'o1', 'v21'],
    'v2.1-may-2016': ['v21'],
  });
}

const image = (name: string) => ({ kind: 'image', digest: digestOf(name) }) as const;
const tag = (stream: string, name: string) =>
  ({ kind: 'tag', namespace: 'shop', stream, tag: name }) as const;

function explained(cluster: ClusterDescription, name: string, options: RequestedOptions = {}): Explanation {
  return at(explain(cluster.plan(options), image(name)), 0);
}

const placesOf = (explanation: Explanation) =>
  explanation.places.map(
    (place) =>
      `${place.stream}:${place.tag} at position ${place.position} out of ${place.of}: ${place.verdict} ${place.reasons.map((reason) => reason.code).join(' ')}`,
  );
const codes = (list: readonly { code: string }[]) => list.map((one) => one.code);

describe('explaining an image', () => {
  it('tells every place where it stands', () => {
    const explanation = explained(documented(), 'v21');
    assert.deepEqual(placesOf(explanation), [
      'myapp:v2 at position 4 out of 5: prune beyondRevisions',
      'myapp:v2.1 at position 2 out of 3: keep withinRevisions',
      'myapp:v2.1-may-2016 at position 0 out of 1: keep withinRevisions',
    ]);
    assert.equal(explanation.image, digestOf('v21'));
    assert.equal(explanation.plan?.verdict, 'keep');
    assert.deepEqual(explanation.plan?.bytes, { total: 5, alone: 0 });
  });

  it('tells the three ways out, and warns of keeping 0 revisions and of the dated tag', () => {
    const explanation = explained(documented(), 'v21');
    const [held, dated] = [
      { namespace: 'shop', stream: 'myapp', tag: 'v2.1', position: 2 },
      { namespace: 'shop', stream: 'myapp', tag: 'v2.1-may-2016', position: 0 },
    ];
    assert.deepEqual(explanation.ways, [
      { code: 'deleteTags', tags: [held, dated] },
      {
        code: 'moveDown',
        tags: [
          { ...held, newerNeeded: 1 },
          { ...dated, newerNeeded: 3 },
        ],
      },
      { code: 'keepRevisions', keep: 0 },
    ]);
    assert.deepEqual(explanation.warnings, [
      { code: 'keepZero' },
      { code: 'datedTag', namespace: 'shop', stream: 'myapp', tag: 'v2.1-may-2016' },
    ]);
  });

  it('offers ways that let it go indeed', () => {
    const fewer = new ClusterDescription()
      .image('a')
      .image('b')
      .image('c')
      .stream('shop/web', { v1: ['a', 'b', 'c'] });
    const ways = explained(fewer, 'b').ways;
    assert.deepEqual(ways.at(-1), { code: 'keepRevisions', keep: 1 });
    assert.deepEqual(explained(fewer, 'b').warnings, []);
    assert.deepEqual(explained(fewer, 'b', { keepTagRevisions: 1 }).ways, [{ code: 'nothing' }]);
    assert.equal(explained(fewer, 'b', { keepTagRevisions: 1 }).plan?.verdict, 'prune');
    assert.equal(explained(fewer, 'b', { keepTagRevisions: 2 }).plan?.verdict, 'keep');
  });

  it('warns of the only item of a tag without a date otherwise', () => {
    const cluster = new ClusterDescription().image('a').stream('shop/web', { stable: ['a'] });
    assert.deepEqual(explained(cluster, 'a').warnings, [
      { code: 'keepZero' },
      { code: 'onlyItem', namespace: 'shop', stream: 'web', tag: 'stable' },
    ]);
    assert.deepEqual(explained(cluster, 'a', { keepTagRevisions: 0 }).warnings, []);
    cluster
      .image('b')
      .image('c')
      .stream('shop/api', { stable: ['b', 'c'], '2024-01-31': ['b', 'c'] });
    assert.deepEqual(codes(explained(cluster, 'b').warnings), ['keepZero']);
    assert.deepEqual(codes(explained(cluster, 'c').warnings), []);
  });

  it('says nothing where it goes already, or is not there any more', () => {
    const cluster = new ClusterDescription().image('orphan').stream('shop/web', { v1: ['gone'] });
    assert.deepEqual(explained(cluster, 'orphan').ways, [{ code: 'nothing' }]);
    const gone = explained(cluster, 'gone');
    assert.equal(gone.plan, null);
    assert.deepEqual(gone.ways, [{ code: 'nothing' }]);
    assert.deepEqual(placesOf(gone), ['web:v1 at position 0 out of 1: prune imageMissing']);
  });

  it('says until when its youth protects it: the latest of all', () => {
    const cluster = new ClusterDescription()
      .image('app', { age: 30 })
      .stream('shop/web', { v1: [{ image: 'app', age: 20 }] })
      .stream('shop/api', { v1: ['app'] }, { age: YOUNG });
    const ways = explained(cluster, 'app', { keepTagRevisions: 0 }).ways;
    assert.deepEqual(ways, [{ code: 'wait', until: ago(YOUNG - 60) }]);
    const until = explained(cluster, 'app', { keepTagRevisions: 0, keepYoungerThanMs: 25 * 60_000 }).ways;
    assert.deepEqual(until, [{ code: 'wait', until: ago(YOUNG - 25) }]);
  });

  it('names who would have to stop using it, each once, apart for what goes beyond the reference', () => {
    const cluster = new ClusterDescription()
      .image('app')
      .stream('shop/web', { v1: ['app'], v2: ['app'] })
      .workload('deployments', 'shop/d', { containers: [pull('shop/web@app')] })
      .pod('shop/p', { volumes: [pull('shop/web@app')] }, { reports: [digestOf('app')] });
    const by = (resource: string, place: string, spot: string) => ({
      resource,
      namespace: 'shop',
      name: resource === 'pod' ? 'p' : 'd',
      place,
      at: spot,
    });
    assert.deepEqual(explained(cluster, 'app', { keepTagRevisions: 0 }).ways, [
      { code: 'stopUsing', by: [by('deployment', 'container', 'c0')], beyondReference: false },
      {
        code: 'stopUsing',
        by: [by('pod', 'volume', 'v0'), by('pod', 'containerStatus', 'c0')],
        beyondReference: true,
      },
    ]);
  });

  it('names the index, the options and the limits that keep it', () => {
    const family = new ClusterDescription()
      .image('index', { members: ['amd'] })
      .image('amd')
      .stream('shop/web', { v1: ['index'] });
    assert.deepEqual(explained(family, 'amd').ways, [{ code: 'pruneIndex', index: digestOf('index') }]);
    const mirrored = new ClusterDescription().image('m', { managed: false });
    assert.deepEqual(explained(mirrored, 'm', { all: false }).ways, [{ code: 'considerAll' }]);
    assert.deepEqual(explained(mirrored, 'm', { namespace: 'shop' }).ways, [{ code: 'everyNamespace' }]);
    const small = new ClusterDescription().image('s', { size: 1 }).stream('shop/web', { v1: ['s'] });
    const overSize = { pruneOverSizeLimit: true };
    assert.deepEqual(explained(small, 's', overSize).ways, [{ code: 'pruneByAge' }]);
    assert.deepEqual(explained(small.limit('shop/l', '1Gi'), 's', overSize).ways, [{ code: 'pruneByAge' }]);
  });

  it('asks for the whole inventory where images could not be listed', () => {
    const cluster = new ClusterDescription().stream('shop/web', { v1: ['a'] }).missing('images');
    assert.deepEqual(codes(explained(cluster, 'a', { keepTagRevisions: 0 }).ways), ['completeInventory']);
    assert.equal(codes(explained(cluster, 'a').ways)[0], 'completeInventory');
  });

  it('is found by a clear beginning of its digest, with or without the algorithm', () => {
    const plan = documented().plan();
    const full = digestOf('n1');
    for (const digest of [full, full.slice(0, 11), full.slice(7), full.slice(7, 11)]) {
      assert.equal(explain(plan, { kind: 'image', digest })[0]?.image, full, digest);
    }
    assert.throws(() => explain(plan, { kind: 'image', digest: full.slice(7, 9) }), UnknownTargetError);
  });

  it('is not found by a beginning that is too short, though it be the only one', () => {
    const plan = new ClusterDescription().image('app').plan();
    for (const digest of ['', 'sha256:', digestOf('app').slice(7, 10)]) {
      assert.throws(() => explain(plan, { kind: 'image', digest }), UnknownTargetError, digest);
    }
    assert.equal(explain(plan, { kind: 'image', digest: digestOf('app').slice(7, 11) }).length, 1);
  });

  it('is not found by the beginning of several, unless that is a whole digest itself', () => {
    const [short, long] = ['sha256:abcd', 'sha256:abcdef'];
    const plan = new ClusterDescription()
      .add('images', { metadata: { name: short } }, { metadata: { name: long } })
      .plan();
    assert.equal(explain(plan, { kind: 'image', digest: short })[0]?.image, short);
    const nearly = new ClusterDescription()
      .add('images', { metadata: { name: long } }, { metadata: { name: `${short}ff` } })
      .plan();
    assert.throws(() => explain(nearly, { kind: 'image', digest: short }), {
      name: 'UnknownTargetError',
      message: 'sha256:abcd is the beginning of 2 digests: give more of it',
    });
  });

  it('that is not known is told so', () => {
    assert.throws(() => explain(documented().plan(), image('nothing')), {
      name: 'UnknownTargetError',
      message: /^no image sha256:[0-9a-f]{64} is known/,
    });
  });

  it('is found where only a tag item names it', () => {
    const plan = new ClusterDescription().stream('shop/web', { v1: ['gone'] }).plan();
    assert.equal(explain(plan, { kind: 'image', digest: digestOf('gone').slice(7, 13) })[0]?.plan, null);
  });
});

describe('explaining a tag', () => {
  const names = (plan: Plan, stream: string, name: string) =>
    explain(plan, tag(stream, name)).map((explanation) => nameOf(explanation.image));

  it('explains each image of its history once, newest first', () => {
    const cluster = documented().stream('shop/twice', { v1: ['n1', 'o1', 'n1'], none: null });
    assert.deepEqual(names(cluster.plan(), 'myapp', 'v2.1'), ['n1', 'o1', 'v21']);
    assert.deepEqual(names(cluster.plan(), 'twice', 'v1'), ['n1', 'o1']);
    assert.deepEqual(names(cluster.plan(), 'twice', 'none'), []);
  });

  it('tells every place of those images, in other tags and streams too', () => {
    const cluster = documented().stream('other/copy', { v1: ['v21'] });
    const [only] = explain(cluster.plan(), tag('myapp', 'v2.1-may-2016'));
    assert.ok(only);
    assert.equal(only.places.length, 4);
    assert.equal(only.places[0]?.namespace, 'other');
  });

  it('that is not there names what is', () => {
    const plan = documented()
      .stream('other/copy', { v1: ['n1'] })
      .stream('shop/bare', {})
      .plan();
    assert.throws(() => explain(plan, tag('myapp', 'v3')), {
      name: 'UnknownTargetError',
      message: 'image stream shop/myapp has no tag v3. Its tags: v2, v2.1, v2.1-may-2016',
    });
    assert.throws(() => explain(plan, tag('bare', 'v3')), /Its tags: none/);
    assert.throws(() => explain(plan, tag('copy', 'v1')), {
      name: 'UnknownTargetError',
      message: /no image stream shop\/copy .* There is one in other: name it with --namespace\./,
    });
    assert.throws(() => explain(plan, tag('nothing', 'v1')), /oc get imagestreams --all-namespaces/);
  });

  it('does not wait for what is old already', () => {
    const cluster = new ClusterDescription().image('a', { age: OLD }).stream('shop/web', { v1: ['a'] });
    const [only] = explain(cluster.plan(), tag('web', 'v1'));
    assert.equal(codes(only?.ways ?? []).includes('wait'), false);
  });
});
