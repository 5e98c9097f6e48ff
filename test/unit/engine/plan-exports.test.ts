import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { bytesShares } from '../../../src/engine/bytes-shares.ts';
import type { RequestedOptions } from '../../../src/engine/options.ts';
import { planAsCsv, planAsMarkdown, type ReportWords } from '../../../src/engine/plan-exports.ts';
import { EVERY_ROW, PlanTable } from '../../../src/engine/plan-table.ts';
import { reportWords } from '../../../src/shared/words/plan-report.ts';
import { ClusterDescription, planOf, pull } from './cluster-description.ts';
import { digestOf, nameOf } from './named-digests.ts';
import { randomCluster } from './random-cluster.ts';

/** Reads CSV by RFC 4180, character by character. */
function recordsOf(csv: string): string[][] {
  const records: string[][] = [];
  let record: string[] = [];
  let field = '';
  let quoted = false;
  for (let place = 0; place < csv.length; place++) {
    const character = csv.charAt(place);
    if (quoted) {
      if (character !== '"') field += character;
      else if (csv[place + 1] === '"') field += csv.charAt(++place);
      else quoted = false;
    } else if (character === '"') quoted = true;
    else if (character === ',') {
      record.push(field);
      field = '';
    } else if (character === '\r' && csv[place + 1] === '\n') {
      records.push([...record, field]);
      record = [];
      field = '';
      place++;
    } else field += character;
  }
  assert.deepEqual([record, field, quoted], [[], '', false], 'the last line has no end');
  return records;
}

function csvOf(cluster: ClusterDescription, options: RequestedOptions = {}): string[][] {
  return recordsOf([...planAsCsv(new PlanTable(cluster.plan(options)))].join(''));
}

describe('a plan as CSV', () => {
  it('has a line for its columns and one for every row', () => {
    const cluster = new ClusterDescription()
      .image('a', { layers: ['l:5'] })
      .image('orphan', { layers: ['o:7'] })
      .stream('shop/web', { v1: ['a', 'gone'] })
      .workload('deployments', 'shop/front', { containers: [pull('shop/web:v1')] })
      .pod('team/p', { containers: [pull('shop/web@a')] });
    const created = '2024-01-29T12:00:00.000Z';
    assert.deepEqual(csvOf(cluster, { keepTagRevisions: 1 }), [
      [
        ...['kind', 'namespace', 'stream', 'tag', 'position', 'image', 'created', 'verdict', 'missing'],
        ...['reasons', 'usedBy', 'size', 'alone'],
      ],
      [
        ...['revision', 'shop', 'web', 'v1', '0', digestOf('a'), created, 'keep', 'false'],
        ...['tagUsed;withinRevisions;imageUsed', 'deployment/shop/front;pod/team/p', '5', '0'],
      ],
      [
        ...['revision', 'shop', 'web', 'v1', '1', digestOf('gone'), created, 'prune', 'true'],
        ...['imageMissing', '', '', ''],
      ],
      ['image', '', '', '', '', digestOf('orphan'), created, 'prune', 'false', 'unnamed', '', '7', '7'],
    ]);
  });

  it('gives no spreadsheet a formula, and quotes what would break a line', () => {
    const tags = [
      '=1+1',
      '+1',
      '-1',
      '@x',
      '\tx',
      '\rx',
      'a,b',
      'a"b',
      '="x",1',
      'a\nb',
      'plain',
      "'a",
      ' =1',
    ];
    const histories = Object.fromEntries(tags.map((tag) => [tag, ['gone']]));
    const records = csvOf(new ClusterDescription().stream('shop/web', histories));
    assert.deepEqual(
      records.slice(1).map((record) => record[3]),
      [
        ...["'=1+1", "'+1", "'-1", "'@x", "'\tx", "'\rx"],
        ...['a,b', 'a"b', `'="x",1`, 'a\nb', 'plain', "'a", ' =1'],
      ],
    );
  });

  it('holds the rows of a query, in its order', () => {
    const cluster = new ClusterDescription()
      .image('small', { layers: ['s:1'] })
      .image('large', { layers: ['l:9'] })
      .image('kept')
      .stream('shop/web', { v1: ['kept'] });
    const query = { ...EVERY_ROW, verdict: 'prune', sort: { by: 'size', descending: true } } as const;
    const [, ...lines] = recordsOf([...planAsCsv(new PlanTable(cluster.plan()), query)].join(''));
    assert.deepEqual(
      lines.map((line) => nameOf(line[5] ?? '')),
      ['large', 'small'],
    );
  });

  it('says of random clusters what their rows say', () => {
    for (let seed = 1; seed <= 20; seed++) {
      const table = new PlanTable(randomCluster(seed).plan({ keepTagRevisions: 1 }));
      const [, ...lines] = recordsOf([...planAsCsv(table)].join(''));
      const { rows } = table.window(EVERY_ROW, 0, 1000);
      assert.equal(lines.length, rows.length);
      for (const [place, row] of rows.entries()) {
        const line = lines[place] ?? [];
        assert.equal(line.length, 13);
        assert.deepEqual(
          [line[1], line[5], line[6], line[7], line[11]],
          [row.namespace, row.image, row.created ?? '', row.verdict, String(row.size ?? '')],
          `seed ${seed}`,
        );
      }
    }
  });
});

