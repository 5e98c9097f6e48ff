import * as l10n from '@vscode/l10n';
import { BEYOND_REFERENCE, LETS_GO, type Reason } from '../../../src/engine/plan.ts';
import type { PlanRow } from '../../../src/engine/plan-rows.ts';
import type { Referrer } from '../../../src/engine/referrer.ts';
import type { RowAction } from '../../../src/shared/dry-run/protocol.ts';
import { ageInWords } from '../../../src/shared/words/quantities.ts';
import { reasonInWords, referrerInWords } from '../../../src/shared/words/reasons.ts';
import { attempt } from '../../page/services.ts';
import { button } from '../../ui/button.ts';
import { showCopied } from '../../ui/copied.ts';
import { h } from '../../ui/h.ts';
import { icon } from '../../ui/icon.ts';
import type { PageServices } from '../page-services.ts';
import { exactBytes, exactTime, numberInWords } from '../words/numbers.ts';
import { OUTCOME_ICONS } from '../words/verdicts.ts';
import { rowExplanation } from './row-explanation.ts';
import { sizeInWords } from './row-words.ts';

/** More are only counted. */
const MOST_USERS = 50;

/**
 * Everything that is known of a row: all its reasons, everyone who uses it, what would change its fate, and what can be
 * done with it.
 */
export function rowDetails(row: PlanRow, plan: string, now: number, services: PageServices): HTMLElement {
  const why = row.verdict === 'prune' ? l10n.t('Why it goes') : l10n.t('Why it stays');
  const reasons = row.reasons.map((reason) => reasonLine(reason, row));
  const users = row.usedBy.slice(0, MOST_USERS).map((one) => referrerLine(one, row.namespace));
  const more = row.usedBy.length - MOST_USERS;
  if (more > 0) users.push(h('li', { class: 'dim' }, l10n.t('{0} more', numberInWords(more))));
  return h(
    'div',
    { class: 'details' },
    facts(row, now),
    h(
      'div',
      { class: 'details-columns' },
      section(why, h('ul', { class: 'reasons' }, ...reasons)),
      users.length > 0 && section(l10n.t('Used by'), h('ul', { class: 'referrers' }, ...users)),
      ...rowExplanation(row.image, plan, services),
    ),
    actions(row, plan, services),
  );
}

function section(title: string, ...content: readonly Node[]): HTMLElement {
  return h('div', { class: 'details-section' }, h('h3', {}, title), ...content);
}

function reasonLine(reason: Reason, row: PlanRow): HTMLElement {
  const beyond = BEYOND_REFERENCE.has(reason.code);
  const goes = LETS_GO.has(reason.code);
  const outcome = goes
    ? reason.code === 'imageMissing'
      ? 'missing'
      : 'prune'
    : beyond
      ? 'beyondReference'
      : 'keep';
  return h(
    'li',
    {},
    icon(OUTCOME_ICONS[outcome], `outcome ${outcome}`),
    h('span', {}, reasonInWords(reason, row.namespace)),
  );
}

function referrerLine(referrer: Referrer, namespace: string): HTMLElement {
  return h(
    'li',
    {},
    icon('references', 'dim'),
    h(
      'span',
      {},
      referrerInWords(referrer, namespace),
      ' ',
      h('span', { class: 'dim' }, placeInWords(referrer)),
    ),
  );
}

/** Where in a referrer the image is named. */
function placeInWords({ place, at }: Referrer): string {
  switch (place) {
    case 'container':
      return l10n.t('container {0}', at);
    case 'initContainer':
      return l10n.t('init container {0}', at);
    case 'ephemeralContainer':
      return l10n.t('ephemeral container {0}', at);
    case 'containerStatus':
      return l10n.t('runs in container {0}', at);
    case 'volume':
      return l10n.t('volume {0}', at);
    case 'strategy':
      return l10n.t('build strategy');
    case 'source':
      return l10n.t('build source');
    case 'trigger':
      return l10n.t('image trigger');
  }
}

function facts(row: PlanRow, now: number): HTMLElement {
  const { image, created, size, alone } = row;
  const fact = (name: string, ...value: readonly (Node | string)[]) =>
    h('div', {}, h('dt', {}, name), h('dd', {}, ...value));
  const bytes = (value: number | null) =>
    h('span', { title: value === null ? null : exactBytes(value) }, sizeInWords(value));
  return h(
    'dl',
    { class: 'fact-list' },
    fact(l10n.t('Digest'), h('span', { class: 'mono digest' }, image)),
    fact(l10n.t('Created'), h('span', { title: exactTime(created) }, ageInWords(created, now))),
    fact(l10n.t('Size'), bytes(size)),
    fact(l10n.t('Held by it alone'), bytes(alone)),
  );
}

function actions(row: PlanRow, plan: string, services: PageServices): HTMLElement {
  const act = (action: RowAction, label: string, iconName: string, copies = false) => {
    const control = button({
      label,
      icon: iconName,
      look: 'secondary',
      onPress: () => attempt(services, press()),
    });
    const press = async () => {
      await services.caller.call('act', { plan, row: row.id, action });
      if (!copies) return;
      showCopied(control.element, (copied) =>
        copied ? control.setLabel(l10n.t('Copied'), 'check') : control.setLabel(label, iconName),
      );
    };
    return control.element;
  };
  return h(
    'div',
    { class: 'buttons details-actions' },
    act('explain', l10n.t('Explain'), 'question'),
    row.kind === 'revision' && act('reveal', l10n.t('Reveal in tree'), 'list-tree'),
    !row.missing && act('openYaml', l10n.t('Open as YAML'), 'file-code'),
    act('copyDigest', l10n.t('Copy digest'), 'copy', true),
    act('copyPullSpec', l10n.t('Copy pull spec'), 'copy', true),
  );
}
