import * as l10n from '@vscode/l10n';
import type { MissingList } from '../../engine/inventory.ts';
import { inWords } from './in-words.ts';

/** The command that grants everything an inventory and a prune need. */
export function grantCommand(user: string): string {
  return `oc adm policy add-cluster-role-to-user system:image-pruner ${user || '<user>'}`;
}

/** Why a list is missing: a server’s own words as they are. */
export function whyMissing({ message, words }: MissingList): string {
  return words === undefined ? message : inWords(words);
}

/** What is missing of an inventory, one line a list, and what would help. */
export function missingInWords(missing: readonly MissingList[], user: string): string[] {
  const lines = missing.map((list) => l10n.t('{0}: {1}', list.resource, whyMissing(list)));
  const forbidden = missing.find((list) => list.cause === 'forbidden');
  if (forbidden) {
    // The server knows the user by the name that a role must be granted to; the kubeconfig's entry may be called anything.
    const known = /User "([^"]+)"/.exec(forbidden.message)?.[1];
    lines.push(l10n.t('An administrator can grant the right to see them: {0}', grantCommand(known ?? user)));
  }
  return lines;
}
