import { randomUUID } from 'node:crypto';
import * as vscode from 'vscode';
import type { ScheduleRequest } from '../../schedules/manifests.ts';
import type { OwnHandlers } from '../../shared/page/protocol.ts';
import type { PrunerAsk, ScheduleProtocol } from '../../shared/schedule/protocol.ts';
import type {
  FormStart,
  PrunerPart,
  ScheduleState,
  ScheduleView,
  ScheduleWhat,
} from '../../shared/schedule/view.ts';
import { userOf } from '../changes.ts';
import { runDryRun } from '../dry-run/run-dry-run.ts';
import { takeStep } from '../dry-run/take-step.ts';
import type { PageHost } from '../page-panel.ts';
import { problemOf } from '../problems.ts';
import { changeImagePruner } from './change-image-pruner.ts';
import { type Making, makeSchedule } from './make-schedule.ts';

/** What the page of schedules shows, and what is done when it asks. */
export class SchedulePageHost implements PageHost<ScheduleProtocol>, vscode.Disposable {
  readonly #making: Making;
  readonly #changed = new vscode.EventEmitter<void>();
  readonly #subscriptions: vscode.Disposable[];
  #start: FormStart | null = null;
  #state: ScheduleState = { kind: 'loading' };
  #pages = 0;
  /** Counts the times that the cluster was asked: the last answer is shown. */
  #turn = 0;

  readonly onDidChangeView = this.#changed.event;

  constructor(making: Making) {
    this.#making = making;
    const { book, services } = making;
    this.#subscriptions = [
      book.onDidChange(() => void this.#read()),
      services.contexts.onDidChange(() => {
        this.#state = { kind: 'loading' };
        void this.#read();
      }),
      vscode.workspace.onDidGrantWorkspaceTrust(() => this.#changed.fire()),
    ];
  }

  /** Has the page begin anew with a form. */
  begin(what: ScheduleWhat, request: ScheduleRequest, editing: boolean): void {
    this.#start = { id: randomUUID(), what, request, editing };
    this.#changed.fire();
  }

  async view(): Promise<ScheduleView> {
    const context = await this.#making.services.contexts.ready();
    const target = context.kind === 'ready' ? context.target : undefined;
    return {
      cluster: target
        ? { context: target.context, server: target.cluster.server, user: target.user.name }
        : null,
      state: this.#state,
      restricted: !vscode.workspace.isTrusted,
      start: this.#start,
    };
  }

  /** Nothing is asked of the cluster before there is a page. */
  connect(): vscode.Disposable {
    this.#pages++;
    void this.#read();
    return { dispose: () => this.#pages-- };
  }

  dispose(): void {
    for (const each of [...this.#subscriptions, this.#changed]) each.dispose();
  }

  readonly handlers: OwnHandlers<ScheduleProtocol> = {
    rights: async ({ namespace }) => {
      const { session } = await this.#making.services.connection.session();
      const { scheduleRights } = await import('./engine.ts');
      return scheduleRights(session, namespace, await userOf(session));
    },
    create: async ({ request }) => makeSchedule(this.#making, await checked(request)),
    openYaml: async ({ request }) => {
      const { manifestsOf, yamlOf } = await import('./engine.ts');
      await openYaml(yamlOf(manifestsOf(await checked(request))));
      return null;
    },
    changePruner: async (ask) => changeImagePruner(this.#making, await checkedChange(ask)),
    openPrunerYaml: async (ask) => {
      const { session } = await this.#making.services.connection.session();
      const { IMAGE_PRUNER_PATH, changedPruner, objectYaml } = await import('./engine.ts');
      const object = await session.json({ path: IMAGE_PRUNER_PATH });
      await openYaml(objectYaml(changedPruner(object, (await checkedChange(ask)).change)));
      return null;
    },
    dryRun: async ({ prune }) => {
      // What runs in the cluster decides by the reference's rules.
      await runDryRun(this.#making.services, { prune: { ...prune, rules: 'reference' } });
      return null;
    },
    refresh: () => {
      this.#making.book.refresh();
      return null;
    },
    step: async ({ step }) => {
      if (step === 'runAgain') this.#making.book.refresh();
      else await takeStep(step, this.#making.services);
      return null;
    },
  };

  async #read(): Promise<void> {
    if (this.#pages === 0) return;
    const turn = ++this.#turn;
    let state: ScheduleState;
    try {
      const { schedules } = await this.#making.book.read();
      const unseen = schedules.unread.find(({ what }) => what === 'imagepruners');
      const pruner: PrunerPart = schedules.pruner
        ? { kind: 'there', pruner: schedules.pruner }
        : unseen
          ? { kind: 'unseen', message: unseen.message, role: unseen.role }
          : { kind: 'none' };
      state = { kind: 'ready', pruner };
    } catch (error) {
      state = { kind: 'failed', problem: problemOf(error) };
    }
    if (turn !== this.#turn) return;
    this.#state = state;
    this.#changed.fire();
  }
}

async function openYaml(content: string): Promise<void> {
  await vscode.window.showTextDocument(
    await vscode.workspace.openTextDocument({ language: 'yaml', content }),
  );
}

/** A page is outside: what it sends is checked once more, as the command line checks it. @throws Error */
async function checked(request: ScheduleRequest): Promise<ScheduleRequest> {
  const { requestProblems, problemInWords } = await import('./engine.ts');
  const [problem] = requestProblems(request);
  if (problem) throw new Error(problemInWords(problem));
  return request;
}

async function checkedChange(ask: PrunerAsk): Promise<PrunerAsk> {
  const { changeProblems, problemInWords } = await import('./engine.ts');
  const [problem] = changeProblems(ask.change);
  if (problem) throw new Error(problemInWords(problem));
  return ask;
}
