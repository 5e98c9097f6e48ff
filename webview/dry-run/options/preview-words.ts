import * as l10n from '@vscode/l10n';
import type { PlanSummary } from '../../../src/engine/plan-parts.ts';
import type { OptionsPreview } from '../../../src/shared/dry-run/protocol.ts';
import { bytesInWords } from '../../../src/shared/words/quantities.ts';
import { numberInWords } from '../words/numbers.ts';

/** What other options would change, in a sentence. */
export function previewInWords(preview: OptionsPreview | null, { bytes, counts }: PlanSummary): string {
  if (preview === null)
    return l10n.t('What these options come to shows only in a run: they need other lists.');
  const difference = preview.freed - bytes.freed;
  const freed = bytesInWords(preview.freed);
  const images = numberInWords(preview.counts.images);
  const items = numberInWords(preview.counts.tagItems);
  if (difference > 0) {
    return l10n.t(
      'With these options {0} can go, {1} more: {2} images and {3} tag revisions.',
      freed,
      bytesInWords(difference),
      images,
      items,
    );
  }
  if (difference < 0) {
    return l10n.t(
      'With these options {0} can go, {1} less: {2} images and {3} tag revisions.',
      freed,
      bytesInWords(-difference),
      images,
      items,
    );
  }
  const same = preview.counts.images === counts.images && preview.counts.tagItems === counts.tagItems;
  return same
    ? l10n.t('With these options the same {0} can go.', freed)
    : l10n.t(
        'With these options the same {0} can go: {1} images and {2} tag revisions.',
        freed,
        images,
        items,
      );
}
