import * as l10n from '@vscode/l10n';
import { type Command, Option } from 'commander';
import { HardPruneError } from '../cluster/hard-prune/hard-prune-error.ts';
import { registryName } from '../cluster/hard-prune/registry-name.ts';
import { pruneInPod, registryPod } from '../cluster/hard-prune/registry-prune.ts';
import { RIGHTS_TO_CHECK, RIGHTS_TO_DELETE } from '../cluster/hard-prune/rights.ts';
import { REGISTRY_NAMESPACE } from '../cluster/registry-deployment/location.ts';
import { askRights } from '../cluster/schedules/rights.ts';
import type { ApiSession } from '../cluster/session/api-session.ts';
import { ownCommand } from '../engine/own-command.ts';
import { asSentence, inEnglish, type Said, said, wordsOf } from '../engine/said.ts';
import { type HardPruneOutput, isNothing } from '../hard-prune/output.ts';
import {
  type HardPruneStage,
  hardPrune,
  owingHardPrunes,
  restoreReadOnly,
} from '../prune/hard-prune/hard-prune.ts';
import { runsFolder } from '../prune/journal/runs-folder.ts';
import {
  hardPruneStageInWords,
  hardPruneSums,
  whenHardPruned,
  whileHardPruned,
} from '../shared/words/hard-prune.ts';
import { commandHere } from '../shared/words/same-cluster.ts';
import { type ClusterOptions, withClusterOptions, withSession } from './cluster-options.ts';
import { durationValue } from './option-values.ts';
import { ProgressLine } from './progress-line.ts';
import { missingRightLines } from './schedule-lines.ts';
import { type Terminal, writeLines } from './terminal.ts';
import { UserError } from './user-error.ts';
import { warning } from './words.ts';

interface CheckOptions extends ClusterOptions {
  output?: 'json' | 'wide';
}

interface DeleteOptions extends CheckOptions {
  registry?: string;
  /** Milliseconds. */
  timeout: number;
}

/** Adds `hard-prune` and its commands to the program. */
export function addHardPrune(program: Command, terminal: Terminal): void {
  const hard = program
    .command('hard-prune')
    .description(
      `${l10n.t('Have the registry delete, in a pod of its own, the data that no Image object names.')} ${whenHardPruned()}`,
    );
  const check = hard
    .command('check')
    .description(l10n.t('Say what a hard prune would delete. Nothing is changed.'));
  withOutput(check);
  withClusterOptions(check, l10n.t('not needed: the registry runs in {0}', REGISTRY_NAMESPACE));
  check.action((options: CheckOptions) => checkRegistry(options, terminal));

  const remove = hard
    .command('delete')
    .description(
      l10n.t(
        'Switch the registry read-only, wait for it, delete, and put it back as it was, also where it is cancelled or fails. Pushes fail meanwhile.',
      ),
    )
    .option(
      '--registry <name>',
      l10n.t('the registry’s name, as it would be typed: `hard-prune check` tells it'),
    )
    .addOption(
      new Option(
        '--timeout <duration>',
        l10n.t('how long the registry’s pods may take to be replaced, each time, e.g. 5m'),
      )
        .argParser(durationValue)
        .default(10 * 60_000, '10m'),
    );
  withOutput(remove);
  withClusterOptions(remove, l10n.t('not needed: the registry runs in {0}', REGISTRY_NAMESPACE));
  remove.action((options: DeleteOptions) => deleteFromRegistry(options, terminal));

  const restore = hard
    .command('restore')
    .description(
      l10n.t('Put the registry’s read-only mode back where a hard prune that was killed has left it.'),
    );
  withClusterOptions(restore, l10n.t('not needed: the registry runs in {0}', REGISTRY_NAMESPACE));
  restore.action((options: ClusterOptions) => restoreMode(options, terminal));
}

function withOutput(command: Command): void {
  command.addOption(
    new Option('-o, --output <format>', l10n.t('print json, or each repository, link and blob')).choices([
      'json',
      'wide',
    ]),
  );
}

