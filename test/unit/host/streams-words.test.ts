import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { Reason, TagPlan, Verdict } from '../../../src/engine/plan.ts';
import type { Referrer } from '../../../src/engine/referrer.ts';
import { deletionInWords } from '../../../src/host/streams/deletion-words.ts';
import type { RevisionEntry, TagEntry } from '../../../src/host/streams/entries.ts';
import { nodeInWords } from '../../../src/host/streams/node-words.ts';
import type { NamespaceNode, RevisionNode, StreamNode, TagNode } from '../../../src/host/streams/nodes.ts';
import { readStreamLayers } from '../../../src/host/streams/stream-layers.ts';
import { targetInWords, targetOf, writtenTarget } from '../../../src/host/streams/target.ts';
import { viewMessage } from '../../../src/host/streams/view-words.ts';

const NOW = Date.UTC(2026, 4, 4, 12);
const DIGEST = `sha256:136eae2bd3d5${'0'.repeat(52)}`;
const MIB = 1024 * 1024;

const deployment: Referrer = {
  resource: 'deployment',
  namespace: 'team-a',
  name: 'web',
  place: 'container',
  at: 'app',
};
const pod: Referrer = { ...deployment, resource: 'pod', namespace: 'team-b', name: 'web-0' };

function revision(reasons: readonly Reason[] | null, more: Partial<RevisionEntry> = {}): RevisionEntry {
  const gone = ['beyondRevisions', 'imageMissing'];
  const verdict: Verdict = reasons?.every(({ code }) => gone.includes(code)) ? 'prune' : 'keep';
  const usedBy = (reasons ?? []).flatMap((reason) => ('by' in reason ? reason.by : []));
  return {
    position: 0,
    image: DIGEST,
    created: '2026-05-04T10:00:00Z',
    reference: null,
    size: 210 * MIB,
    missing: false,
    decided: reasons && { verdict, reasons, usedBy, alone: 0 },
    ...more,
  };
}

const namespace: NamespaceNode = {
  kind: 'namespace',
  id: 'team-a',
  namespace: 'team-a',
  entry: { namespace: 'team-a', streams: 3, bytes: 2.1 * 1024 * MIB, decided: null },
};
const stream: StreamNode = {
  kind: 'stream',
  id: 'team-a/web',
  parent: namespace,
  namespace: 'team-a',
  stream: 'web',
  entry: { namespace: 'team-a', name: 'web', created: null, bytes: 1.4 * 1024 * MIB, decided: null },
};

function tagNode(
  revisions: readonly RevisionEntry[],
  decided: TagEntry['decided'] = null,
  tag = 'latest',
): TagNode {
  const entry = { tag, decided, revisions };
  return {
    kind: 'tag',
    id: `team-a/web:${tag}`,
    parent: stream,
    namespace: 'team-a',
    stream: 'web',
    tag,
    entry,
  };
}

function revisionNode(entry: RevisionEntry, parent: TagNode): RevisionNode {
  const { tag } = parent;
  return {
    kind: 'revision',
    id: 'some',
    parent,
    namespace: 'team-a',
    stream: 'web',
    tag,
    image: entry.image,
    entry,
  };
}

const keptTag = (usedBy: readonly Referrer[] = []): TagEntry['decided'] => ({
  verdict: 'keep',
  reasons: [{ code: 'holdsKept', kept: 1 }],
  usedBy,
});
const within: Reason = { code: 'withinRevisions', keep: 3 };
const beyond: Reason = { code: 'beyondRevisions', position: 4, keep: 3 };

/** What a revision says among two others, so that it isn't the only one of its tag. */
function inHistory(entry: RevisionEntry) {
  const parent = tagNode([entry, revision([within]), revision([within])], keptTag());
  return nodeInWords(revisionNode(entry, parent), NOW);
}

