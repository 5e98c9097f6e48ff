import { open } from 'node:fs/promises';
import * as vscode from 'vscode';
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
  const words = vscode.l10n.bundle as Record<string, string> | undefined;
  const pieces = planner.part(format, { query, ...(words ? { words } : {}) });
  if (target.scheme !== 'file') {
    let text = '';
    for await (const piece of pieces) text += piece;
    await vscode.workspace.fs.writeFile(target, Buffer.from(text));
    return;
  }
  const file = await open(target.fsPath, 'w');
  try {
    for await (const piece of pieces) await file.appendFile(piece);
  } finally {
    await file.close();
  }
}
