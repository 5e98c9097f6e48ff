import * as l10n from '@vscode/l10n';
import { type Command, Option } from 'commander';
import { parseServiceAccountName } from '../cluster/service-account-token.ts';
import type { ApiSession } from '../cluster/session/api-session.ts';
import { said } from '../engine/said.ts';
import type { PruneOrder } from '../prune/order.ts';
import { reachRegistry, registryHints, touchesRegistry } from '../prune/reach-registry.ts';
import type { RegistryAccess } from '../prune/run/prune-run.ts';
import { parseRegistryUrl } from '../registry/address/registry-url.ts';
import type { FoundRegistry } from '../registry/discovery/find-registry.ts';
import type { TransportReason } from '../registry/transport/policy.ts';
import { inWords } from '../shared/words/in-words.ts';
import type { ClusterOptions } from './cluster-options.ts';
import { withDiagnosisHint } from './diagnosis-hint.ts';
import { booleanValue } from './option-values.ts';
import type { RegistryOptions } from './registry-arguments.ts';
import { type Terminal, writeLines } from './terminal.ts';
import { UserError } from './user-error.ts';
import { warning } from './words.ts';

/** Adds the options of the connection to the registry. */
export function withRegistryOptions(command: Command): Command {
  return command
    .option(
      '--as-service-account <namespace/name>',
      l10n.t('speak to the registry with a token of this ServiceAccount, for users without a token'),
    )
    .option(
      '--certificate-authority <file>',
      l10n.t('CA file for the registry; the connection must then be secure'),
    )
    .addOption(forceInsecureOption())
    .option(
      '--registry-url <address>',
      l10n.t('the registry’s address, instead of the one found in the cluster'),
    );
}

/** Here and for a prune in the cluster, of the same name and meaning. */
export function forceInsecureOption(): Option {
  const words = l10n.t('allow HTTP, or HTTPS with an invalid certificate; use with care');
  return new Option('--force-insecure <bool>', words).argParser(booleanValue).default(false);
}

/** What REFERENCE section 2 says of the registry's options, before anything is asked of anyone. */
export function checkRegistryOptions(given: RegistryOptions): void {
  const url = given.registryUrl === undefined ? undefined : parseRegistryUrl(given.registryUrl);
  if (given.asServiceAccount !== undefined) parseServiceAccountName(given.asServiceAccount);
  if (given.certificateAuthority === undefined) return;
  if (given.forceInsecure) {
    throw new UserError(
      said(
        '--certificate-authority cannot be combined with --force-insecure: the one demands a verified connection, the other gives it up. Leave one of them out.',
      ),
    );
  }
  if (url?.scheme === 'http') {
    throw new UserError(
      said(
        '--certificate-authority cannot be combined with an http:// --registry-url: HTTP has no certificates. Use https:// or leave the file out.',
      ),
    );
  }
}

/** Finds the registry for an order, lets it be used, and lets go of it; null where only API objects are pruned. */
export async function withRegistry<T>(
  session: ApiSession,
  order: PruneOrder,
  given: RegistryOptions & ClusterOptions,
  terminal: Terminal,
  use: (registry: RegistryAccess | null) => Promise<T>,
): Promise<T> {
  if (!touchesRegistry(order)) return await use(null);
  const { signal, env } = terminal;
  return withDiagnosisHint(given, async () => {
    const { found, access } = await reachRegistry(session, registryHints(order), { ...given, env }, signal);
    try {
      await writeLines(terminal.stderr, registryLines(found));
      return await use(access);
    } finally {
      await found.close();
    }
  });
}

/** What was found, after what was tried in vain. */
function registryLines(found: FoundRegistry): string[] {
  const { connection, source, address, authoritySource, through, tried } = found;
  const how = connection.attempt.verified
    ? authorityInWords(authoritySource)
    : warning(
        l10n.t('{0} ({1})', unverifiedInWords(connection.attempt.scheme), reasonInWords(connection.reason)),
      );
  return [
    ...tried
      .filter(({ address: other }) => other !== address)
      .map((each) => l10n.t('Registry {0}: {1}', inWords(each.address), inWords(each.why))),
    l10n.t('Registry: {0}, {1}; {2}', address, sourceInWords(source, through), how),
  ];
}

function sourceInWords(source: FoundRegistry['source'], through = ''): string {
  switch (source) {
    case 'given':
      return l10n.t('as given by --registry-url');
    case 'youngestImage':
      return l10n.t('named by the youngest image');
    case 'streamRepository':
      return l10n.t('named by an image stream');
    case 'route':
      return l10n.t('its route');
    case 'tunnel':
      return l10n.t('through a tunnel to {0}, since it can’t be reached from here directly', through);
  }
}

function authorityInWords(source: FoundRegistry['authoritySource']): string {
  switch (source) {
    case 'file':
      return l10n.t('certificate verified with --certificate-authority');
    case 'kubeconfig':
      return l10n.t('certificate verified with the kubeconfig’s authority');
    case 'machine':
      return l10n.t('certificate verified with this machine’s authorities');
    case 'none':
      return '';
  }
}

/** Why a connection may be insecure. */
function reasonInWords(reason: TransportReason): string {
  switch (reason) {
    case 'forced':
      return l10n.t('--force-insecure was given');
    case 'httpAsked':
      return l10n.t('its address begins with http://');
    case 'localHost':
      return l10n.t('it is on this machine, or at a link-local address');
    case 'clusterInsecure':
      return l10n.t('the kubeconfig has insecure-skip-tls-verify');
    case 'authorityGiven':
    case 'secureOnly':
      return '';
  }
}

function unverifiedInWords(scheme: 'http' | 'https'): string {
  return scheme === 'http'
    ? l10n.t('without TLS: the token and everything else can be read on the way')
    : l10n.t('certificate not verified');
}
