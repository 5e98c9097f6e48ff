import * as vscode from 'vscode';
import { REGISTRY_CONFIG, REGISTRY_CONFIG_PATH } from '../../cluster/registry-deployment/location.ts';
import { VIEWS } from '../manifest.ts';
import { messageOf } from '../problems.ts';
import { agrees } from '../question.ts';
import type { Services } from '../services.ts';
import { EXPOSE_PATCH } from './expose-patch.ts';

const IN_VIEW = { location: { viewId: VIEWS.registry } };

/** Checks the registry. What comes of it stands in the view. */
export async function checkRegistryCommand({ registry }: Services): Promise<void> {
  await vscode.window.withProgress(IN_VIEW, () => registry.check());
}

/**
 * Copies what a row holds; without one, the address of the registry.
 * @param given a row that can be copied, or `{copies}`
 */
export async function copyRegistryAddressCommand({ registry }: Services, given: unknown): Promise<void> {
  const { state } = registry.report;
  const text = copiedOf(given) ?? (state.kind === 'reached' ? state.address : undefined);
  if (text === undefined) {
    await vscode.window.showWarningMessage(
      vscode.l10n.t('No address of the registry is known yet. Check the registry first.'),
    );
    return;
  }
  await vscode.env.clipboard.writeText(text);
  vscode.window.setStatusBarMessage(vscode.l10n.t('$(copy) Copied: {0}', text), 4000);
}

/** Shows the request, and on agreement exposes the registry. */
export async function exposeRegistryCommand(services: Services): Promise<void> {
  if (!vscode.workspace.isTrusted) {
    await vscode.window.showWarningMessage(
      vscode.l10n.t('This workspace isn’t trusted, so nothing of the cluster is changed from it.'),
    );
    return;
  }
  try {
    await askToExpose(services, IN_VIEW);
  } catch (error) {
    const show = vscode.l10n.t('Open Log');
    const choice = await vscode.window.showErrorMessage(messageOf(error), show);
    if (choice === show) services.log.show();
  }
}

/**
 * Shows the request, and on agreement exposes the registry.
 * @param where its progress is shown
 * @returns whether that was done
 * @throws NotExposedError; what the session throws
 */
export async function askToExpose(
  services: Services,
  where: Pick<vscode.ProgressOptions, 'location'>,
): Promise<boolean> {
  const { target } = await services.connection.context();
  const question = exposeQuestion(target.context, target.cluster.server);
  const go = vscode.l10n.t('Expose');
  if (!(await agrees(question, go))) return false;
  await vscode.window.withProgress({ ...where, title: vscode.l10n.t('Exposing the registry') }, () =>
    exposeAndCheck(services),
  );
  return true;
}

/**
 * Exposes the registry of the present context and checks it again.
 * @returns the host of the route
 * @throws NotExposedError; what the session throws
 */
export async function exposeAndCheck({ connection, registry, log }: Services): Promise<string> {
  const { context, session } = await connection.session();
  const { exposeRegistry } = await import('./checking.ts');
  log.info(`default route for the registry of ${context.target.context}`);
  try {
    return await exposeRegistry(session);
  } catch (error) {
    log.failure('default route', error);
    throw error;
  } finally {
    await registry.check();
  }
}

/** What the modal says: the cluster, the object, the request, and what it means. */
export function exposeQuestion(context: string, server: string): { message: string; detail: string } {
  const lines = [
    vscode.l10n.t('Cluster: {0}', server),
    vscode.l10n.t('Object: {0}', REGISTRY_CONFIG),
    vscode.l10n.t('Request: {0}', `PATCH ${REGISTRY_CONFIG_PATH}`),
    JSON.stringify(EXPOSE_PATCH),
    '',
    vscode.l10n.t(
      'The registry’s operator then makes a route, so that the registry can be reached from outside the cluster by whoever has a token. It can be taken back by setting defaultRoute to false.',
    ),
  ];
  return {
    message: vscode.l10n.t('Expose the registry of {0} by its default route?', context),
    detail: lines.join('\n'),
  };
}

function copiedOf(given: unknown): string | undefined {
  if (typeof given !== 'object' || given === null || !('copies' in given)) return undefined;
  return typeof given.copies === 'string' ? given.copies : undefined;
}
