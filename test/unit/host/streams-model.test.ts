import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type {
  NamespaceEntry,
  StreamEntry,
  StreamsSource,
  TagEntry,
} from '../../../src/host/streams/entries.ts';
import type { MoreNode, StreamNode, StreamsNode, TagNode } from '../../../src/host/streams/nodes.ts';
import { revisionIds } from '../../../src/host/streams/nodes.ts';
import { isFound, sorted, sortOf } from '../../../src/host/streams/order.ts';
import { StreamsModel } from '../../../src/host/streams/streams-model.ts';
import { until } from '../../cluster/client.ts';

interface StreamDescription {
  name: string;
  created?: string;
  /** Told only when it is asked for by itself. */
  measures?: number;
  bytes?: number;
  goes?: number;
  /** Tags with the images of their histories. */
  tags?: Record<string, string[]>;
}

/** A cluster in memory. It counts what it is asked for. */
class Described implements StreamsSource {
  readonly asked: string[] = [];
  readonly #namespaces: Record<string, StreamDescription[]>;
  readonly #streams: Map<string, StreamEntry[]>;
  readonly deleted = new Set<string>();
  /** Namespaces that can't be listed. */
  readonly broken = new Set<string>();
  /** Holds every measurement until it is let go. */
  measuring: Promise<void> = Promise.resolve();

  constructor(namespaces: Record<string, StreamDescription[]>) {
    this.#namespaces = namespaces;
    this.#streams = new Map(
      Object.entries(namespaces).map(([namespace, streams]) => [
        namespace,
        streams.map(({ name, created = null, bytes = null, goes }) => ({
          namespace,
          name,
          created,
          bytes,
          decided:
            goes === undefined
              ? null
              : { verdict: 'keep', goes, revisions: 1, revisionsGoing: goes > 0 ? 1 : 0 },
        })),
      ]),
    );
  }

  async namespaces(): Promise<NamespaceEntry[]> {
    return [...this.#streams].map(([namespace, streams]) => {
      const goes = streams.reduce((sum, { decided }) => sum + (decided?.goes ?? 0), 0);
      const bytes = streams.reduce((sum, stream) => sum + (stream.bytes ?? 0), 0);
      const decided = streams.some((stream) => stream.decided)
        ? { goes, revisions: streams.length, revisionsGoing: goes > 0 ? 1 : 0 }
        : null;
      return { namespace, streams: streams.length, bytes, decided };
    });
  }

  async streams(namespace: string): Promise<StreamEntry[]> {
    this.asked.push(namespace);
    if (this.broken.has(namespace)) throw new Error(`${namespace} can’t be listed`);
    return this.#streams.get(namespace) ?? [];
  }

  async tags(namespace: string, stream: string): Promise<TagEntry[]> {
    this.asked.push(`${namespace}/${stream}`);
    const { tags = {} } = this.#described(namespace, stream);
    return Object.entries(tags)
      .filter(([tag]) => !this.deleted.has(`${namespace}/${stream}:${tag}`))
      .map(([tag, images]) => ({
        tag,
        decided: null,
        revisions: images.map((image, position) => ({
          position,
          image,
          created: null,
          reference: null,
          size: null,
          missing: false,
          decided: null,
        })),
      }));
  }

  async ages(): Promise<Map<string, string | null>> {
    return new Map();
  }

  async bytesOf(namespace: string, stream: string): Promise<number | null> {
    this.asked.push(`bytes of ${namespace}/${stream}`);
    await this.measuring;
    return this.#described(namespace, stream).measures ?? null;
  }

  bytesOfAll(namespace: string): number | null {
    const bytes = (this.#streams.get(namespace) ?? []).map((stream) => stream.bytes);
    return bytes.includes(null) ? null : bytes.reduce<number>((sum, one) => sum + (one ?? 0), 0);
  }

  tagDeleted(namespace: string, stream: string, tag: string): void {
    this.deleted.add(`${namespace}/${stream}:${tag}`);
  }

  #described(namespace: string, stream: string): StreamDescription {
    return this.#namespaces[namespace]?.find(({ name }) => name === stream) ?? { name: stream };
  }
}

const SHOPS = {
  shop: [
    {
      name: 'web',
      bytes: 300,
      goes: 0,
      created: '2024-03-01T00:00:00Z',
      tags: { v2: ['b'], v10: ['c', 'a', 'c'] },
    },
    { name: 'api', bytes: 100, goes: 50, created: '2024-01-01T00:00:00Z' },
    { name: 'cron', bytes: 200, goes: 70, created: '2024-02-01T00:00:00Z' },
  ],
  data: [{ name: 'webcam', bytes: 900, goes: 10 }],
};

