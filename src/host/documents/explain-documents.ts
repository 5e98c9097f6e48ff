import * as vscode from 'vscode';
import { type ExplainTarget, UnknownTargetError } from '../../engine/explain.ts';
import { shortDigest } from '../../shared/words/quantities.ts';
import type { HeldPlan } from '../dry-run/dry-runs.ts';
import { messageOf } from '../problems.ts';
import { plain } from '../runs/markdown.ts';
import type { Services } from '../services.ts';
import { type Target, targetInWords, targetOf } from '../streams/target.ts';
import { explanationMarkdown } from './explanation-markdown.ts';
import { showMarkdown } from './show-markdown.ts';

export const EXPLAIN_SCHEME = 'image-hygiene-explain';

/** What can be explained. */
export type Explainable = Extract<Target, { kind: 'tag' | 'revision' | 'image' }>;

/** Explanations as read-only Markdown documents, by the plan of the moment. */
export class ExplainDocuments implements vscode.TextDocumentContentProvider, vscode.Disposable {
  readonly #services: Services;
  readonly #changed = new vscode.EventEmitter<vscode.Uri>();
  readonly #subscriptions: vscode.Disposable[];

  readonly onDidChange = this.#changed.event;

  constructor(services: Services) {
    this.#services = services;
    this.#subscriptions = [
      vscode.workspace.registerTextDocumentContentProvider(EXPLAIN_SCHEME, this),
      services.dryRuns.onDidChange(({ kind }) => {
        if (kind !== 'done') return;
        for (const { uri } of vscode.workspace.textDocuments) {
          if (uri.scheme === EXPLAIN_SCHEME) this.#changed.fire(uri);
        }
      }),
    ];
  }

  /**
   * Shows an explanation.
   * @throws UnknownTargetError where the plan knows nothing of it
   */
  async open(target: Explainable, plan: HeldPlan): Promise<void> {
    await plan.planner.explain(explainTarget(target));
    const uri = explanationUri(target);
    // It may be open with what an earlier plan said.
    this.#changed.fire(uri);
    await showMarkdown(uri, this.#services.log);
  }

  async provideTextDocumentContent({ query }: vscode.Uri): Promise<string> {
    const target = explainable(readQuery(query));
    if (!target) return problem(vscode.l10n.t('This is not the name of an image or a tag.'));
    const title = targetInWords(target);
    const { plan } = this.#services.dryRuns;
    if (!plan) {
      return problem(
        vscode.l10n.t('There is no dry run any more that could say how {0} stands. Explain it again.', title),
      );
    }
    try {
      const explanations = await plan.planner.explain(explainTarget(target));
      return explanationMarkdown({ title, explanations, summary: plan.summary });
    } catch (error) {
      if (!(error instanceof UnknownTargetError)) this.#services.log.failure('explain', error);
      return problem(messageOf(error));
    }
  }

  dispose(): void {
    for (const each of [...this.#subscriptions, this.#changed]) each.dispose();
  }
}

/** Where an explanation is. The path is what its tab is called, and says that it is Markdown. */
export function explanationUri(target: Explainable): vscode.Uri {
  const what = target.kind === 'tag' ? `${target.stream}:${target.tag}` : shortDigest(target.image);
  const path = `/${vscode.l10n.t('Explain {0}', what)}.md`;
  return vscode.Uri.from({ scheme: EXPLAIN_SCHEME, path, query: JSON.stringify(plainly(target)) });
}

/** What of a target can be explained; undefined where nothing can. */
export function explainable(target: Target | undefined): Explainable | undefined {
  return target?.kind === 'namespace' || target?.kind === 'stream' ? undefined : target;
}

/** A target as the engine takes it. */
export function explainTarget(target: Explainable): ExplainTarget {
  if (target.kind !== 'tag') return { kind: 'image', digest: target.image };
  const { kind, namespace, stream, tag } = target;
  return { kind, namespace, stream, tag };
}

/** The same image has one document, wherever it was asked for. */
function plainly(target: Explainable): Explainable {
  return target.kind === 'tag' ? target : { kind: 'image', image: target.image };
}

function readQuery(query: string): Target | undefined {
  try {
    return targetOf(JSON.parse(query));
  } catch {
    return undefined;
  }
}

function problem(why: string): string {
  return `# ${vscode.l10n.t('That can’t be explained')}\n\n${plain(why)}\n`;
}
