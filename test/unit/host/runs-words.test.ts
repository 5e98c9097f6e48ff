import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { said, verbatim } from '../../../src/engine/said.ts';
import { code, plain, table, wordsInMarkdown } from '../../../src/host/runs/markdown.ts';
import type { RunFacts } from '../../../src/host/runs/run-facts.ts';
import { newestAndMonths, runIdOf, startOf } from '../../../src/host/runs/run-nodes.ts';
import {
  restoredInWords,
  restoreQuestion,
  resumeQuestion,
  whyNotRestore,
  whyNotResume,
} from '../../../src/host/runs/run-questions.ts';
import { countsInWords, runLine } from '../../../src/host/runs/run-words.ts';
import { causesOf } from '../../../src/prune/failure.ts';
import { parseLogLine } from '../../../src/prune/journal/entries.ts';

const NOW = Date.UTC(2026, 4, 4, 12);
const SERVER = 'https://api.ocp:6443';
const NOTHING = { images: 0, tagItems: 0, streams: 0, layerLinks: 0, manifestLinks: 0, blobs: 0 };
const ALL = { images: 214, tagItems: 611, streams: 48, layerLinks: 900, manifestLinks: 600, blobs: 1200 };

function facts(differing: Partial<RunFacts> = {}): RunFacts {
  return {
    id: '20260501T120000Z-0a1b',
    folder: '/runs/20260501T120000Z-0a1b',
    startedAt: '2026-05-01T12:00:00.000Z',
    origin: { context: 'ocp-lab', server: SERVER, user: 'admin' },
    registry: { address: 'registry.apps:443', source: 'route', verified: true },
    state: 'done',
    planned: ALL,
    done: ALL,
    spared: 0,
    plannedBytes: 13 * 1024 ** 3,
    freedBytes: 13_314_398_618,
    rolloutOwed: false,
    restored: false,
    resumable: false,
    restorable: true,
    ...differing,
  };
}

describe('the line of a run', () => {
  it('says when, where, how much and how it ended', () => {
    const { label, description, kinds, icon, mood } = runLine(facts(), SERVER, NOW);
    assert.equal(label, '3 days ago');
    assert.equal(runLine(facts(), SERVER, Date.parse(facts().startedAt) + 59_999).label, 'just now');
    assert.equal(description, 'done · ocp-lab · 214 images · 12.4 GiB');
    assert.equal(kinds, 'run restorable');
    assert.deepEqual([icon, mood], ['pass', 'good']);
  });

  it('says what is still owed, and offers it on its own cluster alone', () => {
    const owing = facts({ rolloutOwed: true });
    const here = runLine(owing, SERVER, NOW);
    assert.match(here.description, /^done, rollout owed · /);
    assert.match(here.kinds, /\bowing\b/);
    assert.equal(here.mood, 'warning');
    assert.doesNotMatch(runLine(owing, 'https://elsewhere:6443', NOW).kinds, /owing/);
    assert.doesNotMatch(runLine(owing, undefined, NOW).kinds, /owing/);
  });

  it('says how far a run came that did not get to its end', () => {
    const interrupted = facts({
      state: 'interrupted',
      done: { ...ALL, images: 120 },
      freedBytes: null,
      resumable: true,
    });
    const { description, kinds, tooltip } = runLine(interrupted, SERVER, NOW);
    assert.equal(description, 'interrupted · ocp-lab · 120 of 214 images');
    assert.equal(kinds, 'run resumable restorable');
    assert.match(tooltip, /^To be freed: 13\.0 GiB$/m);
  });

  it('offers no rollout while a process works on it', () => {
    const running = facts({ state: 'running', rolloutOwed: true, restorable: false });
    assert.equal(runLine(running, SERVER, NOW).kinds, 'run');
  });

  it('holds what is exact in the tooltip', () => {
    const stopped = facts({ state: 'stopped', why: verbatim('the API server does not answer'), spared: 2 });
    const { tooltip } = runLine(stopped, SERVER, NOW);
    for (const part of ['2026-05-01T12:00:00.000Z', SERVER, 'registry.apps:443 (certificate verified)']) {
      assert.ok(tooltip.includes(part), part);
    }
    assert.match(tooltip, /^State: stopped, because the API server does not answer$/m);
    assert.match(tooltip, /^Protected meanwhile: 2$/m);
    assert.match(tooltip, /^Freed: 12\.4 GiB \(13314398618 bytes\)$/m);
  });

  it('counts tag revisions where no image was to go', () => {
    const planned = { ...NOTHING, tagItems: 3 };
    assert.equal(countsInWords({ planned, done: planned }), '3 tag revisions');
    assert.equal(countsInWords({ planned, done: { ...NOTHING, tagItems: 1 } }), '1 of 3 tag revisions');
    const one = { ...NOTHING, images: 1 };
    assert.equal(countsInWords({ planned: one, done: one }), '1 image');
  });
});

