import * as l10n from '@vscode/l10n';
import type { Deleted } from '../../engine/steps.ts';
import type { PruneJobState, UnreadPart } from '../../schedules/schedules.ts';
import { asSentence, listInWords } from './joining.ts';

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
  return parts.length === 0 ? l10n.t('nothing') : listInWords(parts);
}

/** What couldn't be read, and which role would let it. */
export function unreadInWords({ what, namespace, message, role }: UnreadPart): string {
  const where = namespace === null ? l10n.t('all namespaces') : namespace;
  const said = l10n.t('{0} of {1} could not be read: {2}', what, where, message);
  return role === '' ? said : l10n.t('{0} The role {1} allows it.', asSentence(said), role);
}
