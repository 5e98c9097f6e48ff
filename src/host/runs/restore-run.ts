import * as vscode from 'vscode';
import type { RestoreReport } from '../../prune/run/restore-run.ts';
import type { ReadyContext } from '../contexts/contexts.ts';
import { messageOf } from '../problems.ts';
import { agrees } from '../question.ts';
import type { Services } from '../services.ts';
import { askForContext, askForRun } from './ask.ts';
import type { RunDocuments } from './run-documents.ts';
import type { RunFacts } from './run-facts.ts';
import { restoredInWords, restoreQuestion, whyNotRestore } from './run-questions.ts';
import type { Runs } from './runs.ts';

/** Puts back what a run removed, as far as that goes, after saying how far that is. */
export async function restoreRunCommand(
  services: Services,
  runs: Runs,
  documents: RunDocuments,
  given: unknown,
): Promise<void> {
  const placeHolder = vscode.l10n.t('What which prune removed is put back');
  const facts = await askForRun(runs, given, placeHolder, ({ restorable }) => restorable);
  if (!facts) return;
  const why = whyNotRestore(facts, vscode.workspace.isTrusted);
  if (why !== undefined) {
    await vscode.window.showWarningMessage(why);
    return;
  }
  const context = await askForContext(services, facts);
  if (!context) return;
  const { readOrder, readProgress, restoreOutlook } = await import('./reading.ts');
  const { order } = await readOrder(facts.folder);
  const outlook = restoreOutlook(order, await readProgress(facts.folder));
  const question = restoreQuestion(facts, outlook, Date.now());
  if (!(await agrees(question, vscode.l10n.t('Put Back')))) return;
  try {
    const report = await restoreWithProgress(services, facts, context);
    documents.restored(report);
    await tellOf(documents, report);
  } catch (error) {
    services.log.failure('restore', error);
    const show = vscode.l10n.t('Open Log');
    const choice = await vscode.window.showErrorMessage(
      vscode.l10n.t('Not everything was put back: {0}', messageOf(error)),
      show,
    );
    if (choice === show) services.log.show();
  } finally {
    runs.refresh();
  }
}

/**
 * Puts back what the user has agreed to, with progress that can be cancelled.
 * @throws what `restoreRun` of src/prune throws, and what the session throws
 */
export async function restoreWithProgress(
  { connection, log }: Pick<Services, 'log'> & { connection: Pick<Services['connection'], 'open'> },
  { folder, origin, id }: RunFacts,
  context: ReadyContext,
): Promise<RestoreReport> {
  const title = vscode.l10n.t('Putting back what the prune of {0} removed', origin?.context ?? '');
  const location = vscode.ProgressLocation.Notification;
  return vscode.window.withProgress({ location, title, cancellable: true }, async (_progress, token) => {
    const abort = new AbortController();
    const subscription = token.onCancellationRequested(() => abort.abort(new Error('cancelled')));
    const { restoreRun } = await import('./restoring.ts');
    const session = await connection.open(context);
    try {
      const report = await restoreRun(folder, { session, signal: abort.signal });
      log.info(`run ${id} put back: ${report.images} images, ${report.items} tag revisions`);
      return report;
    } finally {
      subscription.dispose();
      await session.close();
    }
  });
}

async function tellOf(documents: RunDocuments, report: RestoreReport): Promise<void> {
  const open = vscode.l10n.t('Open Report');
  const { showInformationMessage, showWarningMessage } = vscode.window;
  const whole = report.impossible.length === 0 && !report.cancelled;
  const show = whole ? showInformationMessage : showWarningMessage;
  if ((await show(restoredInWords(report), open)) === open) await documents.open(report.run);
}
