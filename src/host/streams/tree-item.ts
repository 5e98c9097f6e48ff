import * as vscode from 'vscode';
import { COMMANDS } from '../manifest.ts';
import { INNER_COMMANDS } from './inner-commands.ts';
import { nodeInWords } from './node-words.ts';
import type { StreamsNode } from './nodes.ts';
import { targetOf } from './target.ts';

/** An item as the tree shows it. @param now milliseconds since the epoch */
export function treeItem(node: StreamsNode, now: number): vscode.TreeItem {
  const { label, description, tooltip, icon, color, spoken, explainable } = nodeInWords(node, now);
  const { Collapsed, None } = vscode.TreeItemCollapsibleState;
  const item = new vscode.TreeItem(label, isBranch(node) ? Collapsed : None);
  item.id = node.id;
  item.description = description;
  item.iconPath = new vscode.ThemeIcon(icon, color === undefined ? undefined : new vscode.ThemeColor(color));
  item.tooltip = tooltipOf(tooltip, explainable ? node : undefined);
  item.accessibilityInformation = { label: spoken };
  item.contextValue = node.kind;
  switch (node.kind) {
    case 'more':
      item.command = { command: INNER_COMMANDS.showMore, title: label, arguments: [node] };
      break;
    case 'problem':
      item.command = { command: INNER_COMMANDS.retry, title: label, arguments: [node] };
      break;
  }
  return item;
}

function isBranch(node: StreamsNode): boolean {
  switch (node.kind) {
    case 'namespace':
    case 'stream':
      return true;
    case 'tag':
      return node.entry.revisions.length > 0;
    default:
      return false;
  }
}

function tooltipOf(lines: readonly string[], explained: StreamsNode | undefined): vscode.MarkdownString {
  const tooltip = new vscode.MarkdownString(lines.join('  \n'), true);
  if (explained) {
    const asked = encodeURIComponent(JSON.stringify([targetOf(explained)]));
    tooltip.appendMarkdown(`\n\n[${vscode.l10n.t('Explain')}](command:${COMMANDS.explain}?${asked})`);
    tooltip.isTrusted = { enabledCommands: [COMMANDS.explain] };
  }
  return tooltip;
}
