import * as l10n from '@vscode/l10n';
import type { InventoryResource } from '../../../src/engine/inventory.ts';

/** The objects of a list, as people call them. */
export function resourceInWords(resource: InventoryResource): string {
  switch (resource) {
    case 'pods':
      return l10n.t('Pods');
    case 'replicationcontrollers':
      return l10n.t('Replication controllers');
    case 'limitranges':
      return l10n.t('Limit ranges');
    case 'daemonsets':
      return l10n.t('Daemon sets');
    case 'deployments':
      return l10n.t('Deployments');
    case 'replicasets':
      return l10n.t('Replica sets');
    case 'statefulsets':
      return l10n.t('Stateful sets');
    case 'jobs':
      return l10n.t('Jobs');
    case 'cronjobs':
      return l10n.t('Cron jobs');
    case 'buildconfigs':
      return l10n.t('Build configs');
    case 'builds':
      return l10n.t('Builds');
    case 'deploymentconfigs':
      return l10n.t('Deployment configs');
    case 'imagestreams':
      return l10n.t('Image streams');
    case 'images':
      return l10n.t('Images');
  }
}