describe('an item of the Image Streams view in words', () => {
  it('says how much a namespace and a stream hold, and how much of it can go', () => {
    assert.equal(nodeInWords(namespace, NOW).description, '3 streams · 2.1 GiB');
    assert.equal(nodeInWords(stream, NOW).description, '1.4 GiB');
    const planned = (goes: number, revisionsGoing: number) => {
      const decided = { verdict: 'keep', goes, revisions: 5, revisionsGoing } as const;
      const { description, icon, color } = nodeInWords(
        { ...stream, entry: { ...stream.entry, decided } },
        NOW,
      );
      return [description, icon, color !== undefined];
    };
    assert.deepEqual(planned(620 * MIB, 2), ['1.4 GiB · 620.0 MiB can go', 'trash', false]);
    assert.deepEqual(planned(620 * MIB, 5), ['1.4 GiB · 620.0 MiB can go', 'trash', true]);
    // Its blobs count for another stream.
    assert.deepEqual(planned(0, 2), ['1.4 GiB · 2 revisions go', 'trash', false]);
    assert.deepEqual(planned(0, 0), ['1.4 GiB · stays', 'check', true]);
  });

  it('says what isn’t known yet', () => {
    const unlisted = { ...namespace, entry: { ...namespace.entry, streams: null, bytes: null } };
    assert.equal(nodeInWords(unlisted, NOW).description, '');
    const tag = tagNode([revision(null), revision(null)]);
    const { description, tooltip, icon } = nodeInWords(tag, NOW);
    assert.deepEqual([description, icon], ['2 revisions', 'tag']);
    assert.match(tooltip.join('\n'), /Who uses it, and whether it can go, is known after a dry run/);
    const only = revisionNode(revision(null), tag);
    assert.equal(nodeInWords(only, NOW).description, '2 hours · 210.0 MiB');
    assert.equal(nodeInWords(revisionNode(revision(null, { size: null }), tag), NOW).description, '2 hours');
  });

  it('counts a tag’s revisions and users, an object with two containers once', () => {
    const revisions = [revision([within]), revision([within]), revision([beyond])];
    const twice = [deployment, { ...deployment, at: 'sidecar' }, pod];
    const { description, icon, tooltip } = nodeInWords(tagNode(revisions, keptTag(twice)), NOW);
    assert.deepEqual([description, icon], ['3 revisions · 1 goes · 2 users', 'trash']);
    assert.match(tooltip.join('\n'), /Used by deployment\/web, team\\-b\/pod\/web\\-0/);
    const whole = tagNode([revision([beyond])], { ...keptTag(), verdict: 'prune' } as TagEntry['decided']);
    assert.equal(nodeInWords(whole, NOW).description, '1 revision · goes');
    assert.equal(
      nodeInWords(tagNode([revision([within]), revision([within])], keptTag()), NOW).description,
      '2 revisions · stays',
    );
  });

  it('says of a revision that stays who or what keeps it', () => {
    const used = inHistory(revision([within, { code: 'imageUsed', by: [deployment] }]));
    assert.equal(used.label, '#0 136eae2bd3d5');
    assert.equal(used.description, 'stays · 2 hours · deployment/web');
    assert.equal(used.icon, 'check');
    assert.match(used.tooltip.join('\n'), /\$\(check\) Stays: .*image used by deployment\/web/);
    assert.match(used.tooltip.join('\n'), new RegExp((210 * MIB).toLocaleString()));
    assert.ok(used.tooltip.join('\n').includes(DIGEST));
    const two = inHistory(revision([{ code: 'imageUsed', by: [deployment, pod] }]));
    assert.equal(two.description, 'stays · 2 hours · deployment/web and 1 more');
    assert.equal(inHistory(revision([within])).description, 'stays · 2 hours · among the 3 newest revisions');
  });

  it('says of a revision that goes how large it is', () => {
    const old = { created: '2026-03-25T12:00:00Z', position: 4 };
    const gone = inHistory(revision([beyond], old));
    assert.equal(gone.label, '#4 136eae2bd3d5');
    assert.equal(gone.description, 'goes · 40 days · 210.0 MiB');
    assert.deepEqual([gone.icon, gone.color], ['trash', 'gitDecoration.deletedResourceForeground']);
  });

  it('marks what is missing, and what only we protect', () => {
    const lost = inHistory(revision([{ code: 'imageMissing' }], { missing: true, size: null }));
    assert.deepEqual([lost.description, lost.icon], ['missing · 2 hours', 'warning']);
    const mounted = inHistory(revision([beyond, { code: 'imageVolume', by: [pod] }]));
    assert.deepEqual(
      [mounted.description, mounted.icon],
      ['protected · 2 hours · team-b/pod/web-0', 'shield'],
    );
    assert.match(mounted.tooltip.join('\n'), /\$\(shield\) Stays: .*beyond the reference/);
  });

  it('says that the only item of a tag is never prunable, and why', () => {
    const only = revision([within]);
    const dated = tagNode([only], keptTag(), 'v2.1-may-2016');
    assert.equal(nodeInWords(dated, NOW).description, '1 revision · never prunable');
    assert.match(nodeInWords(dated, NOW).tooltip.join('\n'), /Avoid dates in tag names/);
    assert.equal(nodeInWords(revisionNode(only, dated), NOW).description, 'stays · 2 hours · never prunable');
    const plainTag = tagNode([only], keptTag(), 'stable');
    assert.match(nodeInWords(plainTag, NOW).tooltip.join('\n'), /until something newer is pushed/);
    // In use, it has another reason to stay; with a second item, a push moves it down.
    const used = tagNode([revision([within, { code: 'tagUsed', by: [deployment] }])], keptTag([deployment]));
    assert.equal(nodeInWords(used, NOW).description, '1 revision · stays · 1 user');
    assert.equal(nodeInWords(tagNode([only, only], keptTag()), NOW).description, '2 revisions · stays');
  });

  it('says the verdict to a screen reader, too', () => {
    const decided = { goes: 620 * MIB, revisions: 5, revisionsGoing: 2 };
    const planned = { ...namespace, entry: { ...namespace.entry, decided } };
    assert.equal(nodeInWords(planned, NOW).spoken, 'Namespace team-a, 3 streams, 2.1 GiB, 620.0 MiB can go');
    const gone = inHistory(revision([beyond], { position: 4 }));
    assert.equal(gone.spoken, 'Revision 4, image 136eae2bd3d5, goes, 2 hours, 210.0 MiB');
  });

  it('shows names from outside as they are', () => {
    const odd = tagNode([revision(null)], null, 'a_b$(trash)');
    const [head] = nodeInWords(odd, NOW).tooltip;
    assert.equal(head, '**team\\-a/web:a\\_b\\$\\(trash\\)**');
  });

  it('offers more, and another try', () => {
    const more = nodeInWords({ kind: 'more', id: 'm', parent: namespace, hidden: 150, next: 100 }, NOW);
    assert.deepEqual([more.label, more.description], ['Show 100 more', '150 not shown']);
    const problem = nodeInWords({ kind: 'problem', id: 'p', parent: namespace, message: 'No answer.' }, NOW);
    assert.deepEqual(
      [problem.label, problem.description, problem.icon],
      ['No answer.', 'Try again', 'error'],
    );
  });
});

