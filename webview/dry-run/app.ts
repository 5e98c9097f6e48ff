import * as l10n from '@vscode/l10n';
import type { DryRunProtocol } from '../../src/shared/dry-run/protocol.ts';
import type { PageState, PageView } from '../../src/shared/dry-run/view.ts';
import type { EventMessage } from '../../src/shared/page/protocol.ts';
import { optionsInWords } from '../../src/shared/words/options.ts';
import { bytesInWords } from '../../src/shared/words/quantities.ts';
import { attempt } from '../page/services.ts';
import type { Complaint } from '../ui/complaint.ts';
import { type Disclosure, disclosure } from '../ui/disclosure.ts';
import { fill, h } from '../ui/h.ts';
import { PageHeader } from './frame/page-header.ts';
import { OptionsForm } from './options/options-form.ts';
import type { PageServices } from './page-services.ts';
import { ResultScreen } from './result/result-screen.ts';
import { EmptyScreen } from './screens/empty-screen.ts';
import { FailedScreen } from './screens/failed-screen.ts';
import { PrunedScreen } from './screens/pruned-screen.ts';
import { PruningScreen } from './screens/pruning-screen.ts';
import { RunningScreen } from './screens/running-screen.ts';
import type { Screen } from './screens/screen.ts';

/** Ages are said anew that often, in milliseconds. */
const TICK_MS = 15_000;

/** The dry-run page: a frame that stays, and in it a screen for every state. */
export class App {
  readonly #services: PageServices;
  readonly #root: HTMLElement;
  readonly #header: PageHeader;
  readonly #options: Disclosure;
  readonly #form: OptionsForm;
  readonly #stage = h('div', { class: 'stage' });
  #view: PageView;
  #screen: Screen | undefined;
  #kind: PageState['kind'] | undefined;

  constructor(root: HTMLElement, view: PageView, services: PageServices, complaint: Complaint) {
    this.#services = services;
    this.#view = view;
    this.#header = new PageHeader(services);
    this.#options = disclosure(l10n.t('Options'), (optionsOpen) => services.saved.remember({ optionsOpen }));
    this.#options.open = services.saved.memory.optionsOpen;
    this.#options.element.classList.add('options-section');
    this.#form = new OptionsForm(services, (changed) => this.#summarise(changed));
    this.#options.content.append(this.#form.element);
    this.#root = h(
      'main',
      { class: 'page' },
      this.#header.element,
      complaint.element,
      this.#options.element,
      this.#stage,
      services.announcer.element,
    );
    fill(root, this.#root);
    this.show(this.#restored(view));
    setInterval(() => this.tick(), TICK_MS);
  }

  /** Draws a view, as much of it as is new. */
  show(view: PageView): void {
    const before = document.activeElement;
    this.#view = view;
    this.#remember(view);
    const { state } = view;
    this.#root.dataset.state = state.kind;
    this.#header.update(view);
    this.#options.element.hidden = state.kind === 'running' || state.kind === 'pruning';
    this.#form.update(view);
    const same =
      this.#kind === state.kind && !(this.#screen instanceof ResultScreen && !this.#isShown(state));
    if (same) this.#screen?.update(view);
    else this.#turnTo(this.#screenFor(view), state);
    // A button that is gone with its screen would take the keyboard's place with it.
    if (before !== document.body && before?.checkVisibility() === false) this.#header.focus();
  }

  /** Takes an event of the host. */
  receive(event: EventMessage<DryRunProtocol>): void {
    const { state } = this.#view;
    switch (event.name) {
      case 'view':
        this.show(event.data);
        return;
      case 'running':
        if (state.kind === 'running') this.show({ ...this.#view, state: { ...state, progress: event.data } });
        return;
      case 'pruning':
        if (state.kind === 'pruning') this.show({ ...this.#view, state: { ...state, progress: event.data } });
        return;
      case 'registry':
        this.show({ ...this.#view, registry: event.data });
        return;
      case 'show':
        if (this.#screen instanceof ResultScreen) this.#screen.show(event.data.query);
        else this.#services.saved.remember({ query: event.data.query });
    }
  }

  /**
   * A window that was loaded again has lost the plan. What was shown is made again where it was, with what it was made
   * with; in another cluster there is nothing to come back to. A prune isn't made again: what became of it is a run.
   */
  #restored(view: PageView): PageView {
    const { saved, caller } = this.#services;
    const { run, pruned } = saved.memory;
    const { state, cluster } = view;
    if (state.kind !== 'empty' || state.why !== 'never') return view;
    const isHere = (was: typeof pruned) =>
      cluster?.context === was?.context && cluster?.server === was?.server;
    if (pruned !== null && isHere(pruned)) {
      return { ...view, state: { kind: 'empty', why: 'reloadedAfterPrune' } };
    }
    if (run === null) return view;
    if (isHere(run)) attempt(this.#services, caller.call('run', run.options));
    return { ...view, state: { kind: 'empty', why: 'reloaded' } };
  }

  /** What would have to be made again if the window were loaded again. */
  #remember({ state, cluster, options }: PageView): void {
    const { saved } = this.#services;
    if (!cluster) return;
    const { context, server } = cluster;
    if (state.kind === 'result') saved.remember({ run: { context, server, options }, pruned: null });
    else if (state.kind === 'pruning' || state.kind === 'pruned') {
      saved.remember({ run: null, pruned: { context, server } });
    }
  }

  tick(): void {
    this.#header.tick();
    this.#screen?.tick?.();
  }

  #isShown(state: PageState): boolean {
    return state.kind === 'result' && this.#screen instanceof ResultScreen && this.#screen.shows(state.plan);
  }

  #turnTo(screen: Screen, state: PageState): void {
    const first = this.#screen === undefined;
    this.#screen?.close?.();
    this.#screen = screen;
    this.#kind = state.kind;
    fill(this.#stage, screen.element);
    screen.start?.();
    if (first) return;
    window.scrollTo({ top: 0 });
    if (state.kind === 'result') {
      const { bytes } = state.plan.summary;
      this.#services.announcer.say(l10n.t('The dry run is done: {0} can go.', bytesInWords(bytes.freed)));
    } else if (state.kind === 'pruned') {
      const freed = bytesInWords(state.report.bytes.freedNow);
      this.#services.announcer.say(l10n.t('The prune has ended: {0} freed.', freed));
    }
  }

  #screenFor(view: PageView): Screen {
    const { state } = view;
    switch (state.kind) {
      case 'empty':
        return new EmptyScreen(view, this.#services);
      case 'running':
        return new RunningScreen(view, this.#services);
      case 'failed':
        return new FailedScreen(view, this.#services);
      case 'result':
        return new ResultScreen(state.plan, view, this.#services);
      case 'pruning':
        return new PruningScreen(view, this.#services);
      case 'pruned':
        return new PrunedScreen(view, this.#services);
    }
  }

  #summarise(changed: boolean): void {
    this.#options.setSummary(
      optionsInWords(this.#view.options).map((text) => ({ text })),
      changed ? h('span', { class: 'badge' }, l10n.t('changes not run yet')) : undefined,
    );
  }
}
