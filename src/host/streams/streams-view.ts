import * as vscode from 'vscode';
import { explainCommand } from '../documents/explain-command.ts';
import { ExplainDocuments } from '../documents/explain-documents.ts';
import { ObjectDocuments, openObjectCommand } from '../documents/object-documents.ts';
import { COMMANDS, VIEWS } from '../manifest.ts';
import type { Services } from '../services.ts';
import { copyDigestCommand, copyPullSpecCommand } from './copy-names.ts';
import { currentPlan } from './current-plan.ts';
import { deleteTagCommand } from './delete-tag.ts';
import { INNER_COMMANDS } from './inner-commands.ts';
import type { MoreNode, ProblemNode, StreamsNode } from './nodes.ts';
import {
  filterStreams,
  filterStreamsCommand,
  refreshStreamsCommand,
  restoreSort,
  revealInStreamsCommand,
  showInDryRunCommand,
  sortStreamsCommand,
} from './streams-commands.ts';
import { StreamsTree } from './streams-tree.ts';
import { viewMessage } from './view-words.ts';

/** The Image Streams view with its commands, and the documents that they open. Nothing is asked before somebody looks. */
export function registerStreams(services: Services): vscode.Disposable[] {
  const tree = new StreamsTree(services);
  restoreSort(services, tree);
  const view = vscode.window.createTreeView<StreamsNode>(VIEWS.streams, {
    treeDataProvider: tree,
    showCollapseAll: true,
  });
  const explanations = new ExplainDocuments(services);
  const objects = new ObjectDocuments(services);
  const told = () => {
    const plan = currentPlan(services);
    const { filter, sort, count } = tree.model;
    view.message = viewMessage({ filter, sort, count, hasPlan: plan !== undefined });
    view.description = plan
      ? vscode.l10n.t('dry run of {0}', new Date(plan.summary.now).toLocaleTimeString(vscode.env.language))
      : undefined;
  };
  const command = (id: string, work: (given: unknown) => unknown) =>
    vscode.commands.registerCommand(id, work);
  return [
    tree,
    view,
    explanations,
    objects,
    tree.onDidList(told),
    command(COMMANDS.refreshStreams, () => refreshStreamsCommand(services, tree)),
    command(COMMANDS.filterStreams, () => filterStreamsCommand(tree, view)),
    command(COMMANDS.clearFilter, () => filterStreams(tree, '')),
    command(COMMANDS.sortStreams, () => sortStreamsCommand(services, tree)),
    command(COMMANDS.showInDryRun, (given) => showInDryRunCommand(services, given)),
    command(COMMANDS.revealInStreams, (given) => revealInStreamsCommand(tree, view, given)),
    command(COMMANDS.explain, (given) => explainCommand(services, explanations, given, view.selection[0])),
    command(COMMANDS.deleteTag, (given) => deleteTagCommand(services, tree, given)),
    command(COMMANDS.copyPullSpec, (given) => copyPullSpecCommand(services, given)),
    command(COMMANDS.copyDigest, (given) => copyDigestCommand(given)),
    command(COMMANDS.openObject, (given) => openObjectCommand(services, objects, given)),
    vscode.commands.registerCommand(INNER_COMMANDS.showMore, (node: MoreNode) =>
      tree.showAnew(tree.model.showMore(node)),
    ),
    vscode.commands.registerCommand(INNER_COMMANDS.retry, ({ parent }: ProblemNode) => tree.showAnew(parent)),
  ];
}
