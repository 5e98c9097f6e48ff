import * as l10n from '@vscode/l10n';
import { BEYOND_REFERENCE, LETS_GO, type ReasonCode } from '../../../src/engine/plan.ts';

/** What reasons have in common, in the order of the filter. */
export const GROUPS = ['letsGo', 'keeps', 'beyondReference'] as const;
export type Group = (typeof GROUPS)[number];

/** A reason in general, without what it is about in a single case. */
export function reasonTitle(code: ReasonCode): string {
  switch (code) {
    case 'streamYoung':
      return l10n.t('Its image stream is young');
    case 'young':
      return l10n.t('It is young');
    case 'tagUsed':
      return l10n.t('Its tag is used');
    case 'withinRevisions':
      return l10n.t('Among the newest revisions');
    case 'imageUsed':
      return l10n.t('Its image is used');
    case 'withinLimit':
      return l10n.t('Within the size limit');
    case 'noLimit':
      return l10n.t('No size limit in its namespace');
    case 'namedByStream':
      return l10n.t('Named by an image stream');
    case 'partOfIndex':
      return l10n.t('Part of a kept index');
    case 'notManaged':
      return l10n.t('Not pushed to this registry');
    case 'namespaceOnly':
      return l10n.t('Only one namespace is pruned');
    case 'holdsKept':
      return l10n.t('Holds kept revisions');
    case 'nothingToPrune':
      return l10n.t('Has no revisions');
    case 'ephemeralContainer':
      return l10n.t('Used by an ephemeral container');
    case 'imageVolume':
      return l10n.t('Mounted as a volume');
    case 'reportedByContainer':
      return l10n.t('Running in a container');
    case 'buildInput':
      return l10n.t('Input of a build');
    case 'imageTrigger':
      return l10n.t('Named by an image trigger');
    case 'usedThroughIndex':
      return l10n.t('A member of it is used');
    case 'imageUnknown':
      return l10n.t('Its image can’t be seen');
    case 'imageMissing':
      return l10n.t('Its image is missing');
    case 'beyondRevisions':
      return l10n.t('Older than the newest revisions');
    case 'overLimit':
      return l10n.t('Over the size limit');
    case 'unnamed':
      return l10n.t('No image stream names it');
    case 'emptied':
      return l10n.t('All its revisions go');
  }
}

export function groupOf(code: ReasonCode): Group {
  if (LETS_GO.has(code)) return 'letsGo';
  return BEYOND_REFERENCE.has(code) ? 'beyondReference' : 'keeps';
}

/** What heads a group of reasons. */
export function groupInWords(group: Group): string {
  switch (group) {
    case 'letsGo':
      return l10n.t('Goes because');
    case 'keeps':
      return l10n.t('Stays because');
    case 'beyondReference':
      return l10n.t('Protected beyond the reference because');
  }
}
