import * as l10n from '@vscode/l10n';
import type { PlanSummary } from '../../../src/engine/plan-parts.ts';
import { bytesInWords } from '../../../src/shared/words/quantities.ts';
import { type Child, fill, h } from '../../ui/h.ts';
import { exactBytes, numberInWords, shareInWords } from '../words/numbers.ts';
import { meter } from './meter.ts';

interface TileParts {
  figure: string;
  label: string;
  detail?: string;
  tooltip?: string;
  className?: string;
}

/** A figure with what it counts. */
export function tile(
  { figure, label, detail, tooltip, className = '' }: TileParts,
  ...more: readonly Child[]
): HTMLElement {
  return h(
    'div',
    { class: `tile ${className}`, title: tooltip },
    h('dt', { class: 'tile-label' }, label),
    h('dd', { class: 'tile-figure' }, figure),
    detail !== undefined && h('dd', { class: 'tile-detail' }, detail),
    ...more.map((child) => child && h('dd', { class: 'tile-more' }, child)),
  );
}

/** How much can go, in figures; beside them a place for the registry. */
export class Tiles {
  readonly element: HTMLElement;
  readonly #list = h('dl', { class: 'tiles' });
  readonly #notes = h('ul', { class: 'tile-notes' });

  constructor(registry: HTMLElement) {
    this.element = h(
      'section',
      { class: 'summary', 'aria-label': l10n.t('Summary') },
      this.#list,
      this.#notes,
    );
    this.#registry = registry;
  }
  readonly #registry: HTMLElement;

  update(summary: PlanSummary): void {
    const { bytes, counts } = summary;
    const { seen } = counts;
    const links = l10n.t(
      '{0} layer links, {1} manifest links',
      numberInWords(counts.layerLinks),
      numberInWords(counts.manifestLinks),
    );
    fill(
      this.#list,
      tile(
        {
          figure: bytesInWords(bytes.freed),
          label: l10n.t('can go'),
          detail: l10n.t(
            '{0} of {1}',
            shareInWords(bytes.freed, bytes.registry),
            bytesInWords(bytes.registry),
          ),
          tooltip: l10n.t('{0} of {1}', exactBytes(bytes.freed), exactBytes(bytes.registry)),
          className: 'first',
        },
        meter(bytes.freed, Math.max(0, bytes.registry - bytes.freed), bytes.registry),
      ),
      tile({
        figure: numberInWords(counts.images),
        label: counts.images === 1 ? l10n.t('image') : l10n.t('images'),
        detail: l10n.t('of {0}', numberInWords(seen.images)),
      }),
      tile({
        figure: numberInWords(counts.tagItems),
        label: counts.tagItems === 1 ? l10n.t('tag revision') : l10n.t('tag revisions'),
        detail: l10n.t('of {0}', numberInWords(seen.tagItems)),
      }),
      tile({
        figure: numberInWords(counts.streams),
        label: counts.streams === 1 ? l10n.t('stream changes') : l10n.t('streams change'),
        detail: l10n.t('of {0}', numberInWords(seen.streams)),
      }),
      tile({
        figure: numberInWords(counts.blobs),
        label: counts.blobs === 1 ? l10n.t('blob') : l10n.t('blobs'),
        detail: links,
        tooltip: links,
        className: 'wide links',
      }),
      this.#registry,
    );
    fill(this.#notes, ...notesOf(summary).map((note) => h('li', {}, note)));
    this.#notes.hidden = this.#notes.childElementCount === 0;
  }
}

function notesOf({ bytes, counts, options }: PlanSummary): string[] {
  const notes: string[] = [];
  if (!options.pruneRegistry) {
    notes.push(l10n.t('Only API objects would be removed: the registry keeps its data until a hard prune.'));
  }
  if (options.namespace !== null) {
    notes.push(
      l10n.t('With one namespace only tag revisions and links go; image objects and blobs always stay.'),
    );
  }
  if (bytes.freedIfMirrored > 0) {
    notes.push(
      l10n.t(
        'Up to {0} more of imported images, where the registry has mirrored them.',
        bytesInWords(bytes.freedIfMirrored),
      ),
    );
  }
  if (bytes.unknownSizes > 0) {
    notes.push(
      l10n.t(
        'The API doesn’t tell the size of {0} of the {1} blobs: mostly manifests of a few KiB.',
        numberInWords(bytes.unknownSizes),
        numberInWords(counts.blobs),
      ),
    );
  }
  return notes;
}
