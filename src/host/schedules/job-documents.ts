import * as vscode from 'vscode';
import type { PruneJob } from '../../schedules/schedules.ts';
import { showMarkdown } from '../documents/show-markdown.ts';
import { messageOf } from '../problems.ts';
import { plain } from '../runs/markdown.ts';
import type { Services } from '../services.ts';
import type { ScheduleBook } from './schedule-book.ts';
import { type ScheduleTarget, scheduleTargetOf } from './schedule-target.ts';

export const JOB_SCHEME = 'image-hygiene-job';

/** Why Jobs failed, as read-only Markdown documents. */
export class JobDocuments implements vscode.TextDocumentContentProvider, vscode.Disposable {
  readonly #services: Services;
  readonly #book: ScheduleBook;
  readonly #changed = new vscode.EventEmitter<vscode.Uri>();
  readonly #subscription: vscode.Disposable;

  readonly onDidChange = this.#changed.event;

  constructor(services: Services, book: ScheduleBook) {
    this.#services = services;
    this.#book = book;
    this.#subscription = vscode.workspace.registerTextDocumentContentProvider(JOB_SCHEME, this);
  }

  /** Shows an explanation. */
  async open(job: { namespace: string; name: string }): Promise<void> {
    const uri = jobUri(job);
    // It may be open with what was known earlier.
    this.#changed.fire(uri);
    await showMarkdown(uri, this.#services.log);
  }

  async provideTextDocumentContent({ query }: vscode.Uri): Promise<string> {
    try {
      const target = targetIn(query);
      if (target?.kind !== 'job') throw new Error(vscode.l10n.t('This is not the name of a Job.'));
      const { jobExplanation } = await import('./engine.ts');
      return jobExplanation(await this.#jobWithOutcome(target.namespace, target.name));
    } catch (error) {
      return `# ${vscode.l10n.t('This Job can’t be explained')}\n\n${plain(messageOf(error))}\n`;
    }
  }

  dispose(): void {
    this.#subscription.dispose();
    this.#changed.dispose();
  }

  async #jobWithOutcome(namespace: string, name: string): Promise<PruneJob> {
    const job = await this.#book.job(namespace, name);
    if (!job)
      throw new Error(vscode.l10n.t('There is no Job {0} in the namespace {1} any more.', name, namespace));
    if (job.outcome) return job;
    const { session } = await this.#services.connection.session();
    const { jobOutcome } = await import('./engine.ts');
    return { ...job, outcome: await jobOutcome(session, job) };
  }
}

/** Where a Job’s explanation is. The path is what its tab is called, and says that it is Markdown. */
export function jobUri({ namespace, name }: { namespace: string; name: string }): vscode.Uri {
  const query = new URLSearchParams({ kind: 'job', namespace, name }).toString();
  return vscode.Uri.from({ scheme: JOB_SCHEME, path: `/${vscode.l10n.t('Job {0}', name)}.md`, query });
}

function targetIn(query: string): ScheduleTarget | undefined {
  return scheduleTargetOf(Object.fromEntries(new URLSearchParams(query)));
}
