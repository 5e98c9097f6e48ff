import * as l10n from '@vscode/l10n';
import type { MissingList } from '../../engine/inventory.ts';

/** The command that grants everything an inventory and a prune need. */
export function grantCommand(user: string): string {
  return `oc adm policy add-cluster-role-to-user system:image-pruner ${user || '<user>'}`;
}

/** What is missing of an inventory, one line a list, and what would help. */
export function missingInWords(missing: readonly MissingList[], user: string): string[] {
  const lines = missing.map(({ resource, message }) => l10n.t('{0}: {1}', resource, message));
  const forbidden = missing.find((list) => list.cause === 'forbidden');
  if (forbidden) {
    // The server knows the user by the name that a role must be granted to; the kubeconfig's entry may be called anything.
    const known = /User "([^"]+)"/.exec(forbidden.message)?.[1];
    lines.push(l10n.t('An administrator can grant the right to see them: {0}', grantCommand(known ?? user)));
  }
  return lines;
}
