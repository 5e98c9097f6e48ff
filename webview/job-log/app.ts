import * as l10n from '@vscode/l10n';
import type { Deleted } from '../../src/engine/steps.ts';
import type { JobLogProtocol } from '../../src/shared/job-log/protocol.ts';
import type { JobFacts, JobLogState, JobLogView, JobName } from '../../src/shared/job-log/view.ts';
import type { EventMessage } from '../../src/shared/page/protocol.ts';
import { jobStateInWords, tookInWords } from '../../src/shared/words/schedules.ts';
import { attempt } from '../page/services.ts';
import { button } from '../ui/button.ts';
import type { Complaint } from '../ui/complaint.ts';
import { fill, h, write } from '../ui/h.ts';
import { icon, spinner } from '../ui/icon.ts';
import { fact, pageHeader } from '../ui/page-header.ts';
import { problemScreen } from '../ui/problem-screen.ts';
import { rolloutBox } from '../ui/rollout-box.ts';
import { countsOf } from './counts.ts';
import { jobEnd } from './job-end.ts';
import { LogLines } from './log-lines.ts';
import type { PageServices } from './page-services.ts';
import { stateIcon } from './state-icon.ts';

/** How long it has run is said anew that often, in milliseconds. */
const TICK_MS = 1_000;

/** The page of a Job's log: what it has deleted so far, what it says, and what became of it. */
export class App {
  readonly #services: PageServices;
  readonly #root: HTMLElement;
  readonly #title: HTMLElement;
  readonly #facts: HTMLElement;
  readonly #stage = h('div', { class: 'stage' });
  readonly #counts = h('dl', { class: 'counts' });
  readonly #end = h('div', { class: 'job-end' });
  readonly #log = new LogLines();
  readonly #job: HTMLElement;
  readonly #stop;
  readonly #follow;
  readonly #delete;
  #view: JobLogView;
  #drawn = '';
  #drawnEnd = '';
  #announced = '';

