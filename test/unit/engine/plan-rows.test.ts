import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { BEYOND_REFERENCE, LETS_GO, type Plan, type ReasonCode } from '../../../src/engine/plan.ts';
import type { PlanRow, RowQuery, RowSort } from '../../../src/engine/plan-rows.ts';
import { EVERY_ROW, PlanTable } from '../../../src/engine/plan-table.ts';
import type { Referrer } from '../../../src/engine/referrer.ts';
import { ClusterDescription, pull } from './cluster-description.ts';
import { digestOf, nameOf } from './named-digests.ts';
import { at } from './plan-readings.ts';
import { everyOption, randomCluster } from './random-cluster.ts';
import { SeededRandom } from './seeded-random.ts';

const CLUSTERS = 60;
const KEEP_ONE = { keepTagRevisions: 1 } as const;

/** `shop/web:v1#0 image`, or `image` alone where no stream names it. */
function spoken(row: PlanRow): string {
  const { kind, namespace, stream, tag, position, image } = row;
  return kind === 'image' ? nameOf(image) : `${namespace}/${stream}:${tag}#${position} ${nameOf(image)}`;
}

function found(plan: Plan, query: Partial<RowQuery> = {}): string[] {
  return new PlanTable(plan).window({ ...EVERY_ROW, ...query }, 0, 1000).rows.map(spoken);
}

function sortedBy(plan: Plan, sort: RowSort): string[] {
  return found(plan, { sort });
}

describe('the rows of a plan', () => {
  const plan = new ClusterDescription()
    .image('a', { layers: ['base:100', 'a-l:1'] })
    .image('b', { layers: ['base:100', 'b-l:20'] })
    .image('index', { members: ['member'] })
    .image('member', { layers: ['m-l:3'] })
    .image('orphan')
    .stream('shop/web', { v2: ['b', 'a', 'gone'], v1: null, latest: ['a'] })
    .stream('shop/api', { latest: ['index'] })
    .stream('empty/none', {})
    .stream('build/web', { latest: ['b'] })
    .pod('shop/p', { containers: [pull('shop/web:latest'), pull('shop/web:latest')] })
    .workload('deployments', 'shop/web', { containers: [pull('shop/web@a')] })
    .plan(KEEP_ONE);

  it('come by namespace, stream, tag as in the plan and position, then the images that no stream names', () => {
    assert.deepEqual(found(plan), [
      'build/web:latest#0 b',
      'shop/api:latest#0 index',
      'shop/web:v2#0 b',
      'shop/web:v2#1 a',
      'shop/web:v2#2 gone',
      'shop/web:latest#0 a',
      'member',
      'orphan',
    ]);
  });

  it('say what the plan says', () => {
    const table = new PlanTable(plan);
    const { reasons, usedBy, ...row } = table.row(3);
    assert.deepEqual(row, {
      ...{ id: 3, kind: 'revision', namespace: 'shop', stream: 'web', tag: 'v2', position: 1 },
      ...{ image: digestOf('a'), created: '2024-01-29T12:00:00.000Z', verdict: 'keep', missing: false },
      ...{ size: 101, alone: 0 },
    });
    assert.deepEqual(
      reasons.map((reason) => reason.code),
      ['imageUsed'],
    );
    assert.deepEqual(
      usedBy.map(({ resource, namespace, name }) => `${resource} ${namespace}/${name}`),
      ['deployment shop/web'],
    );
    const lost = table.row(4);
    assert.deepEqual([lost.verdict, lost.missing, lost.size, lost.alone], ['prune', true, null, null]);
    const orphan = table.row(7);
    assert.deepEqual([orphan.kind, orphan.verdict, orphan.position, orphan.tag], ['image', 'prune', -1, '']);
  });

  it('name each object once that uses the image or, at position 0, the tag', () => {
    const { usedBy } = new PlanTable(plan).row(5);
    assert.deepEqual(
      usedBy.map(({ resource, name, at }) => `${resource}/${name} ${at}`),
      ['pod/p c0', 'deployment/web c0'],
    );
  });

  it('name who uses a tag at its newest revision alone, whether that keeps it or not', () => {
    const history = new ClusterDescription()
      .image('a')
      .stream('shop/web', { v1: ['a', 'a'] })
      .plan();
    const user: Referrer = { resource: 'pod', namespace: 'shop', name: 'p', place: 'container', at: 'c' };
    const streams = history.streams.map((stream) => ({
      ...stream,
      tags: stream.tags.map((tag) => ({ ...tag, usedBy: [user] })),
    }));
    const table = new PlanTable({ ...history, streams });
    const { rows } = table.window({ ...EVERY_ROW, sort: { by: 'usedBy', descending: false } }, 0, 2);
    assert.deepEqual(
      rows.map(({ position, usedBy }) => [position, usedBy]),
      [
        [1, []],
        [0, [user]],
      ],
    );
    const { rows: searched } = table.window({ ...EVERY_ROW, search: 'pod/p' }, 0, 2);
    assert.deepEqual(
      searched.map((row) => row.position),
      [0],
    );
  });

  it('are made for what a window shows, and for no more than there is', () => {
    const table = new PlanTable(plan);
    const show = (offset: number, limit: number) => table.window(EVERY_ROW, offset, limit);
    assert.deepEqual(show(6, 100).rows.map(spoken), ['member', 'orphan']);
    assert.deepEqual(show(2, 2).rows.map(spoken), ['shop/web:v2#0 b', 'shop/web:v2#1 a']);
    for (const [offset, limit] of [
      [8, 10],
      [1e9, 10],
      [0, 0],
      [0, -1],
    ] as const) {
      assert.deepEqual(show(offset, limit), { total: 8, all: 8, rows: [] });
    }
    assert.deepEqual(show(-5, 1).rows.map(spoken), ['build/web:latest#0 b']);
  });

  it('that are not there can’t be had', () => {
    for (const id of [-1, 8, 0.5, Number.NaN]) {
      assert.throws(() => new PlanTable(plan).row(id), RangeError, String(id));
    }
  });

  it('of a plan of one namespace are revisions alone', () => {
    const cluster = new ClusterDescription()
      .image('a')
      .image('orphan')
      .stream('shop/web', { v1: ['a'] });
    assert.deepEqual(found(cluster.plan({ namespace: 'shop' })), ['shop/web:v1#0 a']);
    assert.deepEqual(found(cluster.plan()), ['shop/web:v1#0 a', 'orphan']);
  });

  it('are not missing where the images could not be listed', () => {
    const unseen = new ClusterDescription()
      .stream('shop/web', { v1: ['a'] })
      .missing('images')
      .plan();
    const row = new PlanTable(unseen).row(0);
    assert.deepEqual([row.missing, row.size, row.alone, row.verdict], [false, null, null, 'keep']);
  });

  it('are none in a plan of nothing', () => {
    const table = new PlanTable(new ClusterDescription().plan());
    assert.deepEqual(table.window(EVERY_ROW, 0, 10), { total: 0, all: 0, rows: [] });
    assert.deepEqual(table.reasonCounts(), []);
    assert.deepEqual(table.namespaceCounts(), []);
  });
});

