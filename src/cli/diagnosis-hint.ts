import { NotAllowedToPruneError } from '../registry/client/registry-deletions.ts';
import { shellWord } from '../registry/diagnosis/plain-text.ts';
import { RegistryNotFoundError } from '../registry/discovery/registry-not-found.ts';
import type { RegistryOptions } from './registry-options.ts';
import { UserError } from './user-error.ts';

/**
 * Lets something be done with the registry. Where that fails because of the way to it or of the right to delete, the error
 * ends with the command that explains it.
 * @param given how the registry is reached: the command looks the same way
 */
export async function withDiagnosisHint<T>(given: RegistryOptions, use: () => Promise<T>): Promise<T> {
  try {
    return await use();
  } catch (error) {
    if (!(error instanceof RegistryNotFoundError || error instanceof NotAllowedToPruneError)) throw error;
    throw new UserError(
      `${error.message}\nTo see the whole way to the registry, and what breaks it: ${diagnoseCommand(given)}`,
    );
  }
}

function diagnoseCommand(given: RegistryOptions): string {
  const options: [string, string | undefined][] = [
    ['registry-url', given.registryUrl],
    ['certificate-authority', given.certificateAuthority],
    ['as-service-account', given.asServiceAccount],
  ];
  const words = options.flatMap(([name, value]) =>
    value === undefined ? [] : [`--${name} ${shellWord(value)}`],
  );
  return ['image-hygiene diagnose', ...words, ...(given.forceInsecure ? ['--force-insecure'] : [])].join(' ');
}
