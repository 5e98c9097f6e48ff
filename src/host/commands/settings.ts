import * as vscode from 'vscode';

/**
 * Opens the settings editor where the extension's settings stand: in a remote window they are the remote machine's, and the
 * user's own list doesn't show them.
 * @param query what is searched for; all of the extension's settings, if absent
 */
export async function openSettings(
  query = '@ext:cluster-image-hygiene.cluster-image-hygiene',
): Promise<void> {
  const where = vscode.env.remoteName === undefined ? 'openSettings' : 'openRemoteSettings';
  await vscode.commands.executeCommand(`workbench.action.${where}`, { query });
}
