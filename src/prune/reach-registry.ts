import { openTunnel } from '../cluster/port-forward/open-tunnel.ts';
import { parseServiceAccountName, serviceAccountToken } from '../cluster/service-account-token.ts';
import { ApiError, type ApiSession } from '../cluster/session/api-session.ts';
import { SaidError, said, saidTogether } from '../engine/said.ts';
import { parseRegistryUrl } from '../registry/address/registry-url.ts';
import { readAuthorityFile } from '../registry/authorities/read-authority-file.ts';
import { type FoundRegistry, findRegistry } from '../registry/discovery/find-registry.ts';
import { streamRepositories } from '../registry/discovery/stream-repositories.ts';
import type { PruneOrder } from './order.ts';
import type { RegistryAccess } from './run/prune-run.ts';

/** How the registry is to be reached, and as whom. */
export interface ReachOptions {
  /** null or absent: worked out from what the cluster's objects name. */
  registryUrl?: string | null;
  /** A CA file's path. */
  certificateAuthority?: string | null;
  forceInsecure: boolean;
  /** `namespace/name` of the ServiceAccount whose token goes to the registry, in place of the user's own. */
  asServiceAccount?: string;
  /** HTTPS_PROXY, HTTP_PROXY and NO_PROXY are read from it; `process.env` where absent. */
  env?: Readonly<Record<string, string | undefined>>;
}

/** What the cluster's objects say of the registry's address (REFERENCE section 4). */
export interface RegistryHints {
  youngestManaged: string | null;
  repositories: readonly string[];
}

/** What an order says of the registry's address. */
export function registryHints({ plan, streams }: PruneOrder): RegistryHints {
  return {
    youngestManaged: plan.youngestManaged?.reference ?? null,
    repositories: streams.map((stream) => stream.repository),
  };
}

/** Whether an order deletes anything from the registry. */
export function touchesRegistry({ plan, streams, blobs }: PruneOrder): boolean {
  const linked = streams.some(
    ({ layerLinks, manifestLinks }) => layerLinks.length + manifestLinks.length > 0,
  );
  return plan.options.pruneRegistry && (blobs.length > 0 || linked);
}

/** As the reference command says it (REFERENCE section 9). */
const NO_TOKEN = 'you must use a client config with a token';

/** The user has nothing that the registry takes as a password. */
export class NoTokenError extends SaidError {
  override name = 'NoTokenError';
}

export interface ReachedRegistry {
  found: FoundRegistry;
  access: RegistryAccess;
}

/** As many connections as a prune uses at most. */
const CONNECTIONS = 64;

/**
 * Finds the registry and makes ready to speak to it. The caller closes `found`.
 * @throws NoTokenError, RegistryNotFoundError, AuthorityFileError, InvalidRegistryUrlError, ServiceAccountTokenError
 */
export async function reachRegistry(
  session: ApiSession,
  hints: RegistryHints,
  options: ReachOptions,
  signal?: AbortSignal,
): Promise<ReachedRegistry> {
  const { registryUrl, certificateAuthority } = options;
  const given = registryUrl ? parseRegistryUrl(registryUrl) : undefined;
  const token = await tokenFor(session, options.asServiceAccount);
  const authority = certificateAuthority ? await readAuthorityFile(certificateAuthority) : undefined;
  const found = await findRegistry(
    session,
    {
      ...(given ? hints : await completed(hints, session, signal)),
      given,
      authority,
      forceInsecure: options.forceInsecure,
      openTunnel: (service) => openTunnel(session, service),
      signal,
    },
    { connections: CONNECTIONS, env: options.env },
  );
  const { connection, address, source } = found;
  const described = { address, source, verified: connection.attempt.verified };
  return { found, access: { connection, token, described } };
}

/** An order whose images were all imported, and that leaves every stream as it is, names no registry: any stream does. */
async function completed(
  hints: RegistryHints,
  session: ApiSession,
  signal: AbortSignal | undefined,
): Promise<RegistryHints> {
  const { youngestManaged, repositories } = hints;
  if (youngestManaged !== null || repositories.some((repository) => repository !== '')) return hints;
  try {
    return { youngestManaged, repositories: await streamRepositories(session, null, signal) };
  } catch (error) {
    if (error instanceof ApiError && error.status === 403) return hints;
    throw error;
  }
}

/** REFERENCE section 9: a client certificate gives no password for the registry. */
async function tokenFor(
  session: ApiSession,
  asServiceAccount: string | undefined,
): Promise<() => Promise<string>> {
  if (asServiceAccount) {
    const source = serviceAccountToken(session, parseServiceAccountName(asServiceAccount));
    return () => source.current();
  }
  const { user, context } = session.target;
  const current = async () => {
    const token = await session.bearerToken();
    if (token !== undefined) return token;
    const [who, where] = [JSON.stringify(user.name), JSON.stringify(context)];
    throw new NoTokenError(
      saidTogether(
        user.clientCertificate
          ? said(
              '{0}: the user {1} of the context {2} has none but a client certificate, and the registry takes nothing else as a password.',
              NO_TOKEN,
              who,
              where,
            )
          : said(
              '{0}: the user {1} of the context {2} has none, and the registry takes nothing else as a password.',
              NO_TOKEN,
              who,
              where,
            ),
        said(
          'Log in with oc login, or let a ServiceAccount with system:image-pruner speak to the registry: --as-service-account openshift-image-registry/pruner',
        ),
      ),
    );
  };
  await current();
  return current;
}
