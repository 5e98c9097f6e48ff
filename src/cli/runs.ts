import { join } from 'node:path';
import * as l10n from '@vscode/l10n';
import { type Command, Option } from 'commander';
import { DEFAULT_WORKERS } from '../engine/options.ts';
import { ownCommand } from '../engine/own-command.ts';
import { said } from '../engine/said.ts';
import { owesRollout, stateOf } from '../prune/journal/progress.ts';
import { type RunOverview, readOrder, readOverview, runIds } from '../prune/journal/read-run.ts';
import { runsFolder } from '../prune/journal/runs-folder.ts';
import { restoredInWords } from '../prune/run/check-order.ts';
import { CONNECTIONS_FOR_PRUNE, resumeRun } from '../prune/run/prune-run.ts';
import { restoreRun } from '../prune/run/restore-run.ts';
import { errorInWords, inWords } from '../shared/words/in-words.ts';
import { ageInWords, bytesInWords } from '../shared/words/quantities.ts';
import { stateInWords } from '../shared/words/run-states.ts';
import { commandHere } from '../shared/words/same-cluster.ts';
import { type ClusterOptions, withClusterOptions, withSession } from './cluster-options.ts';
import { type ConfirmOptions, runAndReport } from './confirm-prune.ts';
import { integerValue } from './option-values.ts';
import { checkRegistryOptions, withRegistryOptions } from './registry-options.ts';
import { withRolloutOption } from './rollout-choice.ts';
import { table } from './table.ts';
import { type Terminal, writeLines } from './terminal.ts';
import { UserError } from './user-error.ts';
import { warning } from './words.ts';

/** Adds `runs`, `resume` and `restore` to the program. */
export function addRuns(program: Command, terminal: Terminal): void {
  program
    .command('runs')
    .description(l10n.t('List the confirmed prunes of this machine, the newest first.'))
    .addOption(new Option('-o, --output <format>', l10n.t('print json instead of a table')).choices(['json']))
    .action((options: { output?: 'json' }) => listRuns(options, terminal));

  const resume = program
    .command('resume')
    .description(l10n.t('Go on with a prune that was cancelled or interrupted, or that failed in parts.'))
    .argument('<run>', l10n.t('the run, as `runs` lists it; the beginning is enough'))
    .addOption(
      new Option('--num-workers <n>', l10n.t('parallel deletions to begin with'))
        .argParser(integerValue)
        .default(DEFAULT_WORKERS),
    )
    .addOption(new Option('-o, --output <format>', l10n.t('print the report as json')).choices(['json']));
  withRolloutOption(withRegistryOptions(resume));
  withClusterOptions(resume, l10n.t('not needed: the run knows its namespace'));
  resume.action((run: string, options: ConfirmOptions & ClusterOptions) =>
    resumeNamed(run, options, terminal),
  );

  const restore = program
    .command('restore')
    .description(l10n.t('Put tag histories and Image objects back whose data is still in the registry.'))
    .argument('<run>', l10n.t('the run, as `runs` lists it; the beginning is enough'));
  withClusterOptions(restore, l10n.t('not needed: the run knows its namespace'));
  restore.action((run: string, options: ClusterOptions) => restoreNamed(run, options, terminal));
}

async function listRuns({ output }: { output?: 'json' }, terminal: Terminal): Promise<void> {
  const runs = runsFolder(terminal.env, terminal.homeDir);
  const found: RunOverview[] = [];
  for (const id of await runIds(runs)) {
    try {
      found.push(await readOverview(join(runs, id)));
    } catch (error) {
      await writeLines(terminal.stderr, [warning(errorInWords(error))]);
    }
  }
  if (output === 'json') {
    await writeLines(terminal.stdout, [JSON.stringify(found.map(asJson), null, 2)]);
    return;
  }
  if (found.length === 0) {
    await writeLines(terminal.stderr, [l10n.t('No prune was confirmed on this machine yet ({0}).', runs)]);
    return;
  }
  const now = Date.now();
  const rows = found.map((run) => [
    run.header.id,
    ageInWords(run.header.startedAt, now),
    run.plan.origin?.context ?? '',
    `${run.progress.images.size}/${run.plan.counts.images}`,
    run.progress.ended ? bytesInWords(run.progress.ended.freedBytes) : l10n.t('<unknown>'),
    standingInWords(run),
  ]);
  await writeLines(terminal.stdout, table(headOfRuns(), rows));
}

