import * as l10n from '@vscode/l10n';
import type { Finding, Fix } from '../../../src/registry/diagnosis/finding.ts';
import { changesSomething, fixAction } from '../../../src/shared/diagnosis/fix-action.ts';
import { findingInWords, fixInWords, ruleInWords } from '../../../src/shared/words/diagnosis.ts';
import { inSettings } from '../../../src/shared/words/in-settings.ts';
import { button } from '../../ui/button.ts';
import { commandLine } from '../../ui/command-line.ts';
import { h, uniqueId } from '../../ui/h.ts';
import { icon } from '../../ui/icon.ts';
import { actionInWords } from './action-words.ts';

export interface CardOptions {
  copy: (text: string) => Promise<void>;
  /** Does something about it; null where nothing but words can help. */
  onFix: ((fix: number) => void) | null;
  /** The workspace isn’t trusted. */
  restricted: boolean;
  /** It was found in a text: the message is from there, and the address stands beside the title. */
  pasted?: boolean;
}

/** What is wrong: what `oc` would print, what it means, what to do, and the rule it comes from. */
export function findingCard(finding: Finding, options: CardOptions): HTMLElement {
  const { title, cause } = findingInWords(finding);
  const rule = ruleInWords(finding.rule);
  const id = uniqueId('finding');
  const printed = options.pasted ? l10n.t('What the text says') : l10n.t('What oc prints');
  const known = finding.code !== 'unknown';
  return h(
    'section',
    { class: 'finding', 'aria-labelledby': id },
    h(
      'h2',
      { id, class: 'finding-title' },
      known ? icon('error', 'error') : icon('question', 'dim'),
      h(
        'span',
        {},
        title,
        options.pasted &&
          finding.address !== '' &&
          h('span', { class: 'finding-address mono' }, finding.address),
      ),
    ),
    finding.message !== '' &&
      h(
        'figure',
        { class: 'printed' },
        h('figcaption', { class: 'dim' }, printed),
        h('pre', { class: 'terminal', tabindex: '0', 'aria-label': printed }, finding.message),
      ),
    h('p', { class: 'cause' }, inSettings(cause)),
    finding.fixes.length > 0 && h('h3', {}, l10n.t('What to do, the best first')),
    finding.fixes.length > 0 && h('ol', { class: 'fixes' }, ...fixItems(finding.fixes, options)),
    rule !== '' &&
      h('p', { class: 'rule dim' }, icon('book'), h('span', {}, l10n.t('Documented: {0}', inSettings(rule)))),
  );
}

function fixItems(fixes: readonly Fix[], options: CardOptions): HTMLElement[] {
  let primary = true;
  return fixes.map((fix, place) => {
    const action = options.onFix === null ? null : fixAction(fix);
    const look = primary && action !== null && fix.risk !== 'insecure' ? 'primary' : 'secondary';
    if (look === 'primary') primary = false;
    const control =
      action === null
        ? null
        : button({
            ...actionInWords(action),
            look,
            onPress: () => options.onFix?.(place),
          });
    if (control && action !== null && options.restricted && changesSomething(action)) {
      control.setDisabled(true, l10n.t('The workspace isn’t trusted, so nothing is changed from it.'));
    }
    // What the button does needs no command line of our own; those of others are always there to be copied.
    const command =
      fix.command !== undefined && (action === null || !fix.command.startsWith('image-hygiene '))
        ? fix.command
        : null;
    return h(
      'li',
      { class: fix.risk === 'insecure' ? 'fix risky' : 'fix' },
      h('p', { class: 'fix-text' }, riskBadge(fix.risk), inSettings(fixInWords(fix))),
      command !== null && commandLine(command, options.copy).element,
      control && h('div', { class: 'buttons' }, control.element),
    );
  });
}

function riskBadge(risk: Fix['risk']): HTMLElement | null {
  switch (risk) {
    case 'none':
      return null;
    case 'cluster':
      return h('span', { class: 'badge' }, l10n.t('changes the cluster'));
    case 'insecure':
      return h('span', { class: 'risk-mark' }, icon('warning', 'missing'), l10n.t('Risky'));
  }
}
