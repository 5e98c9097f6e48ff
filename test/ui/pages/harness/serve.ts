// Serves the pages by themselves, each with a stand-in for its host, in any theme and state.
import { readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { build } from 'esbuild';
import { pageHtml } from '../../../../src/shared/page/page-html.ts';
import { PAGES, pageBuild } from '../../../../webview/pages.ts';
import { DIAGNOSES, EXPLAINED, UNDER_WAY } from './mock-diagnoses.ts';
import { THEMES } from './theme-names.ts';

const ROOT = join(import.meta.dirname, '../../../..');
const NONCE = 'for-scripts';
const STYLE_NONCE = 'for-styles';

export interface ServedPages {
  /** Without a slash at the end. */
  readonly url: string;
  /** Bytes of a page's script, minified. */
  scriptBytes(page: string): number;
  close(): Promise<void>;
}

const TYPES: Readonly<Record<string, string>> = {
  js: 'text/javascript',
  css: 'text/css',
  ttf: 'font/ttf',
};

/**
 * Builds the pages as they ship, and serves them: `/dry-run?theme=dark&language=ja&state=result`.
 * @param port 0: any that is free
 */
export async function servePages(port = 0): Promise<ServedPages> {
  const files = new Map<string, Uint8Array>();
  const common = { write: false, absWorkingDir: ROOT, outdir: '/' } as const;
  const [built, standIns] = await Promise.all([
    build({ ...common, ...pageBuild(), write: false }),
    build({
      ...common,
      bundle: true,
      format: 'iife',
      platform: 'browser',
      entryPoints: {
        ...Object.fromEntries(PAGES.map((page) => [`preview/${page}`, `webview/preview/${page}.ts`])),
        'webview-styles': 'test/ui/pages/harness/webview-styles.css',
      },
    }),
  ]);
  for (const { path, contents } of [...built.outputFiles, ...standIns.outputFiles]) files.set(path, contents);

  const server = createServer((request, response) => {
    const { pathname, searchParams } = new URL(request.url ?? '/', 'http://localhost');
    const file = files.get(pathname);
    if (file) {
      response.setHeader('content-type', TYPES[pathname.split('.').at(-1) ?? ''] ?? 'text/plain');
      response.end(file);
      return;
    }
    const page = PAGES.find((name) => pathname === `/${name}`);
    if (page === undefined) {
      response.writeHead(404).end();
      return;
    }
    response.setHeader('content-type', 'text/html; charset=utf-8');
    response.end(
      documentFor(url, page, searchParams.get('theme') ?? 'dark', searchParams.get('language') ?? 'en'),
    );
  });
  await new Promise<void>((resolve) => server.listen(port, '127.0.0.1', resolve));
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return {
    url,
    scriptBytes: (page) => files.get(`/${page}.js`)?.byteLength ?? 0,
    async close() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

function documentFor(url: string, page: string, wanted: string, language: string): string {
  const theme = THEMES.find((name) => name === wanted) ?? 'dark';
  const properties = readFileSync(join(import.meta.dirname, 'themes', `${theme}.json`), 'utf8');
  const html = pageHtml({
    script: `${url}/${page}.js`,
    style: `${url}/${page}.css`,
    cspSource: url,
    nonce: NONCE,
    styleNonce: STYLE_NONCE,
    language,
    title: page,
  });
  // As in VS Code, what it adds stands in front of the policy, which doesn't bind it.
  const added = `${page === 'diagnosis' ? diagnoses() : ''}<link rel="stylesheet" href="/webview-styles.css">${settingOf('mockTheme', properties)}${settingOf('mockWords', wordsIn(language))}<script src="/preview/${page}.js"></script>`;
  return html.replace('<head>', () => `<head>${added}`);
}

/** The translations as JSON; none for English. */
function wordsIn(language: string): string {
  return language === 'ja' ? readFileSync(join(ROOT, 'l10n/bundle.l10n.ja.json'), 'utf8') : 'null';
}

function diagnoses(): string {
  const data = { diagnoses: DIAGNOSES, underWay: UNDER_WAY, explained: EXPLAINED };
  return settingOf('mockDiagnoses', JSON.stringify(data));
}

/** @param json of the value */
function settingOf(name: string, json: string): string {
  return `<script>globalThis.${name} = ${json.replaceAll('<', '\\u003c')}</script>`;
}
