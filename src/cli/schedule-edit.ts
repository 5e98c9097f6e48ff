import * as l10n from '@vscode/l10n';
import { type Command, InvalidArgumentError, Option } from 'commander';
import { changePruner, readPruner } from '../cluster/schedules/change-pruner.ts';
import { resolveOptions } from '../engine/options.ts';
import { ownCommand } from '../engine/own-command.ts';
import { said } from '../engine/said.ts';
import {
  changeProblems,
  IMAGE_PRUNER,
  type ImagePrunerChange,
  LOG_LEVELS,
  PRUNER_DEFAULTS,
  pruneOptionsOf,
  prunerDifferences,
  prunerPatch,
} from '../schedules/image-pruner.ts';
import type { ImagePruner } from '../schedules/schedules.ts';
import { prunerFieldInWords } from '../shared/words/pruner-fields.ts';
import { type ClusterOptions, withClusterOptions, withSession } from './cluster-options.ts';
import { withPlan } from './make-plan.ts';
import { booleanValue } from './option-values.ts';
import { writePlan } from './plan-output.ts';
import { quantities } from './schedule-create.ts';
import { refuseProblems, scheduleLine } from './schedule-lines.ts';
import { type Terminal, writeLines } from './terminal.ts';
import { UserError } from './user-error.ts';

interface EditOptions extends ClusterOptions {
  schedule?: string;
  suspend?: boolean;
  keepTagRevisions?: number | typeof BY_DEFAULT;
  keepYoungerThan?: string;
  ignoreInvalidRefs?: boolean;
  logLevel?: string;
  successfulJobs?: number | typeof BY_DEFAULT;
  failedJobs?: number | typeof BY_DEFAULT;
  requests?: Record<string, string>;
  limits?: Record<string, string>;
  plan: boolean;
  confirm: boolean;
  output?: 'json';
}

/** Goes back to what the operator does by itself. */
const BY_DEFAULT = 'default';

/** Adds `schedule edit`. */
export function addScheduleEdit(schedule: Command, plannerScript: URL, terminal: Terminal): void {
  const number = (flags: string, meaning: string) => new Option(flags, meaning).argParser(numberOrDefault);
  const edit = schedule
    .command('edit')
    .description(
      l10n.t(
        'Change the automatic pruning of the registry’s operator ({0}). Without --confirm: show the patch. Every value can be {1}.',
        IMAGE_PRUNER,
        BY_DEFAULT,
      ),
    )
    .option('--schedule <cron>', l10n.t('when it runs: five fields, or @daily and the like'))
    .addOption(new Option('--suspend <bool>', l10n.t('whether it is suspended')).argParser(booleanValue))
    .addOption(number('--keep-tag-revisions <n>', l10n.t('per tag, keep the n newest revisions')))
    .option('--keep-younger-than <duration>', l10n.t('keep images younger than this, e.g. 96h'))
    .addOption(
      new Option(
        '--ignore-invalid-refs <bool>',
        l10n.t('whether it goes on where a reference to an image can’t be parsed'),
      ).argParser(booleanValue),
    )
    .option('--log-level <level>', l10n.t('how much its Jobs say: {0}', LOG_LEVELS.join(', ')))
    .addOption(number('--successful-jobs <n>', l10n.t('how many successful Jobs are kept')))
    .addOption(number('--failed-jobs <n>', l10n.t('how many failed Jobs are kept')))
    .addOption(
      new Option('--requests <list>', l10n.t('what its pods ask for, e.g. cpu=1,memory=1Gi')).argParser(
        quantities,
      ),
    )
    .addOption(
      new Option('--limits <list>', l10n.t('what its pods may take, e.g. memory=4Gi')).argParser(quantities),
    )
    .option(
      '--plan',
      l10n.t('show what a prune with these options would remove today, and change nothing'),
      false,
    )
    .addOption(
      new Option('--confirm <bool>', l10n.t('make the change')).argParser(booleanValue).default(false),
    )
    .addOption(new Option('-o, --output <format>', l10n.t('print the patch as json')).choices(['json']));
  withClusterOptions(edit, l10n.t('not needed: there is one ImagePruner'));
  edit.action((options: EditOptions) => editPruner(options, plannerScript, terminal));
}

/** Whether the number is allowed is checked with the rest. */
function numberOrDefault(text: string): number | typeof BY_DEFAULT {
  if (text === BY_DEFAULT) return text;
  if (!/^-?\d{1,10}$/.test(text))
    throw new InvalidArgumentError(l10n.t('Write a whole number, or {0}.', BY_DEFAULT));
  return Number(text);
}

