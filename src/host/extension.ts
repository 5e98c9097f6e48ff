// The extension's entry: it wires, and does nothing else. Nothing is read from disk or network before a view or a
// command asks for it.
import * as vscode from 'vscode';
import { chooseContextCommand, chooseNamespaceCommand } from './commands/contexts.ts';
import { copyGrantCommand } from './commands/grant.ts';
import { pruneCommand } from './commands/prune.ts';
import { rollOutCommand } from './commands/rollout.ts';
import { openSettings } from './commands/settings.ts';
import { Connection } from './contexts/connection.ts';
import { Contexts } from './contexts/contexts.ts';
import { Diagnoses } from './diagnosis/diagnoses.ts';
import { registerDiagnosis } from './diagnosis/diagnosis-commands.ts';
import { DRY_RUN_PAGE } from './dry-run/dry-run-page.ts';
import { DryRuns } from './dry-run/dry-runs.ts';
import { DryRunPageHost } from './dry-run/page-host.ts';
import { runDryRun } from './dry-run/run-dry-run.ts';
import { Log } from './log.ts';
import { COMMANDS } from './manifest.ts';
import { PagePanel } from './page-panel.ts';
import { Pruning } from './prune/pruning.ts';
import { registryHintsOf } from './registry/hints.ts';
import { RegistryCheck } from './registry/registry-check.ts';
import { registerRegistry } from './registry/registry-view.ts';
import { registerRuns } from './runs/runs-view.ts';
import { registerSchedules } from './schedules/schedules-view.ts';
import type { Services } from './services.ts';
import { registerStatusBar } from './status-bar.ts';
import { registerStreams } from './streams/streams-view.ts';
import { registerTools } from './tools/language-model-tools.ts';
import { followState } from './view-state.ts';
import { useLanguage } from './words.ts';

/** @returns what the tests of the extension look into */
export function activate(extension: vscode.ExtensionContext): { services: Services } {
  useLanguage();
  const version = String(extension.extension.packageJSON.version);
  const plannerScript = new URL('./planner-thread.js', import.meta.url);
  const log = new Log();
  const contexts = new Contexts(extension.workspaceState, log);
  const connection = new Connection(contexts, version, log);
  const dryRuns = new DryRuns(contexts, connection, plannerScript, log);
  const pruning = new Pruning(connection, log);
  const registry = new RegistryCheck(contexts, connection, () => registryHintsOf(dryRuns, connection), log);
  const diagnoses = new Diagnoses(contexts, connection, registry, log);
  const services: Services = {
    extension,
    log,
    contexts,
    connection,
    dryRuns,
    pruning,
    registry,
    diagnoses,
    isDryRunVisible: () => panel.isVisible,
    openDryRun: (show) => {
      panel.open();
      if (show) page.show(show);
    },
  };
  const page = new DryRunPageHost(services);
  const panel = new PagePanel(extension.extensionUri, DRY_RUN_PAGE, page, log);

  const command = (id: string, work: (...args: unknown[]) => unknown) =>
    vscode.commands.registerCommand(id, work);
  extension.subscriptions.push(
    ...[log, contexts, connection, dryRuns, pruning, registry, diagnoses, page],
    panel.register(),
    followState(services),
    ...registerStreams(services),
    ...registerRegistry(services),
    ...registerDiagnosis(services),
    ...registerRuns(services),
    ...registerSchedules(services),
    ...registerStatusBar(services),
    ...registerTools(services),
    command(COMMANDS.dryRun, () => runDryRun(services, {})),
    command(COMMANDS.dryRunBySize, () => runDryRun(services, { bySize: true })),
    command(COMMANDS.openDryRun, () => panel.open()),
    command(COMMANDS.cancelDryRun, () => dryRuns.cancel()),
    command(COMMANDS.prune, () => pruneCommand(services)),
    command(COMMANDS.rollOut, () => rollOutCommand(services)),
    command(COMMANDS.chooseContext, () => chooseContextCommand(services)),
    command(COMMANDS.chooseNamespace, () => chooseNamespaceCommand(services)),
    command(COMMANDS.copyGrant, () => copyGrantCommand(services)),
    command(COMMANDS.openSettings, (query) => openSettings(typeof query === 'string' ? query : undefined)),
    command(COMMANDS.openLog, () => log.show()),
  );
  return { services };
}
