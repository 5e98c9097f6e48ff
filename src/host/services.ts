import type * as vscode from 'vscode';
import type { Connection } from './contexts/connection.ts';
import type { Contexts } from './contexts/contexts.ts';
import type { Diagnoses } from './diagnosis/diagnoses.ts';
import type { DryRuns } from './dry-run/dry-runs.ts';
import type { Log } from './log.ts';
import type { Pruning } from './prune/pruning.ts';
import type { RegistryCheck } from './registry/registry-check.ts';

/** What the views and commands of the extension share. */
export interface Services {
  extension: vscode.ExtensionContext;
  log: Log;
  contexts: Contexts;
  connection: Connection;
  dryRuns: DryRuns;
  pruning: Pruning;
  registry: RegistryCheck;
  diagnoses: Diagnoses;
  /** Opens the dry-run page, at these rows if given. */
  isDryRunVisible(): boolean;
  openDryRun(show?: { namespace?: string; stream?: string; search?: string }): void;
}
