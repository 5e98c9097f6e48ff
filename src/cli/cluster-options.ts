import * as l10n from '@vscode/l10n';
import { type Command, Option } from 'commander';
import { loadKubeconfig } from '../cluster/kubeconfig/load-kubeconfig.ts';
import { resolveContext } from '../cluster/kubeconfig/resolve-context.ts';
import type { ApiSession } from '../cluster/session/api-session.ts';
import { openSession } from '../cluster/session/open-session.ts';
import type { Terminal } from './terminal.ts';
import { VERSION } from './version.ts';

/** The options that kubectl has on every command. */
export interface ClusterOptions {
  kubeconfig?: string;
  context?: string;
  namespace?: string;
}

/** Adds kubectl's options to a command. */
export function withClusterOptions(command: Command, namespaceMeaning: string): Command {
  return command
    .addOption(
      new Option(
        '--kubeconfig <file>',
        l10n.t('the kubeconfig file to use instead of KUBECONFIG or ~/.kube/config'),
      ),
    )
    .addOption(
      new Option('--context <name>', l10n.t('the kubeconfig context to use instead of the current one')),
    )
    .addOption(new Option('-n, --namespace <name>', namespaceMeaning));
}

/**
 * Opens a session with the cluster that the options and the environment name, and closes it whatever happens.
 * @param connections most at once
 */
export async function withSession(
  options: ClusterOptions,
  terminal: Terminal,
  use: (session: ApiSession) => Promise<void>,
  connections?: number,
): Promise<void> {
  const kubeconfig = await loadKubeconfig({
    explicitPath: options.kubeconfig,
    env: terminal.env,
    homeDir: terminal.homeDir,
  });
  const target = resolveContext(kubeconfig, { context: options.context });
  const session = await openSession(target, { version: VERSION, env: terminal.env, connections });
  try {
    await use(session);
  } finally {
    await session.close();
  }
}
