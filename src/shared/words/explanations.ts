import * as l10n from '@vscode/l10n';
import type { ExplainedPlace, Warning, Way } from '../../engine/explain.ts';
import { listInWords } from './joining.ts';
import { shortDigest } from './quantities.ts';
import { referrerInWords } from './reasons.ts';

/** `web:v2 at position 4 out of 5`, as the documentation writes it. */
export function placeInWords(place: ExplainedPlace): string {
  return l10n.t('{0}:{1} at position {2} out of {3}', place.stream, place.tag, place.position, place.of);
}

/** What would let an image go, as an instruction. */
export function wayInWords(way: Way): string {
  switch (way.code) {
    case 'nothing':
      return l10n.t('Nothing holds it: the next prune removes it.');
    case 'wait':
      return l10n.t('Wait until {0}: until then its age protects it.', way.until);
    case 'stopUsing': {
      const users = listInWords([...new Set(way.by.map((by) => referrerInWords(by)))]);
      return way.beyondReference
        ? l10n.t('Stop using it in {0} (only --rules=extended looks there).', users)
        : l10n.t('Stop using it in {0}, or delete what uses it.', users);
    }
    case 'deleteTags':
      return l10n.t(
        'Delete the tags that hold it: {0}',
        way.tags.map((at) => `oc delete istag ${at.stream}:${at.tag} -n ${at.namespace}`).join('; '),
      );
    case 'moveDown':
      return l10n.t(
        'Push newer images to the tags that hold it: {0}',
        listInWords(
          way.tags.map((at) =>
            l10n.t('{0} more to {1}/{2}:{3}', at.newerNeeded, at.namespace, at.stream, at.tag),
          ),
        ),
      );
    case 'keepRevisions':
      return l10n.t('Prune with --keep-tag-revisions={0}.', way.keep);
    case 'pruneIndex':
      return l10n.t('It goes when index {0} goes: explain that one.', shortDigest(way.index));
    case 'considerAll':
      return l10n.t('Prune without --all=false: it was not pushed to this registry.');
    case 'everyNamespace':
      return l10n.t('Prune without --namespace: with it, images always stay.');
    case 'pruneByAge':
      return l10n.t('Prune without --prune-over-size-limit: it is not over a limit.');
    case 'completeInventory':
      return l10n.t('Get the right to list images: without seeing it nothing can be said.');
  }
}

/** A warning in one sentence. */
export function warningInWords(warning: Warning): string {
  switch (warning.code) {
    case 'keepZero':
      return l10n.t(
        'Keeping 0 revisions removes every tag, in every namespace, whose image is neither young nor in use.',
      );
    case 'datedTag':
      return l10n.t(
        '{0}:{1} has a date in its name and a single item: position 0 protects it for ever. Avoid dates in tag names.',
        warning.stream,
        warning.tag,
      );
    case 'onlyItem':
      return l10n.t(
        '{0}:{1} has a single item: position 0 protects it until something newer is pushed there.',
        warning.stream,
        warning.tag,
      );
  }
}
