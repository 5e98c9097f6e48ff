import * as l10n from '@vscode/l10n';
import { inWords } from '../../shared/words/in-words.ts';
import { listInWords } from '../../shared/words/joining.ts';
import { bytesInWords, spanInWords } from '../../shared/words/quantities.ts';
import { stateInWords } from '../../shared/words/run-states.ts';
import type { RunFacts } from './run-facts.ts';

/** What a line of the Runs view shows, without the editor's own types. */
export interface RunLine {
  label: string;
  description: string;
  tooltip: string;
  /** A codicon; the words say the same. */
  icon: string;
  mood: 'good' | 'warning' | 'bad' | undefined;
  /** What package.json offers actions by: `run`, `resumable`, `restorable`, `owing`. */
  kinds: string;
}

/** The state, with what else is to be known: `done, rollout owed`. */
export function standingInWords(facts: RunFacts): string {
  return listInWords([
    stateInWords(facts.state),
    ...(facts.rolloutOwed ? [l10n.t('rollout owed')] : []),
    ...(facts.restored ? [l10n.t('restored')] : []),
  ]);
}

/** How long ago something was: `3 days ago`, `just now`. @param now milliseconds since the epoch */
export function agoInWords(instant: string, now: number): string {
  const span = now - Date.parse(instant);
  return span < 60_000 ? l10n.t('just now') : l10n.t('{0} ago', spanInWords(span));
}

/** What was deleted: `214 images`, `120 of 214 images`; tag revisions where no image was to go. */
export function countsInWords({ planned, done }: Pick<RunFacts, 'planned' | 'done'>): string {
  if (planned.images > 0 || planned.tagItems === 0) {
    if (done.images !== planned.images) return l10n.t('{0} of {1} images', done.images, planned.images);
    return done.images === 1 ? l10n.t('1 image') : l10n.t('{0} images', done.images);
  }
  if (done.tagItems !== planned.tagItems) {
    return l10n.t('{0} of {1} tag revisions', done.tagItems, planned.tagItems);
  }
  return done.tagItems === 1 ? l10n.t('1 tag revision') : l10n.t('{0} tag revisions', done.tagItems);
}

/**
 * A run as a line of the view.
 * @param present the server of the present context: a rollout is only offered there
 * @param now milliseconds since the epoch
 */
export function runLine(facts: RunFacts, present: string | undefined, now: number): RunLine {
  const { origin, planned, freedBytes, state, rolloutOwed } = facts;
  const bytes = planned.blobs > 0 && freedBytes !== null ? [bytesInWords(freedBytes)] : [];
  const owing = rolloutOwed && state !== 'running' && origin !== null && origin.server === present;
  return {
    label: agoInWords(facts.startedAt, now),
    // A narrow view cuts the end off: what matters most comes first.
    description: [
      standingInWords(facts),
      ...(origin ? [origin.context] : []),
      countsInWords(facts),
      ...bytes,
    ].join(' · '),
    tooltip: tooltipOf(facts),
    ...lookOf(facts),
    kinds: [
      'run',
      ...(facts.resumable ? ['resumable'] : []),
      ...(facts.restorable ? ['restorable'] : []),
      ...(owing ? ['owing'] : []),
    ].join(' '),
  };
}

/** How its registry was reached, `host:5000 (certificate verified)`. */
export function registryInWords({ registry }: Pick<RunFacts, 'registry'>): string {
  if (!registry) return l10n.t('left alone');
  return registry.verified
    ? l10n.t('{0} (certificate verified)', registry.address)
    : l10n.t('{0} (certificate NOT verified)', registry.address);
}

/** Lines of plain text. */
function tooltipOf(facts: RunFacts): string {
  const { origin, state, why, spared, plannedBytes, freedBytes, rollout } = facts;
  const lines = [
    l10n.t('Run {0}', facts.id),
    l10n.t('Started {0}', facts.startedAt),
    ...(origin ? [l10n.t('Cluster: {0} ({1})', origin.context, origin.server)] : []),
    l10n.t('Registry: {0}', registryInWords(facts)),
    l10n.t('Deleted: {0}', countsInWords(facts)),
  ];
  if (facts.planned.blobs > 0) {
    lines.push(
      freedBytes === null
        ? l10n.t('To be freed: {0}', bytesInWords(plannedBytes))
        : l10n.t('Freed: {0} ({1} bytes)', bytesInWords(freedBytes), freedBytes),
    );
  }
  if (spared > 0) lines.push(l10n.t('Protected meanwhile: {0}', spared));
  lines.push(
    why === undefined
      ? l10n.t('State: {0}', stateInWords(state))
      : l10n.t('State: {0}, because {1}', stateInWords(state), inWords(why)),
  );
  if (facts.rolloutOwed) lines.push(l10n.t('The registry is still to be rolled out.'));
  else if (rollout?.state === 'done') lines.push(l10n.t('The registry was rolled out {0}.', rollout.at));
  return lines.join('\n');
}

function lookOf({ state, rolloutOwed }: RunFacts): Pick<RunLine, 'icon' | 'mood'> {
  switch (state) {
    case 'running':
      return { icon: 'sync~spin', mood: undefined };
    case 'done':
      return rolloutOwed ? { icon: 'history', mood: 'warning' } : { icon: 'pass', mood: 'good' };
    case 'failed':
      return { icon: 'warning', mood: 'warning' };
    case 'cancelled':
      return { icon: 'circle-slash', mood: 'warning' };
    case 'stopped':
      return { icon: 'error', mood: 'bad' };
    case 'interrupted':
      return { icon: 'debug-disconnect', mood: 'bad' };
  }
}