describe('the message of the Image Streams view', () => {
  it('says what is filtered and what an order can’t know', () => {
    const none = { filter: '', sort: 'name', count: undefined, hasPlan: false } as const;
    assert.equal(viewMessage(none), undefined);
    const filtered = viewMessage({ ...none, filter: 'web', count: { shown: 2, of: 14 } });
    assert.equal(filtered, 'Filter “web”: 2 of 14 namespaces');
    assert.match(viewMessage({ ...none, sort: 'goes' }) ?? '', /after a dry run/);
    assert.equal(viewMessage({ ...none, sort: 'goes', hasPlan: true }), undefined);
  });
});

describe('the target of a command', () => {
  it('is an item of the view, or the same told by a page', () => {
    const tag = tagNode([]);
    assert.deepEqual(targetOf(tag), { kind: 'tag', namespace: 'team-a', stream: 'web', tag: 'latest' });
    const row = { kind: 'revision', namespace: 'a', stream: 'b', tag: 'c', image: DIGEST };
    assert.deepEqual(targetOf({ ...row, verdict: 'keep' }), row);
    const unnamed = { kind: 'image', namespace: '', stream: '', tag: '', image: DIGEST };
    assert.deepEqual(targetOf(unnamed), { kind: 'image', image: DIGEST });
    assert.deepEqual(targetOf({ ...row, kind: 'image' }), {
      kind: 'image',
      image: DIGEST,
      namespace: 'a',
      stream: 'b',
    });
  });

  it('is nothing where a part is missing', () => {
    for (const given of [
      undefined,
      null,
      'text',
      {},
      { kind: 'namespace', namespace: '' },
      { kind: 'stream', namespace: 'a' },
      { kind: 'tag', namespace: 'a', stream: 'b', tag: 3 },
      { kind: 'revision', namespace: 'a', stream: 'b', tag: 'c' },
      { kind: 'image' },
      { kind: 'more', namespace: 'a' },
    ]) {
      assert.equal(targetOf(given), undefined, JSON.stringify(given));
    }
  });

  it('is read as people write it', () => {
    const tag = { kind: 'tag', namespace: 'shop', stream: 'web', tag: 'v2.1-may-2016' };
    assert.deepEqual(writtenTarget(' shop/web:v2.1-may-2016 ', 'home'), tag);
    assert.deepEqual(writtenTarget('web:v2.1-may-2016', 'home'), { ...tag, namespace: 'home' });
    assert.deepEqual(writtenTarget('136eae2bd3d5', 'home'), { kind: 'image', image: '136eae2bd3d5' });
    assert.deepEqual(writtenTarget(`registry/shop/web@${DIGEST}`, 'home'), { kind: 'image', image: DIGEST });
    for (const text of ['', 'web', 'Web:x', 'a/b/c:d', 'sha256:xyz']) {
      assert.equal(writtenTarget(text, 'home'), undefined, text);
    }
    assert.equal(targetInWords({ kind: 'tag', namespace: 'a', stream: 'b', tag: 'c' }), 'a/b:c');
  });
});

