import * as vscode from 'vscode';
import type { Log } from '../log.ts';

/** Shows a Markdown document in the preview; where the editor has none, as text. */
export async function showMarkdown(uri: vscode.Uri, log: Log): Promise<void> {
  try {
    await vscode.commands.executeCommand('markdown.showPreview', uri);
  } catch (error) {
    log.failure('Markdown preview', error);
    await vscode.window.showTextDocument(await vscode.workspace.openTextDocument(uri));
  }
}
