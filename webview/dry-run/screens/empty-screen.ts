import * as l10n from '@vscode/l10n';
import type { PageState, PageView } from '../../../src/shared/dry-run/view.ts';
import { attempt } from '../../page/services.ts';
import { button } from '../../ui/button.ts';
import { fill, h } from '../../ui/h.ts';
import { icon } from '../../ui/icon.ts';
import type { PageServices } from '../page-services.ts';
import type { Screen } from './screen.ts';

type Why = Extract<PageState, { kind: 'empty' }>['why'];

/** Nothing was run yet, or what was run is gone. */
export class EmptyScreen implements Screen {
  readonly element = h('section', { class: 'screen empty' });
  readonly #services: PageServices;

  constructor(view: PageView, services: PageServices) {
    this.#services = services;
    this.update(view);
  }

  update(view: PageView): void {
    const { state, options, cluster } = view;
    if (state.kind !== 'empty') return;
    const { caller } = this.#services;
    const isPruned = cluster !== null && state.why === 'reloadedAfterPrune';
    const runs = button({
      label: l10n.t('Open the Runs view'),
      icon: 'history',
      look: 'primary',
      onPress: () => attempt(this.#services, caller.call('step', { step: 'openRuns' })),
    });
    const start = cluster
      ? button({
          label: l10n.t('Run the dry run'),
          icon: 'play',
          look: isPruned ? 'secondary' : 'primary',
          onPress: () => attempt(this.#services, caller.call('run', options)),
        })
      : button({
          label: l10n.t('Choose a cluster'),
          icon: 'server',
          look: 'primary',
          onPress: () => attempt(this.#services, caller.call('step', { step: 'chooseContext' })),
        });
    fill(
      this.element,
      h('h2', {}, cluster ? titleOf(state.why) : l10n.t('No cluster is chosen')),
      h(
        'p',
        { class: 'lead' },
        cluster ? leadOf(state.why) : l10n.t('Choose a context of your kubeconfig first.'),
      ),
      h('div', { class: 'buttons' }, ...(isPruned ? [runs.element] : []), start.element),
      h(
        'ul',
        { class: 'promises' },
        promise('eye', l10n.t('It only reads: nothing in the cluster or the registry changes.')),
        promise(
          'list-tree',
          l10n.t('Every tag revision and every image gets a verdict, with all its reasons.'),
        ),
        promise('shield', l10n.t('Pruning is a step of its own, after you have looked at the result.')),
      ),
    );
  }
}

function titleOf(why: Why): string {
  switch (why) {
    case 'never':
      return l10n.t('See what can go, and why');
    case 'reloaded':
      return l10n.t('The result is gone');
    case 'reloadedAfterPrune':
      return l10n.t('The last prune is among the runs');
    case 'contextChanged':
      return l10n.t('Another context is chosen');
    case 'cancelled':
      return l10n.t('The dry run was cancelled');
  }
}

function leadOf(why: Why): string {
  switch (why) {
    case 'never':
      return l10n.t(
        'A dry run reads the cluster’s images, image streams and everything that uses them, and works out what a prune would remove.',
      );
    case 'reloaded':
      return l10n.t(
        'Results are kept only while the editor runs. Filters and options are still as you left them.',
      );
    case 'reloadedAfterPrune':
      return l10n.t(
        'The window was loaded again after a prune. What it did, and whether it still has to be resumed or rolled out, is in the Runs view.',
      );
    case 'contextChanged':
      return l10n.t('There is no result for this context yet.');
    case 'cancelled':
      return l10n.t('Nothing was changed, and there is no earlier result to show.');
  }
}

function promise(iconName: string, text: string): HTMLElement {
  return h('li', {}, icon(iconName, 'dim'), h('span', {}, text));
}
