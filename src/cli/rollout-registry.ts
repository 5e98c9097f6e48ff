import * as l10n from '@vscode/l10n';
import { type Command, Option } from 'commander';
import { REGISTRY_NAMESPACE } from '../cluster/registry-deployment/location.ts';
import { type RegistryCache, registryCacheOf } from '../cluster/registry-deployment/registry-cache.ts';
import { restartRegistry } from '../cluster/rollout/restart-registry.ts';
import { type RolloutProgress, seeRestartThrough } from '../cluster/rollout/roll-out-registry.ts';
import { RolloutError } from '../cluster/rollout/rollout-error.ts';
import type { ApiSession } from '../cluster/session/api-session.ts';
import { asSentence, type Said, said, wordsOf } from '../engine/said.ts';
import { runsFolder } from '../prune/journal/runs-folder.ts';
import { recordRollout, runsOwingRollout } from '../prune/run/rollout-record.ts';
import { inWords } from '../shared/words/in-words.ts';
import { type ClusterOptions, withClusterOptions, withSession } from './cluster-options.ts';
import { durationValue } from './option-values.ts';
import { ProgressLine } from './progress-line.ts';
import { type Terminal, writeLines } from './terminal.ts';
import { UserError } from './user-error.ts';
import { warning } from './words.ts';

interface RolloutRegistryOptions extends ClusterOptions {
  /** Milliseconds. */
  timeout: number;
}

/** Adds `rollout registry` to the program. */
export function addRollout(program: Command, terminal: Terminal): void {
  const registry = program
    .command('rollout')
    .description(l10n.t('Restart what has cached something that a prune removed.'))
    .command('registry')
    .description(
      l10n.t('Restart the integrated registry, and wait until all of it is new and its cache empty.'),
    )
    .addOption(
      new Option(
        '--timeout <duration>',
        l10n.t('how long to wait for it, e.g. 5m; 0 for as long as it takes'),
      )
        .argParser(durationValue)
        .default(10 * 60_000, '10m'),
    );
  withClusterOptions(registry, l10n.t('not needed: the registry runs in {0}', REGISTRY_NAMESPACE));
  registry.action((options: RolloutRegistryOptions) => rolloutRegistry(options, terminal));
}

async function rolloutRegistry(given: RolloutRegistryOptions, terminal: Terminal): Promise<void> {
  if (given.namespace !== undefined && given.namespace !== REGISTRY_NAMESPACE) {
    throw new UserError(
      said(
        'the registry runs in the namespace {0}, not in {1}. Leave --namespace out',
        REGISTRY_NAMESPACE,
        given.namespace,
      ),
    );
  }
  if (given.timeout < 0) {
    throw new UserError(said('--timeout must not be negative. Write 0 to wait without end'));
  }
  const runs = runsFolder(terminal.env, terminal.homeDir);
  await withSession(given, terminal, (session) =>
    rollOutAndRecord(session, runs, terminal, { timeoutMs: given.timeout }),
  );
}

/** Rolls the registry out, and writes that into every run on this cluster that owes it. */
export async function rollOutAndRecord(
  session: ApiSession,
  runs: string,
  terminal: Terminal,
  options: { timeoutMs?: number } = {},
): Promise<void> {
  // What is deleted after this moment takes another rollout.
  const owing = (await runsOwingRollout(runs, session.server)).map((run) => run.folder);
  try {
    await rollOut(session, terminal, options);
  } catch (error) {
    await recordRollout(owing, 'failed', wordsOf(error));
    throw error;
  }
  await recordRollout(owing, 'done');
}

/**
 * Restarts the registry, says so on standard output as `oc` does, and says on standard error what a restart doesn't
 * clear.
 * @throws UserError where it was not restarted as a whole; what the session throws
 */
export async function rollOut(
  session: ApiSession,
  terminal: Terminal,
  options: { timeoutMs?: number } = {},
): Promise<void> {
  const { signal, stdout } = terminal;
  const progress = new ProgressLine(terminal);
  try {
    progress.say(l10n.t('Restarting the registry…'));
    const restart = await restartRegistry(session, { signal });
    progress.clear();
    await writeLines(stdout, ['deployment.apps/image-registry restarted']);
    await seeRestartThrough(session, restart, {
      ...options,
      signal,
      onProgress: (now) => progress.say(progressInWords(now)),
    });
    progress.clear();
    await writeLines(stdout, ['deployment "image-registry" successfully rolled out']);
  } catch (error) {
    progress.clear();
    throw error instanceof RolloutError ? new UserError(error.said, adviceFor(error)) : error;
  }
  await writeLines(terminal.stderr, await whatStaysCached(session, signal));
}

function progressInWords({ desired, updated, available, phase }: RolloutProgress): string {
  return phase === 'restarting'
    ? l10n.t(
        'Waiting for the rollout to begin: {0} of {1} replicas updated, {2} available',
        updated,
        desired,
        available,
      )
    : l10n.t(
        'Rolling out the registry: {0} of {1} replicas updated, {2} available',
        updated,
        desired,
        available,
      );
}

/** REFERENCE section 4: without a restart, the cache must be dealt with otherwise. */
function adviceFor({ kind, restarted }: RolloutError): string[] {
  if (restarted === 'yes' || kind === 'no-replicas' || kind === 'not-found') return [];
  return [
    l10n.t(
      'Until the registry is restarted, it may take layers that a prune removed for present: they are then not pushed again, and images that contain them are broken.',
    ),
    l10n.t(
      'Where it can’t be restarted at all, its cache must be cleared, or turned off for good (an empty REGISTRY_STORAGE_CACHE_BLOBDESCRIPTOR).',
    ),
  ];
}

/** Lines about a cache that outlives the pods. */
async function whatStaysCached(session: ApiSession, signal: AbortSignal): Promise<string[]> {
  try {
    const cache = await registryCacheOf(session, { signal });
    if (cache.kind === 'redis') return redisInWords(cache);
    if (cache.kind === 'unknown') return unknownCacheInWords(cache.where);
    return [];
  } catch (error) {
    return unknownCacheInWords(wordsOf(error));
  }
}

/** Lines about a Redis cache, where there is one for certain: for whoever doesn’t let the registry be restarted here. */
export async function redisAsWell(session: ApiSession, signal: AbortSignal): Promise<string[]> {
  const cache = await registryCacheOf(session, { signal }).catch(() => undefined);
  return cache?.kind === 'redis' ? redisInWords(cache) : [];
}

function redisInWords({ where, redis }: RegistryCache): string[] {
  const { address, database = 0 } = redis ?? {};
  const [, host = '<host>', port = '<port>'] =
    /^\[?(.*?)\]?(?::(\d+))?$/.exec(address ?? '<host>:6379') ?? [];
  return [
    warning(
      l10n.t(
        'the registry caches in Redis ({0}), and a rollout doesn’t clear that. Clear it by hand, or layers that a prune removed are not pushed again:',
        inWords(where),
      ),
    ),
    `  redis-cli -h ${host} -p ${port} -n ${database} FLUSHDB`,
    l10n.t(
      'FLUSHDB removes everything in that database: use it where the registry alone keeps its data there.',
    ),
  ];
}

function unknownCacheInWords(why: Said): string[] {
  return [
    warning(
      l10n.t(
        'whether the registry caches in Redis too can’t be told: {0} If it does, clear Redis by hand: a rollout doesn’t.',
        inWords(asSentence(why)),
      ),
    ),
  ];
}
