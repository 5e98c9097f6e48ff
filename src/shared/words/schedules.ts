import * as l10n from '@vscode/l10n';
import type { Deleted } from '../../engine/steps.ts';
import type { ImagePrunerChange } from '../../schedules/image-pruner.ts';
import { findingsOf } from '../../schedules/job-findings.ts';
import type { PruneJob, PruneJobState, UnreadPart } from '../../schedules/schedules.ts';
import { findingInWords } from './diagnosis.ts';

/** A Job's state in one or two words. */
export function jobStateInWords(state: PruneJobState): string {
  switch (state) {
    case 'waiting':
      return l10n.t('waiting');
    case 'running':
      return l10n.t('running');
    case 'succeeded':
      return l10n.t('succeeded');
    case 'failed':
      return l10n.t('failed');
    case 'suspended':
      return l10n.t('suspended');
  }
}

/** How long something took, to the second: `1 min 12 s`, `2 h 5 min`. */
export function tookInWords(milliseconds: number): string {
  const seconds = Math.round(milliseconds / 1000);
  if (seconds < 60) return l10n.t('{0} s', seconds);
  const minutes = Math.floor(seconds / 60);
  if (minutes < 60) return l10n.t('{0} min {1} s', minutes, seconds % 60);
  return l10n.t('{0} h {1} min', Math.floor(minutes / 60), minutes % 60);
}

/** What a prune deleted, in short; what was nothing is left out. */
export function deletedInWords(deleted: Deleted): string {
  const parts = [
    deleted.images === 0
      ? ''
      : deleted.images === 1
        ? l10n.t('1 image')
        : l10n.t('{0} images', deleted.images),
    deleted.tagItems === 0
      ? ''
      : deleted.tagItems === 1
        ? l10n.t('1 tag revision')
        : l10n.t('{0} tag revisions', deleted.tagItems),
    deleted.blobs === 0 ? '' : deleted.blobs === 1 ? l10n.t('1 blob') : l10n.t('{0} blobs', deleted.blobs),
  ].filter((part) => part !== '');
  return parts.length === 0 ? l10n.t('nothing') : parts.join(l10n.t(', '));
}

function isNothing(deleted: Deleted): boolean {
  return Object.values(deleted).every((count) => count === 0);
}

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

/** What couldn't be read, and which role would let it. */
export function unreadInWords({ what, namespace, message, role }: UnreadPart): string {
  const where = namespace === null ? l10n.t('all namespaces') : namespace;
  const said = l10n.t('{0} of {1} could not be read: {2}', what, where, message);
  return role === '' ? said : l10n.t('{0} The role {1} allows it.', said.replace(/[.]?$/, '.'), role);
}

/** A field of the ImagePruner as people know it. */
export function prunerFieldInWords(field: keyof ImagePrunerChange): string {
  switch (field) {
    case 'schedule':
      return l10n.t('Schedule');
    case 'suspend':
      return l10n.t('Suspended');
    case 'keepTagRevisions':
      return l10n.t('Revisions kept per tag');
    case 'keepYoungerThanDuration':
      return l10n.t('Keep younger than');
    case 'ignoreInvalidImageReferences':
      return l10n.t('Ignore invalid references');
    case 'logLevel':
      return l10n.t('Log level');
    case 'successfulJobsHistoryLimit':
      return l10n.t('Successful jobs kept');
    case 'failedJobsHistoryLimit':
      return l10n.t('Failed jobs kept');
    case 'resources':
      return l10n.t('Resources');
  }
}
