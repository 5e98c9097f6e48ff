import { randomBytes } from 'node:crypto';
import * as vscode from 'vscode';
import { pageHtml } from '../shared/page/page-html.ts';
import type { Handlers, Hello, OwnHandlers, Protocol, ViewOf } from '../shared/page/protocol.ts';
import type { ReadRequest } from '../shared/page/read-request.ts';
import { Responder } from '../shared/page/responder.ts';
import type { Log } from './log.ts';
import { onDidAnswer } from './question.ts';

/** What a panel shows and asks of. */
export interface PageHost<P extends Protocol> {
  view(): ViewOf<P> | Promise<ViewOf<P>>;
  handlers: OwnHandlers<P>;
  /** Fires when the view is another. */
  onDidChangeView: vscode.Event<void>;
  /** Connects what goes to the page at once, such as progress. */
  connect(responder: Responder<P>): vscode.Disposable;
}

/** A kind of page. */
export interface PageKind<P extends Protocol> {
  /** As in the manifest’s `onWebviewPanel:`. */
  viewType: string;
  /** In the user’s language. */
  title: () => string;
  /** Its folder in webview/: the name of its script and style sheet. */
  page: string;
  read: ReadRequest<P>;
}

/** A page: one for the window, opened again where it was when the window is loaded again. */
export class PagePanel<P extends Protocol> implements vscode.WebviewPanelSerializer {
  readonly #extension: vscode.Uri;
  readonly #kind: PageKind<P>;
  readonly #host: PageHost<P>;
  readonly #log: Log;
  #panel: vscode.WebviewPanel | undefined;
  /** How many requests of the page are being handled. */
  #underWay = 0;

  constructor(extension: vscode.Uri, kind: PageKind<P>, host: PageHost<P>, log: Log) {
    this.#extension = extension;
    this.#kind = kind;
    this.#host = host;
    this.#log = log;
  }

  /** Has the window open the page again after it was loaded again. */
  register(): vscode.Disposable {
    return vscode.window.registerWebviewPanelSerializer(this.#kind.viewType, this);
  }

  /** Shows the page, or brings it to the front. */
  open(): void {
    if (this.#panel) {
      this.#panel.reveal();
      return;
    }
    const { viewType, title } = this.#kind;
    const waiting = tabsOf(viewType);
    this.#fill(vscode.window.createWebviewPanel(viewType, title(), vscode.ViewColumn.Active, {}));
    if (waiting.length > 0) void vscode.window.tabGroups.close(waiting, true);
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
    const channel = {
      post: (message: unknown) => void webview.postMessage(message),
      onMessage: (listener: (message: unknown) => void) => {
        const subscription = webview.onDidReceiveMessage(listener);
        return () => subscription.dispose();
      },
    };
    const { page, read } = this.#kind;
    const responder = new Responder<P>(channel, read, this.#handlers(), (error, request) =>
      this.#log.failure(`page ${page}: ${request}`, error),
    );
    const subscriptions = [
      this.#host.connect(responder),
      this.#host.onDidChangeView(async () => responder.send('view', await this.#host.view())),
      // After a question that the page led to, the keyboard goes on where it was.
      onDidAnswer(() => {
        if (this.#underWay > 0 && panel.active) panel.reveal();
      }),
    ];
    panel.onDidDispose(() => {
      responder.close();
      for (const each of subscriptions) each.dispose();
      if (this.#panel === panel) this.#panel = undefined;
    });
    this.#panel = panel;
    webview.html = pageHtml({
      script: file(`${page}.js`),
      style: file(`${page}.css`),
      cspSource: webview.cspSource,
      nonce: randomBytes(16).toString('hex'),
      styleNonce: randomBytes(16).toString('hex'),
      language: vscode.env.language,
      title: panel.title,
    });
  }

  #handlers(): Handlers<P> {
    const common = {
      ready: async (): Promise<Hello<ViewOf<P>>> => ({
        words: (vscode.l10n.bundle as Record<string, string> | undefined) ?? null,
        view: await this.#host.view(),
      }),
      copy: async ({ text }: { text: string }): Promise<null> => {
        await vscode.env.clipboard.writeText(text);
        return null;
      },
    };
    const all = Object.entries<(ask: never) => unknown>({ ...this.#host.handlers, ...common });
    const counted = all.map(([name, handle]) => [name, (ask: never) => this.#counted(() => handle(ask))]);
    // The compiler can't add up a page's own requests and the common ones while it doesn't know the page.
    return Object.fromEntries(counted) as Handlers<P>;
  }

  async #counted(work: () => unknown): Promise<unknown> {
    this.#underWay++;
    try {
      return await work();
    } finally {
      this.#underWay--;
    }
  }
}

/** Tabs from before the window was loaded again: until they are shown, the window keeps them without opening their page. */
function tabsOf(viewType: string): vscode.Tab[] {
  return vscode.window.tabGroups.all
    .flatMap(({ tabs }) => tabs)
    .filter(({ input }) => input instanceof vscode.TabInputWebview && input.viewType.endsWith(viewType));
}
