import type { LookupFunction } from 'node:net';
import type { ApiSession } from '../../cluster/session/api-session.ts';
import { parsePullSpec } from '../../engine/pull-spec.ts';
import { said, wordsOf } from '../../engine/said.ts';
import type { RegistryUrl } from '../address/registry-url.ts';
import type { Environment } from '../client/registry-proxy.ts';
import type { RegistryTunnel } from '../discovery/find-registry.ts';
import { REGISTRY_SERVICE } from '../discovery/registry-service.ts';
import { chosenAddress } from './choose-address.ts';
import type { AddressFacts } from './facts.ts';
import { judged } from './judge.ts';
import { isRegistry } from './looks-like-registry.ts';
import { askForRights } from './probe/ask-for-rights.ts';
import { candidatesFor, policyFor } from './probe/candidates.ts';
import { clusterFacts } from './probe/cluster-facts.ts';
import type { LookOptions } from './probe/look-at-address.ts';
import { namedRegistry, type RegistryNames } from './probe/named-registry.ts';
import { type ProbedAddress, type ProbeQuestion, probeAddress } from './probe/probe-address.ts';
import { authoritySources, trustFor } from './probe/trust.ts';
import type { DiagnosedAddress, RegistryDiagnosis, Unread } from './registry-diagnosis.ts';
import { stepsOf } from './steps-of.ts';
import { type Circumstances, surroundings } from './surroundings.ts';

export interface DiagnosisQuestion {
  /** `--registry-url`, parsed; undefined where not given. */
  given: RegistryUrl | undefined;
  /** PEM of `--certificate-authority`; undefined where not given. */
  authority: string | undefined;
  forceInsecure: boolean;
  /** What the cluster’s objects say of the address; looked for where absent. */
  names?: RegistryNames;
  /** Where they are looked for by a user who may not look everywhere; the context’s where absent. */
  namespace?: string;
  /** What the registry takes as a password; undefined where the user has none. Asked at most once. */
  token: () => Promise<string | undefined>;
  /** Whether the credential may go to an address; any that a prune would use where absent. */
  mayAsk?: (address: string) => boolean;
  /** Who holds the token, as roles are granted to them; the session’s user where absent. */
  holder?: string;
  /** Opens a tunnel to the registry’s service. */
  openTunnel: (service: { namespace: string; service: string; port: number }) => Promise<RegistryTunnel>;
}

export interface DiagnosisOptions {
  /** For each step: milliseconds; 10 s where absent. */
  timeoutMs?: number;
  /** How host names are resolved; the machine’s way where absent. */
  lookup?: LookupFunction;
  /** For its proxies. */
  env: Environment;
  signal?: AbortSignal;
  /** Told of every address as it is about to be looked at. */
  onAddress?: (address: string) => void;
  /** Told of all addresses and the steps taken at each, whenever there is more. */
  onProgress?: (addresses: readonly AddressProgress[]) => void;
}

/** An address that is being looked at: the steps that weren’t taken yet are skipped. */
export type AddressProgress = Pick<DiagnosedAddress, 'address' | 'source' | 'through' | 'steps'>;

/**
 * Looks at every way to the registry, once and completely, and says what is wrong. Nothing is changed anywhere. The
 * credential is sent to one address at most: the one that a prune would use, over a connection that the transport policy
 * allows, and only where a registry answers.
 * @throws KubeconfigError, or the signal’s reason; what goes wrong on the way is what it is about, and no error
 */
