import * as l10n from '@vscode/l10n';
import type { DiagnosisState, DiagnosisView } from '../../../src/shared/diagnosis/view.ts';
import { attempt } from '../../page/services.ts';
import { button } from '../../ui/button.ts';
import { h } from '../../ui/h.ts';
import { icon } from '../../ui/icon.ts';
import type { PageServices } from '../page-services.ts';

type Why = Extract<DiagnosisState, { kind: 'empty' }>['why'];

/** Nothing was looked at yet, or there is nothing to look at. */
export function emptyScreen({ cluster }: DiagnosisView, why: Why, services: PageServices): HTMLElement {
  const { caller } = services;
  const start = cluster
    ? button({
        label: l10n.t('Diagnose the registry'),
        icon: 'pulse',
        look: 'primary',
        onPress: () => attempt(services, caller.call('run', null)),
      })
    : button({
        label: l10n.t('Choose a cluster'),
        icon: 'server',
        look: 'primary',
        onPress: () => attempt(services, caller.call('step', { step: 'chooseContext' })),
      });
  return h(
    'section',
    { class: 'screen empty' },
    h('h2', {}, cluster ? titleOf(why) : l10n.t('No cluster is chosen')),
    h(
      'p',
      { class: 'lead' },
      cluster
        ? l10n.t('Every address of the registry is looked at, from the name to the right to delete.')
        : l10n.t('Choose a context of your kubeconfig, or have an error explained: that takes no cluster.'),
    ),
    h('div', { class: 'buttons' }, start.element),
    cluster &&
      h(
        'ul',
        { class: 'promises' },
        promise('eye', l10n.t('It only looks: nothing in the cluster or the registry changes.')),
        promise('key', l10n.t('Your token goes only to a registry whose address you gave or have seen.')),
        promise(
          'shield',
          l10n.t('What could be done about it is shown first, and done only when you agree.'),
        ),
      ),
  );
}

function titleOf(why: Why): string {
  switch (why) {
    case 'never':
      return l10n.t('See what stands between you and the registry');
    case 'contextChanged':
      return l10n.t('Another context is chosen');
    case 'cancelled':
      return l10n.t('The diagnosis was cancelled');
  }
}

function promise(iconName: string, text: string): HTMLElement {
  return h('li', {}, icon(iconName, 'dim'), h('span', {}, text));
}
