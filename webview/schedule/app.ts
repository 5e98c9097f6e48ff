import * as l10n from '@vscode/l10n';
import { DOCUMENTED_REQUEST } from '../../src/schedules/schedule-request.ts';
import type { EventMessage } from '../../src/shared/page/protocol.ts';
import type { ScheduleProtocol } from '../../src/shared/schedule/protocol.ts';
import type { FormStart, ScheduleView, ScheduleWhat } from '../../src/shared/schedule/view.ts';
import { attempt } from '../page/services.ts';
import { button } from '../ui/button.ts';
import type { Complaint } from '../ui/complaint.ts';
import { fill, h, write } from '../ui/h.ts';
import { icon, spinner } from '../ui/icon.ts';
import { fact, hostOf, pageHeader } from '../ui/page-header.ts';
import { problemScreen } from '../ui/problem-screen.ts';
import { radioGroup } from '../ui/radio-group.ts';
import { CreateForm } from './form/create-form.ts';
import { createValuesOf } from './form/create-values.ts';
import { PrunerForm } from './form/pruner-form.ts';
import type { PageServices } from './page-services.ts';

/** Times to come are said anew that often, in milliseconds. */
const TICK_MS = 30_000;

/** The page of schedules: what to make, its form, and the state of what is there. */
export class App {
  readonly #services: PageServices;
  readonly #root: HTMLElement;
  readonly #title: HTMLElement;
  readonly #facts: HTMLElement;
  readonly #lead = h('p', { class: 'lead' });
  readonly #choice;
  readonly #chooser: HTMLElement;
  readonly #create: CreateForm;
  readonly #pruner: PrunerForm;
  readonly #refresh;
  readonly #stage = h('div', { class: 'stage' });
  #view: ScheduleView;
  #what: ScheduleWhat;
  #begun: string | undefined;
  #drawn = '';

