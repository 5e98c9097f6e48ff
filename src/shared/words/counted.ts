import * as l10n from '@vscode/l10n';

/** Numbers with what they count. Each number has sentences of its own, since languages count differently. */
export const counted = {
  images(count: number): string {
    return count === 1 ? l10n.t('1 image is deleted') : l10n.t('{0} images are deleted', count);
  },
  tagItems(items: number, streams: number): string {
    if (items === 1) return l10n.t('1 tag revision is removed');
    return streams === 1
      ? l10n.t('{0} tag revisions of 1 image stream are removed', items)
      : l10n.t('{0} tag revisions of {1} image streams are removed', items, streams);
  },
};
