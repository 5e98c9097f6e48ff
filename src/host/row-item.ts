import * as vscode from 'vscode';
import type { TreeRow } from './tree-row.ts';

const COLORS = {
  good: 'testing.iconPassed',
  warning: 'problemsWarningIcon.foreground',
  bad: 'problemsErrorIcon.foreground',
} as const;

/** A row as the tree shows it. */
export function rowItem(row: TreeRow): vscode.TreeItem {
  const { Collapsed, Expanded, None } = vscode.TreeItemCollapsibleState;
  const has = (row.children ?? []).length > 0;
  const item = new vscode.TreeItem(row.label, has ? (row.open ? Expanded : Collapsed) : None);
  item.id = row.id;
  item.iconPath = new vscode.ThemeIcon(row.icon, row.mood && new vscode.ThemeColor(COLORS[row.mood]));
  if (row.description) item.description = row.description;
  const said = [row.label, row.description].filter(Boolean).join(': ');
  item.tooltip = row.tooltip ?? said;
  // Otherwise the tooltip would be read out instead.
  item.accessibilityInformation = { label: said };
  if (row.kind) item.contextValue = row.kind;
  if (row.command) {
    const { id, arguments: args } = row.command;
    item.command = { command: id, title: row.label, ...(args ? { arguments: [...args] } : {}) };
  }
  return item;
}
