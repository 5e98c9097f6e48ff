// Serves the page by itself, with a stand-in for its host, in any theme and state.
import { readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { build } from 'esbuild';
import { pageHtml } from '../../../../src/shared/page/page-html.ts';
import { THEMES } from './theme-names.ts';

const ROOT = join(import.meta.dirname, '../../../..');
const NONCE = 'for-scripts';
const STYLE_NONCE = 'for-styles';

export interface ServedPages {
  /** Without a slash at the end. */
  readonly url: string;
  /** Bytes of the page's script, minified. */
  readonly scriptBytes: number;
  close(): Promise<void>;
}

const TYPES: Readonly<Record<string, string>> = {
  js: 'text/javascript',
  css: 'text/css',
  ttf: 'font/ttf',
};

/**
 * Builds the page as it ships, and serves it: `/?theme=dark&state=result`.
 * @param port 0: any that is free
 */
export async function servePages(port = 0): Promise<ServedPages> {
  const files = new Map<string, Uint8Array>();
  const page = { bundle: true, write: false, format: 'iife', platform: 'browser', outdir: '/' } as const;
  const [built, mock] = await Promise.all([
    build({
      ...page,
      absWorkingDir: ROOT,
      entryPoints: { 'dry-run': 'webview/dry-run/main.ts' },
      loader: { '.ttf': 'file' },
      assetNames: '[name]',
      minify: true,
      target: 'es2022',
    }),
    build({
      ...page,
      absWorkingDir: ROOT,
      entryPoints: {
        'mock-host': 'webview/preview/mock-host.ts',
        'webview-styles': 'test/ui/pages/harness/webview-styles.css',
      },
    }),
  ]);
  for (const { path, contents } of [...built.outputFiles, ...mock.outputFiles]) files.set(path, contents);

  const server = createServer((request, response) => {
    const { pathname, searchParams } = new URL(request.url ?? '/', 'http://localhost');
    const file = files.get(pathname);
    if (file) {
      response.setHeader('content-type', TYPES[pathname.split('.').at(-1) ?? ''] ?? 'text/plain');
      response.end(file);
      return;
    }
    if (pathname !== '/') {
      response.writeHead(404).end();
      return;
    }
    response.setHeader('content-type', 'text/html');
    response.end(documentFor(url, searchParams.get('theme') ?? 'dark'));
  });
  await new Promise<void>((resolve) => server.listen(port, '127.0.0.1', resolve));
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return {
    url,
    scriptBytes: files.get('/dry-run.js')?.byteLength ?? 0,
    async close() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

function documentFor(url: string, wanted: string): string {
  const theme = THEMES.find((name) => name === wanted) ?? 'dark';
  const properties = readFileSync(join(import.meta.dirname, 'themes', `${theme}.json`), 'utf8');
  const html = pageHtml({
    script: `${url}/dry-run.js`,
    style: `${url}/dry-run.css`,
    cspSource: url,
    nonce: NONCE,
    styleNonce: STYLE_NONCE,
    language: 'en',
    title: 'Dry run',
  });
  // As in VS Code, what it adds stands in front of the policy, which doesn't bind it.
  const added = `<link rel="stylesheet" href="/webview-styles.css"><script>globalThis.mockTheme = ${properties.replaceAll('<', '\\u003c')}</script><script src="/mock-host.js"></script>`;
  return html.replace('<head>', () => `<head>${added}`);
}