export async function diagnoseRegistry(
  session: ApiSession,
  question: DiagnosisQuestion,
  options: DiagnosisOptions,
): Promise<RegistryDiagnosis> {
  const { signal, onAddress, onProgress, timeoutMs = 10_000 } = options;
  signal?.throwIfAborted();
  const now = Date.now();
  const looking: LookOptions = { lookup: options.lookup, env: options.env, timeoutMs, signal };
  const trust = await trustFor(session, question.authority);
  const tunnelling = tunnelFor(question, signal);
  try {
    const [cluster, named, tunnel] = await Promise.all([
      clusterFacts(session, signal),
      question.names
        ? { names: question.names, unread: [] }
        : namedRegistry(session, question.namespace ?? session.target.namespace, signal),
      tunnelling,
    ]);
    const { given, authority, holder } = question;
    const { names } = named;
    const candidates = candidatesFor({ given, names, routes: cluster.routes ?? [], tunnel: tunnel.open });
    const sources = authoritySources(trust, cluster.published);
    const progress: AddressProgress[] = [];
    const probes = candidates.map((candidate, place) => {
      onAddress?.(candidate.address);
      const policy = policyFor(session, question, candidate);
      const onFacts = (facts: AddressFacts) => {
        const { address, source, through } = facts;
        progress[place] = { address, source, through, steps: stepsOf(facts, now) };
        onProgress?.(progress.filter((one) => one !== undefined));
      };
      return { question: { candidate, policy, authority: trust.authority, sources }, onFacts };
    });
    const probed = await probeAll(probes, looking);
    try {
      const facts = probed.map((one) => one.facts);
      const decisive = chosenAddress(facts);
      const chosen = decisive ? facts.indexOf(decisive) : -1;
      const all = await withRights(probed, chosen, names, question, signal);
      const circumstances: Circumstances = {
        now,
        addressGiven: given !== undefined,
        authorityGiven: authority !== undefined,
        holder,
        cluster,
        trust,
        namesUnread: named.unread.length > 0,
      };
      const around = surroundings(circumstances, all);
      return {
        kind: 'registryDiagnosis',
        version: 1,
        at: new Date(now).toISOString(),
        context: session.target.context,
        server: session.server,
        ...judged(all, all[chosen], around),
        unread: [...named.unread, ...cluster.unread, ...tunnel.unread],
      };
    } finally {
      await closeAll(probed);
    }
  } finally {
    await tunnelling.then(({ open }) => open?.close()).catch(() => {});
  }
}

/** All at once, since one that can’t be reached takes its time; where one ends in an error, no connection is left. */
async function probeAll(
  probes: readonly { question: ProbeQuestion; onFacts: (facts: AddressFacts) => void }[],
  options: LookOptions,
): Promise<ProbedAddress[]> {
  const outcomes = await Promise.allSettled(
    probes.map(({ question, onFacts }) => probeAddress(question, { ...options, onFacts })),
  );
  const probed = outcomes.flatMap((one) => (one.status === 'fulfilled' ? [one.value] : []));
  const failed = outcomes.find((one) => one.status === 'rejected');
  if (!failed) return probed;
  await closeAll(probed);
  throw failed.reason;
}

async function closeAll(probed: readonly ProbedAddress[]): Promise<void> {
  await Promise.allSettled(probed.map(({ connection }) => connection?.close()));
}

async function tunnelFor(
  { openTunnel }: DiagnosisQuestion,
  signal: AbortSignal | undefined,
): Promise<{ open: RegistryTunnel | undefined; unread: Unread[] }> {
  const { namespace, service, port } = REGISTRY_SERVICE;
  try {
    return { open: await openTunnel({ namespace, service, port }), unread: [] };
  } catch (error) {
    signal?.throwIfAborted();
    const what = said('a tunnel to {0} in {1}', `service/${service}`, namespace);
    return { open: undefined, unread: [{ what, why: wordsOf(error) }] };
  }
}

/**
 * Asks the chosen address, and no other, whether it would delete; but nothing that isn’t a registry.
 * @param chosen its place; -1 for none
 */
async function withRights(
  probed: readonly ProbedAddress[],
  chosen: number,
  names: RegistryNames,
  { token, mayAsk = () => true }: DiagnosisQuestion,
  signal: AbortSignal | undefined,
): Promise<AddressFacts[]> {
  return Promise.all(
    probed.map(async ({ facts, connection }, place) => {
      const asks = place === chosen && connection !== undefined && isRegistry(facts);
      if (!asks) return facts;
      if (!mayAsk(facts.address)) return { ...facts, unasked: true };
      const repository = repositoryIn(names);
      return { ...facts, rights: await askForRights(connection, { token, repository, signal }) };
    }),
  );
}

/** `<namespace>/<name>` of any repository; undefined where none is named. */
function repositoryIn({ youngestManaged, repositories }: RegistryNames): string | undefined {
  for (const spec of [...repositories, youngestManaged ?? '']) {
    try {
      const { namespace, name } = parsePullSpec(spec);
      if (namespace !== '' && name !== '') return `${namespace}/${name}`;
    } catch {
      // Another may be readable.
    }
  }
  return undefined;
}
