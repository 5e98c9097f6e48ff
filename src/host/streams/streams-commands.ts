import * as vscode from 'vscode';
import { CONTEXT_KEYS } from '../manifest.ts';
import type { Services } from '../services.ts';
import { currentPlan } from './current-plan.ts';
import type { StreamsNode } from './nodes.ts';
import { type SortBy, sortOf } from './order.ts';
import type { StreamsPath } from './streams-model.ts';
import type { StreamsTree } from './streams-tree.ts';
import { type Target, targetInWords, targetOf } from './target.ts';

/** Under which the order is kept in the workspace. */
const KEPT_SORT = 'sortStreams';

/** As many namespaces that a filter found are shown open: their streams are what was looked for. */
const OPENED = 10;

/** Sorts as it was sorted in this workspace before. */
export function restoreSort({ extension }: Services, { model }: StreamsTree): void {
  model.sortBy(sortOf(extension.workspaceState.get(KEPT_SORT)));
}

/** Reads the kubeconfig again and asks the cluster again. */
export async function refreshStreamsCommand({ contexts }: Services, tree: StreamsTree): Promise<void> {
  await contexts.reload();
  tree.refresh();
}

/** Asks for a part of a name, and shows only what has it; where that isn't much, with the streams. */
export async function filterStreamsCommand(
  tree: StreamsTree,
  view: vscode.TreeView<StreamsNode>,
): Promise<void> {
  const text = await vscode.window.showInputBox({
    title: vscode.l10n.t('Filter Image Streams'),
    prompt: vscode.l10n.t('A part of the name of a namespace or an image stream'),
    value: tree.model.filter,
  });
  if (text === undefined) return;
  filterStreams(tree, text);
  if (tree.model.filter === '') return;
  const found = await tree.getChildren();
  if (found.length > OPENED) return;
  // The first one last, so that the view ends there.
  for (const node of found.reverse()) {
    await view.reveal(node, { select: false, focus: false, expand: true });
  }
}

/** @param text empty for everything */
export function filterStreams(tree: StreamsTree, text: string): void {
  tree.model.filterBy(text);
  void vscode.commands.executeCommand('setContext', CONTEXT_KEYS.filtered, tree.model.filter !== '');
  tree.showAnew();
}

/** Offers the orders, and keeps the chosen one for this workspace. */
export async function sortStreamsCommand(services: Services, tree: StreamsTree): Promise<void> {
  const orders: { by: SortBy; label: string; detail?: string }[] = [
    { by: 'name', label: vscode.l10n.t('Name') },
    {
      by: 'size',
      label: vscode.l10n.t('Size, the largest first'),
      ...(currentPlan(services)
        ? {}
        : { detail: vscode.l10n.t('Without a dry run: as far as sizes are known') }),
    },
    { by: 'age', label: vscode.l10n.t('Age, the oldest first') },
    {
      by: 'goes',
      label: vscode.l10n.t('Reclaimable bytes, the most first'),
      ...(currentPlan(services) ? {} : { detail: vscode.l10n.t('Known after a dry run') }),
    },
  ];
  const chosen = await vscode.window.showQuickPick(
    orders.map(({ label, ...order }) => ({
      ...order,
      label: order.by === tree.model.sort ? `$(check) ${label}` : label,
    })),
    { title: vscode.l10n.t('Sort Image Streams') },
  );
  if (chosen) await sortStreams(services, tree, chosen.by);
}

/** Sorts the view, and keeps that for this workspace. */
export async function sortStreams({ extension }: Services, tree: StreamsTree, by: SortBy): Promise<void> {
  tree.model.sortBy(by);
  tree.showAnew();
  await extension.workspaceState.update(KEPT_SORT, by);
}

/** Shows the rows of an item on the dry-run page. */
export function showInDryRunCommand(services: Services, given: unknown): void {
  const target = targetOf(given);
  if (!target) {
    services.openDryRun();
    return;
  }
  const { kind, namespace } = target;
  switch (kind) {
    case 'namespace':
      services.openDryRun({ namespace });
      return;
    case 'stream':
      services.openDryRun({ namespace, stream: target.stream });
      return;
    case 'tag':
      services.openDryRun({ namespace, stream: target.stream, search: `${target.stream}:${target.tag}` });
      return;
    case 'revision':
      services.openDryRun({ namespace, stream: target.stream, search: target.image });
      return;
    case 'image':
      services.openDryRun({ search: target.image });
  }
}

/** Shows an object in the view, selected; a filter that hides it is cleared. */
export async function revealInStreamsCommand(
  tree: StreamsTree,
  view: vscode.TreeView<StreamsNode>,
  given: unknown,
): Promise<void> {
  const target = targetOf(given);
  if (!target) return;
  const node = await foundIn(tree, target);
  if (!node) {
    await vscode.window.showInformationMessage(notThere(target));
    return;
  }
  await view.reveal(node, { select: true, focus: true, expand: node.kind !== 'revision' });
}

/** The item of a target, among the items that are shown from now on. */
export async function foundIn(tree: StreamsTree, target: Target): Promise<StreamsNode | undefined> {
  const path = pathOf(target);
  if (!path) return undefined;
  // The view may not have been looked at yet.
  await tree.getChildren();
  const found = await tree.model.find(path);
  if (found || tree.model.filter === '') return found;
  filterStreams(tree, '');
  return tree.model.find(path);
}

function pathOf(target: Target): StreamsPath | undefined {
  if (target.kind !== 'image') return target;
  const { namespace, stream } = target;
  return namespace !== undefined && stream !== undefined ? { namespace, stream } : undefined;
}

function notThere(target: Target): string {
  return target.kind === 'image' && target.stream === undefined
    ? vscode.l10n.t('No image stream names the image {0}, so that it isn’t in the view.', target.image)
    : vscode.l10n.t('{0} isn’t in the view any more. Refresh the view.', targetInWords(target));
}
