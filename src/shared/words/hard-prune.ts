import * as l10n from '@vscode/l10n';
import type { HardPruneOutput } from '../../hard-prune/output.ts';
import type { HardPruneStage } from '../../prune/hard-prune/hard-prune.ts';
import { bytesInWords } from './quantities.ts';

/** When a hard prune is needed, and when not. */
export function whenHardPruned(): string {
  return l10n.t(
    'Needed where the registry keeps data that nothing names any more: after prunes with --prune-registry=false, images deleted by hand, pushes that broke off. An ordinary prune never finds it again.',
  );
}

/** What deleting means while it lasts. */
export function whileHardPruned(): string {
  return l10n.t(
    'The registry is switched read-only first, which replaces its pods, and back afterwards: pushes and builds fail meanwhile.',
  );
}

/** Where it stands. */
export function hardPruneStageInWords(stage: HardPruneStage): string {
  switch (stage.stage) {
    case 'read-only':
      return l10n.t('Switching the registry read-only: {0} of {1} pods', stage.updated, stage.desired);
    case 'deleting':
      return l10n.t('Deleting in the pod {0}: {1} so far', stage.pod, stage.named);
    case 'putting-back':
      return l10n.t('Putting the registry back as it was: {0} of {1} pods', stage.updated, stage.desired);
  }
}

/** What goes, or went, in sums; null for a size that wasn’t said. */
export function hardPruneSums({
  blobs,
  blobCount,
  bytes,
  manifestLinks,
  repositories,
}: HardPruneOutput): string {
  const count = blobCount ?? blobs.length;
  return bytes === null
    ? l10n.t(
        'blobs: {0}, manifest links: {1}, repositories without an image stream: {2}',
        count,
        manifestLinks.length,
        repositories.length,
      )
    : l10n.t(
        'blobs: {0} ({1}), manifest links: {2}, repositories without an image stream: {3}',
        count,
        bytesInWords(bytes),
        manifestLinks.length,
        repositories.length,
      );
}
