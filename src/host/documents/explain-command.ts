import * as vscode from 'vscode';
import type { DryRuns, HeldPlan } from '../dry-run/dry-runs.ts';
import { VIEWS } from '../manifest.ts';
import { messageOf } from '../problems.ts';
import type { Services } from '../services.ts';
import { runOptionsOfSettings } from '../settings.ts';
import { currentPlan, knowsEveryStream } from '../streams/current-plan.ts';
import { targetInWords, targetOf, writtenTarget } from '../streams/target.ts';
import { type Explainable, type ExplainDocuments, explainable } from './explain-documents.ts';

/**
 * Explains an image or a tag: what is given, or what somebody writes.
 * @param selected what is selected in the view
 */
export async function explainCommand(
  services: Services,
  documents: ExplainDocuments,
  given: unknown,
  selected: unknown,
): Promise<void> {
  try {
    const target = explainable(targetOf(given)) ?? (await askTarget(services, selected));
    if (!target) return;
    const plan = await planFor(services, target);
    if (plan) await documents.open(target, plan);
  } catch (error) {
    services.log.failure('explain', error);
    const show = vscode.l10n.t('Open Log');
    const choice = await vscode.window.showErrorMessage(messageOf(error), show);
    if (choice === show) services.log.show();
  }
}

async function askTarget(services: Services, selected: unknown): Promise<Explainable | undefined> {
  const { namespace, target } = await services.connection.context();
  const home = namespace ?? target.namespace ?? 'default';
  const before = explainable(targetOf(selected));
  const written = await vscode.window.showInputBox({
    title: vscode.l10n.t('Explain Image'),
    prompt: vscode.l10n.t(
      'A tag such as namespace/stream:latest (without a namespace, of {0}), or a digest or its beginning',
      home,
    ),
    ...(before ? { value: targetInWords(before) } : {}),
    validateInput: (text) =>
      text.trim() === '' || writtenTarget(text, home)
        ? undefined
        : vscode.l10n.t('This is neither a tag such as web:latest nor a digest such as sha256:136eae2b…'),
  });
  return written === undefined ? undefined : explainable(writtenTarget(written, home));
}

/**
 * A plan that knows what is asked about: the present one, or one of the target's namespace that is made now.
 * @returns undefined where that was cancelled
 * @throws what the dry run failed with
 */
export async function planFor(services: Services, target: Explainable): Promise<HeldPlan | undefined> {
  const { dryRuns, pruning, contexts } = services;
  const present = await settled(dryRuns, currentPlan(services));
  if (present && (await knowsOf(present, target, services))) return present;
  if (pruning.busy) {
    throw new Error(vscode.l10n.t('A prune is running. What it leaves can be explained when it has ended.'));
  }
  const context = await contexts.ready();
  const scope = context.kind === 'ready' ? context.namespace : null;
  const options = runOptionsOfSettings(target.namespace ?? scope);
  const before = dryRuns.plan;
  pruning.acknowledge();
  await vscode.window.withProgress({ location: { viewId: VIEWS.streams } }, async () => {
    await dryRuns.run(options);
    await settled(dryRuns, undefined);
  });
  if (dryRuns.state.kind === 'failed') throw dryRuns.state.error;
  return dryRuns.plan === before ? undefined : dryRuns.plan;
}

/** The plan of the dry run that is under way, once it has ended; otherwise the one given. */
async function settled(dryRuns: DryRuns, otherwise: HeldPlan | undefined): Promise<HeldPlan | undefined> {
  if (dryRuns.state.kind !== 'running') return otherwise;
  await new Promise<void>((resolve) => {
    const subscription = dryRuns.onDidChange(({ kind }) => {
      if (kind === 'running') return;
      subscription.dispose();
      resolve();
    });
  });
  return dryRuns.plan;
}

/** Whether a plan knows what is asked about; of a digest that no stream is told for, it may. */
export async function knowsOf(plan: HeldPlan, target: Explainable, { contexts }: Services): Promise<boolean> {
  const { namespace, stream } = target;
  if (namespace === undefined || stream === undefined) return true;
  const scope = contexts.state.kind === 'ready' ? contexts.state.namespace : null;
  return knowsEveryStream(plan, scope) || (await plan.planner.stream(namespace, stream)) !== undefined;
}
