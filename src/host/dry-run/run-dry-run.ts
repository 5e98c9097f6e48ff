import * as vscode from 'vscode';
import type { RequestedOptions } from '../../engine/options.ts';
import { errorInWords } from '../../shared/words/in-words.ts';
import { openSettings } from '../commands/settings.ts';
import type { Services } from '../services.ts';
import { runOptionsOfSettings, SettingError } from '../settings.ts';

export interface DryRunRequest {
  /** By the size limit instead of age and revisions. */
  bySize?: boolean;
  /** In place of what the settings and the scope say. */
  prune?: RequestedOptions;
}

/** Makes a dry run by the settings in the present scope, or by what is given, and shows the page. */
export async function runDryRun(services: Services, request: DryRunRequest = {}): Promise<void> {
  const { contexts, dryRuns, pruning } = services;
  if (pruning.busy) {
    services.openDryRun();
    return;
  }
  pruning.acknowledge();
  const context = await contexts.ready();
  const namespace = context.kind === 'ready' ? context.namespace : null;
  try {
    const settings = runOptionsOfSettings(namespace);
    const { keepTagRevisions: _n, keepYoungerThanMs: _d, ...others } = settings.prune;
    const bySize = request.bySize ? { ...others, pruneOverSizeLimit: true } : settings.prune;
    void dryRuns.run({ registry: settings.registry, prune: request.prune ?? bySize });
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
