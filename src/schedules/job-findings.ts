import type { Finding } from '../registry/diagnosis/finding.ts';
import { recogniseText } from '../registry/diagnosis/recognise-text.ts';
import type { PruneJob } from './schedules.ts';

/** Causes of a Job's failure as its pod's log tells them, the decisive first; none where it didn't fail or says nothing. */
export function findingsOf({ state, failedPods, outcome }: PruneJob): Finding[] {
  const failed = state === 'failed' || (failedPods > 0 && state !== 'succeeded');
  if (!failed || outcome === null || outcome.log.others.length === 0) return [];
  return recogniseText(outcome.log.others.join('\n'));
}
