import * as vscode from 'vscode';
import { MemoryDocuments } from '../documents/memory-documents.ts';
import { hardPruneCommand, restoreRegistryCommand } from '../hard-prune/hard-prune-command.ts';
import { COMMANDS, VIEWS } from '../manifest.ts';
import { PagePanel } from '../page-panel.ts';
import type { Services } from '../services.ts';
import { JobDocuments } from './job-documents.ts';
import { JobFollowing } from './job-following.ts';
import { JobLogHost } from './job-log-host.ts';
import { JOB_LOG_PAGE } from './job-log-page.ts';
import { jobsOf, ScheduleBook } from './schedule-book.ts';
import {
  createScheduleCommand,
  deleteJobCommand,
  dryRunScheduleCommand,
  editScheduleCommand,
  runScheduleCommand,
  type ScheduleCommands,
  suspendScheduleCommand,
} from './schedule-commands.ts';
import { SchedulePageHost } from './schedule-host.ts';
import { SCHEDULE_PAGE } from './schedule-page.ts';
import { scheduleTargetOf } from './schedule-target.ts';
import { ScheduleTree } from './schedule-tree.ts';

/** As often an open view looks again: while a Job is at work, and otherwise. */
const AT_WORK_MS = 3_000;
const AT_REST_MS = 60_000;
/** What happens in quick succession counts once. */
const SOON_MS = 1_000;

/** The Schedules view with its commands. Nothing is asked before the view is first looked at. */
export function registerSchedules(services: Services): vscode.Disposable[] {
  const book = new ScheduleBook(services);
  const tree = new ScheduleTree(services, book);
  const view = vscode.window.createTreeView(VIEWS.schedules, {
    treeDataProvider: tree,
    showCollapseAll: true,
  });
  const documents = new JobDocuments(services, book);
  const texts = new MemoryDocuments();
  const page = new SchedulePageHost({ services, book, documents: texts });
  const panel = new PagePanel(services.extension.extensionUri, SCHEDULE_PAGE, page, services.log);
  const openForm: ScheduleCommands['openForm'] = (what, request, editing = false) => {
    page.begin(what, request, editing);
    panel.open();
  };
  const hardPruning = { services, documents: texts, onChange: () => book.refresh() };
  const following = new JobFollowing(services);
  const logPage = new JobLogHost(services, book, following);
  const logPanel = new PagePanel(services.extension.extensionUri, JOB_LOG_PAGE, logPage, services.log);
  const follow: ScheduleCommands['follow'] = (job) => {
    void following.follow(job);
    logPanel.open();
  };
  const commands: ScheduleCommands = { services, book, openForm, follow };

  let looking: NodeJS.Timeout | undefined;
  /** Looks again after a while, as long as somebody sees it. */
  const lookLater = (soon?: number) => {
    clearTimeout(looking);
    if (!view.visible) return;
    const jobs = book.last ? jobsOf(book.last.schedules) : [];
    const atWork = jobs.some(({ state }) => state === 'running' || state === 'waiting');
    looking = setTimeout(() => book.refresh(), soon ?? (atWork ? AT_WORK_MS : AT_REST_MS));
  };
  const command = (id: string, work: (given: unknown) => unknown) =>
    vscode.commands.registerCommand(id, work);
  return [
    book,
    tree,
    view,
    documents,
    texts,
    page,
    panel.register(),
    following,
    logPage,
    logPanel.register(),
    { dispose: () => clearTimeout(looking) },
    tree.onDidRead(() => lookLater()),
    view.onDidChangeVisibility(({ visible }) => {
      if (visible && book.last) book.refresh();
      else lookLater();
    }),
    // A rollout pays what Jobs owe.
    services.pruning.onDidChange(() => lookLater(SOON_MS)),
    command(COMMANDS.hardPrune, () => hardPruneCommand(hardPruning)),
    command(COMMANDS.makeRegistryWritable, () => restoreRegistryCommand(hardPruning)),
    command(COMMANDS.refreshSchedules, () => book.refresh()),
    command(COMMANDS.createSchedule, () => createScheduleCommand(commands)),
    command(COMMANDS.editSchedule, (given) => editScheduleCommand(commands, given)),
    command(COMMANDS.runSchedule, (given) => runScheduleCommand(commands, given)),
    command(COMMANDS.suspendSchedule, (given) => suspendScheduleCommand(commands, given, true)),
    command(COMMANDS.resumeSchedule, (given) => suspendScheduleCommand(commands, given, false)),
    command(COMMANDS.dryRunSchedule, (given) => dryRunScheduleCommand(commands, given)),
    command(COMMANDS.deleteJob, (given) => deleteJobCommand(commands, given)),
    command(COMMANDS.openJobLog, (given) => {
      const target = scheduleTargetOf(given);
      if (target?.kind === 'job') follow(target);
    }),
    command(COMMANDS.explainJob, async (given) => {
      const target = scheduleTargetOf(given);
      if (target?.kind === 'job') await documents.open(target);
    }),
  ];
}
