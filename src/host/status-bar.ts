import * as vscode from 'vscode';
import type { DryRunState, HeldPlan } from './dry-run/dry-runs.ts';
import { COMMANDS, type CommandId } from './manifest.ts';
import type { Services } from './services.ts';
import { contextLine, dryRunLine, type StatusLine } from './status-line.ts';
import { currentPlan } from './streams/current-plan.ts';

const { Left } = vscode.StatusBarAlignment;

/** The context with its scope, and beside it the dry run: one click makes it; then how far it is and how many bytes can go. */
export function registerStatusBar(services: Services): vscode.Disposable[] {
  const { contexts, dryRuns, pruning } = services;
  const context = vscode.window.createStatusBarItem('imageHygiene.context', Left, 11);
  context.name = vscode.l10n.t('Image Hygiene: Context');
  const dryRun = vscode.window.createStatusBarItem('imageHygiene.dryRun', Left, 10);
  dryRun.name = vscode.l10n.t('Image Hygiene: Dry Run');

  const showContext = () => show(context, contextLine(contexts.state), COMMANDS.chooseContext);
  const showDryRun = () => {
    const { state, progress } = dryRuns;
    const plan = currentPlan(services);
    show(dryRun, dryRunLine(state, progress, plan, contexts.state), commandOf(state, plan));
  };
  showContext();
  showDryRun();
  return [
    context,
    dryRun,
    contexts.onDidChange(showContext),
    contexts.onDidChange(showDryRun),
    dryRuns.onDidChange(showDryRun),
    dryRuns.onDidProgress(showDryRun),
    pruning.onDidChange(showDryRun),
  ];
}

function commandOf(state: DryRunState, plan: HeldPlan | undefined): CommandId {
  if (state.kind === 'running') return COMMANDS.cancelDryRun;
  return plan || state.kind === 'failed' ? COMMANDS.openDryRun : COMMANDS.dryRun;
}

function show(item: vscode.StatusBarItem, line: StatusLine | undefined, command: string): void {
  if (!line) {
    item.hide();
    return;
  }
  item.text = line.text;
  item.tooltip = line.tooltip;
  item.accessibilityInformation = { label: line.spoken };
  item.backgroundColor = line.trouble ? new vscode.ThemeColor('statusBarItem.warningBackground') : undefined;
  item.command = command;
  item.show();
}
