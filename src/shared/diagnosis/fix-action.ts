import type { Fix } from '../../registry/diagnosis/finding.ts';

/** What a button beside a fix does. Each shows first what it changes, but for those that change nothing. */
export type FixAction =
  /** Saves the authority that the cluster publishes to a file, which the settings then name. */
  | 'useClusterAuthority'
  /** Lets the user choose a file, which the settings then name. */
  | 'chooseAuthority'
  /** Takes the file out of the settings. */
  | 'clearAuthority'
  /** Puts an address into the settings. */
  | 'setAddress'
  /** Takes the address out of the settings. */
  | 'clearAddress'
  /** Has the settings lead through a tunnel to the registry’s pod. */
  | 'useTunnel'
  | 'openAddressSetting'
  | 'exposeRoute'
  | 'grantPruner'
  /** Has a ServiceAccount speak to the registry. */
  | 'setAccount'
  | 'openPruneRegistrySetting'
  /** Gives up verification. */
  | 'forceInsecure'
  | 'retry';

/** What the extension can do of a fix; null where people have to do it themselves. */
export function fixAction({ code, arguments: facts }: Fix): FixAction | null {
  switch (code) {
    case 'useClusterAuthority':
      return facts.configMap ? 'useClusterAuthority' : null;
    case 'giveAuthority':
      return facts.fits === 'kubeconfig' ? 'clearAuthority' : 'chooseAuthority';
    case 'useRoute':
    case 'useServedName':
    case 'useHttps':
      return addressOf({ code, arguments: facts }) === undefined ? null : 'setAddress';
    case 'useTunnel':
      return facts.given || facts.address ? 'useTunnel' : null;
    case 'correctAddress':
      return facts.works ? 'clearAddress' : 'openAddressSetting';
    case 'exposeRoute':
      return 'exposeRoute';
    case 'grantPruner':
      return facts.user ? 'grantPruner' : null;
    case 'useServiceAccount':
      return facts.account ? 'setAccount' : null;
    case 'apiObjectsOnly':
      return 'openPruneRegistrySetting';
    case 'forceInsecure':
      return 'forceInsecure';
    case 'retry':
      return 'retry';
    default:
      return null;
  }
}

/** The address that a fix proposes; undefined where it names none. */
export function addressOf({ code, arguments: facts }: Pick<Fix, 'code' | 'arguments'>): string | undefined {
  return (code === 'useServedName' ? facts.nearest : facts.address) || undefined;
}

/** Whether it changes settings or the cluster: not from a workspace that isn’t trusted. */
export function changesSomething(action: FixAction): boolean {
  return action !== 'retry' && action !== 'openAddressSetting' && action !== 'openPruneRegistrySetting';
}
