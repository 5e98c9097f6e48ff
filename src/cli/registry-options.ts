import { type Command, Option } from 'commander';
import { parseServiceAccountName } from '../cluster/service-account-token.ts';
import type { ApiSession } from '../cluster/session/api-session.ts';
import type { PruneOrder } from '../prune/order.ts';
import { reachRegistry, registryHints, touchesRegistry } from '../prune/reach-registry.ts';
import type { RegistryAccess } from '../prune/run/prune-run.ts';
import { parseRegistryUrl } from '../registry/address/registry-url.ts';
import type { FoundRegistry } from '../registry/discovery/find-registry.ts';
import type { TransportReason } from '../registry/transport/policy.ts';
import { withDiagnosisHint } from './diagnosis-hint.ts';
import { booleanValue } from './option-values.ts';
import { type Terminal, writeLines } from './terminal.ts';
import { UserError } from './user-error.ts';

/** How the registry is reached, and as whom. */
export interface RegistryOptions {
  asServiceAccount?: string;
  certificateAuthority?: string;
  forceInsecure: boolean;
  registryUrl?: string;
}

/** Adds the options of the connection to the registry. */
export function withRegistryOptions(command: Command): Command {
  return command
    .option(
      '--as-service-account <namespace/name>',
      'speak to the registry with a token of this ServiceAccount, for users without a token',
    )
    .option('--certificate-authority <file>', 'CA file for the registry; the connection must then be secure')
    .addOption(
      new Option('--force-insecure <bool>', 'allow HTTP, or HTTPS with an invalid certificate; use with care')
        .argParser(booleanValue)
        .default(false),
    )
    .option('--registry-url <address>', 'the registry’s address, instead of the one found in the cluster');
}

/** What REFERENCE section 2 says of the registry's options, before anything is asked of anyone. */
export function checkRegistryOptions(given: RegistryOptions): void {
  const url = given.registryUrl === undefined ? undefined : parseRegistryUrl(given.registryUrl);
  if (given.asServiceAccount !== undefined) parseServiceAccountName(given.asServiceAccount);
  if (given.certificateAuthority === undefined) return;
  if (given.forceInsecure) {
    throw new UserError(
      '--certificate-authority cannot be combined with --force-insecure: the one demands a verified connection, the other gives it up. Leave one of them out.',
    );
  }
  if (url?.scheme === 'http') {
    throw new UserError(
      '--certificate-authority cannot be combined with an http:// --registry-url: HTTP has no certificates. Use https:// or leave the file out.',
    );
  }
}

/** Finds the registry for an order, lets it be used, and lets go of it; null where only API objects are pruned. */
export async function withRegistry<T>(
  session: ApiSession,
  order: PruneOrder,
  given: RegistryOptions,
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

const SOURCES: Record<Exclude<FoundRegistry['source'], 'tunnel'>, string> = {
  given: 'as given by --registry-url',
  youngestImage: 'named by the youngest image',
  streamRepository: 'named by an image stream',
  route: 'its route',
};
const AUTHORITIES: Record<FoundRegistry['authoritySource'], string> = {
  file: 'certificate verified with --certificate-authority',
  kubeconfig: 'certificate verified with the kubeconfig’s authority',
  machine: 'certificate verified with this machine’s authorities',
  none: '',
};
/** Why a connection may be insecure. */
const REASONS: Record<TransportReason, string> = {
  forced: '--force-insecure was given',
  httpAsked: 'its address begins with http://',
  localHost: 'it is on this machine, or at a link-local address',
  clusterInsecure: 'the kubeconfig has insecure-skip-tls-verify',
  authorityGiven: '',
  secureOnly: '',
};

function registryLines(found: FoundRegistry): string[] {
  const { connection, source, address, authoritySource, through, tried } = found;
  const { scheme, verified } = connection.attempt;
  const how = verified
    ? AUTHORITIES[authoritySource]
    : `warning: ${scheme === 'http' ? 'without TLS: the token and everything else can be read on the way' : 'certificate not verified'} (${REASONS[connection.reason]})`;
  const where =
    source === 'tunnel'
      ? `through a tunnel to ${through}, since it can’t be reached from here directly`
      : SOURCES[source];
  return [
    ...tried
      .filter(({ address: other }) => other !== address)
      .map((each) => `Registry ${each.address}: ${each.why}`),
    `Registry: ${address}, ${where}; ${how}`,
  ];
}
