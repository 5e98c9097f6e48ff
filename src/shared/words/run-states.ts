import * as l10n from '@vscode/l10n';
import type { EndState } from '../../prune/journal/entries.ts';

/** How a run stands; `interrupted`: its process ended without saying so. */
export type RunState = EndState | 'interrupted' | 'running';

/** The name of a state. */
export function stateInWords(state: RunState): string {
  switch (state) {
    case 'done':
      return l10n.t('done');
    case 'failed':
      return l10n.t('failed in parts');
    case 'cancelled':
      return l10n.t('cancelled');
    case 'stopped':
      return l10n.t('stopped');
    case 'interrupted':
      return l10n.t('interrupted');
    case 'running':
      return l10n.t('running');
  }
}
