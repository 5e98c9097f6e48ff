import * as l10n from '@vscode/l10n';
import { said, saidInLines, wordsOf } from '../engine/said.ts';
import { NotAllowedToPruneError } from '../registry/client/registry-deletions.ts';
import type { Finding } from '../registry/diagnosis/finding.ts';
import { findingInError } from '../registry/diagnosis/finding-in-error.ts';
import { shellWord } from '../registry/diagnosis/plain-text.ts';
import { RegistryNotFoundError } from '../registry/discovery/registry-not-found.ts';
import { findingInWords, fixInWords } from '../shared/words/diagnosis.ts';
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
      saidInLines([
        wordsOf(error),
        ...findingLinesOf(findingInError(error)),
        said('To see the whole way to the registry, and what breaks it: {0}', diagnoseCommand(given)),
      ]),
    );
  }
}

/** What is wrong in plain words, and what to do first: the message above says how it shows. */
function findingLinesOf(finding: Finding | undefined): string[] {
  if (!finding) return [];
  const { title, cause } = findingInWords(finding);
  const [best] = finding.fixes;
  return [
    l10n.t('What is wrong: {0}. {1}', title, cause),
    ...(best ? [l10n.t('What to do first: {0}', fixInWords(best))] : []),
    ...(best?.command === undefined ? [] : [`  ${best.command}`]),
  ];
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
