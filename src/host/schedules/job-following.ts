import * as vscode from 'vscode';
import { withoutSecrets } from '../../registry/diagnosis/texts/without-secrets.ts';
import type { PruneLog } from '../../schedules/prune-log.ts';
import { emptyLog } from '../../schedules/prune-log.ts';
import type { PruneJob } from '../../schedules/schedules.ts';
import type { NewLines } from '../../shared/job-log/protocol.ts';
import { type JobName, MOST_LINES } from '../../shared/job-log/view.ts';
import type { ReadyContext } from '../contexts/contexts.ts';
import { isSameCluster } from '../contexts/same-cluster.ts';
import type { Services } from '../services.ts';

/** What is known of the Job that is followed, or was. */
export type FollowingState =
  | { kind: 'none' }
  | { kind: 'starting'; job: JobName }
  | { kind: 'failed'; job: JobName; error: unknown }
  | {
      kind: 'job';
      job: PruneJob;
      waiting: string;
      following: boolean;
      log: PruneLog;
      /** How many lines stood before those that are kept. */
      first: number;
      lines: readonly string[];
    };

/** So often at most the page hears of new lines. */
const REPORT_MS = 100;

/** Follows one Job at a time, and keeps what its log has said. To stop following does nothing to the Job. */
export class JobFollowing implements vscode.Disposable {
  readonly #services: Services;
  readonly #changed = new vscode.EventEmitter<FollowingState>();
  readonly #lines = new vscode.EventEmitter<NewLines>();
  readonly #subscription: vscode.Disposable;
  #state: FollowingState = { kind: 'none' };
  /** In which the Job was found. */
  #context: ReadyContext | undefined;
  #following: AbortController | undefined;
  #fresh: string[] = [];
  #reporting: NodeJS.Timeout | undefined;

  readonly onDidChange = this.#changed.event;
  readonly onDidReadLines = this.#lines.event;

  constructor(services: Services) {
    this.#services = services;
    // Its session is closed; in another cluster the Job would be another.
    this.#subscription = services.contexts.onDidChange((state) => {
      if (this.#context && isSameCluster(state, this.#context)) this.stop();
      else this.forget();
    });
  }

  get state(): FollowingState {
    return this.#state;
  }

  /** Follows a Job to its end, in place of another. Its end comes by `onDidChange`. */
  async follow({ namespace, name }: JobName): Promise<void> {
    this.#following?.abort();
    const abort = new AbortController();
    this.#following = abort;
    this.#fresh = [];
    this.#set({ kind: 'starting', job: { namespace, name } });
    try {
      const { context, session } = await this.#services.connection.session();
      this.#context = context;
      const { followJob } = await import('./engine.ts');
      for await (const event of followJob(session, { namespace, name }, { signal: abort.signal })) {
        if (this.#following !== abort) return;
        switch (event.kind) {
          case 'job':
            this.#set({ ...this.#known(event.job), job: event.job, waiting: event.waiting, following: true });
            break;
          case 'again':
            this.#again();
            break;
          case 'lines':
            this.#read(event.lines, event.log);
            break;
          case 'ended':
            this.#following = undefined;
            this.#set({ ...this.#known(event.job), job: event.job, waiting: '', following: false });
        }
      }
    } catch (error) {
      if (this.#following !== abort) return;
      this.#following = undefined;
      this.#services.log.failure(`job ${namespace}/${name}`, error);
      this.#set({ kind: 'failed', job: { namespace, name }, error });
    }
  }

  /** Stops following; the Job goes on. */
  stop(): void {
    if (!this.#following) return;
    this.#following.abort();
    this.#following = undefined;
    const state = this.#state;
    this.#set(state.kind === 'job' ? { ...state, following: false } : { kind: 'none' });
  }

  /** Lets go of a Job that is gone. */
  forget(): void {
    this.stop();
    this.#set({ kind: 'none' });
  }

  dispose(): void {
    this.#following?.abort();
    clearTimeout(this.#reporting);
    for (const each of [this.#subscription, this.#changed, this.#lines]) each.dispose();
  }

  #known(job: PruneJob): Extract<FollowingState, { kind: 'job' }> {
    return this.#state.kind === 'job'
      ? this.#state
      : { kind: 'job', job, waiting: '', following: true, log: emptyLog(), first: 0, lines: [] };
  }

  /** Another pod begins from the start: what was counted counts no more, but what was said stays. */
  #again(): void {
    if (this.#state.kind !== 'job') return;
    this.#set({ ...this.#state, log: emptyLog() });
  }

  #read(lines: readonly string[], log: PruneLog): void {
    if (this.#state.kind !== 'job') return;
    const clean = lines.map(withoutSecrets);
    const all = [...this.#state.lines, ...clean];
    const over = Math.max(0, all.length - MOST_LINES);
    this.#state = { ...this.#state, log, first: this.#state.first + over, lines: all.slice(over) };
    this.#fresh.push(...clean);
    this.#reporting ??= setTimeout(() => this.#report(), REPORT_MS);
  }

  #report(): void {
    clearTimeout(this.#reporting);
    this.#reporting = undefined;
    if (this.#state.kind !== 'job' || this.#fresh.length === 0) return;
    const { counts, dryRun } = this.#state.log;
    this.#lines.fire({ lines: this.#fresh.splice(0), counts, dryRun });
  }

  /** The whole state, with every line in it: what was not reported yet needs no reporting. */
  #set(state: FollowingState): void {
    this.#fresh = [];
    this.#state = state;
    this.#changed.fire(state);
  }
}