describe('the lines of the view', () => {
  const idAt = (day: number, hour = 0) =>
    `${new Date(Date.UTC(2026, 0, 1 + day, hour)).toISOString().replace(/[-:]|\.\d+/g, '')}-00aa`;

  it('hold the newest runs, and months for the others', () => {
    const ids = Array.from({ length: 190 }, (_, day) => idAt(day)).reverse();
    const { newest, months } = newestAndMonths(ids);
    assert.deepEqual(newest, ids.slice(0, 100));
    assert.deepEqual(
      months.map(({ month, ids: own }) => [month, own.length]),
      [
        ['2026-03', 31],
        ['2026-02', 28],
        ['2026-01', 31],
      ],
    );
    assert.deepEqual(
      months.flatMap(({ ids: own }) => own),
      ids.slice(100),
    );
  });

  it('need no months for a hundred', () => {
    const ids = Array.from({ length: 101 }, (_, hour) => idAt(0, hour)).reverse();
    assert.deepEqual(newestAndMonths(ids), { newest: ids, months: [] });
    assert.deepEqual(newestAndMonths([]), { newest: [], months: [] });
  });

  it('name the run that a command is about, and no file outside', () => {
    const id = '20260501T120000Z-0a1b';
    assert.equal(runIdOf(id), id);
    assert.equal(runIdOf({ kind: 'run', id, facts: facts() }), id);
    for (const other of ['../20260501T120000Z-0a1b', '', 'x', undefined, null, 7, { id: 7 }, { id: '..' }]) {
      assert.equal(runIdOf(other), undefined, JSON.stringify(other));
    }
    assert.equal(startOf(id), '2026-05-01T12:00:00Z');
  });
});

describe('what is asked before a run goes on', () => {
  const left = { counts: { ...NOTHING, images: 94, blobs: 300 }, bytes: 2048, images: [] };
  const report = {
    state: { kind: 'reached', address: 'registry.apps:443', tls: 'verified', mayPrune: true },
    tried: [],
  } as const;

  it('names the cluster, the registry, what is left and what can’t be undone', () => {
    const { message, detail } = resumeQuestion(facts({ state: 'cancelled' }), left, report, NOW);
    assert.equal(message, 'Go on with the prune of ocp-lab that began 3 days ago?');
    assert.deepEqual(detail.split('\n'), [
      `Cluster: ${SERVER}`,
      'Registry: registry.apps:443, certificate verified',
      'Images left: 94',
      'Blobs left: 300',
      '2.0 KiB can go',
      '',
      'What something names by now stays.',
      'What is deleted from the registry can’t be restored.',
    ]);
  });

  it('says where the registry is another than the one it began with, and how safe that is', () => {
    const moved = { ...report, state: { ...report.state, address: 'other:5000', tls: 'plain' } } as const;
    const { detail } = resumeQuestion(facts(), left, moved, NOW);
    assert.match(detail, /^Registry: other:5000, NOT encrypted$/m);
    assert.match(detail, /^The run began with another address of it: registry\.apps:443$/m);
  });

  it('says of a run without the registry that it is left alone', () => {
    const { detail } = resumeQuestion(
      facts({ registry: null }),
      { ...left, counts: NOTHING },
      undefined,
      NOW,
    );
    assert.match(detail, /^Registry: left alone$/m);
    assert.match(detail, /^Nothing is left but/m);
    assert.doesNotMatch(detail, /can’t be restored/);
  });

  it('is not asked where it can’t go on', () => {
    const open = facts({ state: 'failed', resumable: true });
    assert.equal(whyNotResume(open, false, true), undefined);
    assert.match(whyNotResume(open, true, true) ?? '', /already running/);
    assert.match(whyNotResume(open, false, false) ?? '', /isn’t trusted/);
    assert.match(whyNotResume(facts({ state: 'running' }), false, true) ?? '', /already/);
    assert.match(whyNotResume(facts({ restored: true }), false, true) ?? '', /put back/);
    assert.match(whyNotResume(facts(), false, true) ?? '', /is done/);
  });
});

