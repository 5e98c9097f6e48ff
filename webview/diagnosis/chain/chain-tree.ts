import * as l10n from '@vscode/l10n';
import { chainBreak } from '../../../src/registry/diagnosis/chain-break.ts';
import type {
  DiagnosedAddress,
  ServedCertificate,
} from '../../../src/registry/diagnosis/registry-diagnosis.ts';
import { certificateInWords } from '../../../src/shared/words/diagnosis-steps.ts';
import { inWords } from '../../../src/shared/words/in-words.ts';
import { h } from '../../ui/h.ts';
import { icon } from '../../ui/icon.ts';
import { treeKeys } from './tree-keys.ts';

/**
 * The certificates as served, each above the one that signed it; where the chain breaks is marked.
 * @param at when it was looked at, RFC 3339
 */
export function chainTree(diagnosed: DiagnosedAddress, at: string): HTMLElement {
  const { chain, verifications } = diagnosed;
  const gap = chainBreak(diagnosed, at);
  const deciding = verifications.find(({ decides }) => decides);
  const why = inWords(deciding?.why ?? '');
  const above = gap === chain.length ? missingItem(why) : deciding?.verified ? trustedItem() : null;
  const tree = h('ul', { class: 'chain', role: 'tree', 'aria-label': l10n.t('Certificates as served') });
  const nested = chain.reduceRight<HTMLElement | null>(
    (signer, certificate, place) => certificateItem(certificate, place === gap ? why : null, signer),
    above,
  );
  if (nested) tree.append(nested);
  treeKeys(tree);
  return tree;
}

/** @param why it isn’t accepted; null where it is in order */
function certificateItem(
  certificate: ServedCertificate,
  why: string | null,
  signer: HTMLElement | null,
): HTMLElement {
  return h(
    'li',
    { class: 'chain-item', role: 'treeitem', 'aria-expanded': 'true', tabindex: '-1' },
    h(
      'div',
      { class: 'chain-row' },
      why === null ? icon('verified', 'dim') : icon('error', 'verdict-failed'),
      h('span', { class: 'chain-subject mono' }, certificate.subject),
      why !== null && brokenMark(why),
    ),
    h(
      'ul',
      { class: 'chain-group', role: 'group' },
      ...certificateInWords(certificate).map((line) =>
        h('li', { class: 'chain-fact', role: 'treeitem', tabindex: '-1' }, line),
      ),
      signer,
    ),
  );
}

function missingItem(why: string): HTMLElement {
  return h(
    'li',
    { class: 'chain-item', role: 'treeitem', tabindex: '-1' },
    h(
      'div',
      { class: 'chain-row' },
      icon('error', 'verdict-failed'),
      h('span', { class: 'chain-subject' }, l10n.t('nobody who is trusted')),
      brokenMark(why),
    ),
  );
}

function trustedItem(): HTMLElement {
  return h(
    'li',
    { class: 'chain-item', role: 'treeitem', tabindex: '-1' },
    h(
      'div',
      { class: 'chain-row' },
      icon('pass-filled', 'verdict-ok'),
      h('span', { class: 'chain-subject' }, l10n.t('a trusted authority')),
    ),
  );
}

function brokenMark(why: string): HTMLElement {
  return h(
    'span',
    { class: 'chain-broken error' },
    why === '' ? l10n.t('the chain breaks here') : l10n.t('the chain breaks here: {0}', why),
  );
}