function headOfRuns(): string[] {
  return [
    l10n.t('RUN'),
    l10n.t('AGE'),
    l10n.t('CONTEXT'),
    l10n.t('IMAGES'),
    l10n.t('FREED'),
    l10n.t('STATE'),
  ];
}

function standingInWords({ progress, running }: RunOverview): string {
  const state = running ? 'running' : stateOf(progress);
  const more = [
    ...(owesRollout(progress) ? [l10n.t('rollout owed')] : []),
    ...(progress.restored ? [l10n.t('restored')] : []),
  ];
  return [stateInWords(state), ...more].join(', ');
}

function asJson({ folder, header, plan, progress, running }: RunOverview) {
  return {
    id: header.id,
    folder,
    startedAt: header.startedAt,
    origin: plan.origin,
    options: plan.options,
    registry: header.registry,
    state: running ? 'running' : stateOf(progress),
    planned: plan.counts,
    done: progress.ended?.deleted ?? null,
    freedBytes: progress.ended?.freedBytes ?? null,
    rolloutOwed: owesRollout(progress),
    restored: progress.restored,
  };
}

async function resumeNamed(
  name: string,
  given: ConfirmOptions & ClusterOptions,
  terminal: Terminal,
): Promise<void> {
  checkRegistryOptions(given);
  if (given.numWorkers < 1) {
    throw new UserError(said('--num-workers must be greater than 0, not {0}', given.numWorkers));
  }
  const folder = await folderOf(name, terminal);
  const { header, order } = await readOrder(folder);
  const { progress } = await readOverview(folder);
  const context = given.context ?? order.plan.origin?.context;
  if (progress.restored) {
    throw new UserError(restoredInWords(header.id));
  }
  if (stateOf(progress) === 'done') {
    await writeLines(terminal.stderr, [
      l10n.t('The run {0} is done: there is nothing left to do.', header.id),
    ]);
    if (owesRollout(progress)) {
      await writeLines(terminal.stderr, [
        l10n.t('Its rollout is owed: {0}', commandHere('rollout registry', { ...given, context })),
      ]);
    }
    return;
  }
  await withSession(
    { ...given, context },
    terminal,
    (session) => runAndReport(session, order, given, terminal, (request) => resumeRun(folder, request)),
    CONNECTIONS_FOR_PRUNE,
  );
}

async function restoreNamed(name: string, given: ClusterOptions, terminal: Terminal): Promise<void> {
  const folder = await folderOf(name, terminal);
  const { plan } = await readOverview(folder);
  const context = given.context ?? plan.origin?.context;
  await withSession({ ...given, context }, terminal, async (session) => {
    const { run, images, items, streams, cancelled, impossible } = await restoreRun(folder, {
      session,
      signal: terminal.signal,
    });
    await writeLines(terminal.stdout, [
      l10n.t('Restored {0} image object(s), and {1} item(s) of {2} image stream(s)', images, items, streams),
    ]);
    const reasons = impossible.map(({ what, why }) => `${what}: ${inWords(why)}`);
    if (cancelled) {
      throw new UserError(
        said(
          'interrupted; what was restored is counted above, and the rest is restored by: {0}',
          ownCommand(`restore ${run}`),
        ),
        reasons,
      );
    }
    if (impossible.length === 0) return;
    throw new UserError(said('{0} could not be restored: see above', impossible.length), reasons);
  });
}

async function folderOf(name: string, terminal: Terminal): Promise<string> {
  const runs = runsFolder(terminal.env, terminal.homeDir);
  const fitting = (await runIds(runs)).filter((id) => id.startsWith(name));
  const [only] = fitting;
  if (only !== undefined && fitting.length === 1) return join(runs, only);
  if (fitting.length > 1) {
    throw new UserError(
      said('{0} runs begin with {1}: {2}', fitting.length, JSON.stringify(name), fitting.join(', ')),
    );
  }
  throw new UserError(
    said('there is no run {0} in {1}. List them with: image-hygiene runs', JSON.stringify(name), runs),
  );
}
