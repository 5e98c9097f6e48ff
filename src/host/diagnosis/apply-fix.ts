import * as vscode from 'vscode';
import type { Fix } from '../../registry/diagnosis/finding.ts';
import { addressOf, changesSomething, type FixAction, fixAction } from '../../shared/diagnosis/fix-action.ts';
import { agrees } from '../question.ts';
import { askToExpose } from '../registry/registry-commands.ts';
import type { Services } from '../services.ts';
import { chooseAuthority, useClusterAuthority } from './authority-fixes.ts';
import { changeSettings, type SettingChange } from './change-settings.ts';
import { grantPruner, grantRequest } from './grant-pruner.ts';

/**
 * Shows what a fix would change, and on agreement does it and looks at the way to the registry again.
 * @throws where it can’t be done
 */
export async function applyFix(services: Services, fix: Fix): Promise<void> {
  const action = fixAction(fix);
  if (action === null) throw new Error(vscode.l10n.t('This has to be done by hand.'));
  if (changesSomething(action) && !vscode.workspace.isTrusted) {
    throw new Error(
      vscode.l10n.t('This workspace isn’t trusted, so neither settings nor the cluster are changed from it.'),
    );
  }
  if (await ACTIONS[action](services, fix)) void services.diagnoses.run();
}

/** Each says whether something may be different now. */
const ACTIONS: { [Action in FixAction]: (services: Services, fix: Fix) => Promise<boolean> } = {
  useClusterAuthority: (services, { arguments: { namespace = '', configMap = '', key = '' } }) =>
    useClusterAuthority(services, { namespace, configMap, key }),
  chooseAuthority,
  clearAuthority: (services) =>
    change(
      services,
      [{ name: 'certificateAuthority', value: undefined }],
      [vscode.l10n.t('The registry is then verified with the kubeconfig’s authority.')],
    ),
  setAddress: (services, fix) =>
    change(
      services,
      [{ name: 'registryUrl', value: addressOf(fix) }],
      [vscode.l10n.t('Your token is sent to this address when you prune, over a verified connection.')],
    ),
  clearAddress: (services) =>
    change(
      services,
      [{ name: 'registryUrl', value: undefined }],
      [
        vscode.l10n.t(
          'A way to the registry is then looked for: the address that the cluster names, a route, a tunnel.',
        ),
      ],
    ),
  useTunnel: (services, fix) =>
    change(
      services,
      [{ name: 'registryUrl', value: addressOf(fix) }],
      [
        vscode.l10n.t(
          'For a diagnosis and for a prune a tunnel to the registry’s pod is then opened through the API server, where the registry can’t be reached directly. Your token goes through it.',
        ),
      ],
    ),
  openAddressSetting: () => openSetting('registryUrl'),
  openPruneRegistrySetting: () => openSetting('pruneRegistry'),
  // The page that asked is no view: the status bar says that it takes its time.
  exposeRoute: (services) => askToExpose(services, { location: vscode.ProgressLocation.Window }),
  grantPruner: (services, { arguments: { user = '' } }) => grant(services, user),
  setAccount: (services, { arguments: { account } }) =>
    change(
      services,
      [{ name: 'asServiceAccount', value: account }],
      [vscode.l10n.t('A token of this ServiceAccount is then sent to the registry in place of yours.')],
    ),
  forceInsecure: (services, { arguments: { withoutFile } }) =>
    change(
      services,
      [
        { name: 'forceInsecure', value: true },
        ...(withoutFile ? [{ name: 'certificateAuthority', value: undefined } as const] : []),
      ],
      [
        vscode.l10n.t(
          'RISKY: nobody then knows who answers. Your token can be read and used by whoever stands in between, and over HTTP by everybody on the way.',
        ),
        vscode.l10n.t('Use it as a workaround only, and take it out again.'),
      ],
      vscode.l10n.t('Give Up Verification'),
    ),
  retry: async () => true,
};

async function change(
  { connection }: Services,
  changes: readonly SettingChange[],
  about: readonly string[],
  go = vscode.l10n.t('Change Settings'),
): Promise<boolean> {
  const { target } = await connection.context();
  const message = vscode.l10n.t('Change how the registry of {0} is reached?', target.context);
  return changeSettings({ message, about, changes, go });
}

async function openSetting(name: string): Promise<boolean> {
  await vscode.commands.executeCommand('workbench.action.openSettings', `imageHygiene.${name}`);
  return false;
}

/** Shows the request, and on agreement sends it. */
async function grant({ connection, log }: Services, user: string): Promise<boolean> {
  const { context, session } = await connection.session();
  const { method, path, body } = grantRequest(user);
  const go = vscode.l10n.t('Grant');
  const detail = [
    vscode.l10n.t('Cluster: {0}', context.target.cluster.server),
    vscode.l10n.t('Request: {0}', `${method} ${path}`),
    JSON.stringify(body),
    '',
    vscode.l10n.t('It takes the right of a cluster administrator.'),
  ].join('\n');
  const message = vscode.l10n.t('Give {0} the right to prune?', user);
  if (!(await agrees({ message, detail }, go))) return false;
  log.info(`system:image-pruner for ${user} in ${context.target.context}`);
  await grantPruner(session, user);
  return true;
}
