import { formatDuration } from '../../engine/duration.ts';
import {
  DEFAULT_KEEP_TAG_REVISIONS,
  DEFAULT_KEEP_YOUNGER_THAN_MS,
  DEFAULT_WORKERS,
} from '../../engine/options.ts';
import { shellWord } from '../../registry/diagnosis/plain-text.ts';
import type { RunOptions } from './run-options.ts';

/**
 * The `oc adm prune images` command line with the same options, for a POSIX shell. The two keep options are always
 * written out, the others where they differ from their documented default. It has no `--confirm`.
 * @param context the kubeconfig's context, so that the line means the same cluster later; null: none is named
 */
export function ocCommand({ prune, registry }: RunOptions, context: string | null): string {
  const options: [string, string | number | boolean][] = [];
  if (context !== null) options.push(['context', context]);
  if (prune.namespace) options.push(['namespace', prune.namespace]);
  if (prune.pruneOverSizeLimit) options.push(['prune-over-size-limit', true]);
  else {
    options.push(['keep-tag-revisions', prune.keepTagRevisions ?? DEFAULT_KEEP_TAG_REVISIONS]);
    options.push([
      'keep-younger-than',
      shortDuration(prune.keepYoungerThanMs ?? DEFAULT_KEEP_YOUNGER_THAN_MS),
    ]);
  }
  if (prune.all === false) options.push(['all', false]);
  if (prune.ignoreInvalidRefs) options.push(['ignore-invalid-refs', true]);
  if (prune.pruneRegistry === false) options.push(['prune-registry', false]);
  if (registry.registryUrl !== null) options.push(['registry-url', registry.registryUrl]);
  if (registry.certificateAuthority !== null) {
    options.push(['certificate-authority', registry.certificateAuthority]);
  }
  if (registry.forceInsecure) options.push(['force-insecure', true]);
  if (registry.numWorkers !== DEFAULT_WORKERS) options.push(['num-workers', registry.numWorkers]);
  return [
    'oc adm prune images',
    ...options.map(([name, value]) => `--${name}=${shellWord(String(value))}`),
  ].join(' ');
}

const MINUTE = 60_000;

/** A Go duration as people write it: `60m` and `96h` instead of `1h0m0s` and `96h0m0s`. */
export function shortDuration(milliseconds: number): string {
  if (milliseconds === 0) return '0';
  if (milliseconds % (60 * MINUTE) === 0 && milliseconds > 60 * MINUTE)
    return `${milliseconds / (60 * MINUTE)}h`;
  if (milliseconds % MINUTE === 0) return `${milliseconds / MINUTE}m`;
  return formatDuration(milliseconds);
}
