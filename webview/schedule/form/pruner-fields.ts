import * as l10n from '@vscode/l10n';
import { LOG_LEVELS } from '../../../src/schedules/image-pruner.ts';
import { decidingFields } from '../../prune-options/option-fields.ts';
import type { OptionField } from '../../ui/option-row.ts';
import { amountFields, scheduleField } from './object-fields.ts';
import { PRUNER_FORM_DEFAULTS, type PrunerKey } from './pruner-values.ts';

type PrunerField = OptionField<PrunerKey>;

export function prunerWhenFields(): PrunerField[] {
  return [
    scheduleField('schedule'),
    {
      key: 'suspend',
      flag: 'spec.suspend',
      title: l10n.t('Suspended'),
      meaning: l10n.t('The operator starts no Jobs until it is resumed.'),
      byDefault: l10n.t('off'),
      kind: 'flag',
    },
  ];
}

/** The options of the prune that the ImagePruner has, worded as everywhere. */
export function prunerDecidingFields(): PrunerField[] {
  const keys = {
    keepTagRevisions: 'keepTagRevisions',
    keepYoungerThan: 'keepYoungerThanDuration',
    ignoreInvalidRefs: 'ignoreInvalidImageReferences',
  } as const;
  return decidingFields().flatMap(({ key, ...field }) => {
    if (!(key === 'keepTagRevisions' || key === 'keepYoungerThan' || key === 'ignoreInvalidRefs')) return [];
    return [{ ...field, key: keys[key], flag: `spec.${keys[key]}` }];
  });
}

export function prunerJobFields(): PrunerField[] {
  return [
    {
      key: 'successfulJobsHistoryLimit',
      flag: 'spec.successfulJobsHistoryLimit',
      title: l10n.t('Successful Jobs kept'),
      meaning: l10n.t('How many Jobs that succeeded stay, with their logs.'),
      byDefault: PRUNER_FORM_DEFAULTS.successfulJobsHistoryLimit,
      kind: 'text',
    },
    {
      key: 'failedJobsHistoryLimit',
      flag: 'spec.failedJobsHistoryLimit',
      title: l10n.t('Failed Jobs kept'),
      meaning: l10n.t('How many Jobs that failed stay, with their logs.'),
      byDefault: PRUNER_FORM_DEFAULTS.failedJobsHistoryLimit,
      kind: 'text',
    },
    {
      key: 'logLevel',
      flag: 'spec.logLevel',
      title: l10n.t('Log level'),
      meaning: l10n.t('How much the prune writes into its log.'),
      byDefault: PRUNER_FORM_DEFAULTS.logLevel,
      kind: 'choice',
      choices: LOG_LEVELS.map((level) => ({ value: level, label: level })),
    },
    ...amountFields().map((field) => ({ ...field, byDefault: l10n.t('the operator’s') })),
  ];
}
