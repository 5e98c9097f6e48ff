import * as l10n from '@vscode/l10n';
import type { Deleted } from '../../engine/steps.ts';
import { findingsOf } from '../../schedules/job-findings.ts';
import type { PruneJob } from '../../schedules/schedules.ts';
import { findingInWords } from './diagnosis.ts';
import { deletedInWords } from './schedules.ts';

/** What became of a Job, in one sentence; what it deleted, or why it failed. */
export function jobOutcomeInWords(job: PruneJob): string {
  const { state, outcome } = job;
  const deleted = outcome === null ? null : (outcome.log.summary ?? outcome.log.counts);
  switch (state) {
    case 'waiting':
      return l10n.t('Its pod doesn’t run yet.');
    case 'suspended':
      return l10n.t('It is suspended.');
    case 'running':
      return deleted === null
        ? l10n.t('It is running.')
        : l10n.t('It is running; deleted so far: {0}.', deletedInWords(deleted));
    case 'succeeded':
      if (outcome === null || deleted === null || outcome.from === 'none') return l10n.t('It succeeded.');
      if (isNothing(deleted)) {
        return outcome.log.dryRun
          ? l10n.t('A dry run; it would delete nothing.')
          : l10n.t('It deleted nothing.');
      }
      return outcome.log.dryRun
        ? l10n.t('A dry run; it would delete: {0}.', deletedInWords(deleted))
        : l10n.t('It deleted: {0}.', deletedInWords(deleted));
    case 'failed':
      return l10n.t('It failed: {0}', failureInWords(job));
  }
}

/** Why a Job failed: what its log gives away, otherwise its last word, otherwise what Kubernetes says. */
export function failureInWords(job: PruneJob): string {
  const [finding] = findingsOf(job);
  if (finding) return finding.code === 'unknown' ? finding.message : findingInWords(finding).title;
  return job.message || job.reason || l10n.t('the cause isn’t known');
}

function isNothing(deleted: Deleted): boolean {
  return Object.values(deleted).every((count) => count === 0);
}
