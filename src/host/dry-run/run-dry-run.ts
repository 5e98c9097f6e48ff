import * as vscode from 'vscode';
import { errorInWords } from '../../shared/words/in-words.ts';
import { openSettings } from '../commands/settings.ts';
import type { Services } from '../services.ts';
import { runOptionsOfSettings, SettingError } from '../settings.ts';

/** Makes a dry run by the settings in the present scope, and shows the page. */
export async function runDryRun(services: Services, { bySize = false }: { bySize?: boolean }): Promise<void> {
  const { contexts, dryRuns, pruning } = services;
  if (pruning.busy) {
    services.openDryRun();
    return;
  }
  pruning.acknowledge();
  const context = await contexts.ready();
  const namespace = context.kind === 'ready' ? context.namespace : null;
  try {
    const { prune, registry } = runOptionsOfSettings(namespace);
    const { keepTagRevisions: _n, keepYoungerThanMs: _d, ...others } = prune;
    const options = bySize
      ? { registry, prune: { ...others, pruneOverSizeLimit: true } }
      : { prune, registry };
    void dryRuns.run(options);
    services.openDryRun();
  } catch (error) {
    if (!(error instanceof SettingError)) throw error;
    const settings = vscode.l10n.t('Open Settings');
    const choice = await vscode.window.showErrorMessage(errorInWords(error), settings);
    if (choice === settings) {
      await openSettings();
    }
  }
}