  constructor(root: HTMLElement, view: ScheduleView, services: PageServices, complaint: Complaint) {
    this.#services = services;
    this.#view = view;
    this.#what = services.saved.memory.what;
    this.#create = new CreateForm(services);
    this.#pruner = new PrunerForm(services);
    this.#choice = radioGroup(
      l10n.t('What to schedule'),
      [
        { value: 'CronJob', label: l10n.t('A CronJob') },
        { value: 'Job', label: l10n.t('One Job, now') },
        { value: 'pruner', label: l10n.t('The operator’s ImagePruner') },
      ],
      (what) => this.#choose(what),
    );
    this.#chooser = h(
      'div',
      { class: 'chooser' },
      // For who goes from heading to heading: the choice says the same to the eye.
      h('h2', { class: 'unseen' }, l10n.t('What to schedule')),
      this.#choice.element,
      this.#lead,
    );
    this.#refresh = button({
      label: l10n.t('Read again'),
      icon: 'refresh',
      look: 'secondary',
      onPress: () => attempt(services, services.caller.call('refresh', null)),
    });
    const header = pageHeader([this.#refresh.element]);
    this.#title = header.title;
    this.#facts = header.facts;
    this.#root = h(
      'main',
      { class: 'page' },
      header.element,
      complaint.element,
      this.#chooser,
      this.#stage,
      services.announcer.element,
    );
    fill(root, this.#root);
    this.show(view);
    setInterval(() => {
      this.#create.tick();
      this.#pruner.tick();
    }, TICK_MS);
  }

  show(view: ScheduleView): void {
    const before = document.activeElement;
    this.#view = view;
    this.#begin(view.start);
    const { cluster, state } = view;
    this.#root.dataset.state = state.kind;
    write(
      this.#title,
      cluster ? l10n.t('Schedule pruning of {0}', cluster.context) : l10n.t('Schedule pruning'),
    );
    fill(
      this.#facts,
      cluster && fact(icon('server'), hostOf(cluster.server), cluster.server),
      cluster && fact(icon('account'), cluster.user),
    );
    this.#refresh.element.hidden = state.kind === 'loading';
    this.#draw();
    // A button that is gone with its screen would take the keyboard's place with it.
    if (before !== document.body && before?.checkVisibility() === false) this.#title.focus();
  }

  receive(event: EventMessage<ScheduleProtocol>): void {
    this.show(event.data);
  }

  /** Fills the forms in: with what was opened, or with what the page remembers of it. */
  #begin(start: FormStart | null): void {
    const { saved } = this.#services;
    const { memory } = saved;
    const id = start?.id ?? memory.start;
    if (this.#begun === id) return;
    this.#begun = id;
    const isSame = start === null || memory.start === start.id;
    if (isSame || this.#isTyped(start)) {
      // Whoever asks for the same form once more goes on where they were.
      const { create, pruner, editing } = memory;
      this.#create.begin(create ?? createValuesOf(start?.request ?? DOCUMENTED_REQUEST), editing);
      this.#pruner.begin(pruner);
      const isOther = !isSame && (start.what === 'pruner') !== (memory.what === 'pruner');
      this.#what = isOther ? start.what : memory.what;
      saved.remember({ start: id, what: this.#what });
      return;
    }
    this.#what = start.what;
    const { what, editing } = start;
    // What was typed into a form that is left is gone; what it is filled in with is kept for a reload.
    const create = createValuesOf(start.request);
    saved.remember({ start: start.id, what, editing, create, pruner: null });
    this.#create.begin(create, editing);
    this.#pruner.begin(null);
    this.#drawn = '';
  }

  /** Whether the form that is asked for is one in which something may have been typed. */
  #isTyped({ what, editing, request }: FormStart): boolean {
    const { start, create, editing: wasEditing } = this.#services.saved.memory;
    if (start === '' || what === 'pruner') return start !== '';
    if (this.#create.isDone || create === null || editing !== wasEditing) return false;
    return !editing || (create.object.name === request.name && create.object.namespace === request.namespace);
  }

  #choose(what: ScheduleWhat): void {
    if (what === this.#what) return;
    this.#what = what;
    this.#services.saved.remember({ what });
    this.#draw();
  }

  #draw(): void {
    const { state } = this.#view;
    this.#choice.value = this.#what;
    write(this.#lead, leadOf(this.#what));
    this.#chooser.hidden = state.kind !== 'ready';
    const drawn = state.kind === 'ready' ? `ready ${this.#what}` : JSON.stringify(state);
    if (state.kind === 'ready') {
      if (this.#what === 'pruner') this.#pruner.update(this.#view);
      else this.#create.update(this.#view, this.#what);
    }
    if (drawn === this.#drawn) return;
    this.#drawn = drawn;
    fill(this.#stage, this.#screen());
  }

  #screen(): HTMLElement {
    const { state } = this.#view;
    switch (state.kind) {
      case 'loading':
        return h(
          'section',
          { class: 'screen empty', 'aria-busy': 'true' },
          h('p', { class: 'facts' }, spinner(), l10n.t('Reading what prunes in the cluster…')),
        );
      case 'failed':
        return problemScreen(state.problem, {
          copy: this.#services.copy,
          onStep: (step) => attempt(this.#services, this.#services.caller.call('step', { step })),
        });
      case 'ready':
        return this.#what === 'pruner' ? this.#pruner.element : this.#create.element;
    }
  }
}

function leadOf(what: ScheduleWhat): string {
  switch (what) {
    case 'CronJob':
      return l10n.t(
        'A prune of your own, by its own schedule, with every option of oc adm prune images. It runs in the cluster: the way to go where a laptop is too small, or asleep.',
      );
    case 'Job':
      return l10n.t('The same once: it begins as soon as it is made.');
    case 'pruner':
      return l10n.t(
        'What the registry’s operator does by itself. It has fewer options, and a CronJob that it keeps as they say.',
      );
  }
}
