import * as l10n from '@vscode/l10n';
import type { Deleted } from '../../engine/steps.ts';
import type { RestoreReport } from '../../prune/run/restore-run.ts';
import { sentencesInWords } from '../../shared/words/joining.ts';
import { bytesInWords } from '../../shared/words/quantities.ts';
import type { Question } from '../question.ts';
import type { RegistryReport } from '../registry/registry-check.ts';
import type { RestoreOutlook } from './restore-outlook.ts';
import type { RunFacts } from './run-facts.ts';
import type { RunLeft } from './run-left.ts';
import { agoInWords } from './run-words.ts';

/** Why a run can't be gone on with now; undefined where it can. The engine checks all of it again. */
export function whyNotResume(facts: RunFacts, busy: boolean, trusted: boolean): string | undefined {
  if (facts.state === 'running') return l10n.t('A process is working on this run already.');
  if (facts.restored) {
    return l10n.t(
      'What this run deleted was put back, so it can’t be resumed. Make a new dry run, which decides on what is there now.',
    );
  }
  if (facts.state === 'done') return l10n.t('This run is done: there is nothing left to do.');
  if (busy) return l10n.t('A prune is already running.');
  if (!trusted) return l10n.t('This workspace isn’t trusted, so nothing is deleted from it.');
  return undefined;
}

/** Why nothing of a run can be put back now; undefined where something may be. */
export function whyNotRestore(facts: RunFacts, trusted: boolean): string | undefined {
  if (facts.state === 'running') return l10n.t('A process is working on this run. Wait until it ends.');
  if (!facts.restorable) return l10n.t('This run changed no API object, so there is nothing to put back.');
  if (!trusted) return l10n.t('This workspace isn’t trusted, so nothing of the cluster is changed from it.');
  return undefined;
}

/**
 * What is asked before a run is gone on with: cluster, registry, what is left, and what can't be undone.
 * @param report of the registry; undefined where the run leaves the registry alone
 */
export function resumeQuestion(
  facts: RunFacts,
  left: RunLeft,
  report: RegistryReport | undefined,
  now: number,
): Question {
  const { origin } = facts;
  const address = report?.state.kind === 'reached' ? report.state.address : undefined;
  const began = facts.registry?.address;
  const lines = [
    l10n.t('Cluster: {0}', origin?.server ?? ''),
    l10n.t('Registry: {0}', registryLine(report)),
    ...(address !== undefined && began !== undefined && began !== address
      ? [l10n.t('The run began with another address of it: {0}', began)]
      : []),
    ...leftLines(left.counts),
    ...(left.bytes > 0 ? [l10n.t('{0} can go', bytesInWords(left.bytes))] : []),
    '',
    l10n.t('What something names by now stays.'),
    ...(report ? [l10n.t('What is deleted from the registry can’t be restored.')] : []),
  ];
  return {
    message: l10n.t(
      'Go on with the prune of {0} that began {1}?',
      origin?.context ?? '',
      agoInWords(facts.startedAt, now),
    ),
    detail: lines.join('\n'),
  };
}

function registryLine(report: RegistryReport | undefined): string {
  if (report?.state.kind !== 'reached') return l10n.t('left alone');
  const { address, tls } = report.state;
  switch (tls) {
    case 'verified':
      return l10n.t('{0}, certificate verified', address);
    case 'unverified':
      return l10n.t('{0}, certificate NOT verified', address);
    case 'plain':
      return l10n.t('{0}, NOT encrypted', address);
  }
}

/** Each number has a line of its own, with the name before it, so that no language has to count. */
function leftLines({ images, tagItems, layerLinks, manifestLinks, blobs }: Deleted): string[] {
  const lines: [number, string][] = [
    [images, l10n.t('Images left: {0}', images)],
    [tagItems, l10n.t('Tag revisions left: {0}', tagItems)],
    [layerLinks + manifestLinks, l10n.t('Links left: {0}', layerLinks + manifestLinks)],
    [blobs, l10n.t('Blobs left: {0}', blobs)],
  ];
  const said = lines.filter(([count]) => count > 0).map(([, line]) => line);
  return said.length > 0 ? said : [l10n.t('Nothing is left but to write down that it is done.')];
}

/** What is asked before anything is put back: what can come back, and what can't. */
export function restoreQuestion(facts: RunFacts, outlook: RestoreOutlook, now: number): Question {
  const { images, items } = outlook;
  const { origin } = facts;
  const lost = images.lost + items.lost > 0;
  const lines = [
    l10n.t('Cluster: {0}', origin?.server ?? ''),
    l10n.t(
      'Can be put back, if the cluster lets you: images {0}, tag revisions {1}',
      images.back,
      items.back,
    ),
    ...(lost ? [l10n.t('Can’t be put back: images {0}, tag revisions {1}', images.lost, items.lost)] : []),
    '',
    ...(lost
      ? [
          l10n.t(
            'What can’t be put back has lost its data, or the links to it, in the registry: push or import it again.',
          ),
        ]
      : []),
    l10n.t('What is there by now stays as it is. A run that was put back can’t be resumed.'),
  ];
  return {
    message: l10n.t(
      'Put back what the prune of {0} that began {1} removed?',
      origin?.context ?? '',
      agoInWords(facts.startedAt, now),
    ),
    detail: lines.join('\n'),
  };
}

/** What was put back, in one line. */
export function restoredInWords({ images, items, cancelled, impossible }: RestoreReport): string {
  return sentencesInWords([
    l10n.t('Put back: images {0}, tag revisions {1}.', images, items),
    ...(impossible.length > 0 ? [l10n.t('Could not be put back: {0}.', impossible.length)] : []),
    ...(cancelled ? [l10n.t('It was cancelled, and can be repeated.')] : []),
  ]);
}