async function checkRegistry(given: CheckOptions, terminal: Terminal): Promise<void> {
  await withSession(given, terminal, async (session) => {
    await warnIfOwed(session, given, terminal);
    const name = await registryName(session, terminal.signal);
    const { output, pod } = await checked(session, terminal);
    if (given.output === 'json') {
      await writeLines(terminal.stdout, [JSON.stringify({ registry: name, pod, ...output }, null, 2)]);
    } else await writeLines(terminal.stdout, outputLines(output, wouldBeDeleted, given.output === 'wide'));
    await writeLines(
      terminal.stderr,
      isNothing(output)
        ? [l10n.t('Nothing to delete: no hard prune is needed.')]
        : [
            l10n.t('The registry’s name, to be typed before it is deleted: {0}', name),
            l10n.t('Delete it with: {0}', commandHere('hard-prune delete', given)),
          ],
    );
  });
}

/** What the registry would delete. @throws UserError where it can't say */
async function checked(session: ApiSession, terminal: Terminal) {
  await refuseWithoutRights(session, RIGHTS_TO_CHECK, terminal);
  const progress = new ProgressLine(terminal);
  progress.say(l10n.t('The registry looks for data that nothing names…'));
  try {
    const pod = await registryPod(session, terminal.signal);
    const found = await pruneInPod(session, pod, 'check', {
      signal: terminal.signal,
      onProgress: (named) =>
        progress.say(l10n.t('The registry looks for data that nothing names: {0} so far', named)),
    });
    progress.clear();
    if (found.exitCode !== 0) throw failed(found.output, found.exitCode, said('nothing was changed'));
    return found;
  } finally {
    progress.clear();
  }
}

