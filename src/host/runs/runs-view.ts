import * as vscode from 'vscode';
import { COMMANDS, VIEWS } from '../manifest.ts';
import type { Services } from '../services.ts';
import { askForRun } from './ask.ts';
import { restoreRunCommand } from './restore-run.ts';
import { resumeRunCommand } from './resume-run.ts';
import { RunDocuments } from './run-documents.ts';
import { Runs } from './runs.ts';
import { RunsTree } from './runs-tree.ts';

/** As often an open view tells the ages anew. */
const AGES_MS = 60_000;

/** The Runs view, the runs' reports and their commands. Nothing is read before the view is first looked at. */
export function registerRuns(services: Services): vscode.Disposable[] {
  const runs = new Runs(services);
  const documents = new RunDocuments(runs, services);
  const tree = new RunsTree(runs, services);
  const view = vscode.window.createTreeView(VIEWS.runs, { treeDataProvider: tree });
  const ages = setInterval(() => {
    if (view.visible) tree.refresh();
  }, AGES_MS);
  const command = (id: string, work: (given: unknown) => unknown) =>
    vscode.commands.registerCommand(id, work);
  return [
    runs,
    documents,
    tree,
    view,
    { dispose: () => clearInterval(ages) },
    command(COMMANDS.refreshRuns, () => runs.refresh()),
    command(COMMANDS.resumeRun, (given) => resumeRunCommand(services, runs, given)),
    command(COMMANDS.restoreRun, (given) => restoreRunCommand(services, runs, documents, given)),
    command(COMMANDS.openRunReport, async (given) => {
      const placeHolder = vscode.l10n.t('Which report to open');
      const facts = await askForRun(runs, given, placeHolder, () => true);
      if (facts) await documents.open(facts.id);
    }),
  ];
}
