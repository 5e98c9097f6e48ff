import * as l10n from '@vscode/l10n';
import type { MissingList } from '../../engine/inventory.ts';

/** The command that grants everything an inventory and a prune need. */
export function grantCommand(user: string): string {
  return `oc adm policy add-cluster-role-to-user system:image-pruner ${user || '<user>'}`;
}

/** What is missing of an inventory, one line a list, and what would help. */
export function missingInWords(missing: readonly MissingList[], user: string): string[] {
  const lines = missing.map(({ resource, message }) => l10n.t('{0}: {1}', resource, message));
  if (missing.some((list) => list.cause === 'forbidden')) {
    lines.push(l10n.t('An administrator can grant the right to see them: {0}', grantCommand(user)));
  }
  return lines;
}
