import * as l10n from '@vscode/l10n';
import type { PruneBlock } from '../../../src/shared/dry-run/view.ts';

/** Why `Prune…` is off, and what turns it on, in one sentence. */
export function blockInWords(block: PruneBlock): string {
  switch (block) {
    case 'incomplete':
      return l10n.t('Prune is off: what this result doesn’t see may be in use.');
    case 'expired':
      return l10n.t('Prune is off: this result is more than 30 minutes old. Run it again.');
    case 'contextChanged':
      return l10n.t('Prune is off: this result is of another context. Run it again.');
    case 'registryProblem':
      return l10n.t('Prune is off: the registry can’t be used. See the Registry view.');
    case 'nothing':
      return l10n.t('Prune is off: nothing can go.');
    case 'restricted':
      return l10n.t('Prune is off: this workspace isn’t trusted.');
  }
}
