// What comes before and after every change of the cluster: trust, rights, the question, and the error that is shown.
import * as vscode from 'vscode';
import type { ApiSession } from '../cluster/session/api-session.ts';
import type { SaidValue } from '../engine/said.ts';
import { inWords } from '../shared/words/in-words.ts';
import type { Log } from './log.ts';
import { messageOf } from './problems.ts';

/** Whether this workspace may change anything; where not, that is said. */
export async function isTrusted(): Promise<boolean> {
  if (vscode.workspace.isTrusted) return true;
  await vscode.window.showWarningMessage(
    vscode.l10n.t('This workspace isn’t trusted, so nothing of the cluster is changed from it.'),
  );
  return false;
}

/** A right that was asked for. */
export interface AskedRight {
  words: SaidValue;
  /** undefined: the server doesn't tell. */
  allowed: boolean | undefined;
  grant: { role: string; namespace: string | null };
}

/** Whether all rights are there as far as the server tells; where not, what would grant them is said. */
export async function isAllowed(rights: readonly AskedRight[], user: string): Promise<boolean> {
  const lacking = rights.find(({ allowed }) => allowed === false);
  if (!lacking) return true;
  const { grantCommand } = await import('./schedules/engine.ts');
  const command = grantCommand(lacking.grant, user);
  const copy = vscode.l10n.t('Copy Command');
  const choice = await vscode.window.showWarningMessage(
    vscode.l10n.t(
      'You may not {0}, so nothing was changed. The role {1} allows it; an administrator can grant it: {2}',
      inWords(lacking.words),
      lacking.grant.role,
      command,
    ),
    copy,
  );
  if (choice === copy) await vscode.env.clipboard.writeText(command);
  return false;
}

/** The name that a role must be granted to: as the server knows the user, not as the kubeconfig calls it. */
export async function userOf(session: ApiSession): Promise<string> {
  const { ownName } = await import('./schedules/engine.ts');
  return (await ownName(session).catch(() => undefined)) ?? session.target.user.name;
}

/** Shows what failed, and offers the log. */
export async function showFailure(log: Log, what: string, error: unknown): Promise<void> {
  log.failure(what, error);
  const show = vscode.l10n.t('Open Log');
  const choice = await vscode.window.showErrorMessage(messageOf(error), show);
  if (choice === show) log.show();
}
