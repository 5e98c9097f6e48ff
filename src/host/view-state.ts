import * as vscode from 'vscode';
import { CONTEXT_KEYS } from './manifest.ts';
import type { Services } from './services.ts';

/** Keeps the context keys that menus read in step with what goes on. */
export function followState({ dryRuns, pruning }: Services): vscode.Disposable {
  const set = (key: string, value: unknown) => vscode.commands.executeCommand('setContext', key, value);
  const update = () => {
    set(CONTEXT_KEYS.hasPlan, dryRuns.plan !== undefined);
    set(CONTEXT_KEYS.planRunning, dryRuns.state.kind === 'running');
    set(CONTEXT_KEYS.pruning, pruning.busy);
  };
  return vscode.Disposable.from(dryRuns.onDidChange(update), pruning.onDidChange(update));
}