describe('the layers of a stream', () => {
  it('count each blob once, and an index with its members', () => {
    const blobs = { base: { size: 100 }, one: { size: 10 }, two: { size: 20 }, config: {}, odd: null };
    const { blobs: sizes, images } = readStreamLayers({
      blobs,
      images: {
        a: { layers: ['base', 'one', 'one'], config: 'config' },
        index: { manifests: ['a', 'b'], layers: null },
        b: { layers: ['base', 'two', 'unknown'] },
        partial: { manifests: ['a', 'elsewhere'], layers: null },
        lost: { imageMissing: true, layers: null },
      },
    });
    assert.deepEqual(Object.fromEntries(images), { a: 110, b: 120, index: 130, lost: null });
    assert.equal(sizes.get('config'), 0);
    assert.deepEqual(readStreamLayers('no object').images, new Map());
  });
});

describe('the question before a tag is deleted', () => {
  const plan: TagPlan = {
    tag: 'latest',
    verdict: 'keep',
    reasons: [],
    usedBy: [deployment],
    revisions: [revision([within]), revision([beyond])].map(({ position, image, created, decided }) => ({
      position,
      image,
      created,
      verdict: decided?.verdict ?? 'keep',
      reasons: [],
    })),
  };

  it('says who uses it and what it protects', () => {
    const lines = deletionInWords(plan, 'team-a').join('\n');
    assert.match(lines, /2 revisions; 1 of them stay/);
    assert.match(lines, /Used by deployment\/web: they can’t pull it/);
    assert.match(deletionInWords({ ...plan, usedBy: [] }, 'team-a').join('\n'), /Nothing uses it by its tag/);
  });

  it('says what isn’t known', () => {
    const lines = deletionInWords(undefined, 'team-a').join('\n');
    assert.match(lines, /isn’t known without a dry run/);
    assert.match(lines, /can’t be undone/);
  });
});
