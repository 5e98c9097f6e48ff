import * as l10n from '@vscode/l10n';
import type { Deleted } from '../../../src/engine/steps.ts';
import type { PageView, PruneProgress } from '../../../src/shared/dry-run/view.ts';
import { fill, h, write } from '../../ui/h.ts';
import { icon, spinner } from '../../ui/icon.ts';
import type { PageServices } from '../page-services.ts';
import { deletedKinds, kindInWords } from '../words/deleted.ts';
import { ProgressLine } from './progress-line.ts';
import type { Screen } from './screen.ts';

type Stage = PruneProgress['stage'];
const STAGES: readonly Stage[] = ['checking', 'preparing', 'pruning'];

/** The prune is under way: which stage it is in, and how much of each kind is done. */
export class PruningScreen implements Screen {
  readonly element: HTMLElement;
  readonly #services: PageServices;
  readonly #stages = h('ol', { class: 'stages' });
  readonly #lines = new Map<keyof Deleted, ProgressLine>();
  readonly #last = h('p', { class: 'last-step mono' });
  readonly #protections = h('p', { class: 'protections' });
  #stage: Stage | undefined;

  constructor(view: PageView, services: PageServices) {
    this.#services = services;
    const kinds = h('ul', { class: 'progress-lines', 'aria-label': l10n.t('Deletions') });
    for (const kind of deletedKinds()) {
      const line = new ProgressLine(kindInWords(kind));
      this.#lines.set(kind, line);
      kinds.append(line.element);
    }
    this.element = h(
      'section',
      { class: 'screen pruning' },
      this.#stages,
      kinds,
      this.#last,
      this.#protections,
      h(
        'p',
        { class: 'dim' },
        l10n.t(
          'Cancel lets what is under way finish. Everything done is written down, and the run can be resumed.',
        ),
      ),
    );
    this.update(view);
  }

  update({ state }: PageView): void {
    if (state.kind === 'pruning') this.show(state.progress);
  }

  show({ stage, planned, done, protections, last }: PruneProgress): void {
    if (stage !== this.#stage) {
      this.#stage = stage;
      fill(this.#stages, ...STAGES.map((each) => stageItem(each, stage)));
      this.#services.announcer.say(stageInWords(stage));
    }
    for (const [kind, line] of this.#lines) {
      const [count, total] = [done[kind], planned[kind]];
      line.update(count >= total ? 'done' : stage === 'pruning' ? 'busy' : 'waiting', count, total);
    }
    write(this.#last, last ?? '');
    this.#protections.hidden = protections === 0;
    if (protections > 0) {
      fill(
        this.#protections,
        icon('shield', 'outcome beyondReference'),
        protections === 1
          ? l10n.t('1 image is left alone: something names it by now.')
          : l10n.t('{0} images are left alone: something names them by now.', protections),
      );
    }
  }
}

function stageItem(stage: Stage, current: Stage): HTMLElement {
  const [at, now] = [STAGES.indexOf(stage), STAGES.indexOf(current)];
  const symbol =
    at < now ? icon('pass', 'stays') : at === now ? spinner() : icon('circle-large-outline', 'dim');
  return h(
    'li',
    {
      class: at === now ? 'current' : at < now ? 'past' : 'coming',
      'aria-current': at === now ? 'step' : null,
    },
    symbol,
    stageInWords(stage),
  );
}

function stageInWords(stage: Stage): string {
  switch (stage) {
    case 'checking':
      return l10n.t('Checking plan, rights and registry');
    case 'preparing':
      return l10n.t('Saving what is about to change');
    case 'pruning':
      return l10n.t('Pruning');
  }
}
