import { type Command, Option } from 'commander';
import { openTunnel } from '../cluster/port-forward/open-tunnel.ts';
import { parseServiceAccountName, serviceAccountToken } from '../cluster/service-account-token.ts';
import type { ApiSession } from '../cluster/session/api-session.ts';
import type { PruneOrder } from '../prune/order.ts';
import type { RegistryAccess } from '../prune/run/prune-run.ts';
import { parseRegistryUrl } from '../registry/address/registry-url.ts';
import { readAuthorityFile } from '../registry/authorities/read-authority-file.ts';
import { type FoundRegistry, findRegistry } from '../registry/discovery/find-registry.ts';
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
  const deletes = order.blobs.length > 0 || order.streams.some(hasLinks);
  if (!order.plan.options.pruneRegistry || !deletes) return await use(null);
  const { signal } = terminal;
  const token = await registryToken(session, given, signal);
  const authority =
    given.certificateAuthority === undefined
      ? undefined
      : await readAuthorityFile(given.certificateAuthority);
  const found = await findRegistry(
    session,
    {
      given: given.registryUrl === undefined ? undefined : parseRegistryUrl(given.registryUrl),
      youngestManaged: order.plan.youngestManaged?.reference ?? null,
      repositories: order.streams.map((stream) => stream.repository),
      authority,
      forceInsecure: given.forceInsecure,
      openTunnel: (service) => openTunnel(session, service),
      signal,
    },
    { connections: REGISTRY_CONNECTIONS },
  );
  try {
    await writeLines(terminal.stderr, registryLines(found));
    const { connection, address, source } = found;
    const described = { address, source, verified: connection.attempt.verified };
    return await use({ connection, token, described });
  } finally {
    await found.close();
  }
}

const REGISTRY_CONNECTIONS = 64;

function hasLinks({ layerLinks, manifestLinks }: PruneOrder['streams'][number]): boolean {
  return layerLinks.length + manifestLinks.length > 0;
}

/** REFERENCE section 9: a client certificate gives no password for the registry. */
async function registryToken(
  session: ApiSession,
  { asServiceAccount }: RegistryOptions,
  signal: AbortSignal,
): Promise<() => Promise<string>> {
  if (asServiceAccount !== undefined) {
    const source = serviceAccountToken(session, parseServiceAccountName(asServiceAccount), { signal });
    return () => source.current();
  }
  const { user, context } = session.target;
  const current = async () => {
    const token = await session.bearerToken();
    if (token !== undefined) return token;
    throw new UserError(
      `you must use a client config with a token: the user ${JSON.stringify(user.name)} of the context ${JSON.stringify(context)} has none${user.clientCertificate ? ' but a client certificate' : ''}, and the registry takes nothing else as a password. Log in with oc login, or let a ServiceAccount with system:image-pruner speak to the registry: --as-service-account openshift-image-registry/pruner`,
    );
  };
  await current();
  return current;
}

const SOURCES: Record<FoundRegistry['source'], string> = {
  given: 'as given by --registry-url',
  youngestImage: 'named by the youngest image',
  streamRepository: 'named by an image stream',
  route: 'its route',
  tunnel: 'through a tunnel, since it can’t be reached from here',
};
const AUTHORITIES: Record<FoundRegistry['authoritySource'], string> = {
  file: 'certificate verified with --certificate-authority',
  kubeconfig: 'certificate verified with the kubeconfig’s authority',
  machine: 'certificate verified with this machine’s authorities',
  none: '',
};

function registryLines(found: FoundRegistry): string[] {
  const { connection, source, address, authoritySource, through, tried } = found;
  const { scheme, verified } = connection.attempt;
  const how = verified
    ? AUTHORITIES[authoritySource]
    : `warning: ${scheme === 'http' ? 'without TLS: the token and everything else can be read on the way' : 'certificate not verified'} (${connection.reason})`;
  return [
    ...tried
      .filter(({ address: other }) => other !== address)
      .map((each) => `Registry ${each.address}: ${each.why}`),
    `Registry: ${address}, ${SOURCES[source]}${through ? ` to ${through}` : ''}; ${how}`,
  ];
}
