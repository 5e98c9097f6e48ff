import { homedir } from 'node:os';
import { join } from 'node:path';
import * as vscode from 'vscode';
import type { ApiSession } from '../../cluster/session/api-session.ts';
import { wordsOf } from '../../engine/said.ts';
import { type Deleted, lineOf } from '../../engine/steps.ts';
import { runsFolder } from '../../prune/journal/runs-folder.ts';
import type { PruneOrder } from '../../prune/order.ts';
import type { RunRequest } from '../../prune/run/prune-run.ts';
import type { RunReport } from '../../prune/run/report.ts';
import type { Finding } from '../../registry/diagnosis/finding.ts';
import type { RunOptions } from '../../shared/dry-run/run-options.ts';
import type { PruneProgress, RolloutState } from '../../shared/dry-run/view.ts';
import { errorInWords } from '../../shared/words/in-words.ts';
import type { Connection } from '../contexts/connection.ts';
import type { ReadyContext } from '../contexts/contexts.ts';
import type { HeldPlan } from '../dry-run/dry-runs.ts';
import type { Log } from '../log.ts';
import { serviceAccountSetting } from '../settings.ts';

export type PruningState =
  | { kind: 'idle' }
  | { kind: 'pruning'; plan: HeldPlan | undefined; run: string | undefined; progress: PruneProgress }
  | { kind: 'pruned'; plan: HeldPlan | undefined; report: RunReport; rollout: RolloutState }
  | {
      kind: 'failed';
      plan: HeldPlan | undefined;
      error: unknown;
      /** What it comes to on the way to the registry, where that is known. */
      finding?: Finding | undefined;
    };

const REPORT_MS = 100;

/** Confirmed prunes and the rollouts after them: one at a time. Asking the user is the commands' business. */
export class Pruning implements vscode.Disposable {
  readonly #connection: Connection;
  readonly #log: Log;
  readonly #changed = new vscode.EventEmitter<PruningState>();
  readonly #progressed = new vscode.EventEmitter<PruneProgress>();
  #state: PruningState = { kind: 'idle' };
  #abort: AbortController | undefined;
  #reporting: NodeJS.Timeout | undefined;

  readonly onDidChange = this.#changed.event;
  readonly onDidProgress = this.#progressed.event;

  constructor(connection: Connection, log: Log) {
    this.#connection = connection;
    this.#log = log;
  }

  get state(): PruningState {
    return this.#state;
  }

  get busy(): boolean {
    return this.#abort !== undefined;
  }

  /** The folder of this machine's runs. */
  get runs(): string {
    return runsFolder(process.env, homedir());
  }

