import * as l10n from '@vscode/l10n';
import type { RegistryState } from '../../../src/shared/dry-run/view.ts';
import { attempt } from '../../page/services.ts';
import { linkButton } from '../../ui/button.ts';
import { type Child, fill, h } from '../../ui/h.ts';
import { icon, spinner } from '../../ui/icon.ts';
import type { PageServices } from '../page-services.ts';

/** Whether the registry could be pruned, as far as that was looked at. */
export class RegistryTile {
  readonly element = h('div', { class: 'tile registry' });
  readonly #services: PageServices;
  #shown = '';

  constructor(services: PageServices) {
    this.#services = services;
  }

  update(registry: RegistryState): void {
    const shown = JSON.stringify(registry);
    if (shown === this.#shown) return;
    this.#shown = shown;
    fill(
      this.element,
      h('dt', { class: 'registry-head' }, l10n.t('registry'), this.#action(registry)),
      ...this.#content(registry).map((child) => child && h('dd', {}, child)),
    );
  }

  #action({ kind }: RegistryState): HTMLElement | null {
    if (kind === 'unchecked') return linkButton(l10n.t('Check it'), () => this.#call('checkRegistry'));
    if (kind === 'problem') return linkButton(l10n.t('Diagnose'), () => this.#call('diagnose'));
    if (kind !== 'reached') return null;
    const details = linkButton(l10n.t('Details'), () => this.#call('openRegistry'));
    details.title = l10n.t('Open the Registry view');
    return details;
  }

  #content(registry: RegistryState): Child[] {
    switch (registry.kind) {
      case 'unchecked':
        return [
          line(icon('circle-large-outline', 'dim'), l10n.t('not checked yet')),
          h('span', { class: 'tile-detail two-lines' }, l10n.t('Pruning checks it before anything changes.')),
        ];
      case 'checking':
        return [line(spinner(), l10n.t('checking…'))];
      case 'unused':
        return [
          line(icon('circle-slash', 'dim'), l10n.t('left alone')),
          h('span', { class: 'tile-detail' }, l10n.t('--prune-registry is off')),
        ];
      case 'reached':
        return this.#reached(registry);
      case 'problem':
        return [
          line(icon('error', 'error'), l10n.t('can’t be used')),
          h('span', { class: 'tile-detail two-lines', title: registry.message }, registry.message),
        ];
    }
  }

  #reached({ address, tls, mayPrune }: Extract<RegistryState, { kind: 'reached' }>): Child[] {
    const secure = tls === 'verified';
    const security = {
      verified: l10n.t('verified'),
      unverified: l10n.t('not verified'),
      plain: l10n.t('HTTP, not encrypted'),
    }[tls];
    return [
      h(
        'span',
        { class: 'checks' },
        line(icon('check', 'stays'), l10n.t('reached')),
        line(icon(secure ? 'check' : 'warning', secure ? 'stays' : 'missing'), security),
        mayPrune === true && line(icon('check', 'stays'), l10n.t('may prune')),
        mayPrune === false && line(icon('error', 'error'), l10n.t('may not prune')),
      ),
      h('span', { class: 'tile-detail mono', title: address }, address),
    ];
  }

  #call(name: 'checkRegistry' | 'openRegistry' | 'diagnose'): void {
    attempt(this.#services, this.#services.caller.call(name, null));
  }
}

function line(symbol: HTMLElement, text: string): HTMLElement {
  return h('span', { class: 'check' }, symbol, text);
}
