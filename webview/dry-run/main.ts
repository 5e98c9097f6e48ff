import * as l10n from '@vscode/l10n';
import { Caller } from '../../src/shared/page/caller.ts';
import type { EventMessage } from '../../src/shared/page/protocol.ts';
import { Announcer } from '../ui/announcer.ts';
import { fill, h } from '../ui/h.ts';
import { defineControls } from '../ui/toolkit.ts';
import { App } from './app.ts';
import { Complaint } from './frame/complaint.ts';
import { channelTo, hostApi } from './host-api.ts';
import type { PageServices } from './page-services.ts';
import { SavedState } from './saved-state.ts';
import './page.css';

const api = hostApi();
let app: App | undefined;
/** What the host says before the page is drawn is in its answer already, or comes after it. */
const early: EventMessage[] = [];
const caller = new Caller(channelTo(api), (event) => (app ? app.receive(event) : early.push(event)));

async function start(root: HTMLElement): Promise<void> {
  const { words, view } = await caller.call('ready', null);
  // Before the first word is drawn.
  if (words !== null) l10n.config({ contents: { ...words } });
  defineControls();
  const complaint = new Complaint();
  const complain = (error: unknown) => complaint.show(error instanceof Error ? error.message : String(error));
  const services: PageServices = {
    caller,
    announcer: new Announcer(),
    saved: new SavedState(api),
    complain,
    copy: async (text) => {
      try {
        await caller.call('copy', { text });
      } catch (error) {
        complain(error);
      }
    },
    now: Date.now,
  };
  app = new App(root, view, services, complaint);
  for (const event of early.splice(0)) app.receive(event);
}

const root = document.getElementById('page');
if (root) {
  start(root).catch((error: unknown) =>
    fill(root, h('p', { role: 'alert' }, error instanceof Error ? error.message : String(error))),
  );
}
