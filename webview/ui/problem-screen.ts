import * as l10n from '@vscode/l10n';
import type { NextStep, Problem } from '../../src/shared/dry-run/view.ts';
import { button } from './button.ts';
import { commandLine } from './command-line.ts';
import { h } from './h.ts';
import { icon } from './icon.ts';

export interface ProblemActions {
  copy: (text: string) => Promise<void>;
  onStep: (step: NextStep) => void;
}

/** There is no result: what happened, why, and the ways on. */
export function problemScreen(
  { what, why, lines, command, steps }: Problem,
  { copy, onStep }: ProblemActions,
): HTMLElement {
  return h(
    'section',
    { class: 'screen failed', role: 'alert' },
    h('h2', {}, icon('error', 'error'), what),
    h('p', { class: 'lead' }, why),
    lines.length > 0 &&
      h('pre', { class: 'terminal', tabindex: '0', 'aria-label': l10n.t('Details') }, lines.join('\n')),
    command !== null && commandLine(command, copy).element,
    steps.length > 0 &&
      h(
        'div',
        { class: 'buttons' },
        ...steps.map((step, place) => {
          const { label, iconName } = stepInWords(step);
          const look = place === 0 ? 'primary' : 'secondary';
          return button({ label, icon: iconName, look, onPress: () => onStep(step) }).element;
        }),
      ),
  );
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
    case 'diagnose':
      return { label: l10n.t('Diagnose the registry'), iconName: 'pulse' };
    case 'openRuns':
      return { label: l10n.t('Open the Runs view'), iconName: 'history' };
    case 'openLog':
      return { label: l10n.t('Show the log'), iconName: 'output' };
  }
}