describe('a query', () => {
  const plan = new ClusterDescription()
    .image('a', { layers: ['x:5'] })
    .image('b', { layers: ['x:5', 'y:7'] })
    .image('c')
    .image('young', { age: 1 })
    .stream('shop/Web', { 'V1-Final': ['a', 'b', 'gone'] })
    .stream('shop/api', { v1: ['b', 'c'], v2: ['c'] })
    .stream('team/api', { v1: ['a', 'c'] })
    .workload('deployments', 'shop/Front', { containers: [pull('shop/api@c')] })
    .pod('team/debugged', { ephemeral: [pull('team/api@c')] })
    .plan(KEEP_ONE);

  it('searches for every word, in any case, in the name, the digest and the users', () => {
    assert.deepEqual(found(plan, { search: ' final  WEB ' }), [
      'shop/Web:V1-Final#0 a',
      'shop/Web:V1-Final#1 b',
      'shop/Web:V1-Final#2 gone',
    ]);
    assert.deepEqual(found(plan, { search: 'shop/web:v1-final' }).length, 3);
    assert.deepEqual(found(plan, { search: digestOf('b').slice(0, 9).toUpperCase() }), [
      'shop/Web:V1-Final#1 b',
      'shop/api:v1#0 b',
    ]);
    assert.deepEqual(found(plan, { search: 'deployment/front v2' }), ['shop/api:v2#0 c']);
    assert.deepEqual(found(plan, { search: 'front' }), ['shop/api:v1#1 c', 'shop/api:v2#0 c']);
    assert.deepEqual(found(plan, { search: `debugged ${digestOf('c')}` }), ['team/api:v1#1 c']);
    assert.deepEqual(found(plan, { search: 'front debugged' }), []);
    assert.deepEqual(found(plan, { search: digestOf('young') }), ['young']);
  });

  it('asks for a verdict', () => {
    assert.deepEqual(found(plan, { verdict: 'prune' }), [
      'shop/Web:V1-Final#1 b',
      'shop/Web:V1-Final#2 gone',
    ]);
    assert.deepEqual(found(plan, { verdict: 'missing' }), ['shop/Web:V1-Final#2 gone']);
    assert.deepEqual(found(plan, { verdict: 'beyondReference' }), ['team/api:v1#1 c']);
    assert.equal(found(plan, { verdict: 'keep' }).length, 7);
    const lost = new ClusterDescription()
      .stream('shop/web', { v1: ['gone'], v2: ['gone'] })
      .pod('shop/debugged', { containers: [pull('shop/web:v2')], ephemeral: [pull('shop/web:v1')] })
      .plan();
    assert.deepEqual(found(lost, { verdict: 'beyondReference' }), ['shop/web:v1#0 gone']);
    assert.equal(found(lost, { verdict: 'missing' }).length, 2);
  });

  it('asks for a place', () => {
    assert.deepEqual(found(plan, { namespace: 'team' }), ['team/api:v1#0 a', 'team/api:v1#1 c']);
    assert.equal(found(plan, { stream: 'api' }).length, 5);
    assert.equal(found(plan, { namespace: 'shop', stream: 'api' }).length, 3);
    assert.deepEqual(found(plan, { namespace: '' }), ['young']);
    assert.deepEqual(found(plan, { namespace: 'elsewhere' }), []);
  });

  it('asks for a reason', () => {
    assert.deepEqual(found(plan, { reason: 'ephemeralContainer' }), ['team/api:v1#1 c']);
    assert.deepEqual(found(plan, { reason: 'young' }), ['young']);
    assert.deepEqual(found(plan, { reason: 'overLimit' }), []);
  });

  it('sorts names and digests, what has no name last either way', () => {
    const names = [
      'shop/Web:V1-Final#0 a',
      'shop/Web:V1-Final#1 b',
      'shop/Web:V1-Final#2 gone',
      'shop/api:v1#0 b',
      'shop/api:v1#1 c',
      'shop/api:v2#0 c',
      'team/api:v1#0 a',
      'team/api:v1#1 c',
      'young',
    ];
    assert.deepEqual(sortedBy(plan, { by: 'name', descending: false }), names);
    assert.deepEqual(sortedBy(plan, { by: 'name', descending: true }), [
      ...names.slice(6, 8),
      ...names.slice(5, 6),
      ...names.slice(3, 5),
      ...names.slice(0, 3),
      'young',
    ]);
    const letters = (descending: boolean) =>
      sortedBy(plan, { by: 'image', descending }).map((row) => row.replace(/.* /, ''));
    assert.deepEqual(letters(false), ['a', 'a', 'b', 'b', 'c', 'c', 'c', 'gone', 'young']);
    assert.deepEqual(letters(true), ['young', 'gone', 'c', 'c', 'c', 'b', 'b', 'a', 'a']);
  });

  it('sorts tags by name that the plan has in another order', () => {
    const tags = new ClusterDescription()
      .image('a')
      .stream('shop/web', { v2: ['a', 'a'], latest: ['a'], none: null, v1: ['a'] })
      .plan();
    const inOrder = (descending: boolean) =>
      sortedBy(tags, { by: 'name', descending }).map((row) => row.replace(/.*:(.*) a/, '$1'));
    assert.deepEqual(inOrder(false), ['latest#0', 'v1#0', 'v2#0', 'v2#1']);
    assert.deepEqual(inOrder(true), ['v2#0', 'v2#1', 'v1#0', 'latest#0']);
  });

  it('takes what has no date for the oldest', () => {
    const ages = new ClusterDescription()
      .image('a')
      .stream('shop/web', {
        v1: [
          { image: 'a', age: 20 },
          { image: 'a', age: null },
          { image: 'a', age: 10 },
        ],
      })
      .plan();
    const positions = (descending: boolean) =>
      sortedBy(ages, { by: 'age', descending }).map((row) => row.replace(/.*#(\d) .*/, '$1'));
    assert.deepEqual(positions(false), ['2', '0', '1']);
    assert.deepEqual(positions(true), ['1', '0', '2']);
  });

  it('sorts by size, what has none last either way', () => {
    const sizes = (descending: boolean) =>
      sortedBy(plan, { by: 'size', descending }).map((row) => row.replace(/.* /, ''));
    assert.deepEqual(sizes(true), ['b', 'b', 'a', 'a', 'c', 'c', 'c', 'young', 'gone']);
    assert.deepEqual(sizes(false), ['c', 'c', 'c', 'young', 'a', 'a', 'b', 'b', 'gone']);
  });

  it('sorts verdicts: what goes, is missing, stays, stays beyond the reference', () => {
    const order = sortedBy(plan, { by: 'verdict', descending: false });
    assert.deepEqual(order.slice(0, 2), ['shop/Web:V1-Final#1 b', 'shop/Web:V1-Final#2 gone']);
    assert.deepEqual(order.at(-1), 'team/api:v1#1 c');
    assert.deepEqual(sortedBy(plan, { by: 'verdict', descending: true }).at(0), 'team/api:v1#1 c');
  });
});

/** Every row of a plan, worked out one by one. */
function rowsOneByOne(plan: Plan): PlanRow[] {
  const rows: PlanRow[] = [];
  const once = (users: readonly Referrer[]) =>
    users.filter(
      (user, place) =>
        users.findIndex((other) =>
          (['resource', 'namespace', 'name'] as const).every((key) => other[key] === user[key]),
        ) === place,
    );
  const bytesOf = (digest: string) => plan.images.find((image) => image.name === digest)?.bytes;
  for (const { namespace, name, tags } of plan.streams) {
    for (const { tag, usedBy, revisions } of tags) {
      for (const { position, image, created, verdict, reasons } of revisions) {
        const named = reasons.flatMap((reason) => ('by' in reason ? reason.by : []));
        rows.push({
          id: rows.length,
          kind: 'revision',
          ...{ namespace, stream: name, tag, position, image, created, verdict, reasons },
          usedBy: once(position === 0 ? [...named, ...usedBy] : named),
          size: bytesOf(image)?.total ?? null,
          alone: bytesOf(image)?.alone ?? null,
          missing: reasons.some((reason) => reason.code === 'imageMissing'),
        });
      }
    }
  }
  if (plan.options.namespace !== null) return rows;
  const named = new Set(rows.map((row) => row.image));
  for (const { name, created, verdict, reasons, bytes } of plan.images) {
    if (named.has(name)) continue;
    rows.push({
      id: rows.length,
      kind: 'image',
      ...{ namespace: '', stream: '', tag: '', position: -1, image: name, created, verdict, reasons },
      usedBy: once(reasons.flatMap((reason) => ('by' in reason ? reason.by : []))),
      ...{ size: bytes.total, alone: bytes.alone, missing: false },
    });
  }
  return rows;
}

function isFound(row: PlanRow, query: RowQuery): boolean {
  const text = [
    `${row.namespace}/${row.stream}:${row.tag}`.repeat(row.kind === 'image' ? 0 : 1),
    row.image,
    ...row.usedBy.map(({ resource, namespace, name }) => `${namespace}/${resource}/${name}`),
  ].join('\n');
  const codes = row.reasons.map((reason) => reason.code);
  const keeping = codes.filter((code) => !LETS_GO.has(code));
  const verdicts: Record<string, boolean> = {
    [row.verdict]: true,
    missing: codes.includes('imageMissing'),
    beyondReference: row.verdict === 'keep' && keeping.every((code) => BEYOND_REFERENCE.has(code)),
  };
  return (
    query.search.split(' ').every((word) =>
      text
        .toLowerCase()
        .split('\n')
        .some((line) => line.includes(word.toLowerCase())),
    ) &&
    (query.verdict === null || verdicts[query.verdict] === true) &&
    (query.namespace === null || row.namespace === query.namespace) &&
    (query.stream === null || row.stream === query.stream) &&
    (query.reason === null || codes.includes(query.reason))
  );
}

type Value = string | number | null;

function sortValue(row: PlanRow, by: NonNullable<RowSort>['by']): Value {
  const goes = row.verdict === 'prune';
  switch (by) {
    case 'verdict':
      if (row.missing) return 1;
      return goes ? 0 : isFound(row, { ...EVERY_ROW, verdict: 'beyondReference' }) ? 3 : 2;
    case 'name':
      // A space sorts before everything that names are made of.
      return row.kind === 'image' ? null : `${row.namespace} ${row.stream} ${row.tag}`;
    case 'image':
      return row.image;
    case 'age':
      return row.created === null ? Number.POSITIVE_INFINITY : -Date.parse(row.created);
    case 'usedBy':
      return row.usedBy.length;
    default:
      return row[by];
  }
}

function sortedOneByOne(rows: readonly PlanRow[], sort: RowSort): PlanRow[] {
  if (!sort) return [...rows];
  const compare = (a: PlanRow, b: PlanRow): number => {
    const [first, second] = [sortValue(a, sort.by), sortValue(b, sort.by)];
    if (first === second) return a.id - b.id;
    if (first === null) return 1;
    if (second === null) return -1;
    return first < second === sort.descending ? 1 : -1;
  };
  return [...rows].sort(compare);
}

const SORTS = ['verdict', 'name', 'image', 'age', 'size', 'alone', 'usedBy'] as const;
const REASONS: readonly ReasonCode[] = [
  'withinRevisions',
  'imageMissing',
  'imageUsed',
  'young',
  'partOfIndex',
];
const SEARCHES = [
  '',
  '',
  'a',
  'web v1',
  'POD',
  '69',
  digestOf('i3').slice(0, 11),
  'shop/ latest',
  'r1 6',
  'x/y',
];

function randomQuery(random: SeededRandom): RowQuery {
  const orNull = <T>(choices: readonly T[]) => (random.chance(0.7) ? null : random.oneOf(choices));
  return {
    search: random.oneOf(SEARCHES),
    verdict: orNull(['keep', 'prune', 'missing', 'beyondReference'] as const),
    namespace: orNull(['a', 'a-b', 'shop', '']),
    stream: orNull(['web', 'api']),
    reason: orNull(REASONS),
    sort: random.chance(0.2) ? null : { by: random.oneOf(SORTS), descending: random.chance(0.5) },
  };
}

describe('on random clusters', () => {
  it('every query finds what looking at every row finds, in the same order', () => {
    const combinations = everyOption();
    let hits = 0;
    for (let seed = 1; seed <= CLUSTERS; seed++) {
      const random = new SeededRandom(seed * 7 + 1);
      const plan = randomCluster(seed).plan(random.oneOf(combinations));
      const table = new PlanTable(plan);
      const all = rowsOneByOne(plan);
      assert.deepEqual(table.window(EVERY_ROW, 0, 1000).rows, all, `seed ${seed}`);
      for (let times = 0; times < 25; times++) {
        const query = randomQuery(random);
        const expected = sortedOneByOne(
          all.filter((row) => isFound(row, query)),
          query.sort,
        ).map((row) => row.id);
        const where = `seed ${seed}, ${JSON.stringify(query)}`;
        const whole = table.window(query, 0, 1000);
        assert.deepEqual(
          whole.rows.map((row) => row.id),
          expected,
          where,
        );
        assert.deepEqual([whole.total, whole.all], [expected.length, all.length], where);
        const pieces = [0, 3, 6].flatMap((offset) => [...table.window(query, offset, 3).rows]);
        assert.deepEqual(pieces, whole.rows.slice(0, 9), where);
        hits += expected.length;
      }
    }
    assert.ok(hits > 1000, `only ${hits} rows were found`);
  });

  it('counts are those of the rows', () => {
    for (let seed = 1; seed <= CLUSTERS; seed++) {
      const plan = randomCluster(seed).plan({ keepTagRevisions: 1 });
      const table = new PlanTable(plan);
      const all = rowsOneByOne(plan);
      const codes = all.flatMap((row) => [...new Set(row.reasons.map((reason) => reason.code))]);
      const counts = table.reasonCounts();
      assert.deepEqual(
        new Map(counts.map(({ code, rows }) => [code, rows])),
        new Map(codes.map((code) => [code, codes.filter((other) => other === code).length])),
        `seed ${seed}`,
      );
      for (let place = 1; place < counts.length; place++) {
        assert.ok(at(counts, place).rows <= at(counts, place - 1).rows);
      }
      for (const { namespace, rows, going } of table.namespaceCounts()) {
        const own = all.filter((row) => row.namespace === namespace);
        assert.equal(rows, own.length, `seed ${seed}, ${namespace}`);
        assert.equal(
          going,
          own.filter((row) => row.verdict === 'prune').length,
          `seed ${seed}, ${namespace}`,
        );
      }
      const names = new Set([...plan.streams, ...all].map((each) => each.namespace));
      assert.deepEqual(new Set(table.namespaceCounts().map((each) => each.namespace)), names, `seed ${seed}`);
    }
  });
});