function modelOf(source: StreamsSource) {
  const changed: string[] = [];
  const model = new StreamsModel((nodes) => changed.push(...(nodes?.map(({ id }) => id) ?? ['all'])));
  model.use(source);
  return { model, changed };
}

const idsOf = (nodes: readonly StreamsNode[]) => nodes.map(({ id }) => id);

async function branch(model: StreamsModel, ...ids: string[]): Promise<StreamsNode> {
  let node: StreamsNode | undefined;
  for (const id of ids) {
    const children = await model.children(node);
    node = children.find((child) => child.id === id);
    assert.ok(node, `${id} among ${idsOf(children)}`);
  }
  assert.ok(node);
  return node;
}

function many(length: number, describe: (index: number) => Partial<StreamDescription> = () => ({})) {
  return Array.from({ length }, (_, index) => ({ name: `stream-${index}`, ...describe(index) }));
}

describe('the items of the Image Streams view', () => {
  it('stand below each other, and each one knows what it is of', async () => {
    const { model } = modelOf(new Described(SHOPS));
    assert.deepEqual(idsOf(await model.children()), ['data', 'shop']);
    const web = await branch(model, 'shop', 'shop/web');
    // v10 is later than v2.
    assert.deepEqual(idsOf(await model.children(web)), ['shop/web:v2', 'shop/web:v10']);
    const tag = await branch(model, 'shop', 'shop/web', 'shop/web:v10');
    const revisions = await model.children(tag);
    assert.deepEqual(idsOf(revisions), ['shop/web:v10@c', 'shop/web:v10@a', 'shop/web:v10@c 2']);
    const [, second] = revisions;
    assert.ok(second);
    assert.deepEqual(
      [second, model.parent(second), web].map((node) => node && 'stream' in node && [node.kind, node.stream]),
      [
        ['revision', 'web'],
        ['tag', 'web'],
        ['stream', 'web'],
      ],
    );
    assert.deepEqual(await model.children(second), []);
  });

  it('keep the id of a revision when a push moves it down', () => {
    const before = revisionIds('t', ['b', 'a']);
    const after = revisionIds('t', ['c', 'b', 'a']);
    assert.deepEqual(after.slice(1), before);
  });

  it('stay the same objects when they are shown again, with what is new in them', async () => {
    const source = new Described(SHOPS);
    const { model } = modelOf(source);
    const before = await branch(model, 'shop', 'shop/web', 'shop/web:v10');
    const after = await branch(model, 'shop', 'shop/web', 'shop/web:v10');
    assert.equal(before, after);
    model.use(new Described({ shop: [{ name: 'web', tags: { v10: ['new'] } }] }));
    const [revision] = await model.children(await branch(model, 'shop', 'shop/web', 'shop/web:v10'));
    assert.equal(revision?.id, 'shop/web:v10@new');
  });

  it('come a hundred at a time', async () => {
    const { model } = modelOf(new Described({ large: many(250, () => ({ bytes: 1 })) }));
    const namespace = await branch(model, 'large');
    const first = await model.children(namespace);
    assert.equal(first.length, 101);
    const more = first.at(-1) as MoreNode;
    assert.deepEqual([more.kind, more.hidden, more.next], ['more', 150, 100]);
    assert.equal(model.showMore(more), namespace);
    const second = await model.children(namespace);
    assert.equal(second.length, 201);
    assert.deepEqual(idsOf(second).slice(0, 100), idsOf(first).slice(0, 100));
    assert.deepEqual((second.at(-1) as MoreNode).next, 50);
    model.showMore(second.at(-1) as MoreNode);
    const third = await model.children(namespace);
    assert.equal(third.length, 250);
    assert.ok(third.every(({ kind }) => kind === 'stream'));
  });

  it('of ten thousand are not all made', async () => {
    const source = new Described({ large: many(10_000) });
    source.measuring = new Promise(() => {});
    const { model } = modelOf(source);
    const namespace = await branch(model, 'large');
    await model.children(namespace);
    // Four at a time are measured, of a hundred that are shown.
    assert.equal(source.asked.filter((one) => one.startsWith('bytes')).length, 4);
  });

  it('are sorted by what is chosen, the unknown last', async () => {
    const { model } = modelOf(new Described(SHOPS));
    const orders = {
      name: ['data', 'shop', 'shop/api', 'shop/cron', 'shop/web'],
      size: ['data', 'shop', 'shop/web', 'shop/cron', 'shop/api'],
      goes: ['shop', 'data', 'shop/cron', 'shop/api', 'shop/web'],
      age: ['data', 'shop', 'shop/api', 'shop/cron', 'shop/web'],
    } as const;
    for (const by of ['name', 'size', 'goes', 'age'] as const) {
      model.sortBy(by);
      const top = idsOf(await model.children());
      assert.deepEqual([...top, ...idsOf(await model.children(await branch(model, 'shop')))], orders[by], by);
    }
    const facts = (size: number | null, name: string) => ({ name, size, created: null, goes: null });
    const mixed = [facts(null, 'b'), facts(1, 'c'), facts(null, 'a'), facts(2, 'd')];
    assert.deepEqual(
      sorted(mixed, 'size', (one) => one).map(({ name }) => name),
      ['d', 'c', 'a', 'b'],
    );
    assert.equal(sortOf('goes'), 'goes');
    assert.equal(sortOf('anything else'), 'name');
  });

  it('take the ages of a plan’s streams from where they are', async () => {
    const source = new Described({ shop: [{ name: 'a' }, { name: 'b' }] });
    source.ages = async () =>
      new Map([
        ['a', '2024-02-01T00:00:00Z'],
        ['b', '2024-01-01T00:00:00Z'],
      ]);
    const { model } = modelOf(source);
    model.sortBy('age');
    assert.deepEqual(idsOf(await model.children(await branch(model, 'shop'))), ['shop/b', 'shop/a']);
  });

  it('are filtered by namespace and stream, in any case', async () => {
    const { model } = modelOf(new Described(SHOPS));
    model.filterBy(' WEB ');
    assert.deepEqual(idsOf(await model.children()), ['data', 'shop']);
    assert.deepEqual(model.count, { shown: 2, of: 2 });
    assert.deepEqual(idsOf(await model.children(await branch(model, 'shop'))), ['shop/web']);
    model.filterBy('hop');
    assert.deepEqual(idsOf(await model.children()), ['shop']);
    assert.deepEqual(model.count, { shown: 1, of: 2 });
    assert.equal((await model.children(await branch(model, 'shop'))).length, 3);
    model.filterBy('nothing like it');
    assert.deepEqual(await model.children(), []);
    model.filterBy('');
    assert.equal((await model.children()).length, 2);
    assert.equal(isFound('data/webc', 'data', 'webcam'), true);
  });

  it('find a filter’s streams beyond the first page, and search each namespace once', async () => {
    const namespaces = Object.fromEntries(
      Array.from({ length: 300 }, (_, index) => [
        `team-${index}`,
        [{ name: index % 3 === 0 ? 'web' : 'api', bytes: 1 }],
      ]),
    );
    const source = new Described(namespaces);
    const { model } = modelOf(source);
    model.filterBy('web');
    const nodes = await model.children();
    assert.equal(nodes.length, 100);
    await model.children();
    assert.equal(source.asked.length, 300);
  });

  it('are found by their path, on whichever page', async () => {
    const source = new Described({
      large: many(250, (index) => ({ bytes: 1, ...(index === 249 ? { tags: { latest: ['x', 'y'] } } : {}) })),
    });
    const { model, changed } = modelOf(source);
    const path = { namespace: 'large', stream: 'stream-249', tag: 'latest', image: 'y' };
    const found = await model.find(path);
    assert.equal(found?.id, 'large/stream-249:latest@y');
    // Whoever shows the branch has to know that it is longer.
    assert.deepEqual(changed, ['large']);
    // It can be shown now.
    const parents: string[] = [];
    for (let node = found && model.parent(found); node; node = model.parent(node)) parents.push(node.id);
    assert.deepEqual(parents, ['large/stream-249:latest', 'large/stream-249', 'large']);
    const shown = await model.children(await branch(model, 'large'));
    assert.ok(idsOf(shown).includes('large/stream-249'));
    assert.equal(await model.find({ ...path, tag: 'other' }), undefined);
    assert.equal(await model.find({ namespace: 'elsewhere' }), undefined);
    model.filterBy('stream-1');
    assert.equal(await model.find(path), undefined);
  });

  it('get their bytes when those are known, four streams at a time', async () => {
    const source = new Described({ shop: many(6, (index) => ({ measures: 10 * (index + 1) })) });
    const { promise, resolve } = Promise.withResolvers<void>();
    source.measuring = promise;
    const { model, changed } = modelOf(source);
    const namespace = await branch(model, 'shop');
    const nodes = (await model.children(namespace)) as StreamNode[];
    await model.children(namespace);
    const measured = () => source.asked.filter((one) => one.startsWith('bytes'));
    assert.equal(measured().length, 4);
    assert.equal(nodes[0]?.entry.bytes, null);
    resolve();
    await until(
      () => changed,
      (ids) => ids.includes('shop'),
    );
    assert.deepEqual(
      nodes.map(({ entry }) => entry.bytes),
      [10, 20, 30, 40, 50, 60],
    );
    // Each by itself; with the last one the namespace is known, too.
    assert.deepEqual(changed.length, 6);
    assert.equal(namespace.kind === 'namespace' && namespace.entry.bytes, 210);
    assert.equal(measured().length, 6);
  });

  it('are sorted by size again once the sizes are known', async () => {
    const source = new Described({ shop: many(3, (index) => ({ measures: index + 1 })) });
    const { model, changed } = modelOf(source);
    model.sortBy('size');
    const namespace = await branch(model, 'shop');
    await model.children(namespace);
    await until(
      () => changed,
      (ids) => ids.includes('shop'),
    );
    assert.deepEqual(idsOf(await model.children(namespace)), [
      'shop/stream-2',
      'shop/stream-1',
      'shop/stream-0',
    ]);
  });

  it('of another source are measured although the first one still owes answers', async () => {
    const slow = new Described({ shop: many(8, () => ({ measures: 1 })) });
    const { promise, resolve } = Promise.withResolvers<void>();
    slow.measuring = promise;
    const { model } = modelOf(slow);
    await model.children(await branch(model, 'shop'));
    const next = new Described({ shop: many(8, () => ({ measures: 2 })) });
    model.use(next);
    const nodes = (await model.children(await branch(model, 'shop'))) as StreamNode[];
    resolve();
    await until(
      () => nodes.map(({ entry }) => entry.bytes),
      (bytes) => bytes.every((one) => one === 2),
    );
    assert.equal(slow.asked.filter((one) => one.startsWith('bytes')).length, 4);
  });

  it('of a source that was left are not shown', async () => {
    const slow = new Described({ old: [] });
    const { promise, resolve } = Promise.withResolvers<void>();
    const namespaces = slow.namespaces.bind(slow);
    slow.namespaces = () => promise.then(namespaces);
    const { model } = modelOf(slow);
    const children = model.children();
    model.use(new Described({ new: [] }));
    resolve();
    assert.deepEqual(idsOf(await children), ['new']);
  });

  it('say in their place what can’t be had, until it can', async () => {
    const source = new Described(SHOPS);
    source.broken.add('shop');
    const { model } = modelOf(source);
    const namespace = await branch(model, 'shop');
    const [problem] = await model.children(namespace);
    assert.ok(problem?.kind === 'problem');
    assert.equal(problem.message, 'shop can’t be listed');
    assert.equal(problem.parent, namespace);
    source.broken.clear();
    assert.equal((await model.children(namespace)).length, 3);
  });

  it('count a namespace’s streams when somebody looks', async () => {
    const source = new Described({ shop: [{ name: 'web', bytes: 1 }] });
    source.namespaces = async () => [{ namespace: 'shop', streams: null, bytes: null, decided: null }];
    const { model, changed } = modelOf(source);
    const namespace = await branch(model, 'shop');
    await model.children(namespace);
    assert.equal(namespace.kind === 'namespace' && namespace.entry.streams, 1);
    assert.deepEqual(changed, ['shop']);
    await model.children(namespace);
    assert.deepEqual(changed, ['shop']);
  });

  it('lack a tag that was deleted', async () => {
    const source = new Described(SHOPS);
    const { model } = modelOf(source);
    const stream = await branch(model, 'shop', 'shop/web');
    assert.equal((await model.children(stream)).length, 2);
    assert.equal(model.tagDeleted('shop', 'web', 'v2'), stream);
    assert.deepEqual(
      ((await model.children(stream)) as TagNode[]).map(({ tag }) => tag),
      ['v10'],
    );
    assert.equal(model.tagDeleted('shop', 'not-shown', 'v1'), undefined);
  });
});
