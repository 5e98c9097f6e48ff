import * as l10n from '@vscode/l10n';
import { mayPrune, type RegistryDiagnosis } from '../../../src/registry/diagnosis/registry-diagnosis.ts';
import { findingInWords } from '../../../src/shared/words/diagnosis.ts';
import { banner } from '../../ui/banner.ts';
import { button } from '../../ui/button.ts';
import { h } from '../../ui/h.ts';

/**
 * What the diagnosis comes to, in one line.
 * @param onAsk has the registry asked whether it would delete
 */
export function verdictBanner(diagnosis: RegistryDiagnosis, onAsk: () => void): HTMLElement {
  const { reached } = diagnosis;
  const problem = problemOf(diagnosis);
  const way = wayOf(diagnosis);
  if (reached === null) {
    return banner('error', l10n.t('A prune would not reach the registry.'), problem && h('p', {}, problem));
  }
  if (mayPrune(diagnosis)) {
    return banner(
      'done',
      l10n.t('The registry is reached at {0}, and would delete.', reached),
      way && h('p', {}, way),
      problem && h('p', {}, problem),
    );
  }
  if (wasNotAsked(diagnosis)) {
    const ask = button({ label: l10n.t('Ask it'), icon: 'key', look: 'primary', onPress: onAsk });
    return banner(
      'info',
      l10n.t('The registry is reached at {0}.', reached),
      way && h('p', {}, way),
      h(
        'p',
        {},
        l10n.t(
          'Whether it would delete for you was not asked: that sends your token to this address, which you see for the first time.',
        ),
      ),
      h('div', { class: 'buttons' }, ask.element),
    );
  }
  return banner(
    'error',
    l10n.t('The registry is reached at {0}, but would not delete.', reached),
    way && h('p', {}, way),
    problem && h('p', {}, problem),
  );
}

/** The settings have changed since: what is shown is of another way. */
export function staleBanner(onAgain: () => void): HTMLElement {
  const again = button({
    label: l10n.t('Diagnose again'),
    icon: 'refresh',
    look: 'primary',
    onPress: onAgain,
  });
  return banner(
    'warning',
    l10n.t('The settings have changed since this was seen.'),
    h('div', { class: 'buttons' }, again.element),
  );
}

function problemOf({ findings: [first] }: RegistryDiagnosis): string | null {
  return first ? findingInWords(first).title : null;
}

/** What the address alone doesn’t say; null where it says it all. */
function wayOf({ addresses }: RegistryDiagnosis): string | null {
  const through = addresses.find(({ chosen }) => chosen)?.through ?? null;
  if (through === null) return null;
  return l10n.t(
    'Through a tunnel to {0} (port-forward), since it can’t be reached from here directly.',
    through,
  );
}

function wasNotAsked({ addresses }: RegistryDiagnosis): boolean {
  return addresses.some(
    ({ chosen, steps }) => chosen && steps.some(({ because }) => because === 'unseenAddress'),
  );
}
