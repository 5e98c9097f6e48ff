import assert from 'node:assert/strict';
import { afterEach, describe, it } from 'node:test';
import * as l10n from '@vscode/l10n';
import { useLanguage } from '../../../src/cli/language.ts';
import { reportLines, whyNotDone } from '../../../src/cli/run-report.ts';
import { said, verbatim } from '../../../src/engine/said.ts';
import { causesOf, type Failure, failureInWords } from '../../../src/prune/failure.ts';
import type { RunReport } from '../../../src/prune/run/report.ts';
import { inWords } from '../../../src/shared/words/in-words.ts';

const NOTHING = { images: 0, tagItems: 0, streams: 0, layerLinks: 0, manifestLinks: 0, blobs: 0 };
const DIGEST = `sha256:${'a'.repeat(64)}`;
const CUT = said('{0} ({1})', said('the connection was cut'), 'ECONNRESET');
const FAILURES: readonly Failure[] = [
  { what: said('image {0}: failed to delete blob {1}', DIGEST, DIGEST), cause: CUT },
  { what: verbatim('imagestream shop/web'), cause: verbatim('409 Conflict: try again') },
  { what: said('image {0}: failed to delete image {1}', DIGEST, DIGEST), cause: CUT },
];

function report(failures: readonly Failure[], more: Partial<RunReport> = {}): RunReport {
  return {
    kind: 'PruneReport',
    version: 1,
    run: 'r-1',
    state: 'failed',
    planned: NOTHING,
    done: NOTHING,
    bytes: { freed: 0, unknownSizes: 0, freedNow: 0 },
    failures: failures.map(failureInWords),
    causes: causesOf(failures),
    protected: [],
    leftAlone: [],
    rolloutOwed: false,
    ...more,
  };
}

describe('a run’s report on the command line', () => {
  afterEach(() => l10n.config({ contents: {} }));

  it('has failures and causes in the language of the reader, and what a server said as it is', () => {
    useLanguage({ LANG: 'ja_JP.UTF-8' }, new URL('../../../l10n/', import.meta.url));
    const lines = reportLines(report(FAILURES), 'image-hygiene resume r-1').join('\n');
    const cut = inWords(CUT);
    assert.match(cut, /^[^a-z]+\(ECONNRESET\)$/);
    assert.ok(lines.includes(`  2 × ${cut}`), lines);
    assert.ok(lines.includes('  1 × 409 Conflict: try again'), lines);
    assert.ok(lines.includes(`image ${DIGEST}: blob ${DIGEST} の削除に失敗しました: ${cut}`), lines);
    assert.doesNotMatch(lines, /failed|the connection/);
  });

  it('ends with why it is not done, in one line', () => {
    const end = (of: RunReport) => inWords(whyNotDone(of));
    assert.equal(
      end(report([], { state: 'stopped', why: CUT })),
      'the run r-1 is not done: the connection was cut (ECONNRESET)',
    );
    assert.equal(
      end(report(FAILURES)),
      'the run r-1 is not done, since 3 deletions failed; the most frequent cause: the connection was cut (ECONNRESET)',
    );
    assert.equal(
      end(report(FAILURES.slice(1, 2))),
      'the run r-1 is not done, since a deletion failed: 409 Conflict: try again',
    );
  });
});
