import * as l10n from '@vscode/l10n';
import type { FixAction } from '../../../src/shared/diagnosis/fix-action.ts';

/** What stands on the button of an action, and its icon. What asks first ends in an ellipsis. */
export function actionInWords(action: FixAction): { label: string; icon: string } {
  switch (action) {
    case 'useClusterAuthority':
      return { label: l10n.t('Use this authority…'), icon: 'verified' };
    case 'chooseAuthority':
      return { label: l10n.t('Choose a CA file…'), icon: 'folder-opened' };
    case 'clearAuthority':
      return { label: l10n.t('Leave the file out…'), icon: 'clear-all' };
    case 'setAddress':
      return { label: l10n.t('Use this address…'), icon: 'plug' };
    case 'clearAddress':
      return { label: l10n.t('Leave the address out…'), icon: 'clear-all' };
    case 'useTunnel':
      return { label: l10n.t('Connect by port-forward…'), icon: 'remote-explorer' };
    case 'openAddressSetting':
    case 'openPruneRegistrySetting':
      return { label: l10n.t('Open the setting'), icon: 'settings-gear' };
    case 'exposeRoute':
      return { label: l10n.t('Expose the registry…'), icon: 'globe' };
    case 'grantPruner':
      return { label: l10n.t('Grant the right…'), icon: 'key' };
    case 'setAccount':
      return { label: l10n.t('Use this ServiceAccount…'), icon: 'account' };
    case 'forceInsecure':
      return { label: l10n.t('Give up verification…'), icon: 'warning' };
    case 'retry':
      return { label: l10n.t('Diagnose again'), icon: 'refresh' };
  }
}
