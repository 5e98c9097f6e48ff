import { shellWord } from '../registry/diagnosis/plain-text.ts';

/** How the registry is reached, and as whom. */
export interface RegistryOptions {
  asServiceAccount?: string;
  certificateAuthority?: string;
  forceInsecure: boolean;
  registryUrl?: string;
}

/** The same options as words of a shell, for another command. */
export function registryArguments(given: RegistryOptions): string[] {
  const options: [string, string | undefined][] = [
    ['registry-url', given.registryUrl],
    ['certificate-authority', given.certificateAuthority],
    ['as-service-account', given.asServiceAccount],
  ];
  const words = options.flatMap(([name, value]) =>
    value === undefined ? [] : [`--${name} ${shellWord(value)}`],
  );
  return [...words, ...(given.forceInsecure ? ['--force-insecure'] : [])];
}
