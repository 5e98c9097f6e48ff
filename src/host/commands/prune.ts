import * as vscode from 'vscode';
import { counted } from '../../shared/words/counted.ts';
import { findingInWords } from '../../shared/words/diagnosis.ts';
import { bytesInWords } from '../../shared/words/quantities.ts';
import type { HeldPlan } from '../dry-run/dry-runs.ts';
import { COMMANDS } from '../manifest.ts';
import { agrees } from '../question.ts';
import type { RegistryReport } from '../registry/registry-check.ts';
import type { Services } from '../services.ts';
import { offerRollout } from './rollout.ts';
import { whyNotPrune } from './why-not-prune.ts';

/** Asks the user, carries the plan out, and offers the rollout as the next step. */
export async function pruneCommand(services: Services): Promise<void> {
  const { dryRuns, contexts, pruning, registry } = services;
  const plan = dryRuns.plan;
  const why = whyNotPrune(plan, contexts.state, pruning.busy, vscode.workspace.isTrusted, Date.now());
  if (why !== undefined || !plan) {
    await vscode.window.showWarningMessage(why ?? vscode.l10n.t('Make a dry run first.'));
    return;
  }
  let report: RegistryReport | undefined;
  if (plan.summary.options.pruneRegistry && registryIsTouched(plan)) {
    report = await vscode.window.withProgress(
      { location: { viewId: 'imageHygiene.registry' }, title: vscode.l10n.t('Checking the registry') },
      () => registry.check(),
    );
    if (report.state.kind !== 'reached' || report.state.mayPrune === false) {
      const open = vscode.l10n.t('Open Registry View');
      const diagnose = vscode.l10n.t('Diagnose');
      const said =
        report.state.kind === 'problem'
          ? [report.finding ? findingInWords(report.finding).title : '', report.state.message]
              .filter((part) => part !== '')
              .join('. ')
          : vscode.l10n.t('this user may not prune');
      const message = vscode.l10n.t('The registry can’t be pruned, so nothing was changed: {0}', said);
      const choice = await vscode.window.showErrorMessage(message, diagnose, open);
      if (choice === diagnose) await vscode.commands.executeCommand(COMMANDS.diagnoseRegistry);
      if (choice === open) await vscode.commands.executeCommand('imageHygiene.registry.focus');
      return;
    }
  }
  if (!(await agrees(questionOf(plan, report), vscode.l10n.t('Prune')))) return;
  services.openDryRun();
  await carryOutWithProgress(services, plan);
}

/** Carries a plan out that the user has agreed to. */
export async function carryOutWithProgress(services: Services, plan: HeldPlan): Promise<void> {
  const { pruning } = services;
  const done = await vscode.window.withProgress(
    {
      location: vscode.ProgressLocation.Window,
      title: vscode.l10n.t('Pruning {0}', plan.context.target.context),
    },
    () => pruning.prune(plan),
  );
  if (done?.rolloutOwed && done.state !== 'stopped' && done.state !== 'cancelled')
    await offerRollout(services, plan.context);
}

function registryIsTouched({ summary }: HeldPlan): boolean {
  const { blobs, layerLinks, manifestLinks } = summary.counts;
  return blobs + layerLinks + manifestLinks > 0;
}

/** What the modal says: cluster, registry, counts, bytes, and what can't be undone. */
export function questionOf(
  { summary, context }: HeldPlan,
  report: RegistryReport | undefined,
): { message: string; detail: string } {
  const { counts, bytes } = summary;
  const lines = [
    vscode.l10n.t('Cluster: {0}', context.target.cluster.server),
    registryLine(report),
    counted.images(counts.images),
    counted.tagItems(counts.tagItems, counts.streams),
    ...(report
      ? [
          vscode.l10n.t(
            'From the registry: {0} blobs, {1} layer links, {2} manifest links',
            counts.blobs,
            counts.layerLinks,
            counts.manifestLinks,
          ),
          vscode.l10n.t('{0} can go', bytesInWords(bytes.freed)),
        ]
      : []),
    '',
    report
      ? vscode.l10n.t('What is deleted from the registry can’t be restored.')
      : vscode.l10n.t('Only API objects are removed. They can be put back from the run’s journal.'),
  ];
  return { message: vscode.l10n.t('Prune images of {0}?', context.target.context), detail: lines.join('\n') };
}

function registryLine(report: RegistryReport | undefined): string {
  if (report?.state.kind !== 'reached') return vscode.l10n.t('Registry: left alone');
  const { address, tls } = report.state;
  switch (tls) {
    case 'verified':
      return vscode.l10n.t('Registry: {0}, certificate verified', address);
    case 'unverified':
      return vscode.l10n.t('Registry: {0}, certificate NOT verified', address);
    case 'plain':
      return vscode.l10n.t('Registry: {0}, NOT encrypted', address);
  }
}
