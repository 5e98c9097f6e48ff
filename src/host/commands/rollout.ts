import * as vscode from 'vscode';
import { REGISTRY_DEPLOYMENT, REGISTRY_NAMESPACE } from '../../cluster/registry-deployment/location.ts';
import { errorInWords } from '../../shared/words/in-words.ts';
import { isTrusted } from '../changes.ts';
import type { ReadyContext } from '../contexts/contexts.ts';
import { agrees } from '../question.ts';
import type { Services } from '../services.ts';
import { rolloutSetting } from '../settings.ts';

/**
 * The rollout as the setting says: at once, never, or by a question that doesn't stand in the way.
 * @param context of the prune: another one may be chosen by now
 */
export async function offerRollout(services: Services, context: ReadyContext): Promise<void> {
  const setting = rolloutSetting();
  if (setting === 'never') return;
  // The page offers it too, and where it is in sight that is enough.
  if (setting === 'ask' && services.isDryRunVisible()) return;
  if (setting === 'ask') {
    const now = vscode.l10n.t('Roll Out Now');
    const later = vscode.l10n.t('Later');
    const choice = await vscode.window.showInformationMessage(
      vscode.l10n.t(
        'The registry’s cache still believes in what was deleted. Roll the registry out, so that layers are pushed again?',
      ),
      now,
      later,
    );
    if (choice !== now) return;
  }
  await rollOutWithProgress(services, context);
}

/** Rolls the registry out from the palette or a view, where nothing else has said what it means. */
export async function rollOutCommand(services: Services): Promise<void> {
  if (!(await isTrusted())) return;
  const context = await services.connection.context();
  const go = vscode.l10n.t('Roll Out');
  const question = rolloutQuestion(context.target.context, context.target.cluster.server);
  if (await agrees(question, go)) await rollOutWithProgress(services, context);
}

/** What the modal says: the cluster, the object, and what a rollout does. */
export function rolloutQuestion(context: string, server: string): { message: string; detail: string } {
  const lines = [
    vscode.l10n.t('Cluster: {0}', server),
    vscode.l10n.t('Object: {0}', `deployment/${REGISTRY_DEPLOYMENT} (${REGISTRY_NAMESPACE})`),
    '',
    vscode.l10n.t(
      'Its pods are replaced one after the other, so that its cache forgets what was deleted. With a single pod, pushes and pulls fail for a moment.',
    ),
  ];
  return { message: vscode.l10n.t('Roll out the registry of {0}?', context), detail: lines.join('\n') };
}

/**
 * Rolls the registry out with progress in the status bar; a failure is shown with what to do.
 * @returns why it failed; undefined where it didn't
 */
export async function rollOutWithProgress(
  { pruning, log }: Services,
  context: ReadyContext,
): Promise<string | undefined> {
  if (!(await isTrusted())) return vscode.l10n.t('this workspace isn’t trusted');
  try {
    await vscode.window.withProgress(
      { location: vscode.ProgressLocation.Window, title: vscode.l10n.t('Rolling out the registry') },
      () => pruning.rollOut(context),
    );
    return undefined;
  } catch (error) {
    const show = vscode.l10n.t('Open Log');
    const message = errorInWords(error);
    const said = vscode.l10n.t('The registry was not rolled out: {0}', message);
    // Whoever waits for the rollout doesn't wait for the message to be read.
    void vscode.window.showErrorMessage(said, show).then((choice) => {
      if (choice === show) log.show();
    });
    return message;
  }
}
