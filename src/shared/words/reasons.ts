import * as l10n from '@vscode/l10n';
import { BEYOND_REFERENCE, type Position, type Reason } from '../../engine/plan.ts';
import type { Referrer } from '../../engine/referrer.ts';
import { listInWords } from './joining.ts';
import { bytesInWords, shortDigest } from './quantities.ts';

/** How many referrers or places a reason names before it only counts them. */
const NAMED = 3;

/** `deployment/web`, with the namespace in front where it matters. */
export function referrerInWords(referrer: Referrer, ownNamespace?: string): string {
  const name = `${referrer.resource}/${referrer.name}`;
  return referrer.namespace === ownNamespace ? name : `${referrer.namespace}/${name}`;
}

/** `web:v2 #4` with the namespace in front where it matters. */
export function positionInWords(at: Position, ownNamespace?: string): string {
  const name = `${at.stream}:${at.tag} #${at.position}`;
  return at.namespace === ownNamespace ? name : `${at.namespace}/${name}`;
}

function several<T>(all: readonly T[], inWords: (one: T) => string): string {
  // A workload with two containers of the same image is one user.
  const names = [...new Set(all.map(inWords))];
  const named = listInWords(names.slice(0, NAMED));
  const more = names.length - NAMED;
  return more > 0 ? l10n.t('{0} and {1} more', named, more) : named;
}

/**
 * A reason in one short phrase.
 * @param ownNamespace the namespace of what the reason is for: things in it are named without theirs
 */
export function reasonInWords(reason: Reason, ownNamespace?: string): string {
  const phrase = phraseFor(reason, ownNamespace);
  return BEYOND_REFERENCE.has(reason.code) ? l10n.t('{0} (beyond the reference)', phrase) : phrase;
}

function phraseFor(reason: Reason, ownNamespace: string | undefined): string {
  const users = (by: readonly Referrer[]) => several(by, (one) => referrerInWords(one, ownNamespace));
  switch (reason.code) {
    case 'streamYoung':
      return l10n.t('its image stream is young');
    case 'young':
      return l10n.t('young');
    case 'tagUsed':
      return l10n.t('tag used by {0}', users(reason.by));
    case 'withinRevisions':
      return reason.keep === 1
        ? l10n.t('newest revision kept')
        : l10n.t('among the {0} newest revisions', reason.keep);
    case 'imageUsed':
      return l10n.t('image used by {0}', users(reason.by));
    case 'withinLimit':
      return l10n.t('{0} is within the limit of {1}', bytesInWords(reason.size), reason.limit);
    case 'noLimit':
      return l10n.t('its namespace sets no image size limit');
    case 'namedByStream':
      return l10n.t(
        'named by {0}',
        several(reason.at, (at) => positionInWords(at, ownNamespace)),
      );
    case 'partOfIndex':
      return l10n.t('part of index {0}', shortDigest(reason.index));
    case 'notManaged':
      return l10n.t('not pushed to this registry');
    case 'namespaceOnly':
      return l10n.t('images stay when only namespace {0} is pruned', reason.namespace);
    case 'holdsKept':
      return reason.kept === 1
        ? l10n.t('holds 1 kept revision')
        : l10n.t('holds {0} kept revisions', reason.kept);
    case 'nothingToPrune':
      return l10n.t('has no revisions');
    case 'ephemeralContainer':
      return l10n.t('used by an ephemeral container of {0}', users(reason.by));
    case 'imageVolume':
      return l10n.t('mounted as a volume by {0}', users(reason.by));
    case 'reportedByContainer':
      return l10n.t('running in {0}', users(reason.by));
    case 'buildInput':
      return l10n.t('build input of {0}', users(reason.by));
    case 'imageTrigger':
      return l10n.t('image trigger of {0}', users(reason.by));
    case 'usedThroughIndex':
      return l10n.t('its member {0} is used by {1}', shortDigest(reason.member), users(reason.by));
    case 'imageUnknown':
      return l10n.t('its image can’t be seen');
    case 'imageMissing':
      return l10n.t('its image is missing');
    case 'beyondRevisions':
      return reason.keep === 0
        ? l10n.t('unused, and no revisions are kept')
        : reason.keep === 1
          ? l10n.t('unused, and older than the newest revision')
          : l10n.t('unused, and older than the {0} newest revisions', reason.keep);
    case 'overLimit':
      return l10n.t(
        '{0} is over the limit of {1} ({2})',
        bytesInWords(reason.size),
        reason.limit,
        reason.limitRange,
      );
    case 'unnamed':
      return l10n.t('no image stream names it');
    case 'emptied':
      return reason.items === 1
        ? l10n.t('its only revision goes')
        : l10n.t('all its {0} revisions go', reason.items);
  }
}

/** All reasons in one line. */
export function reasonsInWords(reasons: readonly Reason[], ownNamespace?: string): string {
  return reasons.map((reason) => reasonInWords(reason, ownNamespace)).join('; ');
}
