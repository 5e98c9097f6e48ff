import type { Writable } from 'node:stream';
import * as l10n from '@vscode/l10n';
import type { ApiSession } from '../cluster/session/api-session.ts';
import { ONLY_API_OBJECTS } from '../engine/plan-parts.ts';
import { jsonInEnglish, said } from '../engine/said.ts';
import { lineOf, type Step, summaryLine } from '../engine/steps.ts';
import { runsFolder } from '../prune/journal/runs-folder.ts';
import type { PruneOrder } from '../prune/order.ts';
import { type RegistryAccess, type RunRequest, startRun } from '../prune/run/prune-run.ts';
import type { RunReport } from '../prune/run/report.ts';
import { takeOrder } from '../prune/take-order.ts';
import { commandHere } from '../shared/words/same-cluster.ts';
import { CancelledError } from './cancelled-error.ts';
import type { ClusterOptions } from './cluster-options.ts';
import type { MadePlan } from './make-plan.ts';
import { ProgressLine } from './progress-line.ts';
import { type RegistryOptions, registryArguments } from './registry-arguments.ts';
import { withRegistry } from './registry-options.ts';
import { type RolloutChoice, rolloutAfterRun } from './rollout-choice.ts';
import { protectedInWords, whyNotDone, writeRunReport } from './run-report.ts';
import { type Terminal, writeLines } from './terminal.ts';
import { UserError } from './user-error.ts';

export interface ConfirmOptions extends RegistryOptions {
  numWorkers: number;
  rollout: RolloutChoice;
  output?: 'json' | 'wide';
}

/** Carries out the plan that was just made. */
export async function confirmPrune(
  session: ApiSession,
  { planner, summary }: MadePlan,
  given: ConfirmOptions & ClusterOptions,
  terminal: Terminal,
): Promise<void> {
  const { images, tagItems } = summary.counts;
  if (!summary.complete) {
    throw new UserError(
      said(
        'nothing was changed: the plan is incomplete, so that more may be in use than it shows. See the warning for what is missing.',
      ),
    );
  }
  if (given.output !== 'json' && !summary.options.pruneRegistry) {
    await writeLines(terminal.stdout, [ONLY_API_OBJECTS]);
  }
  if (images === 0 && tagItems === 0) {
    if (given.output !== 'json') await writeLines(terminal.stdout, [summaryLine(summary.counts)]);
    return;
  }
  const order = await takeOrder(planner, summary);
  // The inventory isn't needed any more.
  await planner.close();
  await runAndReport(session, order, given, terminal, (request) => startRun(order, request));
}

/** Runs an order or the rest of one, reports, and sees to the rollout. */
export async function runAndReport(
  session: ApiSession,
  order: PruneOrder,
  given: ConfirmOptions & ClusterOptions,
  terminal: Terminal,
  run: (request: RunRequest) => Promise<RunReport>,
): Promise<void> {
  const runs = runsFolder(terminal.env, terminal.homeDir);
  for (const stream of [terminal.stdout, terminal.stderr]) outlivesReader(stream);
  const report = await withRegistry(session, order, given, terminal, (registry) =>
    run(requestOf(session, registry, runs, given, terminal)),
  );
  const resume = ['resume', report.run, ...registryArguments(given)].join(' ');
  if (given.output === 'json') {
    await writeLines(terminal.stdout, [jsonInEnglish(report)]);
  } else await writeRunReport(report, commandHere(resume, given), terminal);
  if (report.rolloutOwed) {
    // A registry that is being deleted from would believe in blobs again right after its rollout.
    const goesOn = report.state === 'stopped' || report.state === 'cancelled';
    const rollout = goesOn ? 'never' : given.rollout;
    try {
      // What stands beside a report in JSON goes elsewhere.
      const stdout = given.output === 'json' ? terminal.stderr : terminal.stdout;
      await rolloutAfterRun(session, runs, { ...given, rollout }, { ...terminal, stdout });
    } catch (error) {
      if (!terminal.signal.aborted || error instanceof UserError) throw error;
      throw new UserError(
        said(
          'interrupted before the registry’s rollout; the run {0} itself has ended, see above. The rollout is owed: {1}',
          report.run,
          commandHere('rollout registry', { ...given, context: session.target.context }),
        ),
      );
    }
  }
  if (report.state === 'cancelled') throw new CancelledError(resume);
  if (report.state !== 'done') throw new UserError(whyNotDone(report));
}

/** Lets a run go on, and tell the truth by its status, where nobody reads what it writes any more (head, less). */
function outlivesReader(stream: Writable): void {
  stream.removeAllListeners('error').on('error', () => {});
}

function requestOf(
  session: ApiSession,
  registry: RegistryAccess | null,
  runs: string,
  given: ConfirmOptions & ClusterOptions,
  terminal: Terminal,
): RunRequest {
  const progress = new ProgressLine(terminal);
  const prints = given.output !== 'json';
  return {
    session,
    registry,
    runs,
    workers: given.numWorkers,
    signal: terminal.signal,
    onStage: (stage) => {
      if (stage.stage === 'preparing') progress.say(l10n.t('Writing down what is about to change…'));
      else if (stage.stage === 'pruning') progress.clear();
    },
    onStep: (step: Step) => {
      if (prints) terminal.stdout.write(`${lineOf(step)}\n`);
    },
    onProtection: ({ image, by }) => {
      progress.clear();
      terminal.stderr.write(`${protectedInWords(image, by)}\n`);
    },
  };
}
