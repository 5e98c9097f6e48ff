import * as vscode from 'vscode';
import { COMMANDS } from '../manifest.ts';
import type { Services } from '../services.ts';
import { openSettings } from './settings.ts';

interface Choice extends vscode.QuickPickItem {
  /** null: the kubeconfig's current one; absent: the namespaces are chosen instead. */
  context?: string | null;
}

/** Offers the kubeconfig's contexts. The kubeconfig itself is left as it is. */
export async function chooseContextCommand({ contexts }: Services): Promise<void> {
  await contexts.reload();
  const state = contexts.state;
  const known = 'contexts' in state ? state.contexts : [];
  if (known.length === 0) {
    const message = state.kind === 'none' ? state.message : vscode.l10n.t('There is no context to choose.');
    const settings = vscode.l10n.t('Open Settings');
    const choice = await vscode.window.showWarningMessage(message, settings);
    if (choice === settings) {
      await openSettings('imageHygiene.kubeconfig');
    }
    return;
  }
  const present = state.kind === 'ready' ? state.target.context : undefined;
  const contextItems = known.map(
    ({ name, server, user, current }): Choice => ({
      label: name === present ? `$(check) ${name}` : name,
      description: current ? vscode.l10n.t('current in the kubeconfig') : '',
      detail: `${server ?? ''} · ${user}`,
      context: current ? null : name,
    }),
  );
  const chosen = await vscode.window.showQuickPick(
    state.kind === 'ready' ? [...contextItems, ...scopeItems(state.namespace)] : contextItems,
    {
      title: vscode.l10n.t('Context'),
      placeHolder: vscode.l10n.t('Which cluster to look at in this workspace'),
      matchOnDetail: true,
    },
  );
  if (!chosen) return;
  if (chosen.context !== undefined) await contexts.chooseContext(chosen.context ?? undefined);
  else await vscode.commands.executeCommand(COMMANDS.chooseNamespace);
}

/** The way on to the other half of what the status bar shows. */
function scopeItems(namespace: string | null): Choice[] {
  return [
    { label: vscode.l10n.t('Scope'), kind: vscode.QuickPickItemKind.Separator },
    {
      label: `$(list-filter) ${vscode.l10n.t('Choose a namespace…')}`,
      description: namespace ?? vscode.l10n.t('all namespaces'),
    },
  ];
}

/** Offers one namespace or all. */
export async function chooseNamespaceCommand({ contexts, connection }: Services): Promise<void> {
  const names = namespacesOf(connection).catch(() => []);
  const state = contexts.state;
  const scope = state.kind === 'ready' ? state.namespace : null;
  const pick = vscode.window.createQuickPick<vscode.QuickPickItem & { namespace?: string | null }>();
  pick.title = vscode.l10n.t('Namespace');
  pick.placeholder = vscode.l10n.t('Choose a namespace, or write its name');
  pick.busy = true;
  const all = { label: `$(globe) ${vscode.l10n.t('All namespaces')}`, namespace: null };
  pick.items = [all];
  pick.show();
  void names.then((found) => {
    pick.items = [
      all,
      ...found.map((name) => ({ label: name === scope ? `$(check) ${name}` : name, namespace: name })),
    ];
    pick.busy = false;
  });
  const chosen = await new Promise<string | null | undefined>((resolve) => {
    pick.onDidAccept(() => {
      const [item] = pick.selectedItems;
      // A name that can't be listed can still be meant.
      const written = pick.value.trim();
      resolve(item ? item.namespace : written === '' ? undefined : written);
    });
    pick.onDidHide(() => resolve(undefined));
  });
  pick.dispose();
  if (chosen !== undefined) await contexts.chooseNamespace(chosen);
}

/** The namespaces that the user may see, as OpenShift's projects tell. */
async function namespacesOf(connection: Services['connection']): Promise<string[]> {
  const { session } = await connection.session();
  const { listAt, objectAt, textAt } = await import('../../engine/shape.ts');
  const projects = await session.json({ path: '/apis/project.openshift.io/v1/projects' });
  return listAt(projects, 'items')
    .map((project) => textAt(objectAt(project, 'metadata'), 'name'))
    .filter((name) => name !== '')
    .sort();
}
