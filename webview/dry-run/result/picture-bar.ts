import * as l10n from '@vscode/l10n';
import type { BytesShare } from '../../../src/engine/plan-rows.ts';
import { bytesInWords } from '../../../src/shared/words/quantities.ts';
import { h } from '../../ui/h.ts';
import { icon } from '../../ui/icon.ts';
import { exactBytes, numberInWords } from '../words/numbers.ts';
import { meter } from './meter.ts';

export interface BarPlace {
  level: 1 | 2;
  /** Among its siblings, from 0. */
  place: number;
  of: number;
  /** Bytes that a full bar stands for. */
  scale: number;
  /** Whether its streams are shown; undefined where it has none. */
  open: boolean | undefined;
  /** The table is limited to it. */
  selected: boolean;
}

/** The bar of a namespace or an image stream: an item of the picture's tree. */
export function pictureBar(
  share: BytesShare,
  { level, place, of, scale, open, selected }: BarPlace,
): HTMLElement {
  const { namespace, stream, goes, stays, total, revisions, revisionsGoing } = share;
  const name = nameOf(share, level);
  const items = l10n.t('{0} of {1} revisions go', numberInWords(revisionsGoing), numberInWords(revisions));
  const exact = l10n.t('{0} goes, {1} stays', exactBytes(goes), exactBytes(stays));
  return h(
    'div',
    {
      class: `picture-bar level-${level}`,
      role: 'treeitem',
      tabindex: '-1',
      'aria-level': level,
      'aria-posinset': place + 1,
      'aria-setsize': of,
      'aria-expanded': open === undefined ? null : String(open),
      'aria-selected': String(selected),
      'data-key': `${namespace}/${level === 1 ? '' : stream}`,
      'data-namespace': namespace,
      'data-stream': level === 1 ? '' : stream,
      title: [exact, items].join('\n'),
    },
    icon(open === undefined ? 'blank' : open ? 'chevron-down' : 'chevron-right', 'picture-arrow'),
    h('span', { class: `picture-name ${namespace === '' ? 'quiet' : ''}` }, name),
    meter(goes, stays, scale),
    h('span', { class: 'picture-goes' }, bytesInWords(goes)),
    h('span', { class: 'picture-total' }, l10n.t('of {0}', bytesInWords(total))),
    icon(selected ? 'filter-filled' : 'blank', 'picture-filter'),
  );
}

function nameOf({ namespace, stream }: BytesShare, level: 1 | 2): string {
  if (level === 2) return stream;
  return namespace === '' ? l10n.t('in no image stream') : namespace;
}
