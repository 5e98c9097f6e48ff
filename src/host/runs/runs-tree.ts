import * as vscode from 'vscode';
import { COMMANDS } from '../manifest.ts';
import type { Services } from '../services.ts';
import { newestAndMonths, type RunNode, startOf } from './run-nodes.ts';
import { agoInWords, runLine } from './run-words.ts';
import type { Runs } from './runs.ts';

const COLORS = {
  good: 'testing.iconPassed',
  warning: 'problemsWarningIcon.foreground',
  bad: 'problemsErrorIcon.foreground',
} as const;

/** The lines of the Runs view: the newest first, what is far back by month. */
export class RunsTree implements vscode.TreeDataProvider<RunNode>, vscode.Disposable {
  readonly #runs: Runs;
  readonly #contexts: Services['contexts'];
  readonly #changed = new vscode.EventEmitter<undefined>();
  readonly #subscription: vscode.Disposable;

  readonly onDidChangeTreeData = this.#changed.event;

  constructor(runs: Runs, { contexts }: Pick<Services, 'contexts'>) {
    this.#runs = runs;
    this.#contexts = contexts;
    this.#subscription = runs.onDidChange(() => this.refresh());
  }

  async getChildren(node?: RunNode): Promise<RunNode[]> {
    const book = await this.#runs.book();
    if (node) return node.kind === 'month' ? book.entries(node.ids) : [];
    const { newest, months } = newestAndMonths(await book.ids());
    return [...(await book.entries(newest)), ...months];
  }

  getTreeItem(node: RunNode): vscode.TreeItem {
    switch (node.kind) {
      case 'month':
        return monthItem(node);
      case 'unreadable': {
        const item = new vscode.TreeItem(agoInWords(startOf(node.id), Date.now()));
        item.id = node.id;
        item.description = vscode.l10n.t('can’t be read');
        item.tooltip = node.why;
        item.accessibilityInformation = { label: `${item.label}, ${item.description}` };
        item.iconPath = new vscode.ThemeIcon('error', new vscode.ThemeColor(COLORS.bad));
        return item;
      }
      case 'run':
        return this.#runItem(node);
    }
  }

  /** Shows the lines anew; what is on disk is looked at again. */
  refresh(): void {
    this.#changed.fire(undefined);
  }

  dispose(): void {
    this.#subscription.dispose();
    this.#changed.dispose();
  }

  #runItem({ id, facts }: Extract<RunNode, { kind: 'run' }>): vscode.TreeItem {
    const { state } = this.#contexts;
    const present = state.kind === 'ready' ? state.target.cluster.server : undefined;
    const { label, description, tooltip, icon, mood, kinds } = runLine(facts, present, Date.now());
    const item = new vscode.TreeItem(label);
    item.id = id;
    item.description = description;
    item.tooltip = tooltip;
    // Otherwise the tooltip would be read out instead.
    item.accessibilityInformation = { label: `${label}, ${description}` };
    item.iconPath = new vscode.ThemeIcon(icon, mood && new vscode.ThemeColor(COLORS[mood]));
    item.contextValue = kinds;
    item.command = {
      command: COMMANDS.openRunReport,
      title: vscode.l10n.t('Open Report'),
      arguments: [id],
    };
    return item;
  }
}

function monthItem({ month, ids }: Extract<RunNode, { kind: 'month' }>): vscode.TreeItem {
  const format = new Intl.DateTimeFormat(vscode.env.language, {
    month: 'long',
    year: 'numeric',
    timeZone: 'UTC',
  });
  const item = new vscode.TreeItem(
    format.format(new Date(`${month}-15T00:00:00Z`)),
    vscode.TreeItemCollapsibleState.Collapsed,
  );
  item.id = month;
  item.description =
    ids.length === 1 ? vscode.l10n.t('1 run') : vscode.l10n.t('{0} runs', String(ids.length));
  item.iconPath = new vscode.ThemeIcon('calendar');
  return item;
}
