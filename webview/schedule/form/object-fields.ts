import * as l10n from '@vscode/l10n';
import { DOCUMENTED_REQUEST } from '../../../src/schedules/schedule-request.ts';
import type { OptionField } from '../../ui/option-row.ts';
import type { AmountKey } from './amounts.ts';
import { createValuesOf, type ObjectValues } from './create-values.ts';

type ObjectField = OptionField<keyof ObjectValues>;

/** The documented CronJob (REFERENCE section 8), as the form is filled in with it. */
export const DOCUMENTED_OBJECT: ObjectValues = createValuesOf(DOCUMENTED_REQUEST).object;

/** When it runs. */
export function scheduleField<Key extends string>(key: Key): OptionField<Key> {
  return {
    key,
    flag: 'spec.schedule',
    title: l10n.t('Schedule'),
    meaning: l10n.t(
      'Minute, hour, day of the month, month, day of the week. Numbers, lists 1,15, ranges 1-5, steps */10; or @daily, @weekly, @every 12h.',
    ),
    byDefault: '0 0 * * *',
    kind: 'text',
  };
}

export function whenFields(): ObjectField[] {
  return [
    scheduleField('schedule'),
    {
      key: 'timeZone',
      flag: 'spec.timeZone',
      title: l10n.t('Time zone'),
      meaning: l10n.t('An IANA name such as Asia/Tokyo. It takes Kubernetes 1.27, which is OpenShift 4.14.'),
      byDefault: l10n.t('the cluster’s, UTC'),
      kind: 'text',
      placeholder: 'UTC',
    },
    {
      key: 'suspend',
      flag: 'spec.suspend',
      title: l10n.t('Suspended'),
      meaning: l10n.t('Made, but not run by its schedule until it is resumed.'),
      byDefault: l10n.t('off'),
      kind: 'flag',
    },
  ];
}

export function confirmField(): ObjectField {
  return {
    key: 'confirm',
    flag: '--confirm',
    title: l10n.t('Prune for real'),
    meaning: l10n.t('Off: every run is a dry run, which only writes into its log what it would delete.'),
    byDefault: l10n.t('on, as documented'),
    kind: 'flag',
  };
}

/** Where it runs, as whom, and with what. */
export function placeFields(): ObjectField[] {
  const { name, namespace, serviceAccount, image } = DOCUMENTED_OBJECT;
  return [
    {
      key: 'name',
      flag: 'metadata.name',
      title: l10n.t('Name'),
      meaning: l10n.t('Of the CronJob or Job. image-pruner is the name of the operator’s own.'),
      byDefault: name,
      kind: 'text',
    },
    {
      key: 'namespace',
      flag: 'metadata.namespace',
      title: l10n.t('Namespace of the pod'),
      meaning: l10n.t('Where its pods run. It prunes every namespace, unless the option above limits it.'),
      byDefault: namespace,
      kind: 'text',
    },
    {
      key: 'serviceAccount',
      flag: 'serviceAccountName',
      title: l10n.t('ServiceAccount'),
      meaning: l10n.t('Whom the pod runs as. It is made, and bound to the cluster role system:image-pruner.'),
      byDefault: serviceAccount,
      kind: 'text',
    },
    {
      key: 'image',
      flag: 'image',
      title: l10n.t('Container image'),
      meaning: l10n.t('An image that has oc. Every OpenShift has the default one.'),
      byDefault: image,
      kind: 'text',
    },
    ...amountFields(),
  ];
}

/** What the container asks for and may take. */
export function amountFields(): OptionField<AmountKey>[] {
  const { cpuRequest, memoryRequest } = DOCUMENTED_OBJECT;
  const none = l10n.t('none');
  return [
    {
      key: 'cpuRequest',
      flag: 'resources.requests.cpu',
      title: l10n.t('CPU asked for'),
      meaning: l10n.t('Cores, or thousandths of one: 500m.'),
      byDefault: cpuRequest,
      kind: 'text',
      placeholder: none,
    },
    {
      key: 'memoryRequest',
      flag: 'resources.requests.memory',
      title: l10n.t('Memory asked for'),
      meaning: l10n.t('Bytes in binary units: 512Mi, 1Gi. A prune takes about 400 MiB for 20,000 images.'),
      byDefault: memoryRequest,
      kind: 'text',
      placeholder: none,
    },
    {
      key: 'cpuLimit',
      flag: 'resources.limits.cpu',
      title: l10n.t('CPU limit'),
      meaning: l10n.t('More than that it doesn’t get.'),
      byDefault: none,
      kind: 'text',
      placeholder: none,
    },
    {
      key: 'memoryLimit',
      flag: 'resources.limits.memory',
      title: l10n.t('Memory limit'),
      meaning: l10n.t('If it needs more, it is killed.'),
      byDefault: none,
      kind: 'text',
      placeholder: none,
    },
  ];
}
