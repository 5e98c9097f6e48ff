// Serves the webview pages by themselves, to look at them in a browser: `node tools/pages.ts [port]`.

import { STATES } from '../test/ui/pages/harness/mock-views.ts';
import { servePages } from '../test/ui/pages/harness/serve.ts';
import { THEMES } from '../test/ui/pages/harness/theme-names.ts';

const { url, scriptBytes } = await servePages(Number(process.argv[2] ?? 8123));
console.log(`${url}/?theme=dark&state=result   (script: ${Math.round(scriptBytes / 1000)} kB)`);
console.log(`  theme: ${THEMES.join(', ')}\n  state: ${STATES.join(', ')}\n  size:  small, large, none`);
