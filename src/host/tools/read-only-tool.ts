import * as vscode from 'vscode';
import type { Log } from '../log.ts';
import type { ToolName } from '../manifest.ts';
import { problemOf } from '../problems.ts';

/** A tool for language models. It reads and changes nothing (docs/decisions/0014-read-only-tools.md). */
export interface ReadOnlyTool<Input> {
  name: ToolName;
  /**
   * Checks what a model wrote.
   * @throws ToolInputError
   */
  read(input: unknown): Input;
  /** What it is about to do, for the person at the editor. */
  announce(input: Input): Promise<Announcement>;
  /** @returns Markdown, in the words of the extension's pages */
  run(input: Input, signal: AbortSignal): Promise<string>;
}

export interface Announcement {
  /** While it runs. */
  doing: string;
  /** The question whether it may. */
  title: string;
  message: string;
}

/** What a model wrote can't be used. The message says what to write instead. */
export class ToolInputError extends Error {
  override name = 'ToolInputError';
}

/** More than this is a burden to a model, and no summary. */
const LONGEST_ANSWER = 40_000;

/** Offers a tool to the editor's language models. */
export function registerTool<Input>(tool: ReadOnlyTool<Input>, log: Log): vscode.Disposable {
  return vscode.lm.registerTool<unknown>(tool.name, {
    async prepareInvocation({ input }) {
      const { doing, title, message } = await tool.announce(tool.read(input));
      return { invocationMessage: doing, confirmationMessages: { title, message } };
    },
    async invoke({ input }, token) {
      const abort = new AbortController();
      const listening = token.onCancellationRequested(() => abort.abort(new vscode.CancellationError()));
      if (token.isCancellationRequested) abort.abort(new vscode.CancellationError());
      try {
        abort.signal.throwIfAborted();
        const text = await tool.run(tool.read(input), abort.signal);
        return new vscode.LanguageModelToolResult([new vscode.LanguageModelTextPart(shortened(text))]);
      } catch (error) {
        if (abort.signal.aborted) throw new vscode.CancellationError();
        if (error instanceof ToolInputError) throw error;
        log.failure(tool.name, error);
        throw new Error(inWords(error), { cause: error });
      } finally {
        listening.dispose();
      }
    },
  });
}

function shortened(text: string): string {
  if (text.length <= LONGEST_ANSWER) return text;
  const end = text.lastIndexOf('\n', LONGEST_ANSWER);
  const rest = vscode.l10n.t('The rest is left out here: ask about one namespace, or look at the page.');
  return `${text.slice(0, end)}\n\n${rest}\n`;
}

/** What the views would say, in one text. */
function inWords(error: unknown): string {
  const { what, why, lines } = problemOf(error);
  return [`${what}: ${why}`, ...lines].join('\n');
}
