import { randomUUID } from 'node:crypto';
import * as vscode from 'vscode';
import type { Progress } from '../../cluster/inventory/take-inventory.ts';
import type { Planner } from '../../cluster/planner/planner.ts';
import { INVENTORY_RESOURCES, type InventoryResource } from '../../engine/inventory.ts';
import { type PruneOptions, type RequestedOptions, resolveOptions } from '../../engine/options.ts';
import type { PlanOutline } from '../../engine/plan-outline.ts';
import type { PlanSummary } from '../../engine/plan-parts.ts';
import type { PlanChanges } from '../../engine/plan-rows.ts';
import type { RunOptions } from '../../shared/dry-run/run-options.ts';
import type { ListProgress, RunProgress } from '../../shared/dry-run/view.ts';
import type { Connection } from '../contexts/connection.ts';
import type { Contexts, ReadyContext } from '../contexts/contexts.ts';
import type { Log } from '../log.ts';

/** A plan and the thread that holds it. */
export interface MadePlan {
  planner: Planner;
  summary: PlanSummary;
  context: ReadyContext;
}

/** The plan that the views show. */
export interface HeldPlan extends MadePlan {
  /** Another one for every plan. */
  id: string;
  options: RunOptions;
  /** Since the last run of this context; null for the first. */
  changes: PlanChanges | null;
}

export type DryRunState =
  | { kind: 'none'; why: 'never' | 'cancelled' | 'contextChanged' }
  | { kind: 'running'; options: RunOptions; context: ReadyContext | undefined }
  | { kind: 'failed'; options: RunOptions; error: unknown }
  | { kind: 'done'; plan: HeldPlan };

/** Told how far a plan is. */
interface Watching {
  onProgress?: (list: Progress) => void;
  onDeciding?: () => void;
}

const REPORT_MS = 100;

/**
 * Dry runs against the present context: one at a time, in a thread of its own. The last plan is held until another one
 * takes its place, so that trees and pages can ask it.
 */
export class DryRuns implements vscode.Disposable {
  readonly #contexts: Contexts;
  readonly #connection: Connection;
  readonly #plannerScript: URL;
  readonly #log: Log;
  readonly #changed = new vscode.EventEmitter<DryRunState>();
  readonly #progressed = new vscode.EventEmitter<RunProgress>();
  readonly #outlines = new Map<string, PlanOutline>();
  readonly #subscription: vscode.Disposable;
  #state: DryRunState = { kind: 'none', why: 'never' };
  #progress: RunProgress = noProgress(new Date());
  #running: AbortController | undefined;
  #held: HeldPlan | undefined;

  readonly onDidChange = this.#changed.event;
  /** Fires while one is running, at most ten times a second. */
  readonly onDidProgress = this.#progressed.event;

  constructor(contexts: Contexts, connection: Connection, plannerScript: URL, log: Log) {
    this.#contexts = contexts;
    this.#connection = connection;
    this.#plannerScript = plannerScript;
    this.#log = log;
    this.#subscription = contexts.onDidChange(() => this.#contextChanged());
  }

  get state(): DryRunState {
    return this.#state;
  }

  get progress(): RunProgress {
    return this.#progress;
  }

  /** The last plan, as long as it is of the present context. */
  get plan(): HeldPlan | undefined {
    return this.#held;
  }

