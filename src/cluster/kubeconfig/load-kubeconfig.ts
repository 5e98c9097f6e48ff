import { readFile } from 'node:fs/promises';
import { delimiter, join, resolve } from 'node:path';
import { said } from '../../engine/said.ts';
import { inClusterTarget, SERVICE_ACCOUNT_DIR } from './in-cluster.ts';
import type { Kubeconfig, KubeconfigEntries } from './kubeconfig.ts';
import { KubeconfigError } from './kubeconfig-error.ts';
import { parseKubeconfig } from './parse-kubeconfig.ts';

export interface KubeconfigSources {
  /** `--kubeconfig`: this file alone, and it must be there. */
  readonly explicitPath?: string;
  /** Read: KUBECONFIG, and what a pod has in its environment. */
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly homeDir: string;
  /** Where a pod's service account is mounted; for tests. */
  readonly serviceAccountDir?: string;
}

/**
 * What kubectl would see (client-go `ClientConfigLoadingRules.Load`): the explicit file alone; else the files of
 * KUBECONFIG, of which the first to set a value or to hold an entry wins; else `~/.kube/config`. A missing file is
 * skipped unless it was asked for explicitly; a file that can't be read or parsed is an error even among others.
 * Where none of them says anything, `inCluster` is the pod's own cluster, if we run in one. Nothing is ever written.
 */
export async function loadKubeconfig(sources: KubeconfigSources): Promise<Kubeconfig> {
  const paths = kubeconfigPaths(sources);
  const loaded: { file: string; entries: KubeconfigEntries }[] = [];
  const missingFiles: string[] = [];
  for (const file of paths) {
    const text = await textOf(file);
    if (text !== undefined) loaded.push({ file, entries: parseKubeconfig(text, file) });
    else if (sources.explicitPath === undefined) missingFiles.push(file);
    else throw explicitFileMissing(file);
  }
  const current = loaded.find(({ entries }) => entries.currentContext !== undefined);
  const all = loaded.map(({ entries }) => entries);
  const merged = {
    currentContext: current?.entries.currentContext,
    contexts: firstWins(all.map((entries) => entries.contexts)),
    clusters: firstWins(all.map((entries) => entries.clusters)),
    users: firstWins(all.map((entries) => entries.users)),
  };
  const silent = !current && merged.contexts.size + merged.clusters.size + merged.users.size === 0;
  return {
    ...merged,
    files: loaded.map(({ file }) => file),
    missingFiles,
    currentContextFile: current?.file,
    inCluster: silent
      ? await inClusterTarget(sources.env, sources.serviceAccountDir ?? SERVICE_ACCOUNT_DIR)
      : undefined,
  };
}

/** The files that count, in order of precedence (absolute paths), whether they are there or not. */
export function kubeconfigPaths(sources: KubeconfigSources): string[] {
  if (sources.explicitPath !== undefined) return [resolve(sources.explicitPath)];
  const { KUBECONFIG: list } = sources.env;
  if (!list) return [join(sources.homeDir, '.kube', 'config')];
  const paths = list.split(delimiter).filter((path) => path !== '');
  return [...new Set(paths.map((path) => resolve(path)))];
}

function firstWins<Entry>(maps: ReadonlyMap<string, Entry>[]): Map<string, Entry> {
  const merged = new Map<string, Entry>();
  for (const map of maps) {
    for (const [name, entry] of map) if (!merged.has(name)) merged.set(name, entry);
  }
  return merged;
}

/** `undefined` where there is no such file. */
async function textOf(file: string): Promise<string | undefined> {
  try {
    return await readFile(file, 'utf8');
  } catch (cause) {
    const code = cause instanceof Error && 'code' in cause ? cause.code : undefined;
    if (code === 'ENOENT') return undefined;
    throw new KubeconfigError(
      'unreadable-file',
      said(
        'The kubeconfig {0} can’t be read ({1}). Check that it is a file and that you may read it.',
        file,
        String(code ?? cause),
      ),
      { file, cause },
    );
  }
}

function explicitFileMissing(file: string): KubeconfigError {
  return new KubeconfigError(
    'missing-file',
    said(
      'The kubeconfig {0} doesn’t exist. Check the path given with --kubeconfig, or leave it out to use KUBECONFIG or ~/.kube/config.',
      file,
    ),
    { file },
  );
}
