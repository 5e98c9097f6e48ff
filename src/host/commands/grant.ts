import * as vscode from 'vscode';
import { grantCommand } from '../../shared/words/missing.ts';
import { messageOf } from '../problems.ts';
import { ownerOf } from '../registry/registry-check.ts';
import type { Services } from '../services.ts';

/** Copies the command by which an administrator lets this user see and prune everything, under the name that the cluster knows. */
export async function copyGrantCommand({ connection, log }: Services): Promise<void> {
  try {
    const { context, session } = await connection.session();
    const { ownName } = await import('../registry/checking.ts');
    // The server may not tell; the kubeconfig's own name is then the best guess.
    const name = await ownName(session).catch(() => undefined);
    const command = grantCommand(name ?? ownerOf(context.target.user.name));
    await vscode.env.clipboard.writeText(command);
    vscode.window.setStatusBarMessage(vscode.l10n.t('$(copy) Copied: {0}', command), 4000);
  } catch (error) {
    log.failure('grant', error);
    await vscode.window.showErrorMessage(messageOf(error));
  }
}
