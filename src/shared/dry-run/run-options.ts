import * as l10n from '@vscode/l10n';
import type { RequestedOptions } from '../../engine/options.ts';

/** How the registry is spoken to: the options of REFERENCE section 2 that a plan doesn't depend on. */
export interface RegistryOptions {
  /** null: worked out from images and streams. */
  registryUrl: string | null;
  /** A CA file's path; null: the kubeconfig's CA. */
  certificateAuthority: string | null;
  forceInsecure: boolean;
  /** Parallel deletions. */
  numWorkers: number;
}

/** Everything a dry run and the prune after it can be told. */
export interface RunOptions {
  prune: RequestedOptions;
  registry: RegistryOptions;
}

/** Which option of the registry can't stay as it is, and why. */
export interface RegistryOptionProblem {
  option: keyof RegistryOptions;
  message: string;
}

/**
 * Checks the registry's options against each other (REFERENCE section 2). The address itself is parsed elsewhere.
 * @returns the first problem; undefined where there is none
 */
export function registryOptionProblem(options: RegistryOptions): RegistryOptionProblem | undefined {
  const { registryUrl, certificateAuthority, forceInsecure, numWorkers } = options;
  if (!(Number.isInteger(numWorkers) && numWorkers >= 1)) {
    return {
      option: 'numWorkers',
      message: l10n.t('--num-workers must be a whole number greater than 0, not {0}', numWorkers),
    };
  }
  if (certificateAuthority === null) return undefined;
  if (forceInsecure) {
    return {
      option: 'forceInsecure',
      message: l10n.t(
        '--certificate-authority cannot be combined with --force-insecure: the one demands a verified connection, the other gives it up. Leave one of them out.',
      ),
    };
  }
  if (registryUrl !== null && /^http:\/\//i.test(registryUrl)) {
    return {
      option: 'certificateAuthority',
      message: l10n.t(
        '--certificate-authority cannot be combined with an http:// --registry-url: HTTP has no certificates. Use https:// or leave the file out.',
      ),
    };
  }
  return undefined;
}
