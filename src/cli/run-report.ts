import * as l10n from '@vscode/l10n';
import { type Said, said } from '../engine/said.ts';
import type { Deleted } from '../engine/steps.ts';
import { summaryLine } from '../engine/steps.ts';
import type { Protection } from '../prune/guard/protections.ts';
import { protectorInWords } from '../prune/run/protector.ts';
import type { RunReport } from '../prune/run/report.ts';
import { inWords } from '../shared/words/in-words.ts';
import { bytesInWords, shortDigest } from '../shared/words/quantities.ts';
import { stateInWords } from '../shared/words/run-states.ts';
import { type Terminal, writeLines } from './terminal.ts';

/**
 * Writes what a run came to: the reference's summary on standard output, everything else on standard error.
 * @param resume the command that goes on with it
 */
export async function writeRunReport(report: RunReport, resume: string, terminal: Terminal): Promise<void> {
  await writeLines(terminal.stdout, [summaryLine(report.done)]);
  await writeLines(terminal.stderr, reportLines(report, resume));
}

/** Why a run is not done, in one line: of a pod that failed, the cluster keeps the last lines alone. */
export function whyNotDone({ run, why, failures, causes }: RunReport): Said {
  const [cause] = causes;
  if (why !== undefined) return said('the run {0} is not done: {1}', run, why);
  if (cause === undefined) return said('the run {0} is not done: see above', run);
  return failures.length === 1
    ? said('the run {0} is not done, since a deletion failed: {1}', run, cause.cause)
    : said(
        'the run {0} is not done, since {1} deletions failed; the most frequent cause: {2}',
        run,
        failures.length,
        cause.cause,
      );
}

/** An image that is left alone because something names it by now. */
export function protectedInWords(image: string, by: Protection['by']): string {
  return l10n.t('protected: {0}, which {1} names by now', shortDigest(image), inWords(protectorInWords(by)));
}

/** Lines for people: planned against done, what was protected, what failed. */
export function reportLines(report: RunReport, resume: string): string[] {
  const { bytes, causes, failures, planned, run, state, why } = report;
  const lines = [
    why === undefined
      ? l10n.t('Run {0}: {1}', run, endInWords(state))
      : l10n.t('Run {0}: {1}: {2}', run, endInWords(state), inWords(why)),
  ];
  const counts = countsInWords(report);
  if (counts.length > 0) lines.push(`  ${l10n.t('deleted {0}', counts.join(l10n.t(', ')))}`);
  if (planned.blobs > 0) {
    lines.push(`  ${l10n.t('freed {0} of {1}', bytesInWords(bytes.freedNow), bytesInWords(bytes.freed))}`);
  }
  for (const { image, by } of report.protected) lines.push(`  ${protectedInWords(image, by)}`);
  const others = report.leftAlone.filter((image) => !report.protected.some((each) => each.image === image));
  if (others.length > 0) {
    lines.push(`  ${l10n.t('left alone: {0} images that a tag history still names', others.length)}`);
  }
  lines.push(...failures.map((failure) => `  ${l10n.t('failed: {0}', inWords(failure))}`));
  if (failures.length > 1) {
    lines.push(...causes.map(({ cause, failures: count }) => `  ${count} × ${inWords(cause)}`));
  }
  if (state === 'stopped') {
    lines.push(`  ${l10n.t('what was under way then may be done all the same, which resume finds out')}`);
  }
  if (state !== 'done') {
    lines.push(l10n.t('Go on where it ended, with: {0}', resume));
  }
  return lines;
}

function countsInWords({ planned, done }: RunReport): string[] {
  const wanted = (what: keyof Deleted) => planned[what] > 0 || done[what] > 0;
  return [
    ...(wanted('images') ? [l10n.t('{0} of {1} images', done.images, planned.images)] : []),
    ...(wanted('tagItems') ? [l10n.t('{0} of {1} tag items', done.tagItems, planned.tagItems)] : []),
    ...(wanted('layerLinks') ? [l10n.t('{0} of {1} layer links', done.layerLinks, planned.layerLinks)] : []),
    ...(wanted('manifestLinks')
      ? [l10n.t('{0} of {1} manifest links', done.manifestLinks, planned.manifestLinks)]
      : []),
    ...(wanted('blobs') ? [l10n.t('{0} of {1} blobs', done.blobs, planned.blobs)] : []),
  ];
}

function endInWords(state: RunReport['state']): string {
  return state === 'failed' ? l10n.t('everything was tried, and some of it failed') : stateInWords(state);
}
