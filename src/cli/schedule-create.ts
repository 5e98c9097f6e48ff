import * as l10n from '@vscode/l10n';
import { type Command, InvalidArgumentError, Option } from 'commander';
import { applyPlan, planApply } from '../cluster/schedules/apply-manifests.ts';
import { runsOf } from '../cluster/schedules/read-cron-job.ts';
import type { ApiSession } from '../cluster/session/api-session.ts';
import { resolveOptions } from '../engine/options.ts';
import { said } from '../engine/said.ts';
import { yamlOf } from '../schedules/manifest-yaml.ts';
import {
  CLI_IMAGE,
  DEFAULT_NAME,
  manifestsOf,
  PRUNER_ACCOUNT,
  PRUNER_NAMESPACE,
  type ScheduleRequest,
} from '../schedules/manifests.ts';
import { SERVICE_CA } from '../schedules/prune-arguments.ts';
import { DOCUMENTED_REQUEST, requestProblems } from '../schedules/schedule-request.ts';
import { commandHere } from '../shared/words/same-cluster.ts';
import { type ClusterOptions, withClusterOptions, withSession } from './cluster-options.ts';
import { withPlan } from './make-plan.ts';
import { writePlan } from './plan-output.ts';
import { type PruneOptionValues, withPruneOptions } from './prune-options.ts';
import { forceInsecureOption } from './registry-options.ts';
import { atMinute, missingRightLines, plannedLines, refuseProblems, scheduleLine } from './schedule-lines.ts';
import { type Terminal, write, writeLines } from './terminal.ts';
import { UserError } from './user-error.ts';
import { warning } from './words.ts';

interface CreateOptions extends ClusterOptions, PruneOptionValues {
  name: string;
  once: boolean;
  schedule: string;
  timeZone?: string;
  suspended: boolean;
  serviceAccount: string;
  image: string;
  requests?: Record<string, string>;
  limits?: Record<string, string>;
  certificateAuthority: string;
  forceInsecure: boolean;
  registryUrl?: string;
  pruneNamespace?: string;
  onlyReport: boolean;
  plan: boolean;
  create: boolean;
  replace: boolean;
  output?: 'yaml' | 'json';
}

/** Adds `schedule create`. */
export function addScheduleCreate(schedule: Command, plannerScript: URL, terminal: Terminal): void {
  const create = schedule
    .command('create')
    .description(
      l10n.t(
        'Make the documented objects of a prune in the cluster: a ServiceAccount, its ClusterRoleBinding, and a CronJob or a Job. Without --create: show what would be made.',
      ),
    )
    .option('--name <name>', l10n.t('of the CronJob or Job'), DEFAULT_NAME)
    .option('--once', l10n.t('a Job that prunes once, at once, instead of a CronJob'), false)
    .option(
      '--schedule <cron>',
      l10n.t('when it runs: five fields, or @daily and the like'),
      DOCUMENTED_REQUEST.schedule,
    )
    .option('--time-zone <name>', l10n.t('of the schedule, such as Asia/Tokyo (default: the cluster’s, UTC)'))
    .option('--suspended', l10n.t('make it, but don’t let it run yet'), false)
    .option('--service-account <name>', l10n.t('whom it runs as; made where it isn’t there'), PRUNER_ACCOUNT)
    .option('--image <pull spec>', l10n.t('an image that holds oc'), CLI_IMAGE)
    .addOption(
      new Option('--requests <list>', l10n.t('what its pod asks for (default: cpu=1,memory=1Gi)')).argParser(
        quantities,
      ),
    )
    .addOption(
      new Option('--limits <list>', l10n.t('what its pod may take, e.g. memory=4Gi')).argParser(quantities),
    );
  withPruneOptions(create, { revisions: '5', youngerThan: '96h' })
    .option('--prune-namespace <name>', l10n.t('prune the image streams of this namespace only'))
    .option(
      '--certificate-authority <path>',
      l10n.t('CA file for the registry, in the pod; empty for none'),
      SERVICE_CA,
    )
    .addOption(forceInsecureOption())
    .option(
      '--registry-url <address>',
      l10n.t('the registry’s address, instead of the one that the prune finds'),
    )
    .option('--only-report', l10n.t('let it say what it would remove, and remove nothing'), false)
    .option(
      '--plan',
      l10n.t('show what a prune with these options would remove today, and make nothing'),
      false,
    )
    .option('--create', l10n.t('make the objects'), false)
    .option('--replace', l10n.t('with --create: change what is there already and different'), false)
    .addOption(
      new Option(
        '-o, --output <format>',
        l10n.t('print the objects and make nothing; no cluster is asked'),
      ).choices(['yaml', 'json']),
    );
  withClusterOptions(create, l10n.t('where the objects are made, instead of {0}', PRUNER_NAMESPACE));
  create.action((options: CreateOptions) => createSchedule(options, plannerScript, terminal));
}

/** `cpu=1,memory=1Gi`; what the amounts must be is checked where all is known. */
export function quantities(text: string): Record<string, string> {
  const found: Record<string, string> = {};
  for (const part of text.split(',')) {
    const [, name, amount] = /^\s*([a-z0-9./-]+)\s*=\s*(\S+)\s*$/.exec(part) ?? [];
    if (name === undefined || amount === undefined) {
      throw new InvalidArgumentError(l10n.t('Write names and amounts, such as cpu=1,memory=1Gi.'));
    }
    found[name] = amount;
  }
  return found;
}

