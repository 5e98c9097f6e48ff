// Reads from a running editor what it tells a webview in each theme, and keeps it: `node take-themes.ts`. To be run again
// when the editor's themes change.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openBrowser, openWorkbench } from '../../../editor/browser.ts';
import { startEditor } from '../../../editor/server.ts';
import { THEMES, type Theme } from './theme-names.ts';

const EXTENSION = `
const vscode = require('vscode');
exports.activate = (context) => context.subscriptions.push(vscode.commands.registerCommand('themes.open', () => {
  vscode.window.createWebviewPanel('themes', 'Themes', 1).webview.html = '<h1>Themes</h1>';
}));`;
const MANIFEST = {
  name: 'themes',
  publisher: 'test',
  version: '0.0.1',
  engines: { vscode: '^1.100.0' },
  main: './extension.cjs',
  activationEvents: ['onStartupFinished'],
  contributes: { commands: [{ command: 'themes.open', title: 'Themes: Open' }] },
};
/** What the page's own style sheet and its controls ask for; everything else would only make the files long. */
const USED =
  /^--vscode-(foreground|font|body|fontSize|fontWeight|cornerRadius|editor-|editor(Widget|Error|Warning|Info)-|disabledForeground|errorForeground|descriptionForeground|icon-|focusBorder|contrast|widget-|panel-|text(Link|Preformat|CodeBlock)-|badge-|scrollbar|progressBar-|toolbar-|charts-|list-|tree-table|input|dropdown-|button-|checkbox-|settings-|keybindingTable-|menu-)/;

const folder = mkdtempSync(join(tmpdir(), 'image-hygiene-themes-'));
writeFileSync(join(folder, 'extension.cjs'), EXTENSION);
writeFileSync(join(folder, 'package.json'), JSON.stringify(MANIFEST));
const editor = await startEditor({ folder, extensionDevelopmentPath: folder });
const browser = await openBrowser();
try {
  const workbench = await openWorkbench(browser, editor);
  await workbench.runCommand('Themes: Open');
  const body = workbench.webview().locator('body');
  await workbench.webview().locator('h1').waitFor();
  for (const theme of THEMES) {
    await workbench.setTheme(theme);
    const kind = theme.startsWith('hc')
      ? { 'hc-dark': 'vscode-high-contrast', 'hc-light': 'vscode-high-contrast-light' }[String(theme)]
      : `vscode-${theme}`;
    await workbench.webview().locator(`body[data-vscode-theme-kind="${kind}"]`).waitFor();
    const classes = (await body.getAttribute('class')) ?? '';
    const style = (await workbench.webview().locator('html').getAttribute('style')) ?? '';
    const properties: Record<string, string> = {};
    for (const declaration of style.split(/;\s*(?=--)/)) {
      const [, name = '', value = ''] = /^(--[^:]+):\s*(.*?);?$/.exec(declaration) ?? [];
      if (USED.test(name)) properties[name] = value;
    }
    const known: Theme = {
      kind: kind ?? '',
      classes: classes.replace('vscode-reduce-motion', '').trim(),
      properties,
    };
    writeFileSync(
      join(import.meta.dirname, 'themes', `${theme}.json`),
      `${JSON.stringify(known, null, 2)}\n`,
    );
  }
} finally {
  await browser.close();
  await editor.close();
  rmSync(folder, { recursive: true });
}