/** Codes instead of words. */
const CODES: ReportWords = {
  title: ({ now }) => `Plan of ${now}`,
  facts: ({ counts }) => [`images ${counts.images}`, 'a | b_c'],
  namespaces: {
    heading: 'namespaces',
    columns: {
      ...{ namespace: 'ns', goes: 'goes', stays: 'stays', total: 'total' },
      ...{ revisionsGoing: 'going', revisions: 'all' },
    },
    unnamed: '[none]',
  },
  largest: {
    heading: (images) => `largest ${images}`,
    columns: { image: 'image', places: 'where', age: 'age', size: 'size', alone: 'alone', why: 'why' },
  },
  bytes: (bytes) => `${bytes} B`,
  age: (created) => created ?? 'none',
  digest: nameOf,
  places: (rows) => rows.map(({ stream, tag, position }) => `${stream}:${tag}#${position}`).join('|'),
  reasons: (reasons) => reasons.map((reason) => reason.code).join('|'),
};

function markdownOf(cluster: ClusterDescription, options: RequestedOptions, words = CODES): string[] {
  const inventory = cluster.inventory();
  const plan = planOf(inventory, options);
  const shares = bytesShares(plan, inventory.blobs);
  return [...planAsMarkdown(new PlanTable(plan), shares, words)].join('').split('\n');
}

describe('a plan as Markdown', () => {
  const shop = new ClusterDescription()
    .image('new', { layers: ['base:1000', 'new-l:1'] })
    .image('old', { layers: ['base:1000', 'old-l:20'] })
    .image('orphan', { layers: ['o-l:4000'] })
    .stream('shop/web', { v1: ['new', 'old'], v_2: ['new', 'gone', 'old'] })
    .stream('build/web', { v1: ['new'] });

  it('says what it comes to, by namespace, and which images go, the largest first', () => {
    assert.deepEqual(markdownOf(shop, { keepTagRevisions: 1 }), [
      '# Plan of 2024-01-31T12:00:00.000Z',
      '',
      '- images 2',
      '- a \\| b\\_c',
      '',
      '## namespaces',
      '',
      '| ns | goes | stays | total | going | all |',
      '| --- | ---: | ---: | ---: | ---: | ---: |',
      '| \\[none\\] | 4000 B | 0 B | 4000 B | 1 | 1 |',
      '| shop | 20 B | 1001 B | 1021 B | 3 | 5 |',
      '| build | 0 B | 1001 B | 1001 B | 0 | 1 |',
      '',
      '## largest 2',
      '',
      '| image | where | age | size | alone | why |',
      '| --- | --- | --- | ---: | ---: | --- |',
      '| orphan |  | 2024-01-29T12:00:00.000Z | 4000 B | 4000 B | unnamed |',
      '| old | web:v1#1\\|web:v\\_2#2 | 2024-01-29T12:00:00.000Z | 1020 B | 20 B | beyondRevisions |',
      '',
    ]);
  });

  it('leaves out the tables that would be empty', () => {
    assert.equal(markdownOf(new ClusterDescription(), {}).filter((line) => /^(##|\|)/.test(line)).length, 0);
    const kept = markdownOf(shop, { keepTagRevisions: 5, namespace: 'shop' });
    assert.deepEqual(
      kept.filter((line) => line.startsWith('#')),
      ['# Plan of 2024-01-31T12:00:00.000Z', '## namespaces'],
    );
  });

  it('shows no more than the 50 largest images', () => {
    const many = new ClusterDescription();
    for (let number = 100; number < 160; number++)
      many.image(`i${number}`, { layers: [`l${number}:${number}`] });
    const lines = markdownOf(many, {}).filter((line) => line.startsWith('| i1'));
    assert.equal(lines.length, 50);
    assert.match(lines[0] ?? '', /i159/);
    assert.match(lines[49] ?? '', /i110/);
  });

  it('keeps every cell on one line and in its column', () => {
    const words = { ...CODES, reasons: () => 'a\nb | <c> `d` \\| [e](f) *g* ~h~ &amp;' };
    const line = markdownOf(shop, {}, words).find((one) => one.startsWith('| orphan'));
    assert.equal(
      line,
      '| orphan |  | 2024-01-29T12:00:00.000Z | 4000 B | 4000 B | a b \\| \\<c\\> \\`d\\` \\\\\\| \\[e\\](f) \\*g\\* \\~h\\~ \\&amp; |',
    );
  });

  it('can be put into words', () => {
    const text = markdownOf(shop, { keepTagRevisions: 1 }, reportWords()).join('\n');
    assert.match(text, /^# Dry run\n/);
    assert.match(text, /- Options: --keep-tag-revisions=1 --keep-younger-than=1h0m0s --rules=extended\n/);
    assert.match(text, /- 3\.9 KiB of 4\.9 KiB can go\n- 2 of 3 images go\n- 3 of 6 tag revisions go\n/);
    assert.match(text, /\| shop \| 20 B \| 1001 B \| 1021 B \| 3 \| 5 \|/);
    assert.match(text, /\| \(images that no image stream names\) \|/);
    assert.match(text, /## The 2 largest images that go\n/);
    const [old] = /\| 6f6c64000000 .*/.exec(text) ?? [];
    assert.equal(
      old,
      '| 6f6c64000000 | shop/web:v1 #1 and 1 more | 2 days | 1020 B | 20 B | unused, and older than the newest revision |',
    );
  });
});
