import * as l10n from '@vscode/l10n';
import { type Said, wordsOf } from '../engine/said.ts';
import { NotAllowedToPruneError } from '../registry/client/registry-deletions.ts';
import type { Finding } from '../registry/diagnosis/finding.ts';
import { findingInError } from '../registry/diagnosis/finding-in-error.ts';
import { RegistryNotFoundError } from '../registry/discovery/registry-not-found.ts';
import { findingInWords, fixInWords } from '../shared/words/diagnosis.ts';
import { inWords } from '../shared/words/in-words.ts';
import { commandHere, lineHere } from '../shared/words/same-cluster.ts';
import type { ClusterOptions } from './cluster-options.ts';
import { type RegistryOptions, registryArguments } from './registry-arguments.ts';
import { UserError } from './user-error.ts';

/**
 * Lets something be done with the registry. Where that fails because of the way to it or of the right to delete, the error
 * comes after what is wrong, what to do and the command that explains it.
 * @param given how the registry is reached: the command looks the same way
 */
export async function withDiagnosisHint<T>(
  given: RegistryOptions & ClusterOptions,
  use: () => Promise<T>,
): Promise<T> {
  try {
    return await use();
  } catch (error) {
    if (!(error instanceof RegistryNotFoundError || error instanceof NotAllowedToPruneError)) throw error;
    const { cause, advice } = partsOf(error);
    throw new UserError(cause, [
      ...findingLinesOf(findingInError(error), advice.map(inWords), given),
      l10n.t(
        'To see the whole way to the registry, and what breaks it: {0}',
        commandHere(['diagnose', ...registryArguments(given)].join(' '), given),
      ),
    ]);
  }
}

/** What ends the command, in one line, and what stands above it. */
function partsOf(error: RegistryNotFoundError | NotAllowedToPruneError): {
  cause: Said;
  advice: readonly Said[];
} {
  return error instanceof RegistryNotFoundError
    ? { cause: error.headline, advice: [...error.triedInWords, ...error.advice] }
    : { cause: wordsOf(error), advice: [] };
}

/** What is wrong in plain words, what else the error says, and what to do first. */
function findingLinesOf(
  finding: Finding | undefined,
  advice: readonly string[],
  given: ClusterOptions,
): string[] {
  if (!finding) return [...advice];
  const { title, cause } = findingInWords(finding);
  const [best] = finding.fixes;
  return [
    l10n.t('What is wrong: {0}. {1}', title, cause),
    ...advice,
    ...(best ? [l10n.t('What to do first: {0}', fixInWords(best))] : []),
    ...(best?.command === undefined ? [] : [`  ${lineHere(best.command, given)}`]),
  ];
}
