import * as vscode from 'vscode';
import { findingsOf } from '../../schedules/job-findings.ts';
import type { RolloutState } from '../../shared/dry-run/view.ts';
import type { JobLogProtocol } from '../../shared/job-log/protocol.ts';
import type { JobFacts, JobLogState, JobLogView } from '../../shared/job-log/view.ts';
import type { OwnHandlers } from '../../shared/page/protocol.ts';
import type { Responder } from '../../shared/page/responder.ts';
import { findingInWords } from '../../shared/words/diagnosis.ts';
import { jobOutcomeInWords } from '../../shared/words/job-outcomes.ts';
import { optionsInWords } from '../../shared/words/options.ts';
import { rollOutWithProgress } from '../commands/rollout.ts';
import { takeStep } from '../dry-run/take-step.ts';
import { COMMANDS } from '../manifest.ts';
import type { PageHost } from '../page-panel.ts';
import { problemOf } from '../problems.ts';
import type { Services } from '../services.ts';
import type { FollowingState, JobFollowing } from './job-following.ts';
import { owesRollout } from './job-rows.ts';
import type { ScheduleBook } from './schedule-book.ts';

/** What the page of a Job’s log shows, and what is done when it asks. */
export class JobLogHost implements PageHost<JobLogProtocol>, vscode.Disposable {
  readonly #services: Services;
  readonly #book: ScheduleBook;
  readonly #following: JobFollowing;
  readonly #changed = new vscode.EventEmitter<void>();
  readonly #subscriptions: vscode.Disposable[];
  readonly #pages = new Set<Responder<JobLogProtocol>>();
  /** Of this window, for the Job that is shown. */
  #rollout: RolloutState | undefined;

  readonly onDidChangeView = this.#changed.event;

  constructor(services: Services, book: ScheduleBook, following: JobFollowing) {
    this.#services = services;
    this.#book = book;
    this.#following = following;
    this.#subscriptions = [
      following.onDidChange((state) => this.#follow(state)),
      following.onDidReadLines((lines) => {
        for (const page of this.#pages) page.send('lines', lines);
      }),
      services.contexts.onDidChange(() => this.#changed.fire()),
      vscode.workspace.onDidGrantWorkspaceTrust(() => this.#changed.fire()),
    ];
  }

  async view(): Promise<JobLogView> {
    const context = await this.#services.contexts.ready();
    const target = context.kind === 'ready' ? context.target : undefined;
    return {
      cluster: target
        ? { context: target.context, server: target.cluster.server, user: target.user.name }
        : null,
      state: this.#state(),
      restricted: !vscode.workspace.isTrusted,
    };
  }

  connect(responder: Responder<JobLogProtocol>): vscode.Disposable {
    this.#pages.add(responder);
    return { dispose: () => this.#pages.delete(responder) };
  }

  dispose(): void {
    for (const each of [...this.#subscriptions, this.#changed]) each.dispose();
  }

  readonly handlers: OwnHandlers<JobLogProtocol> = {
    follow: (job) => {
      void this.#following.follow(job);
      return null;
    },
    stop: () => {
      this.#following.stop();
      return null;
    },
    deleteJob: () => this.#run(COMMANDS.deleteJob),
    rollOut: async () => {
      const context = await this.#services.connection.context();
      this.#setRollout({ kind: 'running', updated: 0, desired: 0 });
      const failure = await rollOutWithProgress(this.#services, context);
      this.#setRollout(failure === undefined ? { kind: 'done' } : { kind: 'failed', message: failure });
      return null;
    },
    explain: () => this.#run(COMMANDS.explainJob),
    diagnose: async () => {
      await vscode.commands.executeCommand(COMMANDS.diagnoseRegistry);
      return null;
    },
    step: async ({ step }) => {
      const { state } = this.#following;
      if (step === 'runAgain' && state.kind === 'failed') void this.#following.follow(state.job);
      else await takeStep(step, this.#services);
      return null;
    },
  };

  /** Does something with the Job that is shown. */
  async #run(command: string): Promise<null> {
    const { state } = this.#following;
    if (state.kind === 'none') return null;
    const { namespace, name } = state.job;
    await vscode.commands.executeCommand(command, { kind: 'job', namespace, name });
    return null;
  }

  #follow(state: FollowingState): void {
    if (state.kind === 'starting') this.#rollout = undefined;
    // The view and its commands know it by now, too.
    if (state.kind === 'job' && state.job.outcome !== null) this.#book.refresh();
    this.#changed.fire();
  }

  #setRollout(rollout: RolloutState): void {
    this.#rollout = rollout;
    this.#changed.fire();
  }

  #state(): JobLogState {
    const { state } = this.#following;
    switch (state.kind) {
      case 'none':
      case 'starting':
        return state;
      case 'failed':
        return { kind: 'failed', job: state.job, problem: problemOf(state.error) };
      case 'job': {
        const { job, waiting, following, log, first, lines } = state;
        const owed = owesRollout(job, { restartedAt: this.#book.last?.restartedAt ?? null });
        return {
          kind: 'job',
          job: jobFacts(state.job, waiting),
          following,
          log: { counts: log.counts, dryRun: log.dryRun || !job.command.confirm, first, lines },
          rollout: this.#rollout ?? { kind: owed ? 'owed' : 'notNeeded' },
        };
      }
    }
  }
}

/** A Job as the page shows it. */
export function jobFacts(job: Extract<FollowingState, { kind: 'job' }>['job'], waiting: string): JobFacts {
  const { namespace, name, cronJob, state, startedAt, endedAt, command } = job;
  const known = findingsOf(job).filter(({ code }) => code !== 'unknown');
  return {
    namespace,
    name,
    cronJob,
    state,
    outcome: jobOutcomeInWords(job),
    waiting,
    startedAt,
    endedAt,
    options: optionsInWords(command),
    causes: known.map(findingInWords),
  };
}
