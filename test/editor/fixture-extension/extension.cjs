// One of each: a tree with a context menu, a page with a button, a quick pick, a modal question, a notification.
const vscode = require('vscode');

const FRUIT = { [vscode.l10n.t('Ripe')]: ['Apple', 'Pear'], Unripe: ['Quince'] };

const tree = {
  getChildren: (group) => (group === undefined ? Object.keys(FRUIT) : FRUIT[group]),
  getTreeItem(label) {
    const group = label in FRUIT;
    const item = new vscode.TreeItem(label, group ? 1 : 0);
    item.id = label;
    item.description = group ? `${FRUIT[label].length} kinds` : '3 kg';
    item.contextValue = group ? 'group' : 'fruit';
    return item;
  },
};

function openPage(extensionUri) {
  const panel = vscode.window.createWebviewPanel('harnessFixture.page', 'Fruit Page', vscode.ViewColumn.One, {
    enableScripts: true,
  });
  panel.webview.onDidReceiveMessage((count) => panel.webview.postMessage(count + 1));
  const policy = "default-src 'none'; script-src 'nonce-fixture'; style-src 'nonce-fixture'";
  const script = panel.webview.asWebviewUri(vscode.Uri.joinPath(extensionUri, 'page.js'));
  panel.webview.html = `<!doctype html>
    <meta http-equiv="Content-Security-Policy" content="${policy}">
    <style nonce="fixture">button { background: var(--vscode-button-background); color: var(--vscode-button-foreground) }</style>
    <h1>Fruit</h1>
    <button>${vscode.l10n.t('Press me')}</button>
    <output>0</output>
    <script src="${script}" nonce="fixture"></script>`;
}

async function remove(label) {
  const fruit = label ?? (await vscode.window.showQuickPick(['Apple', 'Apple Pie', 'Pear']));
  if (fruit === undefined) return;
  const answer = await vscode.window.showWarningMessage(`Remove ${fruit}?`, { modal: true }, 'Remove');
  if (answer === 'Remove') vscode.window.showInformationMessage(`${fruit} is gone.`);
}

exports.activate = (context) => {
  context.subscriptions.push(
    vscode.window.createTreeView('harnessFixture.fruit', { treeDataProvider: tree }),
    vscode.commands.registerCommand('harnessFixture.openPage', () => openPage(context.extensionUri)),
    vscode.commands.registerCommand('harnessFixture.remove', remove),
    vscode.commands.registerCommand('harnessFixture.copy', () =>
      vscode.env.clipboard.writeText(Object.values(FRUIT).flat().join(', ')),
    ),
  );
};
