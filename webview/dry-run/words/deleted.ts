import * as l10n from '@vscode/l10n';
import type { Deleted } from '../../../src/engine/steps.ts';

/** The kinds of deletions, in the order in which they are done. */
export function deletedKinds(): (keyof Deleted)[] {
  return ['streams', 'tagItems', 'layerLinks', 'manifestLinks', 'blobs', 'images'];
}

export function kindInWords(kind: keyof Deleted): string {
  switch (kind) {
    case 'streams':
      return l10n.t('Image streams updated');
    case 'tagItems':
      return l10n.t('Tag revisions');
    case 'layerLinks':
      return l10n.t('Layer links');
    case 'manifestLinks':
      return l10n.t('Manifest links');
    case 'blobs':
      return l10n.t('Blobs');
    case 'images':
      return l10n.t('Images');
  }
}
