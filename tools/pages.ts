// Serves the webview pages by themselves, to look at them in a browser: `node tools/pages.ts [port]`.

import { STATES } from '../test/ui/pages/harness/mock-views.ts';
import { servePages } from '../test/ui/pages/harness/serve.ts';
import { THEMES } from '../test/ui/pages/harness/theme-names.ts';
import { PAGES } from '../webview/pages.ts';

const { url, scriptBytes } = await servePages(Number(process.argv[2] ?? 8123));
for (const page of PAGES)
  console.log(`${url}/${page}?theme=dark   (script: ${Math.round(scriptBytes(page) / 1000)} kB)`);
console.log(
  `theme: ${THEMES.join(', ')}\ndry-run: state: ${STATES.join(', ')}\n         size: small, large, none`,
);
