import * as vscode from 'vscode';
import type { ContextState } from '../contexts/contexts.ts';
import type { HeldPlan } from '../dry-run/dry-runs.ts';

/** As long as a plan may be carried out: what the engine accepts. */
const EXPIRES_MS = 30 * 60_000;

/** Why a plan can't be carried out now; undefined where it can. The engine checks all of it again. */
export function whyNotPrune(
  plan: HeldPlan | undefined,
  context: ContextState,
  busy: boolean,
  trusted: boolean,
  now: number,
): string | undefined {
  if (busy) return vscode.l10n.t('A prune is already running.');
  if (!trusted) return vscode.l10n.t('This workspace isn’t trusted, so nothing is deleted from it.');
  if (!plan) return vscode.l10n.t('Make a dry run first: what was reviewed is what runs.');
  if (context.kind !== 'ready' || context.generation !== plan.context.generation) {
    return vscode.l10n.t('The dry run is of another context. Run it again.');
  }
  const { summary } = plan;
  if (!summary.complete) {
    return vscode.l10n.t('The dry run is incomplete, so that more may be in use than it shows.');
  }
  if (now - Date.parse(summary.now) > EXPIRES_MS) {
    return vscode.l10n.t('The dry run is older than 30 minutes. Run it again.');
  }
  if (summary.counts.images + summary.counts.tagItems === 0)
    return vscode.l10n.t('There is nothing to prune.');
  return undefined;
}
