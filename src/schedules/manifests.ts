// The documented objects of a prune in the cluster (REFERENCE section 8).
import type { JsonObject } from '../engine/shape.ts';
import { argumentsOf, type PruneArguments } from './prune-arguments.ts';
import type { Resources } from './resources.ts';

/** Where the documentation, and so this program, puts a prune. */
export const PRUNER_NAMESPACE = 'openshift-image-registry';
export const PRUNER_ACCOUNT = 'pruner';
export const PRUNER_BINDING = 'openshift-image-registry-pruner';
export const PRUNER_ROLE = 'system:image-pruner';
/** OpenShift's own image with `oc`, as every cluster has it. */
export const CLI_IMAGE = 'image-registry.openshift-image-registry.svc:5000/openshift/cli:latest';
/** The name that the registry's operator has taken for its own CronJob. */
export const OPERATOR_CRON_JOB = 'image-pruner';
export const DEFAULT_NAME = 'image-hygiene-pruner';
export const DOCUMENTED_SCHEDULE = '0 0 * * *';

/** What a prune in the cluster is to be. */
export interface ScheduleRequest {
  /** Of the CronJob or Job. */
  name: string;
  namespace: string;
  /** A CronJob that runs by its schedule, or one Job that runs at once. */
  kind: 'CronJob' | 'Job';
  /** For a CronJob. */
  schedule: string;
  /** IANA name; null: the cluster's, which is UTC on OpenShift. */
  timeZone: string | null;
  /** A CronJob that is made, but doesn't run yet. */
  suspend: boolean;
  /** Whom the pod runs as; made where it isn't there. */
  serviceAccount: string;
  image: string;
  resources: Resources;
  options: PruneArguments;
}

/** An API object that is to be made. */
export interface Manifest extends JsonObject {
  apiVersion: string;
  kind: 'ServiceAccount' | 'ClusterRoleBinding' | 'CronJob' | 'Job';
  metadata: { name: string; namespace?: string };
}

/** The objects of a prune in the cluster, in the order in which they are made. */
export function manifestsOf(request: ScheduleRequest): Manifest[] {
  return [
    serviceAccount(request),
    clusterRoleBinding(request),
    request.kind === 'CronJob' ? cronJob(request) : job(request),
  ];
}

/** The name of the binding for a service account: the documented one for the documented account. */
export function bindingName({
  namespace,
  serviceAccount,
}: Pick<ScheduleRequest, 'namespace' | 'serviceAccount'>) {
  return namespace === PRUNER_NAMESPACE && serviceAccount === PRUNER_ACCOUNT
    ? PRUNER_BINDING
    : `${namespace}-${serviceAccount}-image-pruner`;
}

function serviceAccount({ serviceAccount: name, namespace }: ScheduleRequest): Manifest {
  return { apiVersion: 'v1', kind: 'ServiceAccount', metadata: { name, namespace } };
}

function clusterRoleBinding(request: ScheduleRequest): Manifest {
  return {
    apiVersion: 'rbac.authorization.k8s.io/v1',
    kind: 'ClusterRoleBinding',
    metadata: { name: bindingName(request) },
    roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: 'ClusterRole', name: PRUNER_ROLE },
    subjects: [{ kind: 'ServiceAccount', name: request.serviceAccount, namespace: request.namespace }],
  };
}

function cronJob(request: ScheduleRequest): Manifest {
  const { name, namespace, schedule, timeZone, suspend } = request;
  return {
    apiVersion: 'batch/v1',
    kind: 'CronJob',
    metadata: { name, namespace },
    spec: {
      schedule,
      ...(timeZone === null ? {} : { timeZone }),
      ...(suspend ? { suspend } : {}),
      concurrencyPolicy: 'Forbid',
      successfulJobsHistoryLimit: 1,
      failedJobsHistoryLimit: 3,
      jobTemplate: { spec: { template: podTemplate(request) } },
    },
  };
}

function job(request: ScheduleRequest): Manifest {
  const { name, namespace } = request;
  return {
    apiVersion: 'batch/v1',
    kind: 'Job',
    metadata: { name, namespace },
    spec: { template: podTemplate(request) },
  };
}

function podTemplate({ serviceAccount: account, image, resources, options }: ScheduleRequest) {
  return {
    spec: {
      restartPolicy: 'OnFailure',
      containers: [
        {
          name: 'image-pruner',
          image,
          command: ['oc'],
          args: ['adm', 'prune', 'images', ...argumentsOf(options)],
          resources,
          terminationMessagePolicy: 'FallbackToLogsOnError',
        },
      ],
      serviceAccountName: account,
    },
  };
}
