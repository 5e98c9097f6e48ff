import * as vscode from 'vscode';
import type { RunReport } from '../../prune/run/report.ts';
import { stateInWords } from '../../shared/words/run-states.ts';
import { offerRollout } from '../commands/rollout.ts';
import type { ReadyContext } from '../contexts/contexts.ts';
import { COMMANDS, VIEWS } from '../manifest.ts';
import { problemOf } from '../problems.ts';
import { agrees } from '../question.ts';
import type { RegistryReport } from '../registry/registry-check.ts';
import type { Services } from '../services.ts';
import { runOptionsOfSettings } from '../settings.ts';
import { askForContext, askForRun } from './ask.ts';
import type { RunFacts } from './run-facts.ts';
import { resumeQuestion, whyNotResume } from './run-questions.ts';
import type { Runs } from './runs.ts';

/** Goes on with a run after asking, in the context that it was made in. */
export async function resumeRunCommand(services: Services, runs: Runs, given: unknown): Promise<void> {
  const placeHolder = vscode.l10n.t('Which prune to go on with');
  const facts = await askForRun(runs, given, placeHolder, ({ resumable }) => resumable);
  if (!facts) return;
  const why = whyNotResume(facts, services.pruning.busy, vscode.workspace.isTrusted);
  if (why !== undefined) {
    await vscode.window.showWarningMessage(why);
    return;
  }
  const context = await askForContext(services, facts);
  if (!context) return;
  const { readOrder, readProgress, leftOf } = await import('./reading.ts');
  const { touchesRegistry } = await import('../prune/engine.ts');
  const { order } = await readOrder(facts.folder);
  let report: RegistryReport | undefined;
  if (touchesRegistry(order)) {
    report = await usableRegistry(services);
    if (!report) return;
  }
  const left = leftOf(order, await readProgress(facts.folder));
  const question = resumeQuestion(facts, left, report, Date.now());
  if (!(await agrees(question, vscode.l10n.t('Resume')))) return;
  const done = await resumeWithProgress(services, facts, context);
  await tellOf(services, facts, done, context);
}

/**
 * Goes on with a run that the user has agreed to, with progress that can be cancelled.
 * @returns undefined where it failed before anything was changed
 * @throws SettingError
 */
export async function resumeWithProgress(
  { pruning }: Services,
  { id, origin }: RunFacts,
  context: ReadyContext,
): Promise<RunReport | undefined> {
  const options = runOptionsOfSettings(null);
  const title = vscode.l10n.t('Pruning {0}', origin?.context ?? '');
  const location = vscode.ProgressLocation.Notification;
  return vscode.window.withProgress({ location, title, cancellable: true }, async (progress, token) => {
    const subscriptions = [
      token.onCancellationRequested(() => pruning.cancel()),
      pruning.onDidProgress(({ stage, done, planned }) => {
        if (stage !== 'pruning') return;
        const { images, blobs } = done;
        progress.report({
          message: vscode.l10n.t(
            '{0} of {1} images, {2} blobs',
            String(images),
            String(planned.images),
            String(blobs),
          ),
        });
      }),
    ];
    try {
      return await pruning.resume(id, context, options);
    } finally {
      for (const each of subscriptions) each.dispose();
    }
  });
}

/** The registry, if it can be pruned; otherwise the user is told why it can't. */
async function usableRegistry({ registry }: Services): Promise<RegistryReport | undefined> {
  const report = await vscode.window.withProgress(
    { location: { viewId: VIEWS.registry }, title: vscode.l10n.t('Checking the registry') },
    () => registry.check(),
  );
  // Where it is not known, the registry is asked before anything is deleted.
  if (report.state.kind === 'reached' && report.state.mayPrune !== false) return report;
  const open = vscode.l10n.t('Open Registry View');
  const said =
    report.state.kind === 'problem' ? report.state.message : vscode.l10n.t('this user may not prune');
  const message = vscode.l10n.t('The registry can’t be pruned, so nothing was changed: {0}', said);
  if ((await vscode.window.showErrorMessage(message, open)) === open) {
    await vscode.commands.executeCommand(`${VIEWS.registry}.focus`);
  }
  return undefined;
}

/** What came of it: a failure, what is still left, or the rollout as the next step. */
async function tellOf(
  services: Services,
  { id }: RunFacts,
  report: RunReport | undefined,
  context: ReadyContext,
): Promise<void> {
  const { pruning, log } = services;
  if (!report) {
    if (pruning.state.kind !== 'failed') return;
    const { what, why } = problemOf(pruning.state.error);
    const show = vscode.l10n.t('Open Log');
    if ((await vscode.window.showErrorMessage(`${what}: ${why}`, show)) === show) log.show();
    return;
  }
  if (report.rolloutOwed && report.state !== 'stopped' && report.state !== 'cancelled') {
    await offerRollout(services, context);
  }
  if (report.state === 'done') return;
  const open = vscode.l10n.t('Open Report');
  const message = vscode.l10n.t('The prune ended: {0}.', stateInWords(report.state));
  if ((await vscode.window.showWarningMessage(message, open)) === open) {
    await vscode.commands.executeCommand(COMMANDS.openRunReport, id);
  }
}
