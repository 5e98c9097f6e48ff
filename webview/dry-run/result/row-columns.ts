import * as l10n from '@vscode/l10n';
import type { PlanRow, RowQuery, RowSort } from '../../../src/engine/plan-rows.ts';
import { ageInWords, shortDigest } from '../../../src/shared/words/quantities.ts';
import { reasonsInWords, referrerInWords } from '../../../src/shared/words/reasons.ts';
import type { GridColumn } from '../../ui/grid-row.ts';
import { h } from '../../ui/h.ts';
import { icon } from '../../ui/icon.ts';
import { exactBytes, exactTime } from '../words/numbers.ts';
import { OUTCOME_ICONS, outcomeInWords, outcomeMeaning, outcomeOf } from '../words/verdicts.ts';
import { rowName, sizeInWords, usersInWords } from './row-words.ts';

export type SortKey = NonNullable<RowSort>['by'];

/**
 * The columns of the table; those that matter least need the most room.
 * @param now the clock of the plan, in milliseconds since the epoch
 */
export function rowColumns(now: number): GridColumn<PlanRow, SortKey>[] {
  return [
    {
      title: l10n.t('Verdict'),
      sortKey: 'verdict',
      width: '88px',
      fromWidth: 0,
      draw: (row) => {
        const outcome = outcomeOf(row);
        return [
          icon(OUTCOME_ICONS[outcome], `outcome ${outcome}`),
          h('span', { class: 'grid-text' }, outcomeInWords(outcome)),
        ];
      },
      tooltip: (row) => outcomeMeaning(outcomeOf(row)),
    },
    {
      title: l10n.t('Tag revision'),
      sortKey: 'name',
      width: 'minmax(120px, 2.2fr)',
      fromWidth: 0,
      draw: drawName,
      tooltip: (row) => (row.kind === 'image' ? row.image : rowName(row)),
    },
    {
      title: l10n.t('Image'),
      sortKey: 'image',
      width: '100px',
      fromWidth: 900,
      draw: (row) => [h('span', { class: 'grid-text mono' }, shortDigest(row.image))],
      tooltip: (row) => row.image,
    },
    {
      title: l10n.t('Age'),
      sortKey: 'age',
      descendingFirst: true,
      width: '80px',
      fromWidth: 480,
      draw: (row) => [h('span', { class: 'grid-text' }, ageInWords(row.created, now))],
      tooltip: (row) => exactTime(row.created),
    },
    {
      title: l10n.t('Size'),
      sortKey: 'size',
      descendingFirst: true,
      width: '76px',
      fromWidth: 0,
      align: 'end',
      draw: (row) => [bytesCell(row.size)],
      tooltip: (row) => (row.size === null ? '' : exactBytes(row.size)),
    },
    {
      title: l10n.t('Alone'),
      meaning: l10n.t('What only this image holds, of the blobs that go'),
      sortKey: 'alone',
      descendingFirst: true,
      width: '76px',
      fromWidth: 1000,
      align: 'end',
      draw: (row) => [bytesCell(row.alone)],
      tooltip: (row) =>
        row.alone === null ? '' : l10n.t('Only this image holds {0} of what goes', exactBytes(row.alone)),
    },
    {
      title: l10n.t('Why'),
      width: 'minmax(120px, 2.6fr)',
      fromWidth: 620,
      draw: (row) => [h('span', { class: 'grid-text' }, reasonsInWords(row.reasons, row.namespace))],
      tooltip: (row) => reasonsInWords(row.reasons, row.namespace),
    },
    {
      title: l10n.t('Used by'),
      sortKey: 'usedBy',
      descendingFirst: true,
      width: 'minmax(96px, 1fr)',
      fromWidth: 780,
      draw: (row) => [h('span', { class: 'grid-text' }, usersInWords(row))],
      tooltip: (row) => row.usedBy.map((one) => referrerInWords(one, row.namespace)).join('\n'),
    },
  ];
}

/** The columns that say something of the rows that a query finds. */
export function columnsFor(
  columns: readonly GridColumn<PlanRow, SortKey>[],
  { verdict, sort }: RowQuery,
): GridColumn<PlanRow, SortKey>[] {
  // What is used doesn't go.
  const unused = (verdict === 'prune' || verdict === 'missing') && sort?.by !== 'usedBy';
  return columns.filter(({ sortKey }) => !(unused && sortKey === 'usedBy'));
}

function drawName(row: PlanRow): Node[] {
  if (row.kind === 'image') {
    return [
      h(
        'span',
        { class: 'grid-text' },
        h('span', { class: 'quiet' }, l10n.t('image in no stream')),
        ' ',
        h('span', { class: 'mono' }, shortDigest(row.image)),
      ),
    ];
  }
  return [
    h('span', { class: 'grid-text row-namespace' }, `${row.namespace}/`),
    h('span', { class: 'grid-text row-tag' }, `${row.stream}:${row.tag}`),
    h('span', { class: 'position' }, `#${row.position}`),
  ];
}

function bytesCell(bytes: number | null): HTMLElement {
  return h(
    'span',
    { class: bytes === null || bytes === 0 ? 'grid-text quiet' : 'grid-text' },
    sizeInWords(bytes),
  );
}
