import * as l10n from '@vscode/l10n';
import type { ImagePrunerChange } from '../../schedules/image-pruner.ts';

/** A field of the ImagePruner as people know it. */
export function prunerFieldInWords(field: keyof ImagePrunerChange): string {
  switch (field) {
    case 'schedule':
      return l10n.t('Schedule');
    case 'suspend':
      return l10n.t('Suspended');
    case 'keepTagRevisions':
      return l10n.t('Revisions kept per tag');
    case 'keepYoungerThanDuration':
      return l10n.t('Keep younger than');
    case 'ignoreInvalidImageReferences':
      return l10n.t('Ignore invalid references');
    case 'logLevel':
      return l10n.t('Log level');
    case 'successfulJobsHistoryLimit':
      return l10n.t('Successful jobs kept');
    case 'failedJobsHistoryLimit':
      return l10n.t('Failed jobs kept');
    case 'resources':
      return l10n.t('Resources');
  }
}
