// Every option of the prune (REFERENCE section 2) as arguments of a container, and read back from them.
import { parseDuration } from '../engine/duration.ts';
import { DEFAULT_WORKERS, type RequestedOptions } from '../engine/options.ts';
import { shortDuration } from '../shared/dry-run/oc-command.ts';
import type { RegistryOptions } from '../shared/dry-run/run-options.ts';

/** The CA of the registry's service, as the service account's mount has it in every pod of OpenShift. */
export const SERVICE_CA = '/var/run/secrets/kubernetes.io/serviceaccount/service-ca.crt';

/** What the documented CronJob prunes with (REFERENCE section 8). */
export const DOCUMENTED_OPTIONS: RequestedOptions = {
  keepTagRevisions: 5,
  keepYoungerThanMs: 96 * 3_600_000,
};

/** What a prune in the cluster is told. */
export interface PruneArguments {
  prune: RequestedOptions;
  registry: RegistryOptions;
  /** False: a dry run. */
  confirm: boolean;
}

/** A prune that a container runs. */
export interface PruneCommand extends PruneArguments {
  /** `oc` knows no extended rules; `image-hygiene` is this project's own command line. */
  program: 'oc' | 'image-hygiene';
  /** Arguments that are understood by neither, or not here. */
  others: readonly string[];
}

/**
 * The arguments for `oc`, in the order of the documented CronJob; what is the default is left out, except both keep
 * options. `oc` knows the reference's rules only.
 */
export function argumentsOf({ prune, registry, confirm }: PruneArguments): string[] {
  const flags: [string, string | number | boolean][] = [];
  if (registry.certificateAuthority !== null)
    flags.push(['certificate-authority', registry.certificateAuthority]);
  if (prune.pruneOverSizeLimit) flags.push(['prune-over-size-limit', true]);
  if (prune.keepTagRevisions !== undefined) flags.push(['keep-tag-revisions', prune.keepTagRevisions]);
  if (prune.keepYoungerThanMs !== undefined) {
    flags.push(['keep-younger-than', shortDuration(prune.keepYoungerThanMs)]);
  }
  if (prune.all === false) flags.push(['all', false]);
  if (prune.ignoreInvalidRefs) flags.push(['ignore-invalid-refs', true]);
  if (prune.namespace) flags.push(['namespace', prune.namespace]);
  if (prune.pruneRegistry === false) flags.push(['prune-registry', false]);
  if (registry.registryUrl !== null) flags.push(['registry-url', registry.registryUrl]);
  if (registry.forceInsecure) flags.push(['force-insecure', true]);
  if (registry.numWorkers !== DEFAULT_WORKERS) flags.push(['num-workers', registry.numWorkers]);
  if (confirm) flags.push(['confirm', true]);
  return flags.map(([name, value]) => `--${name}=${value}`);
}

/**
 * The prune that a container's command line runs, be it in a shell of its own (`/bin/sh -c "oc adm prune images …"`).
 * @param words the container's command and args
 * @returns undefined where it prunes no images
 */
export function pruneCommandOf(words: readonly string[]): PruneCommand | undefined {
  const all = inShell(words) ?? words;
  for (const [at, word] of all.entries()) {
    const program = word.split('/').at(-1) ?? '';
    if (program === 'oc' && isNext(all, at, ['adm', 'prune', 'images'])) {
      return readArguments('oc', all.slice(at + 4));
    }
    if (/^image-hygiene$/.test(program) && isNext(all, at, ['prune', 'images'])) {
      return readArguments('image-hygiene', all.slice(at + 3));
    }
  }
  return undefined;
}

function isNext(words: readonly string[], at: number, expected: readonly string[]): boolean {
  return expected.every((word, place) => words[at + 1 + place] === word);
}

/** The words of a command in a shell; rough, but it only has to tell a prune from anything else. */
function inShell(words: readonly string[]): string[] | undefined {
  const [shell = '', flag = '', ...rest] = words;
  if (!/(?:^|\/)(?:ba|da)?sh$/.test(shell) || !/^-\w*c$/.test(flag)) return undefined;
  const script = (rest[0] ?? '').replaceAll('\\\n', ' ');
  const found = script.match(/(?:[^\s'";&|]+|'[^']*'|"[^"]*")+|[;&|]+/g) ?? [];
  return found.map((word) => word.replaceAll(/['"]/g, ''));
}

const BOOLEANS = new Set([
  'all',
  'confirm',
  'force-insecure',
  'ignore-invalid-refs',
  'prune-over-size-limit',
  'prune-registry',
]);

function readArguments(program: PruneCommand['program'], words: readonly string[]): PruneCommand {
  const prune: RequestedOptions = {};
  const registry: RegistryOptions = {
    registryUrl: null,
    certificateAuthority: null,
    forceInsecure: false,
    numWorkers: DEFAULT_WORKERS,
  };
  const command: PruneCommand = { program, prune, registry, confirm: false, others: [] };
  const others: string[] = [];
  for (let at = 0; at < words.length; at++) {
    const word = words[at] ?? '';
    if (/^[;&|]+$/.test(word)) break;
    const match = /^--([a-z-]+)(?:=(.*))?$/s.exec(word) ?? /^-(n)(?:=?(.+))?$/s.exec(word);
    const name = match?.[1] === 'n' ? 'namespace' : (match?.[1] ?? '');
    const own = match?.[2];
    const takesNext = own === undefined && !BOOLEANS.has(name);
    const value = own ?? (takesNext ? (words[at + 1] ?? '') : 'true');
    if (match && isTaken(command, name, value)) at += takesNext ? 1 : 0;
    else others.push(word);
  }
  return { ...command, others };
}

/** Writes one option down; false where it isn't one, or its value isn't. */
function isTaken(command: PruneCommand, name: string, value: string): boolean {
  const { prune, registry } = command;
  const yes = /^(?:1|t|true)$/i.test(value);
  if (BOOLEANS.has(name) && !/^(?:0|f|false|1|t|true)$/i.test(value)) return false;
  switch (name) {
    case 'all':
      prune.all = yes;
      return true;
    case 'confirm':
      command.confirm = yes;
      return true;
    case 'force-insecure':
      registry.forceInsecure = yes;
      return true;
    case 'ignore-invalid-refs':
      prune.ignoreInvalidRefs = yes;
      return true;
    case 'prune-over-size-limit':
      prune.pruneOverSizeLimit = yes;
      return true;
    case 'prune-registry':
      prune.pruneRegistry = yes;
      return true;
    case 'keep-tag-revisions':
      if (!/^\d{1,9}$/.test(value)) return false;
      prune.keepTagRevisions = Number(value);
      return true;
    case 'keep-younger-than':
      try {
        prune.keepYoungerThanMs = parseDuration(value);
        return true;
      } catch {
        return false;
      }
    case 'num-workers':
      if (!/^\d{1,9}$/.test(value)) return false;
      registry.numWorkers = Number(value);
      return true;
    case 'namespace':
      prune.namespace = value;
      return true;
    case 'registry-url':
      registry.registryUrl = value;
      return true;
    case 'certificate-authority':
      registry.certificateAuthority = value;
      return true;
    case 'rules':
      if (value !== 'extended' && value !== 'reference') return false;
      prune.rules = value;
      return true;
    default:
      return false;
  }
}
