import type { NextStep, PageView } from '../../../src/shared/dry-run/view.ts';
import { attempt } from '../../page/services.ts';
import { fill, h } from '../../ui/h.ts';
import { problemScreen } from '../../ui/problem-screen.ts';
import type { PageServices } from '../page-services.ts';
import type { Screen } from './screen.ts';

/** There is no result. */
export class FailedScreen implements Screen {
  readonly element = h('div', {});
  readonly #services: PageServices;

  constructor(view: PageView, services: PageServices) {
    this.#services = services;
    this.update(view);
  }

  update({ state }: PageView): void {
    if (state.kind !== 'failed') return;
    const { copy, caller } = this.#services;
    const actions = {
      copy,
      onStep: (step: NextStep) => attempt(this.#services, caller.call('step', { step })),
    };
    fill(this.element, problemScreen(state.problem, actions));
  }
}