  constructor(root: HTMLElement, view: JobLogView, services: PageServices, complaint: Complaint) {
    this.#services = services;
    this.#view = view;
    const { caller } = services;
    this.#stop = button({
      label: l10n.t('Stop Following'),
      icon: 'debug-pause',
      look: 'secondary',
      onPress: () => attempt(services, caller.call('stop', null)),
    });
    this.#follow = button({
      label: l10n.t('Follow'),
      icon: 'play',
      look: 'primary',
      onPress: () => {
        const job = this.#named();
        if (job) attempt(services, caller.call('follow', job));
      },
    });
    this.#delete = button({
      label: l10n.t('Delete Job…'),
      icon: 'trash',
      look: 'secondary',
      onPress: () => attempt(services, caller.call('deleteJob', null)),
    });
    this.#job = h('section', { class: 'screen' }, this.#end, this.#counts, this.#log.element);
    const header = pageHeader([this.#stop.element, this.#follow.element, this.#delete.element]);
    this.#title = header.title;
    this.#facts = header.facts;
    this.#root = h(
      'main',
      { class: 'page' },
      header.element,
      complaint.element,
      this.#stage,
      services.announcer.element,
    );
    fill(root, this.#root);
    this.show(view);
    setInterval(() => this.#drawFacts(), TICK_MS);
    // The window was loaded again: the host doesn't know any more whose log this was.
    const { job } = services.saved.memory;
    if (view.state.kind === 'none' && job) attempt(services, caller.call('follow', job));
  }

  show(view: JobLogView): void {
    const before = document.activeElement;
    this.#view = view;
    const { state, restricted } = view;
    this.#root.dataset.state = state.kind === 'job' ? state.job.state : state.kind;
    const job = this.#named();
    if (job) this.#services.saved.remember({ job });
    write(this.#title, job ? l10n.t('Prune {0}', job.name) : l10n.t('Prune in the cluster'));
    const ended = state.kind === 'job' && (state.job.state === 'succeeded' || state.job.state === 'failed');
    const following = state.kind === 'starting' || (state.kind === 'job' && state.following);
    this.#stop.element.hidden = !following;
    this.#follow.element.hidden = following || ended || !job;
    this.#delete.element.hidden = state.kind !== 'job';
    this.#delete.setDisabled(
      restricted,
      l10n.t('This workspace isn’t trusted, so nothing of the cluster is changed from it.'),
    );
    this.#drawFacts();
    if (state.kind === 'job') {
      this.#log.show(state.log);
      this.#drawCounts(state.log.counts, state.log.dryRun);
      this.#drawEnd(state);
      this.#announce(state.job);
    }
    const drawn = state.kind === 'job' ? 'job' : JSON.stringify(state);
    if (drawn !== this.#drawn) {
      this.#drawn = drawn;
      fill(this.#stage, this.#screen(state));
      if (state.kind === 'job') this.#log.toEnd();
    }
    // A button that is gone with its screen would take the keyboard's place with it.
    const lost = before !== document.body && before?.checkVisibility() === false;
    if (lost || (before && !before.isConnected)) this.#title.focus({ preventScroll: true });
  }

  receive(event: EventMessage<JobLogProtocol>): void {
    if (event.name === 'view') {
      this.show(event.data);
      return;
    }
    if (this.#view.state.kind !== 'job') return;
    this.#log.add(event.data.lines);
    this.#drawCounts(event.data.counts, event.data.dryRun);
  }

  #named(): JobName | null {
    const { state } = this.#view;
    if (state.kind === 'none') return this.#services.saved.memory.job;
    const { namespace, name } = state.job;
    return { namespace, name };
  }

  #drawFacts(): void {
    const { cluster, state } = this.#view;
    const job = state.kind === 'job' ? state.job : undefined;
    const named = this.#named();
    const facts = [
      ...(cluster ? [fact(icon('server'), cluster.context, cluster.server)] : []),
      ...(named ? [fact(icon('symbol-namespace'), named.namespace)] : []),
      ...(job ? [fact(stateIcon(job.state), jobStateInWords(job.state)), ...this.#timeOf(job)] : []),
      ...(job?.cronJob ? [fact(icon('clock'), l10n.t('of CronJob {0}', job.cronJob))] : []),
      ...(state.kind === 'job' && !state.following && !isOver(job)
        ? [fact(icon('debug-pause'), l10n.t('not followed; it goes on'))]
        : []),
    ];
    const text = facts.map(({ textContent, title }) => `${textContent}${title}`).join('\n');
    if (text === this.#facts.dataset.facts) return;
    this.#facts.dataset.facts = text;
    fill(this.#facts, ...facts);
  }

  #timeOf({ startedAt, endedAt }: JobFacts): HTMLElement[] {
    if (startedAt === null) return [];
    const end = endedAt === null ? this.#services.now() : Date.parse(endedAt);
    const said = tookInWords(Math.max(0, end - Date.parse(startedAt)));
    return [
      fact(icon('history'), endedAt === null ? l10n.t('for {0}', said) : l10n.t('took {0}', said), startedAt),
    ];
  }

  #drawCounts(counts: Deleted, dryRun: boolean): void {
    fill(this.#counts, ...countsOf(counts, dryRun));
  }

  #drawEnd(state: Extract<JobLogState, { kind: 'job' }>): void {
    const drawn = JSON.stringify([state.job, state.rollout]);
    if (drawn === this.#drawnEnd) return;
    this.#drawnEnd = drawn;
    const { caller } = this.#services;
    fill(
      this.#end,
      jobEnd(state.job, {
        explain: () => attempt(this.#services, caller.call('explain', null)),
        diagnose: () => attempt(this.#services, caller.call('diagnose', null)),
      }),
      rolloutBox(state.rollout, () => attempt(this.#services, caller.call('rollOut', null))),
    );
  }

  #announce({ state, outcome }: JobFacts): void {
    if (this.#announced !== '' && this.#announced !== state) this.#services.announcer.say(outcome);
    this.#announced = state;
  }

  #screen(state: JobLogState): HTMLElement {
    switch (state.kind) {
      case 'job':
        return this.#job;
      case 'failed':
        return problemScreen(state.problem, {
          copy: this.#services.copy,
          onStep: (step) => attempt(this.#services, this.#services.caller.call('step', { step })),
        });
      case 'starting':
        return h(
          'section',
          { class: 'screen empty', 'aria-busy': 'true' },
          h('p', { class: 'facts' }, spinner(), l10n.t('Looking for the Job…')),
        );
      case 'none':
        return h(
          'section',
          { class: 'screen empty' },
          h('h2', {}, l10n.t('No Job is followed')),
          h(
            'p',
            { class: 'lead' },
            this.#named()
              ? l10n.t('It was stopped here, or deleted. A Job that is still there can be followed again.')
              : l10n.t('Run a prune from the Schedules view, or open the log of one of its Jobs.'),
          ),
        );
    }
  }
}

function isOver(job: JobFacts | undefined): boolean {
  return job?.state === 'succeeded' || job?.state === 'failed';
}
