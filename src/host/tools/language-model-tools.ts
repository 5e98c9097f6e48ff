import type * as vscode from 'vscode';
import type { Services } from '../services.ts';
import { diagnoseTool } from './diagnose-tool.ts';
import { dryRunTool } from './dry-run-tool.ts';
import { explainTool } from './explain-tool.ts';
import { registerTool } from './read-only-tool.ts';

/** The tools for an editor's language models. None of them changes anything. */
export function registerTools(services: Services): vscode.Disposable[] {
  const { log } = services;
  return [
    registerTool(dryRunTool(services), log),
    registerTool(explainTool(services), log),
    registerTool(diagnoseTool(services), log),
  ];
}
