import * as l10n from '@vscode/l10n';
import type { NextStep, PageView, Problem } from '../../../src/shared/dry-run/view.ts';
import { attempt } from '../../page/services.ts';
import { button } from '../../ui/button.ts';
import { commandLine } from '../../ui/command-line.ts';
import { fill, h } from '../../ui/h.ts';
import { icon } from '../../ui/icon.ts';
import type { PageServices } from '../page-services.ts';
import type { Screen } from './screen.ts';

/** There is no result: what happened, why, and the ways on. */
export class FailedScreen implements Screen {
  readonly element = h('section', { class: 'screen failed', role: 'alert' });
  readonly #services: PageServices;

  constructor(view: PageView, services: PageServices) {
    this.#services = services;
    this.update(view);
  }

  update({ state }: PageView): void {
    if (state.kind !== 'failed') return;
    const { what, why, lines, command, steps } = state.problem;
    fill(
      this.element,
      h('h2', {}, icon('error', 'error'), what),
      h('p', { class: 'lead' }, why),
      lines.length > 0 &&
        h('pre', { class: 'terminal', tabindex: '0', 'aria-label': l10n.t('Details') }, lines.join('\n')),
      command !== null && commandLine(command, this.#services.copy).element,
      steps.length > 0 && this.#buttons(steps),
    );
  }

  #buttons(steps: Problem['steps']): HTMLElement {
    return h(
      'div',
      { class: 'buttons' },
      ...steps.map((step, place) => {
        const { label, iconName } = stepInWords(step);
        return button({
          label,
          icon: iconName,
          look: place === 0 ? 'primary' : 'secondary',
          onPress: () => attempt(this.#services, this.#services.caller.call('step', { step })),
        }).element;
      }),
    );
  }
}

function stepInWords(step: NextStep): { label: string; iconName: string } {
  switch (step) {
    case 'runAgain':
      return { label: l10n.t('Run again'), iconName: 'refresh' };
    case 'ignoreInvalidRefs':
      return { label: l10n.t('Ignore them and run again'), iconName: 'play' };
    case 'oneNamespace':
      return { label: l10n.t('Look at one namespace'), iconName: 'symbol-namespace' };
    case 'chooseContext':
      return { label: l10n.t('Choose another context'), iconName: 'server' };
    case 'openKubeconfigSetting':
      return { label: l10n.t('Set the kubeconfig'), iconName: 'settings-gear' };
    case 'openRegistry':
      return { label: l10n.t('Open the Registry view'), iconName: 'package' };
    case 'openRuns':
      return { label: l10n.t('Open the Runs view'), iconName: 'history' };
    case 'openLog':
      return { label: l10n.t('Show the log'), iconName: 'output' };
  }
}