describe('what is asked before anything is put back', () => {
  it('says what can come back and what can’t', () => {
    const outlook = { images: { back: 3, lost: 2 }, items: { back: 4, lost: 1 } };
    const { message, detail } = restoreQuestion(facts(), outlook, NOW);
    assert.equal(message, 'Put back what the prune of ocp-lab that began 3 days ago removed?');
    assert.match(detail, /^Can be put back, if the cluster lets you: images 3, tag revisions 4$/m);
    assert.match(detail, /^Can’t be put back: images 2, tag revisions 1$/m);
    const none = restoreQuestion(facts(), { images: { back: 3, lost: 0 }, items: { back: 4, lost: 0 } }, NOW);
    assert.doesNotMatch(none.detail, /Can’t/);
  });

  it('is not asked where nothing was changed, or somebody works on it', () => {
    assert.equal(whyNotRestore(facts(), true), undefined);
    assert.match(whyNotRestore(facts({ restorable: false }), true) ?? '', /nothing to put back/);
    assert.match(whyNotRestore(facts({ state: 'running' }), true) ?? '', /Wait/);
    assert.match(whyNotRestore(facts(), false) ?? '', /isn’t trusted/);
  });

  it('is answered in one line', () => {
    const report = { run: 'r', images: 3, items: 4, streams: 1, cancelled: false, impossible: [] };
    assert.equal(restoredInWords(report), 'Put back: images 3, tag revisions 4.');
    const partly = { ...report, cancelled: true, impossible: [{ what: 'image a', why: verbatim('gone') }] };
    assert.equal(
      restoredInWords(partly),
      'Put back: images 3, tag revisions 4. Could not be put back: 1. It was cancelled, and can be repeated.',
    );
  });
});

describe('failures', () => {
  const digest = (letter: string) => `sha256:${letter.repeat(64)}`;

  it('have one cause where they differ only in whom they met', () => {
    const failures = [
      `image ${digest('a')}: failed to delete manifest blob ${digest('a')}: 500 Internal Server Error`,
      `image ${digest('b')}: failed to delete image ${digest('b')}: images ${digest('b')} is odd: really`,
      `image ${digest('c')}: failed to delete image ${digest('c')}: images ${digest('c')} is odd: really`,
      `imagestream shop/web: failed to delete layer link ${digest('d')}: 500 Internal Server Error`,
      `imagestream shop/web: failed to delete manifest link ${digest('e')}: 500 Internal Server Error`,
      'imagestream shop/api: the server’s answer is no object',
    ];
    // As earlier versions wrote them.
    const read = failures.flatMap((message) => {
      const line = parseLogLine(JSON.stringify({ event: 'failed', message }));
      return line?.event === 'failed' ? [line] : [];
    });
    assert.deepEqual(causesOf(read), [
      { cause: verbatim('500 Internal Server Error'), failures: 3 },
      { cause: verbatim('images sha256:… is odd: really'), failures: 2 },
      { cause: verbatim('the server’s answer is no object'), failures: 1 },
    ]);
  });
});

describe('text from outside in Markdown', () => {
  it('shows as it is', () => {
    assert.equal(code('a `b` c'), '``a `b` c``');
    assert.equal(code('`'), '`` ` ``');
    assert.equal(code('one\n  two'), '`one two`');
    assert.equal(code(''), '');
    assert.equal(plain('<b>*x*</b> [a](command:b) #'), '\\<b\\>\\*x\\*\\</b\\> \\[a\\]\\(command:b\\) \\#');
  });

  it('stands in code where it fills words, and the words mean nothing', () => {
    const words = said('*{0}* failed {1} times: {2}', 'a_b', 3, said('refused (`{0}`)', '[x](y) `z`'));
    assert.equal(wordsInMarkdown(words), '\\*`a_b`\\* failed 3 times: refused \\(\\``` [x](y) `z` ``\\`\\)');
    assert.equal(wordsInMarkdown(verbatim('one\ntwo {0}')), '`one two {0}`');
  });

  it('stays in its cell', () => {
    assert.deepEqual(
      table(
        ['', 'n'],
        [
          ['a|b', '1'],
          [plain('c|d'), '2'],
        ],
        [1],
      ),
      ['|  | n |', '| --- | ---: |', '| a\\|b | 1 |', '| c\\|d | 2 |'],
    );
  });
});