  /** Carries a plan out. @returns the report; undefined where it failed before anything was changed */
  prune(plan: HeldPlan): Promise<RunReport | undefined> {
    return this.#work(plan, plan.context, plan.options, undefined, async (engine, request) => {
      const order = await engine.takeOrder(plan.planner, plan.summary);
      return { order, work: (access) => engine.startRun(order, request(access)) };
    });
  }

  /** Goes on with a run. */
  resume(id: string, context: ReadyContext, options: RunOptions): Promise<RunReport | undefined> {
    const folder = join(this.runs, id);
    return this.#work(undefined, context, options, id, async (engine, request) => {
      const { order } = await engine.readOrder(folder);
      return { order, work: (access) => engine.resumeRun(folder, request(access)) };
    });
  }

  /** No new deletion starts, and what is under way finishes. */
  cancel(): void {
    if (this.#state.kind !== 'pruning') return;
    this.#progress({ ...this.#state.progress, cancelling: true });
    this.#abort?.abort(new Error('cancelled'));
  }

  /** Restarts the registry of a context, whichever is chosen meanwhile, and writes that into every run that owes it. */
  async rollOut(context: ReadyContext): Promise<void> {
    const session = await this.#connection.open(context);
    try {
      await this.#rollOut(context, session);
    } finally {
      await session.close();
    }
  }

  async #rollOut(context: ReadyContext, session: ApiSession): Promise<void> {
    const { rollOutRegistry, recordRollout, runsOwingRollout } = await import('./engine.ts');
    const owing = (await runsOwingRollout(this.runs, session.server)).map((run) => run.folder);
    this.#rollout({ kind: 'running', updated: 0, desired: 0 });
    this.#log.info(`rollout of the registry of ${context.target.context}`);
    try {
      await rollOutRegistry(session, {
        onProgress: ({ updated, desired }) => this.#rollout({ kind: 'running', updated, desired }),
      });
    } catch (error) {
      await recordRollout(owing, 'failed', wordsOf(error));
      this.#log.failure('rollout', error);
      this.#rollout({ kind: 'failed', message: errorInWords(error) });
      throw error;
    }
    await recordRollout(owing, 'done');
    this.#rollout({ kind: 'done' });
  }

  /** Goes back to showing the plan. */
  acknowledge(): void {
    if (!this.busy) this.#set({ kind: 'idle' });
  }

  dispose(): void {
    this.#abort?.abort(new Error('the editor closes'));
    this.#changed.dispose();
    this.#progressed.dispose();
  }

  async #work(
    plan: HeldPlan | undefined,
    context: ReadyContext,
    options: RunOptions,
    run: string | undefined,
    prepare: Prepare,
  ): Promise<RunReport | undefined> {
    if (this.busy) throw new Error(vscode.l10n.t('A prune is already running.'));
    const abort = new AbortController();
    this.#abort = abort;
    const planned = plan ? plan.summary.counts : NOTHING;
    this.#set({ kind: 'pruning', plan, run, progress: beginning(planned) });
    let session: ApiSession | undefined;
    try {
      const engine = await import('./engine.ts');
      session = await this.#connection.open(context, engine.CONNECTIONS_FOR_PRUNE);
      const request = this.#requests(session, options, abort.signal);
      const { order, work } = await prepare(engine, request);
      const report = await this.#withRegistry(engine, session, order, options, abort.signal, work);
      const rollout: RolloutState = report.rolloutOwed ? { kind: 'owed' } : { kind: 'notNeeded' };
      this.#abort = undefined;
      this.#log.info(`run ${report.run}: ${report.state}`);
      this.#set({ kind: 'pruned', plan, report, rollout });
      return report;
    } catch (error) {
      this.#abort = undefined;
      if (abort.signal.aborted) this.#set({ kind: 'idle' });
      else {
        this.#log.failure('prune', error);
        const { findingInError } = await import('./engine.ts');
        this.#set({ kind: 'failed', plan, error, finding: findingInError(error) });
      }
      return undefined;
    } finally {
      await session?.close();
    }
  }

  async #withRegistry(
    engine: Engine,
    session: ApiSession,
    order: PruneOrder,
    options: RunOptions,
    signal: AbortSignal,
    work: (access: RunRequest['registry']) => Promise<RunReport>,
  ): Promise<RunReport> {
    if (!engine.touchesRegistry(order)) return await work(null);
    const { registryUrl, certificateAuthority, forceInsecure } = options.registry;
    const { found, access } = await engine.reachRegistry(
      session,
      engine.registryHints(order),
      { registryUrl, certificateAuthority, forceInsecure, asServiceAccount: serviceAccountSetting() },
      signal,
    );
    try {
      this.#log.info(`registry ${found.address} (${found.source})`);
      return await work(access);
    } finally {
      await found.close();
    }
  }

  #requests(session: ApiSession, options: RunOptions, signal: AbortSignal) {
    return (registry: RunRequest['registry']): RunRequest => ({
      session,
      registry,
      runs: this.runs,
      workers: options.registry.numWorkers,
      signal,
      onStage: (stage) => {
        if (this.#state.kind !== 'pruning') return;
        const { progress } = this.#state;
        if (stage.stage === 'pruning') {
          this.#progress({ ...progress, stage: 'pruning', done: { ...stage.done }, planned: stage.planned });
        } else this.#progress({ ...progress, stage: stage.stage });
      },
      onStep: (step) => {
        if (this.#state.kind === 'pruning') {
          this.#progress({ ...this.#state.progress, last: lineOf(step) });
        }
      },
      onProtection: ({ image }) => {
        this.#log.warn(`protected meanwhile: ${image}`);
        if (this.#state.kind !== 'pruning') return;
        const { progress } = this.#state;
        this.#progress({ ...progress, protections: progress.protections + 1 });
      },
    });
  }

  #progress(progress: PruneProgress): void {
    if (this.#state.kind !== 'pruning') return;
    this.#state = { ...this.#state, progress };
    this.#reporting ??= setTimeout(() => {
      this.#reporting = undefined;
      if (this.#state.kind === 'pruning') this.#progressed.fire(this.#state.progress);
    }, REPORT_MS);
  }

  #rollout(rollout: RolloutState): void {
    if (this.#state.kind === 'pruned') this.#set({ ...this.#state, rollout });
    else this.#changed.fire(this.#state);
  }

  #set(state: PruningState): void {
    this.#state = state;
    this.#changed.fire(state);
  }
}

type Engine = typeof import('./engine.ts');
type Work = (access: RunRequest['registry']) => Promise<RunReport>;
type Prepare = (
  engine: Engine,
  request: (access: RunRequest['registry']) => RunRequest,
) => Promise<{ order: PruneOrder; work: Work }>;

const NOTHING: Deleted = {
  images: 0,
  tagItems: 0,
  streams: 0,
  layerLinks: 0,
  manifestLinks: 0,
  blobs: 0,
};

function beginning({ images, tagItems, streams, layerLinks, manifestLinks, blobs }: Deleted): PruneProgress {
  return {
    stage: 'checking',
    since: new Date().toISOString(),
    planned: { images, tagItems, streams, layerLinks, manifestLinks, blobs },
    done: NOTHING,
    protections: 0,
    last: null,
    cancelling: false,
  };
}
