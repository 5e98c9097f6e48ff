import * as l10n from '@vscode/l10n';
import type { Progress } from '../cluster/inventory/take-inventory.ts';
import type { InventoryResource } from '../engine/inventory.ts';
import { bytesInWords } from '../shared/words/quantities.ts';
import type { Terminal } from './terminal.ts';

const REDRAW_MS = 100;

/** Draws one line of progress on standard error, over itself; nothing where that is no terminal. */
export class ProgressLine {
  readonly #terminal: Terminal;
  readonly #lists = new Map<InventoryResource, Progress>();
  #drawnAt = 0;
  #drawn = false;

  constructor(terminal: Terminal) {
    this.#terminal = terminal;
  }

  update(progress: Progress): void {
    this.#lists.set(progress.resource, progress);
    if (!this.#terminal.drawsProgress) return;
    const now = performance.now();
    if (now - this.#drawnAt < REDRAW_MS) return;
    this.#drawnAt = now;
    this.#draw(this.#text());
  }

  /** Replaces the line by another text while something else goes on. */
  say(text: string): void {
    if (this.#terminal.drawsProgress) this.#draw(text);
  }

  clear(): void {
    if (this.#drawn) this.#terminal.stderr.write('\r\u001b[K');
    this.#drawn = false;
  }

  #draw(text: string): void {
    this.#drawn = true;
    this.#terminal.stderr.write(`\r\u001b[K${text}`);
  }

  #text(): string {
    let bytes = 0;
    const open: string[] = [];
    for (const { resource, items, total, wireBytes, state } of this.#lists.values()) {
      bytes += wireBytes;
      if (state === 'listing') open.push(`${resource} ${items}${total === undefined ? '' : `/${total}`}`);
    }
    return l10n.t('Reading {0} · {1}', open.slice(0, 3).join(', '), bytesInWords(bytes));
  }
}
