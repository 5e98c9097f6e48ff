import * as vscode from 'vscode';
import type { PruneCronJob, PruneJob, Schedules } from '../../schedules/schedules.ts';
import { userOf } from '../changes.ts';
import type { ReadyContext } from '../contexts/contexts.ts';
import type { Services } from '../services.ts';
import type { LackingRights } from './lacking-rights.ts';

/** What prunes in the present context's cluster, as it was last read. */
export interface ReadSchedules {
  context: ReadyContext;
  schedules: Schedules;
  /** When the registry was last restarted, RFC 3339; null for never; undefined where that can't be seen. */
  restartedAt: string | null | undefined;
  /** A hard prune of this machine has left the registry read-only. */
  readOnlyOwed: boolean;
  lacking: LackingRights;
}

/** Of the newest Jobs of each owner that many have their log read, so that the view can say what became of them. */
const OUTCOMES = 3;

/** Reads what prunes in the cluster when somebody asks, and keeps it until the context changes or it is read again. */
export class ScheduleBook implements vscode.Disposable {
  readonly #services: Services;
  readonly #changed = new vscode.EventEmitter<void>();
  readonly #subscription: vscode.Disposable;
  #reading: { generation: number; abort: AbortController; result: Promise<ReadSchedules> } | undefined;
  #last: ReadSchedules | undefined;

  /** Fires when what was read is not what is there any more. */
  readonly onDidChange = this.#changed.event;

  constructor(services: Services) {
    this.#services = services;
    this.#subscription = services.contexts.onDidChange(() => this.refresh());
  }

  /** What was read last of the present context. */
  get last(): ReadSchedules | undefined {
    const { state } = this.#services.contexts;
    return state.kind === 'ready' && this.#last?.context.generation === state.generation
      ? this.#last
      : undefined;
  }

  /** What prunes in the cluster, read once until it is refreshed. @throws NoContextError; what the session throws */
  async read(): Promise<ReadSchedules> {
    const { generation } = await this.#services.connection.context();
    if (this.#reading?.generation !== generation) {
      this.#reading?.abort.abort();
      const abort = new AbortController();
      const result = this.#read(abort.signal);
      this.#reading = { generation, abort, result };
      // What failed is tried again the next time.
      result.catch(() => {
        if (this.#reading?.result === result) this.#reading = undefined;
      });
    }
    return this.#reading.result;
  }

  /** Has everybody read again. */
  refresh(): void {
    this.#reading?.abort.abort();
    this.#reading = undefined;
    this.#changed.fire();
  }

  /** A CronJob that was read; the operator's own too. */
  async cronJob(namespace: string, name: string): Promise<PruneCronJob | undefined> {
    const { schedules } = await this.read();
    const all = [schedules.pruner?.cronJob, ...schedules.cronJobs];
    return all.find((one) => one?.namespace === namespace && one.name === name) ?? undefined;
  }

  /** A Job that was read. */
  async job(namespace: string, name: string): Promise<PruneJob | undefined> {
    const { schedules } = await this.read();
    return jobsOf(schedules).find((job) => job.namespace === namespace && job.name === name);
  }

  dispose(): void {
    this.#reading?.abort.abort();
    this.#subscription.dispose();
    this.#changed.dispose();
  }

  async #read(signal: AbortSignal): Promise<ReadSchedules> {
    const { context, session } = await this.#services.connection.session();
    const engine = await import('./engine.ts');
    const { readSchedules, registryDeployment, checkImageApi, isEmpty, owingHardPrunes } = engine;
    const [schedules, deployment, owing, user] = await Promise.all([
      readSchedules(session, { signal, outcomes: OUTCOMES }),
      registryDeployment(session, signal).catch(() => undefined),
      // One that is at work now owes nothing yet.
      owingHardPrunes(this.#services.pruning.runs, session.server).catch(() => []),
      userOf(session),
    ]);
    // Where nothing prunes, it may be because nothing could.
    if (isEmpty(schedules)) await checkImageApi(session, { signal });
    const restartedAt = deployment && (deployment.restartedAt ?? null);
    const lacking = await engine.lackingRights(session, schedules, user, signal);
    const read = { context, schedules, restartedAt, readOnlyOwed: owing.length > 0, lacking };
    this.#last = read;
    return read;
  }
}

/** Every Job that was read, whoever made it. */
export function jobsOf({ pruner, cronJobs, jobs }: Schedules): PruneJob[] {
  return [...(pruner?.cronJob?.jobs ?? []), ...cronJobs.flatMap((cronJob) => cronJob.jobs), ...jobs];
}