async function editPruner(given: EditOptions, plannerScript: URL, terminal: Terminal): Promise<void> {
  const change = changeOf(given);
  if (Object.keys(change).length === 0 && !given.plan) {
    throw new UserError(
      said(
        'nothing to change was given. See: {0}, or for how it is: {1}',
        ownCommand('schedule edit --help'),
        ownCommand('schedule show'),
      ),
    );
  }
  refuseProblems(changeProblems(change), flagOf);
  await withSession(given, terminal, async (session) => {
    const pruner = await readPruner(session, terminal.signal);
    if (given.plan) {
      const spec = { ...pruner.spec, ...withoutDefaults(change) };
      const options = resolveOptions({ ...pruneOptionsOf(spec), rules: 'reference' });
      await withPlan(session, options, session.target.namespace, plannerScript, terminal, (plan) =>
        writePlan(plan, undefined, terminal),
      );
      return;
    }
    const differences = prunerDifferences(pruner.spec, change);
    if (given.output === 'json') {
      await writeLines(terminal.stdout, [JSON.stringify(prunerPatch(change, pruner), null, 2)]);
    } else await writeLines(terminal.stdout, differenceLines(differences));
    if (differences.length === 0) return;
    // The server's own word on it, before anything is changed.
    await changePruner(session, pruner, change, { dryRun: true, signal: terminal.signal });
    if (!given.confirm) {
      await writeLines(terminal.stderr, [
        l10n.t(
          'The API server would take it. Nothing was changed: add --confirm to change it, or --plan to see what a prune would then remove.',
        ),
      ]);
      return;
    }
    const changed = await changePruner(session, pruner, change, { signal: terminal.signal });
    await writeLines(terminal.stderr, afterLines(changed));
  });
}

function changeOf(given: EditOptions): ImagePrunerChange {
  const orDefault = <T>(value: T | typeof BY_DEFAULT) => (value === BY_DEFAULT ? null : value);
  const { requests, limits } = given;
  return {
    ...(given.schedule === undefined ? {} : { schedule: orDefault(given.schedule) }),
    ...(given.suspend === undefined ? {} : { suspend: given.suspend }),
    ...(given.keepTagRevisions === undefined ? {} : { keepTagRevisions: orDefault(given.keepTagRevisions) }),
    ...(given.keepYoungerThan === undefined
      ? {}
      : { keepYoungerThanDuration: orDefault(given.keepYoungerThan) }),
    ...(given.ignoreInvalidRefs === undefined
      ? {}
      : { ignoreInvalidImageReferences: given.ignoreInvalidRefs }),
    ...(given.logLevel === undefined ? {} : { logLevel: orDefault(given.logLevel) }),
    ...(given.successfulJobs === undefined
      ? {}
      : { successfulJobsHistoryLimit: orDefault(given.successfulJobs) }),
    ...(given.failedJobs === undefined ? {} : { failedJobsHistoryLimit: orDefault(given.failedJobs) }),
    ...(requests === undefined && limits === undefined
      ? {}
      : { resources: { ...(requests ? { requests } : {}), ...(limits ? { limits } : {}) } }),
  };
}

const FLAGS: Readonly<Record<string, string>> = {
  schedule: '--schedule',
  keepTagRevisions: '--keep-tag-revisions',
  keepYoungerThanDuration: '--keep-younger-than',
  logLevel: '--log-level',
  successfulJobsHistoryLimit: '--successful-jobs',
  failedJobsHistoryLimit: '--failed-jobs',
};

function flagOf(field: string): string {
  const [, kind] = /^resources\.(requests|limits)/.exec(field) ?? [];
  return kind === undefined ? (FLAGS[field] ?? field) : `--${kind}`;
}

/** What goes back to the default is absent then. */
function withoutDefaults(change: ImagePrunerChange): Record<string, unknown> {
  const entries = Object.entries(change).map(([key, value]) => [key, value === null ? undefined : value]);
  return Object.fromEntries(entries);
}

function differenceLines(differences: ReturnType<typeof prunerDifferences>): string[] {
  if (differences.length === 0) return [l10n.t('It is so already: nothing to change.')];
  return differences.map(
    ({ field, before, after }) =>
      `${prunerFieldInWords(field)}: ${before || l10n.t('the operator’s default')} → ${after || l10n.t('the operator’s default')}`,
  );
}

function afterLines({ spec, generation }: ImagePruner): string[] {
  const when = spec.suspend
    ? l10n.t('It is suspended.')
    : scheduleLine(spec.schedule || PRUNER_DEFAULTS.schedule, null);
  return [
    l10n.t('Changed (generation {0}). {1}', generation, when),
    l10n.t('The operator carries it over to its CronJob.'),
  ];
}