  /** Begins a dry run, in place of one that is running. Its end comes by `onDidChange`. */
  async run(options: RunOptions): Promise<void> {
    this.#running?.abort();
    const abort = new AbortController();
    this.#running = abort;
    this.#progress = noProgress(new Date());
    this.#set({ kind: 'running', options, context: undefined });
    try {
      const plan = await this.#make(options, abort.signal);
      if (this.#running !== abort) return await plan.planner.close();
      this.#running = undefined;
      await this.#hold(plan);
      this.#set({ kind: 'done', plan });
    } catch (error) {
      if (this.#running !== abort) return;
      this.#running = undefined;
      if (abort.signal.aborted) {
        this.#set(this.#held ? { kind: 'done', plan: this.#held } : { kind: 'none', why: 'cancelled' });
        return;
      }
      this.#log.failure('dry run', error);
      this.#set({ kind: 'failed', options, error });
    }
  }

  cancel(): void {
    if (!this.#running) return;
    this.#progress = { ...this.#progress, cancelling: true };
    this.#progressed.fire(this.#progress);
    this.#running.abort(new Error('cancelled'));
  }

  /** Lets go of a plan that was carried out or can't be used any more. */
  async forget(): Promise<void> {
    await this.#hold(undefined);
    this.#set({ kind: 'none', why: 'never' });
  }

  dispose(): void {
    this.#running?.abort();
    this.#subscription.dispose();
    this.#changed.dispose();
    this.#progressed.dispose();
    void this.#held?.planner.close();
  }

  /**
   * Makes a plan beside the one that is held, which stays as it is. The caller closes its planner.
   * @throws what a dry run fails with, or the signal's reason
   */
  aside(options: RequestedOptions, signal: AbortSignal): Promise<MadePlan> {
    return this.#plan(resolveOptions(options), { signal });
  }

  async #make(options: RunOptions, signal: AbortSignal): Promise<HeldPlan> {
    const made = await this.#plan(resolveOptions(options.prune), {
      signal,
      onProgress: (list) => this.#listed(list),
      onDeciding: () => {
        this.#progress = { ...this.#progress, deciding: true };
        this.#progressed.fire(this.#progress);
      },
    });
    const { planner, summary, context } = made;
    try {
      const key = `${context.target.context} ${summary.origin?.server}`;
      const before = this.#outlines.get(key);
      const changes = before ? await planner.changes(before) : null;
      this.#outlines.set(key, await planner.outline());
      return { ...made, id: randomUUID(), options, changes };
    } catch (error) {
      await planner.close();
      throw error;
    }
  }

  async #plan(
    options: PruneOptions,
    { signal, onProgress, onDeciding }: Watching & { signal: AbortSignal },
  ): Promise<MadePlan> {
    const { context, session } = await this.#connection.session();
    const { target } = context;
    this.#log.info(`dry run of ${target.context}`);
    const { Planner, takeInventory } = await import('./planning.ts');
    const planner = new Planner(this.#plannerScript);
    try {
      const now = Date.now();
      await takeInventory(session, planner, {
        namespace: options.namespace,
        homeNamespace: target.namespace,
        referrersEverywhere: options.rules === 'extended',
        signal,
        onProgress,
      });
      onDeciding?.();
      const origin = { context: target.context, server: session.server, user: target.user.name };
      return { planner, summary: await planner.plan(options, now, origin), context };
    } catch (error) {
      await planner.close();
      throw error;
    }
  }

  #listed({ resource, state, items, total, wireBytes }: Progress): void {
    const lists = this.#progress.lists.map(
      (list): ListProgress =>
        list.resource === resource ? { resource, state, items, total: total ?? null, wireBytes } : list,
    );
    this.#progress = { ...this.#progress, lists };
    this.#reportSoon();
  }

  #reporting: NodeJS.Timeout | undefined;

  #reportSoon(): void {
    this.#reporting ??= setTimeout(() => {
      this.#reporting = undefined;
      if (this.#running) this.#progressed.fire(this.#progress);
    }, REPORT_MS);
  }

  async #hold(plan: HeldPlan | undefined): Promise<void> {
    const before = this.#held;
    this.#held = plan;
    await before?.planner.close();
  }

  /** A plan belongs to the context that it was made in. */
  #contextChanged(): void {
    const state = this.#contexts.state;
    const same =
      state.kind === 'ready' &&
      this.#held !== undefined &&
      state.generation === this.#held.context.generation;
    if (same) return;
    this.#running?.abort();
    this.#running = undefined;
    if (!this.#held && this.#state.kind === 'none') return;
    void this.#hold(undefined);
    this.#set({ kind: 'none', why: 'contextChanged' });
  }

  #set(state: DryRunState): void {
    this.#state = state;
    this.#changed.fire(state);
  }
}

function noProgress(since: Date): RunProgress {
  const lists = INVENTORY_RESOURCES.map(
    (resource: InventoryResource): ListProgress => ({
      resource,
      state: 'waiting',
      items: 0,
      total: null,
      wireBytes: 0,
    }),
  );
  return { since: since.toISOString(), lists, deciding: false, cancelling: false };
}
