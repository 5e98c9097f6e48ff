import * as vscode from 'vscode';
import type { RequestLogEntry } from '../cluster/session/api-session.ts';

/** The output channel: what was asked of whom, and what failed. Nothing secret gets here. */
export class Log implements vscode.Disposable {
  readonly #channel = vscode.window.createOutputChannel('Image Hygiene', { log: true });

  /** A request to an API server, without query, headers and body. */
  request(server: string, { method, path, status, ms, bytes }: RequestLogEntry): void {
    this.#channel.debug(`${method} ${server}${path} ${status || 'no answer'} ${ms} ms ${bytes} B`);
  }

  info(message: string): void {
    this.#channel.info(message);
  }

  warn(message: string): void {
    this.#channel.warn(message);
  }

  /** The message alone: a stack says nothing to a reader, and causes may hold what a server sent. */
  failure(what: string, error: unknown): void {
    this.#channel.error(`${what}: ${error instanceof Error ? error.message : String(error)}`);
  }

  show(): void {
    this.#channel.show();
  }

  dispose(): void {
    this.#channel.dispose();
  }
}
