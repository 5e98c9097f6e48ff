import { randomBytes } from 'node:crypto';
import * as vscode from 'vscode';
import { pageHtml } from '../../shared/page/page-html.ts';
import type { PageRequests } from '../../shared/page/protocol.ts';
import { type Handlers, Responder } from '../../shared/page/responder.ts';
import type { PageView } from '../../shared/page/view.ts';
import type { Log } from '../log.ts';

/** What the panel shows and asks of. */
export interface PanelHost {
  view(): Promise<PageView>;
  handlers: Omit<Handlers, 'ready'>;
  /** Fires when the view is another. */
  onDidChangeView: vscode.Event<void>;
  /** Connects what goes to the page at once, such as progress. */
  connect(responder: Responder): vscode.Disposable;
}

export const DRY_RUN_VIEW = 'imageHygiene.dryRun';

/** The dry-run page: one for the window, opened again where it was when the window is loaded again. */
export class DryRunPanel implements vscode.WebviewPanelSerializer {
  readonly #extension: vscode.Uri;
  readonly #host: PanelHost;
  readonly #log: Log;
  #panel: vscode.WebviewPanel | undefined;

  constructor(extension: vscode.Uri, host: PanelHost, log: Log) {
    this.#extension = extension;
    this.#host = host;
    this.#log = log;
  }

  /** Shows the page, or brings it to the front. */
  open(): void {
    if (this.#panel) {
      this.#panel.reveal();
      return;
    }
    const title = vscode.l10n.t('Image Dry Run');
    this.#fill(vscode.window.createWebviewPanel(DRY_RUN_VIEW, title, vscode.ViewColumn.Active, {}));
  }

  get isVisible(): boolean {
    return this.#panel?.visible ?? false;
  }

  async deserializeWebviewPanel(panel: vscode.WebviewPanel): Promise<void> {
    this.#panel?.dispose();
    this.#fill(panel);
  }

  #fill(panel: vscode.WebviewPanel): void {
    const { webview } = panel;
    const folder = vscode.Uri.joinPath(this.#extension, 'dist', 'webview');
    webview.options = { enableScripts: true, localResourceRoots: [folder] };
    const icon = (name: string) => vscode.Uri.joinPath(this.#extension, 'media', name);
    panel.iconPath = { light: icon('view-light.svg'), dark: icon('view.svg') };
    const file = (name: string) => webview.asWebviewUri(vscode.Uri.joinPath(folder, name)).toString();
    const handlers: Handlers = {
      ...this.#host.handlers,
      ready: async (): Promise<PageRequests['ready']['answer']> => ({
        words: (vscode.l10n.bundle as Record<string, string> | undefined) ?? null,
        view: await this.#host.view(),
      }),
    };
    const channel = {
      post: (message: unknown) => void webview.postMessage(message),
      onMessage: (listener: (message: unknown) => void) => {
        const subscription = webview.onDidReceiveMessage(listener);
        return () => subscription.dispose();
      },
    };
    const responder = new Responder(channel, handlers, (error, request) =>
      this.#log.failure(`page ${request}`, error),
    );
    const subscriptions = [
      this.#host.connect(responder),
      this.#host.onDidChangeView(async () => responder.send('view', await this.#host.view())),
    ];
    panel.onDidDispose(() => {
      responder.close();
      for (const each of subscriptions) each.dispose();
      if (this.#panel === panel) this.#panel = undefined;
    });
    this.#panel = panel;
    webview.html = pageHtml({
      script: file('dry-run.js'),
      style: file('dry-run.css'),
      cspSource: webview.cspSource,
      nonce: randomBytes(16).toString('hex'),
      styleNonce: randomBytes(16).toString('hex'),
      language: vscode.env.language,
      title: panel.title,
    });
  }
}