function failed({ errors }: HardPruneOutput, exitCode: number, what: Said): UserError {
  const account = errors.flatMap(
    (error) => /User "system:serviceaccount:[^:"]+:([^"]+)" cannot/.exec(error)?.[1] ?? [],
  )[0];
  const grant =
    account === undefined
      ? []
      : [
          l10n.t(
            'The registry’s own ServiceAccount may not list what names its data. Grant it for the time being, as the documentation does:',
          ),
          `  oc adm policy add-cluster-role-to-user system:image-pruner -z ${account} -n ${REGISTRY_NAMESPACE}`,
        ];
  return new UserError(said('the registry’s own prune failed (exit status {0}); {1}', exitCode, what), [
    ...errors.map((error) => `registry: ${error}`),
    ...grant,
  ]);
}

async function deleteFromRegistry(given: DeleteOptions, terminal: Terminal): Promise<void> {
  if (given.timeout <= 0) throw new UserError(said('--timeout must be longer than 0, such as 5m'));
  await withSession(given, terminal, async (session) => {
    const { signal, stdout, stderr } = terminal;
    await refuseWithoutRights(session, RIGHTS_TO_DELETE, terminal);
    const name = await registryName(session, signal);
    const { output: planned } = await checked(session, terminal);
    if (isNothing(planned)) {
      await writeLines(stderr, [
        l10n.t('Nothing to delete: no hard prune is needed, and nothing was changed.'),
      ]);
      return;
    }
    await writeLines(stderr, [
      l10n.t('The registry {0} of {1} ({2})', name, session.target.context, session.server),
      ...outputLines(planned, wouldBeDeleted, false),
      whileHardPruned(),
    ]);
    await confirmName(name, given.registry, terminal);
    const runs = runsFolder(terminal.env, terminal.homeDir);
    const progress = new ProgressLine(terminal);
    try {
      const done = await hardPrune({
        session,
        runs,
        signal,
        patienceMs: given.timeout,
        onStage: (stage) => progress.say(hardPruneStageInWords(stage)),
      });
      progress.clear();
      if (given.output === 'json') {
        const { id, pod, exitCode, output } = done;
        // Machines read English.
        const putBack =
          done.putBack.state === 'owed'
            ? { ...done.putBack, why: inEnglish(done.putBack.why) }
            : done.putBack;
        await writeLines(stdout, [
          JSON.stringify({ id, registry: name, pod, exitCode, putBack, ...output }, null, 2),
        ]);
      } else await writeLines(stdout, outputLines(done.output, wereDeleted, given.output === 'wide'));
      if (done.putBack.state === 'owed') {
        throw new UserError(
          said(
            'the registry is not as it was before: {0} Look again, and put it back with: {1}',
            asSentence(done.putBack.why),
            ownCommand('hard-prune restore'),
          ),
        );
      }
      if (done.exitCode !== 0) throw failed(done.output, done.exitCode, said('what it deleted is above'));
      await writeLines(stderr, [l10n.t('The registry is as it was before.')]);
    } catch (error) {
      progress.clear();
      throw error instanceof HardPruneError ? new UserError(wordsOf(error)) : error;
    }
  });
}

/** Never without its name, typed by a person or given. */
async function confirmName(name: string, given: string | undefined, terminal: Terminal): Promise<void> {
  const typed =
    given ?? (await terminal.ask?.(`${l10n.t('Type the registry’s name to delete from it:')} `))?.trim();
  if (typed === name) return;
  throw new UserError(
    typed === undefined
      ? said(
          'nothing was changed: nobody is here to type the registry’s name. Give it with: --registry {0}',
          name,
        )
      : said(
          'nothing was changed: {0} is not the registry’s name, which is {1}',
          JSON.stringify(typed),
          name,
        ),
  );
}

async function restoreMode(given: ClusterOptions, terminal: Terminal): Promise<void> {
  await withSession(given, terminal, async (session) => {
    const runs = runsFolder(terminal.env, terminal.homeDir);
    const progress = new ProgressLine(terminal);
    const onStage = (stage: HardPruneStage) => progress.say(hardPruneStageInWords(stage));
    const count = await restoreReadOnly({ session, runs, signal: terminal.signal, onStage });
    progress.clear();
    await writeLines(terminal.stderr, [
      count === 0
        ? l10n.t('No hard prune of this machine has left this registry read-only.')
        : l10n.t('The registry’s read-only mode was put back as it was.'),
    ]);
  });
}

async function warnIfOwed(session: ApiSession, given: ClusterOptions, terminal: Terminal): Promise<void> {
  const owing = await owingHardPrunes(runsFolder(terminal.env, terminal.homeDir), session.server);
  if (owing.length === 0) return;
  await writeLines(terminal.stderr, [
    warning(
      l10n.t(
        'a hard prune that ended too early has left the registry read-only. Put it back with: {0}',
        commandHere('hard-prune restore', given),
      ),
    ),
  ]);
}

async function refuseWithoutRights(
  session: ApiSession,
  wanted: Parameters<typeof askRights>[1],
  terminal: Terminal,
): Promise<void> {
  const rights = await askRights(session, wanted, terminal.signal);
  const missing = rights.filter(({ allowed }) => allowed === false);
  if (missing.length === 0) return;
  throw new UserError(said('this user lacks what a hard prune takes, so nothing was changed'), [
    ...missingRightLines(missing, session.target.user.name),
  ]);
}

function wouldBeDeleted(sums: string): string {
  return l10n.t('would be deleted: {0}', sums);
}

function wereDeleted(sums: string): string {
  return l10n.t('deleted: {0}', sums);
}

function outputLines(output: HardPruneOutput, total: (sums: string) => string, each: boolean): string[] {
  const { repositories, manifestLinks, blobs } = output;
  return [
    ...(each
      ? [
          ...repositories.map((name) => `repository ${name}`),
          ...manifestLinks.map(({ repository, digest }) => `manifest link ${repository}@${digest}`),
          ...blobs.map((digest) => `blob ${digest}`),
        ]
      : []),
    total(hardPruneSums(output)),
  ];
}
