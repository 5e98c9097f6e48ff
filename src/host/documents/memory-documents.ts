import { randomUUID } from 'node:crypto';
import * as vscode from 'vscode';

const SCHEME = 'image-hygiene-text';

/** Texts as read-only documents. They are there as long as the window is. */
export class MemoryDocuments implements vscode.TextDocumentContentProvider, vscode.Disposable {
  readonly #texts = new Map<string, string>();
  readonly #subscription = vscode.workspace.registerTextDocumentContentProvider(SCHEME, this);

  /** @param name with its ending: what the tab is called, and what language it is in */
  add(name: string, text: string): vscode.Uri {
    const id = randomUUID();
    this.#texts.set(id, text);
    return vscode.Uri.from({ scheme: SCHEME, path: `/${name}`, query: id });
  }

  provideTextDocumentContent({ query }: vscode.Uri): string {
    return (
      this.#texts.get(query) ?? `# ${vscode.l10n.t('This was shown before the window was loaded again.')}\n`
    );
  }

  dispose(): void {
    this.#subscription.dispose();
  }
}
