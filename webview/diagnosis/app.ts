import * as l10n from '@vscode/l10n';
import type { DiagnosisProtocol } from '../../src/shared/diagnosis/protocol.ts';
import type { DiagnosisView } from '../../src/shared/diagnosis/view.ts';
import type { EventMessage } from '../../src/shared/page/protocol.ts';
import { findingInWords } from '../../src/shared/words/diagnosis.ts';
import { attempt } from '../page/services.ts';
import type { Complaint } from '../ui/complaint.ts';
import { fill, h } from '../ui/h.ts';
import { problemScreen } from '../ui/problem-screen.ts';
import { ExplainBox } from './explain/explain-box.ts';
import { Header } from './header.ts';
import type { PageServices } from './page-services.ts';
import { emptyScreen } from './screens/empty-screen.ts';
import { ResultScreen } from './screens/result-screen.ts';
import { runningScreen } from './screens/running-screen.ts';

/** Ages are said anew that often, in milliseconds. */
const TICK_MS = 15_000;

/** The diagnosis page: the way to the registry, and below it a box that explains errors. */
export class App {
  readonly #services: PageServices;
  readonly #root: HTMLElement;
  readonly #header: Header;
  readonly #explain: ExplainBox;
  readonly #complaint: Complaint;
  readonly #stage = h('div', { class: 'stage' });
  #view: DiagnosisView;
  /** What the stage shows: it is drawn anew only where that is another. */
  #drawn = '';

  constructor(root: HTMLElement, view: DiagnosisView, services: PageServices, complaint: Complaint) {
    this.#services = services;
    this.#complaint = complaint;
    this.#view = view;
    this.#header = new Header(services);
    this.#explain = new ExplainBox(services);
    this.#root = h(
      'main',
      { class: 'page' },
      this.#header.element,
      complaint.element,
      this.#stage,
      this.#explain.element,
      services.announcer.element,
    );
    fill(root, this.#root);
    this.show(view);
    setInterval(() => this.#header.tick(), TICK_MS);
  }

  /** Draws a view, as much of it as is new. */
  show(view: DiagnosisView): void {
    const before = document.activeElement;
    const first = this.#drawn === '';
    this.#view = view;
    this.#root.dataset.state = view.state.kind;
    this.#header.update(view);
    const drawn = drawingOf(view);
    if (drawn !== this.#drawn) {
      this.#drawn = drawn;
      fill(this.#stage, this.#screenFor(view));
      if (!first) this.#announce(view);
      if (view.state.kind === 'running') this.#complaint.clear();
    }
    this.#explain.update(view);
    // A button that is gone with its screen would take the keyboard’s place with it.
    const lost = before !== document.body && before?.checkVisibility() === false;
    if (lost || (before && !before.isConnected)) this.#header.focus();
  }

  /** Takes an event of the host. */
  receive(event: EventMessage<DiagnosisProtocol>): void {
    if (event.name === 'view') {
      this.show(event.data);
      return;
    }
    const { state } = this.#view;
    if (state.kind === 'running') this.show({ ...this.#view, state: { ...state, progress: event.data } });
  }

  #screenFor(view: DiagnosisView): HTMLElement {
    const { state, restricted } = view;
    const services = this.#services;
    switch (state.kind) {
      case 'empty':
        return emptyScreen(view, state.why, services);
      case 'running':
        return runningScreen(state.progress);
      case 'failed':
        return problemScreen(state.problem, {
          copy: services.copy,
          onStep: (step) => attempt(services, services.caller.call('step', { step })),
        });
      case 'done':
        return new ResultScreen(state, restricted, services).element;
    }
  }

  #announce({ state }: DiagnosisView): void {
    const { announcer } = this.#services;
    if (state.kind === 'running') announcer.say(l10n.t('Looking at the ways to the registry…'));
    if (state.kind !== 'done') return;
    const [finding] = state.diagnosis.findings;
    announcer.say(
      finding
        ? l10n.t('The diagnosis is done: {0}', findingInWords(finding).title)
        : l10n.t('The diagnosis is done: nothing is in the way.'),
    );
  }
}

/** The same for views that look the same on the stage. */
function drawingOf({ state, restricted, cluster }: DiagnosisView): string {
  switch (state.kind) {
    case 'done':
      return `done ${state.id} ${restricted} ${state.stale}`;
    case 'running':
      return `running ${JSON.stringify(state.progress.addresses)}`;
    default:
      return JSON.stringify([state, cluster]);
  }
}
