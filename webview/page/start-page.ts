import * as l10n from '@vscode/l10n';
import { Caller } from '../../src/shared/page/caller.ts';
import type { EventMessage, Hello, Protocol, ViewOf } from '../../src/shared/page/protocol.ts';
import { Announcer } from '../ui/announcer.ts';
import { Complaint } from '../ui/complaint.ts';
import { fill, h } from '../ui/h.ts';
import { defineControls } from '../ui/toolkit.ts';
import { channelTo, hostApi } from './host-api.ts';
import { keepFocus } from './keep-focus.ts';
import { SavedState } from './saved-state.ts';
import type { Services } from './services.ts';

/** A page that has been drawn. */
export interface DrawnPage<P extends Protocol> {
  /** Takes an event of the host. */
  receive(event: EventMessage<P>): void;
}

/** What is handed to a page to draw itself. */
export interface PageParts<P extends Protocol, Memory> {
  root: HTMLElement;
  view: ViewOf<P>;
  services: Services<P, Memory>;
  /** To be put on the page: what `services.complain` shows. */
  complaint: Complaint;
}

/**
 * Asks the host for the view and the words, and has the page drawn. To be called once: by the page’s script.
 * @param readMemory makes sense of what the page last remembered
 */
export function startPage<P extends Protocol, Memory>(
  readMemory: (state: unknown) => Memory,
  draw: (parts: PageParts<P, Memory>) => DrawnPage<P>,
): void {
  const root = document.getElementById('page');
  if (!root) return;
  const api = hostApi();
  let page: DrawnPage<P> | undefined;
  /** What the host says before the page is drawn is in its answer already, or comes after it. */
  const early: EventMessage<P>[] = [];
  const caller = new Caller<P>(channelTo(api), (event) => (page ? page.receive(event) : early.push(event)));

  const start = async () => {
    // Every protocol has it; the compiler can't tell while it doesn't know which one this is.
    const hello = (await caller.call('ready', null as never)) as Hello<ViewOf<P>>;
    // Before the first word is drawn.
    if (hello.words !== null) l10n.config({ contents: { ...hello.words } });
    defineControls();
    const complaint = new Complaint();
    const complain = (error: unknown) => complaint.show(messageOf(error));
    const services: Services<P, Memory> = {
      caller,
      announcer: new Announcer(),
      saved: new SavedState(api, readMemory),
      complain,
      copy: async (text) => {
        try {
          await caller.call('copy', { text } as never);
        } catch (error) {
          complain(error);
        }
      },
      now: Date.now,
    };
    keepFocus();
    page = draw({ root, view: hello.view, services, complaint });
    for (const event of early.splice(0)) page.receive(event);
  };
  start().catch((error: unknown) => fill(root, h('p', { role: 'alert' }, messageOf(error))));
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