async function createSchedule(given: CreateOptions, plannerScript: URL, terminal: Terminal): Promise<void> {
  const request = requestOf(given);
  refuseProblems(requestProblems(request), flagOf);
  if (given.output !== undefined && (given.create || given.plan)) {
    throw new UserError(said('--output prints the objects only: leave --create and --plan out'));
  }
  const manifests = manifestsOf(request);
  if (given.output === 'yaml') {
    await write(terminal.stdout, yamlOf(manifests));
    return;
  }
  if (given.output === 'json') {
    const list = { apiVersion: 'v1', kind: 'List', items: manifests };
    await writeLines(terminal.stdout, [JSON.stringify(list, null, 2)]);
    return;
  }
  await withSession(given, terminal, (session) =>
    given.plan
      ? planToday(session, request, plannerScript, terminal)
      : make(session, request, given, terminal),
  );
}

/** What a prune with the same options would remove now; the pod's `oc` decides by the reference's rules. */
async function planToday(
  session: ApiSession,
  { options: { prune } }: ScheduleRequest,
  plannerScript: URL,
  terminal: Terminal,
): Promise<void> {
  const options = resolveOptions({ ...prune, rules: 'reference' });
  await withPlan(session, options, session.target.namespace, plannerScript, terminal, (plan) =>
    writePlan(plan, undefined, terminal),
  );
}

async function make(
  session: ApiSession,
  request: ScheduleRequest,
  given: CreateOptions,
  terminal: Terminal,
): Promise<void> {
  const { signal, stdout, stderr } = terminal;
  const manifests = manifestsOf(request);
  const plan = await planApply(session, manifests, signal);
  await writeLines(stdout, [...whenLines(request), ...plannedLines(plan.objects)]);
  if (plan.missing.length > 0) {
    await writeLines(stderr, [
      warning(l10n.t('this user lacks what it takes:')),
      ...missingRightLines(plan.missing, session.target.user.name),
    ]);
  }
  if (!given.create) {
    await writeLines(stderr, [
      l10n.t('Nothing was made. Add --create to make it, or -o yaml to see the objects.'),
    ]);
    return;
  }
  const made = await applyPlan(session, plan, { replace: given.replace, signal });
  await writeLines(
    stdout,
    made.map((name) => `${name} applied`),
  );
  const run =
    request.kind === 'CronJob'
      ? l10n.t(
          'Let it run at once with: {0}',
          commandHere(`schedule run ${request.namespace}/${request.name}`, given),
        )
      : l10n.t(
          'See how it goes with: {0}',
          commandHere(`schedule show ${request.namespace}/${request.name}`, given),
        );
  await writeLines(stderr, made.length === 0 ? [l10n.t('Everything was there already.')] : [run]);
}

function whenLines({ kind, schedule, timeZone, suspend }: ScheduleRequest): string[] {
  if (kind === 'Job') return [l10n.t('Once, as soon as it is made')];
  const { runs } = runsOf(schedule, timeZone, { after: Date.now() });
  return [
    scheduleLine(schedule, timeZone),
    suspend
      ? l10n.t('Suspended: it doesn’t run until it is resumed')
      : l10n.t('Next runs: {0}', runs.map(atMinute).join(', ')),
  ];
}

function requestOf(given: CreateOptions): ScheduleRequest {
  const { prune: documented } = DOCUMENTED_REQUEST.options;
  // Neither keep option has a default beside it.
  const keep = given.pruneOverSizeLimit ? {} : documented;
  const keepTagRevisions = given.keepTagRevisions ?? keep.keepTagRevisions;
  const keepYoungerThanMs = given.keepYoungerThan ?? keep.keepYoungerThanMs;
  return {
    ...DOCUMENTED_REQUEST,
    name: given.name,
    namespace: given.namespace ?? PRUNER_NAMESPACE,
    kind: given.once ? 'Job' : 'CronJob',
    schedule: given.schedule,
    timeZone: given.timeZone ?? null,
    suspend: given.suspended,
    serviceAccount: given.serviceAccount,
    image: given.image,
    resources: {
      requests: given.requests ?? DOCUMENTED_REQUEST.resources.requests,
      ...(given.limits === undefined ? {} : { limits: given.limits }),
    },
    options: {
      prune: {
        ...(given.all ? {} : { all: false }),
        ...(keepTagRevisions === undefined ? {} : { keepTagRevisions }),
        ...(keepYoungerThanMs === undefined ? {} : { keepYoungerThanMs }),
        ...(given.pruneOverSizeLimit ? { pruneOverSizeLimit: true } : {}),
        ...(given.pruneRegistry ? {} : { pruneRegistry: false }),
        ...(given.ignoreInvalidRefs ? { ignoreInvalidRefs: true } : {}),
        ...(given.pruneNamespace === undefined ? {} : { namespace: given.pruneNamespace }),
      },
      registry: {
        registryUrl: given.registryUrl ?? null,
        certificateAuthority: given.certificateAuthority === '' ? null : given.certificateAuthority,
        forceInsecure: given.forceInsecure,
        numWorkers: given.numWorkers,
      },
      confirm: !given.onlyReport,
    },
  };
}

/** The option behind a value: `options.keepTagRevisions` is `--keep-tag-revisions`. */
function flagOf(field: string): string {
  const known: Record<string, string> = {
    'options.keepYoungerThanMs': '--keep-younger-than',
    'options.namespace': '--prune-namespace',
  };
  const name = field.replace(/^options\./, '').replace(/^resources\.(requests|limits).*$/, '$1');
  return known[field] ?? `--${name.replaceAll(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`;
}
