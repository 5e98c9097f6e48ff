import { open } from 'node:fs/promises';
import * as vscode from 'vscode';
import type { Planner } from '../../cluster/planner/planner.ts';
import type { RowQuery } from '../../engine/plan-rows.ts';
import type { ExportFormat } from '../../shared/dry-run/protocol.ts';
import type { HeldPlan } from './dry-runs.ts';

const EXTENSIONS: Record<ExportFormat, string> = { json: 'json', csv: 'csv', markdown: 'md' };

/** Asks for a place and writes the plan there, piece by piece. */
export async function exportPlan(plan: HeldPlan, format: ExportFormat, query: RowQuery): Promise<void> {
  const { context } = plan.context.target;
  const name = `dry-run-${context.replace(/[^\w.-]+/g, '-')}.${EXTENSIONS[format]}`;
  const folder = vscode.workspace.workspaceFolders?.[0]?.uri;
  const target = await vscode.window.showSaveDialog({
    ...(folder ? { defaultUri: vscode.Uri.joinPath(folder, name) } : {}),
    saveLabel: vscode.l10n.t('Export'),
  });
  if (!target) return;
  await writePlan(plan, format, query, target);
  await vscode.window.showTextDocument(target, { preview: false });
}

/** Writes a plan to a file; where the file is not on this machine's disk, at once. */
export async function writePlan(
  { planner }: HeldPlan,
  format: ExportFormat,
  query: RowQuery,
  target: vscode.Uri,
): Promise<void> {
  const pieces = planner.part(format, { query, ...inTheEditorsLanguage() });
  if (target.scheme !== 'file') {
    await vscode.workspace.fs.writeFile(target, Buffer.from(await whole(pieces)));
    return;
  }
  const file = await open(target.fsPath, 'w');
  try {
    for await (const piece of pieces) await file.appendFile(piece);
  } finally {
    await file.close();
  }
}

/** The report on a plan, as Markdown. */
export function reportOf(planner: Planner): Promise<string> {
  return whole(planner.part('markdown', inTheEditorsLanguage()));
}

function inTheEditorsLanguage(): { words?: Record<string, string> } {
  const words = vscode.l10n.bundle as Record<string, string> | undefined;
  return words ? { words } : {};
}

async function whole(pieces: AsyncIterable<string>): Promise<string> {
  let text = '';
  for await (const piece of pieces) text += piece;
  return text;
}
