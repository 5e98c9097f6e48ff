import type { RegistryUrl } from '../../address/registry-url.ts';
import {
  connectToRegistry,
  DEFAULT_PORTS,
  originOf,
  type RegistryConnection,
  type RegistryTarget,
} from '../../client/registry-connection.ts';
import { registryProxy, shownProxy } from '../../client/registry-proxy.ts';
import { RegistryUnreachableError } from '../../client/registry-unreachable.ts';
import type { RegistrySource } from '../../discovery/registry-not-found.ts';
import type { TransportPolicy } from '../../transport/policy.ts';
import { decidesOnAuthority } from '../authority-codes.ts';
import type { AddressFacts } from '../facts.ts';
import { ask, unansweredPing } from './ask.ts';
import {
  fingerprintPastProxy,
  type LookedAt,
  type LookOptions,
  lookAtAddress,
  NOTHING_SEEN,
  type SeenOfAddress,
} from './look-at-address.ts';
import { type AuthoritySource, verificationsOf } from './verifications.ts';

/** An address where the registry may be. */
export interface Candidate {
  source: RegistrySource;
  url: RegistryUrl;
  /** As people should see it. */
  address: string;
  /** The name to verify and to judge by, where it isn’t the host of `url`. */
  serverName?: string;
  /** What a tunnel leads to. */
  through?: string;
}

export interface ProbeQuestion {
  candidate: Candidate;
  policy: TransportPolicy;
  /** PEM that a prune verifies with; undefined for the authorities of this machine. */
  authority: string | undefined;
  /** All that could verify it, that one among them. */
  sources: readonly AuthoritySource[];
}

export interface ProbedAddress {
  facts: AddressFacts;
  /** Where something answered 200 as the policy allows; the caller ends it. */
  connection: RegistryConnection | undefined;
}

export interface ProbeOptions extends LookOptions {
  /** Told what is known so far, whenever it is more. */
  onFacts?: (facts: AddressFacts) => void;
}

/**
 * Learns everything about one address that can be learnt without a credential.
 * @throws the signal’s reason
 */
export async function probeAddress(question: ProbeQuestion, options: ProbeOptions): Promise<ProbedAddress> {
  const { candidate, policy } = question;
  const { url, serverName, source, address } = candidate;
  const scheme = policy.attempts[0]?.scheme ?? 'https';
  const hostname = serverName ?? (url.hostname || 'localhost');
  const proxy = registryProxy(originOf(url, scheme), options.env);
  const at: LookedAt = { url, hostname, scheme, proxied: proxy !== undefined };
  let facts: AddressFacts = {
    source,
    address,
    hostname,
    scheme: url.scheme,
    port: url.port ?? DEFAULT_PORTS[scheme],
    through: candidate.through ?? null,
    policy,
    proxy: proxy ? shownProxy(proxy) : null,
    ...NOTHING_SEEN,
    verifications: [],
    pastProxy: null,
    ...UNSPOKEN,
    rights: null,
    unasked: false,
  };
  const learnt = (more: Partial<AddressFacts>) => {
    facts = { ...facts, ...more };
    options.onFacts?.(facts);
  };
  learnt({});
  const looking = seenAndVerified(at, question, { ...options, onSeen: learnt }).then(learnt);
  const speaking = speakTo(question, options);
  const answering = speaking.then((spoken) => learnt(spoken.facts));
  const [, , { connection }] = await Promise.all([looking, answering, speaking]).catch(
    async (error: unknown) => {
      await speaking.then((spoken) => spoken.connection?.close()).catch(() => {});
      throw error;
    },
  );
  return { facts, connection };
}

async function seenAndVerified(
  at: LookedAt,
  { sources }: ProbeQuestion,
  options: LookOptions,
): Promise<SeenOfAddress & Pick<AddressFacts, 'verifications' | 'pastProxy'>> {
  const seen = await lookAtAddress(at, options);
  if (at.scheme !== 'https' || seen.tls === null || seen.tls.failure) {
    return { ...seen, verifications: [], pastProxy: null };
  }
  const verifications = await verificationsOf(at.url, at.hostname, sources, options);
  const suspicious = at.proxied && verifications.some((one) => one.decides && decidesOnAuthority(one.code));
  const pastProxy = suspicious ? await fingerprintPastProxy(at, options) : null;
  return { ...seen, verifications, pastProxy };
}

type SpokenFacts = Pick<AddressFacts, 'pings' | 'connected' | 'root' | 'healthz' | 'api'>;

const UNSPOKEN: SpokenFacts = { pings: [], connected: null, root: null, healthz: null, api: null };

/** Speaks to it as a prune does, by its policy. */
async function speakTo(
  { candidate: { url, serverName }, policy, authority }: ProbeQuestion,
  { lookup, env, timeoutMs, signal }: LookOptions,
): Promise<{ facts: SpokenFacts; connection: RegistryConnection | undefined }> {
  const target: RegistryTarget = {
    url,
    policy,
    authority,
    ...(serverName === undefined ? {} : { serverName }),
  };
  const connecting = {
    connections: 1,
    connectTimeoutMs: timeoutMs,
    answerTimeoutMs: timeoutMs,
    lookup,
    env,
    signal,
  };
  let connection: RegistryConnection;
  try {
    connection = await connectToRegistry(target, connecting);
  } catch (error) {
    signal?.throwIfAborted();
    if (!(error instanceof RegistryUnreachableError)) throw error;
    return { facts: { ...UNSPOKEN, pings: error.requests.map(unansweredPing) }, connection: undefined };
  }
  try {
    const root = await ask(connection, '/', signal);
    const healthz = await ask(connection, '/healthz', signal);
    const api = await ask(connection, '/v2/', signal);
    const { attempt } = connection;
    return { facts: { pings: [], connected: { attempt }, root, healthz, api }, connection };
  } catch (error) {
    await connection.close();
    throw error;
  }
}
