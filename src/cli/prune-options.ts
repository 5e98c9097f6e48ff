import * as l10n from '@vscode/l10n';
import { type Command, Option } from 'commander';
import { DEFAULT_WORKERS } from '../engine/options.ts';
import { booleanValue, durationValue, integerValue } from './option-values.ts';

/** The options that decide what a prune removes, but for its namespace (REFERENCE section 2). */
export interface PruneOptionValues {
  all: boolean;
  ignoreInvalidRefs: boolean;
  keepTagRevisions?: number;
  /** Milliseconds. */
  keepYoungerThan?: number;
  numWorkers: number;
  pruneOverSizeLimit: boolean;
  pruneRegistry: boolean;
}

/** An option that is on or off. */
export function flag(name: string, meaning: string, byDefault: boolean): Option {
  return new Option(`--${name} <bool>`, meaning).argParser(booleanValue).default(byDefault);
}

/**
 * Adds the options that decide what a prune removes.
 * @param keep what the two keep options are where they are left out, for the help
 */
export function withPruneOptions(command: Command, keep = { revisions: '3', youngerThan: '60m' }): Command {
  return command
    .addOption(
      flag('all', l10n.t('also consider images that were mirrored or imported, not only those pushed'), true),
    )
    .addOption(
      flag('ignore-invalid-refs', l10n.t('go on where a reference to an image can’t be parsed'), false),
    )
    .addOption(
      new Option(
        '--keep-tag-revisions <n>',
        l10n.t('per tag, keep the n newest revisions (default: {0})', keep.revisions),
      ).argParser(integerValue),
    )
    .addOption(
      new Option(
        '--keep-younger-than <duration>',
        l10n.t(
          'keep images younger than this, and those that anything younger names, e.g. 96h (default: {0})',
          keep.youngerThan,
        ),
      ).argParser(durationValue),
    )
    .addOption(
      new Option('--num-workers <n>', l10n.t('parallel deletions to begin with'))
        .argParser(integerValue)
        .default(DEFAULT_WORKERS),
    )
    .addOption(
      flag(
        'prune-over-size-limit',
        l10n.t('prune images over the image size limit of their namespace'),
        false,
      ),
    )
    .addOption(
      flag('prune-registry', l10n.t('false: remove only API objects, nothing in the registry'), true),
    );
}
