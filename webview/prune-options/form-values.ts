import * as l10n from '@vscode/l10n';
import { parseDuration } from '../../src/engine/duration.ts';
import {
  type PruneOptions,
  type RequestedOptions,
  type Rules,
  resolveOptions,
} from '../../src/engine/options.ts';
import { isObject } from '../../src/engine/shape.ts';
import { shortDuration } from '../../src/shared/dry-run/oc-command.ts';
import { type RunOptions, registryOptionProblem } from '../../src/shared/dry-run/run-options.ts';
import { errorInWords } from '../../src/shared/words/in-words.ts';

/** The options form as it is filled in: texts as typed, valid or not. */
export interface FormValues {
  keepTagRevisions: string;
  keepYoungerThan: string;
  pruneOverSizeLimit: boolean;
  all: boolean;
  namespace: string;
  ignoreInvalidRefs: boolean;
  rules: Rules;
  pruneRegistry: boolean;
  registryUrl: string;
  certificateAuthority: string;
  forceInsecure: boolean;
  numWorkers: string;
}
export type FormKey = keyof FormValues;

/** The documented defaults (REFERENCE section 2); the rules are this project’s own. */
export const DOCUMENTED: FormValues = {
  keepTagRevisions: '3',
  keepYoungerThan: '60m',
  pruneOverSizeLimit: false,
  all: true,
  namespace: '',
  ignoreInvalidRefs: false,
  rules: 'extended',
  pruneRegistry: true,
  registryUrl: '',
  certificateAuthority: '',
  forceInsecure: false,
  numWorkers: '5',
};

/** A filled-in form, read. */
export type FormReading =
  | { valid: true; options: RunOptions }
  | { valid: false; problems: ReadonlyMap<FormKey, string> };

/** Fills the form in with options. */
export function formOf({ prune, registry }: RunOptions): FormValues {
  const resolved = resolveOptions(prune);
  return {
    keepTagRevisions: textOr(resolved.keepTagRevisions, DOCUMENTED.keepTagRevisions),
    keepYoungerThan:
      resolved.keepYoungerThanMs === null
        ? DOCUMENTED.keepYoungerThan
        : shortDuration(resolved.keepYoungerThanMs),
    pruneOverSizeLimit: resolved.pruneOverSizeLimit,
    all: resolved.all,
    namespace: resolved.namespace ?? '',
    ignoreInvalidRefs: resolved.ignoreInvalidRefs,
    rules: resolved.rules,
    pruneRegistry: resolved.pruneRegistry,
    registryUrl: registry.registryUrl ?? '',
    certificateAuthority: registry.certificateAuthority ?? '',
    forceInsecure: registry.forceInsecure,
    numWorkers: String(registry.numWorkers),
  };
}

/** Reads the form, with the same checks as the command line. */
export function readForm(values: FormValues): FormReading {
  const problems = new Map<FormKey, string>();
  const attempt = <T>(key: FormKey, read: () => T): T | undefined => {
    try {
      return read();
    } catch (error) {
      problems.set(key, errorInWords(error));
      return undefined;
    }
  };
  const { pruneOverSizeLimit, all, ignoreInvalidRefs, rules, pruneRegistry } = values;
  const prune: RequestedOptions = { pruneOverSizeLimit, all, ignoreInvalidRefs, rules, pruneRegistry };
  if (values.namespace.trim() !== '') prune.namespace = values.namespace.trim();
  if (!pruneOverSizeLimit) {
    prune.keepTagRevisions = attempt(
      'keepTagRevisions',
      () => checked({ keepTagRevisions: wholeNumber(values.keepTagRevisions) }).keepTagRevisions ?? undefined,
    );
    prune.keepYoungerThanMs = attempt(
      'keepYoungerThan',
      () =>
        checked({ keepYoungerThanMs: parseDuration(values.keepYoungerThan.trim()) }).keepYoungerThanMs ??
        undefined,
    );
  }
  const registry = {
    registryUrl: values.registryUrl.trim() || null,
    certificateAuthority: values.certificateAuthority.trim() || null,
    forceInsecure: values.forceInsecure,
    numWorkers: attempt('numWorkers', () => wholeNumber(values.numWorkers)) ?? 1,
  };
  const problem = registryOptionProblem(registry);
  if (problem && !problems.has(problem.option)) problems.set(problem.option, problem.message);
  return problems.size > 0 ? { valid: false, problems } : { valid: true, options: { prune, registry } };
}

/** Whether two options mean the same, however they were written. */
export function sameOptions(one: RunOptions, other: RunOptions): boolean {
  return JSON.stringify(canonical(one)) === JSON.stringify(canonical(other));
}

/** The form with another value; as it was where the value is none for that option. */
export function withValue(values: FormValues, key: FormKey, value: string | boolean): FormValues {
  return readFormValues({ ...values, [key]: value }) ?? values;
}

/** Reads what the page remembered of a form; null where that is none. */
export function readFormValues(value: unknown): FormValues | null {
  if (!isObject(value)) return null;
  const values: Record<string, unknown> = {};
  for (const [key, byDefault] of Object.entries(DOCUMENTED)) {
    if (typeof value[key] !== typeof byDefault) return null;
    values[key] = value[key];
  }
  return values.rules === 'reference' || values.rules === 'extended'
    ? (values as unknown as FormValues)
    : null;
}

function canonical({ prune, registry }: RunOptions): unknown {
  const { registryUrl, certificateAuthority, forceInsecure, numWorkers } = registry;
  return [resolveOptions(prune), registryUrl, certificateAuthority, forceInsecure, numWorkers];
}

function checked(options: RequestedOptions): PruneOptions {
  return resolveOptions(options);
}

function wholeNumber(text: string): number {
  if (!/^[+-]?\d{1,9}$/.test(text.trim())) throw new RangeError(l10n.t('Write a whole number.'));
  return Number(text);
}

function textOr(value: number | null, otherwise: string): string {
  return value === null ? otherwise : String(value);
}
