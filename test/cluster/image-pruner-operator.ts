// The image registry operator's other half, in small: the ImagePruner `cluster` makes the CronJob `image-pruner`, and says
// how its last job went (openshift/cluster-image-registry-operator, ImagePrunerController).
import { isObject, type JsonObject, listAt, numberAt, objectAt, textAt } from '../../src/engine/shape.ts';
import { type ApiObject, timestampOf } from './api-object.ts';
import { type Condition, withConditions } from './conditions.ts';
import { resourceNamed } from './resources.ts';
import { withDefaults } from './schemas/defaults.ts';
import type { Store } from './store.ts';

const PRUNERS = resourceNamed('imagepruners', 'imageregistry.operator.openshift.io');
const CRON_JOBS = resourceNamed('cronjobs', 'batch');
const JOBS = resourceNamed('jobs', 'batch');
const IMAGE_CONFIGS = resourceNamed('images', 'config.openshift.io');
const NAMESPACE = 'openshift-image-registry';
const NAME = 'image-pruner';
const IMAGE = 'quay.io/openshift-release-dev/ocp-v4.0-art-dev:4.13-cli';

/** Reconciles now and whenever something changes. @returns what ends it */
export function operateImagePruner(store: Store, clock: () => Date): () => void {
  reconcile(store, clock);
  return store.onChange(({ resource, object }) => {
    const { namespace, name } = object.metadata;
    const ours = namespace === NAMESPACE && (resource === JOBS || (resource === CRON_JOBS && name === NAME));
    if (ours || resource === PRUNERS || resource === IMAGE_CONFIGS) reconcile(store, clock);
  });
}

function reconcile(store: Store, clock: () => Date): void {
  const pruner = store.get(PRUNERS, undefined, 'cluster');
  if (pruner === undefined) return;
  const spec = objectAt(pruner, 'spec');
  const wanted = withDefaults('cronjobs.batch', cronJobOf(spec, registryHost(store)));
  const present = store.get(CRON_JOBS, NAMESPACE, NAME);
  if (JSON.stringify(present?.spec) !== JSON.stringify(wanted.spec)) {
    const generation = (present?.metadata.generation ?? 0) + 1;
    const metadata = { ...wanted.metadata, ...present?.metadata, generation };
    store.put(CRON_JOBS, { ...present, metadata, spec: wanted.spec, status: present?.status ?? {} });
    // Storing it has brought us here again.
    return;
  }
  const status = withConditions(
    objectAt(pruner, 'status'),
    conditionsOf(spec, lastFailure(store)),
    timestampOf(clock()),
  );
  const reported = { ...status, observedGeneration: pruner.metadata.generation ?? 1 };
  if (JSON.stringify(reported) !== JSON.stringify(pruner.status)) {
    store.put(PRUNERS, { ...pruner, status: reported });
  }
}

function registryHost(store: Store): string {
  return textAt(store.get(IMAGE_CONFIGS, undefined, 'cluster')?.status, 'internalRegistryHostname');
}

function cronJobOf(spec: JsonObject, registry: string): ApiObject {
  const container = {
    name: NAME,
    image: IMAGE,
    command: ['oc'],
    args: [
      'adm',
      'prune',
      'images',
      '--confirm=true',
      '--certificate-authority=/var/run/configmaps/serviceca/service-ca.crt',
      `--keep-tag-revisions=${numberAt(spec, 'keepTagRevisions') ?? 3}`,
      `--keep-younger-than=${youngerThan(spec)}`,
      `--ignore-invalid-refs=${spec.ignoreInvalidImageReferences === true}`,
      `--loglevel=${LOG_LEVELS[textAt(spec, 'logLevel')] ?? 1}`,
      ...(registry === ''
        ? ['--prune-registry=false']
        : ['--prune-registry=true', `--registry-url=https://${registry}`]),
    ],
    resources: spec.resources ?? { requests: { cpu: '100m', memory: '256Mi' } },
    terminationMessagePolicy: 'FallbackToLogsOnError',
    volumeMounts: [{ name: 'serviceca', mountPath: '/var/run/configmaps/serviceca', readOnly: true }],
  };
  const pod = {
    restartPolicy: 'Never',
    serviceAccountName: 'pruner',
    affinity: spec.affinity ?? {},
    nodeSelector: spec.nodeSelector ?? {},
    tolerations: spec.tolerations ?? [],
    containers: [container],
    volumes: [{ name: 'serviceca', configMap: { name: 'serviceca' } }],
  };
  return {
    metadata: { name: NAME, namespace: NAMESPACE },
    spec: {
      schedule: textAt(spec, 'schedule') || '0 0 * * *',
      suspend: spec.suspend === true,
      concurrencyPolicy: 'Forbid',
      startingDeadlineSeconds: 3600,
      successfulJobsHistoryLimit: numberAt(spec, 'successfulJobsHistoryLimit') ?? 3,
      failedJobsHistoryLimit: numberAt(spec, 'failedJobsHistoryLimit') ?? 3,
      jobTemplate: {
        metadata: { labels: { 'created-by': NAME } },
        spec: { backoffLimit: 0, template: { spec: pod } },
      },
    },
  };
}

/** Not `oc`'s 2, at which an error comes with the stacks of all goroutines. */
const LOG_LEVELS: Readonly<Record<string, number>> = { Normal: 1, Debug: 4, Trace: 6, TraceAll: 8 };

/** As Go writes the duration; the deprecated field counts nanoseconds. */
function youngerThan(spec: JsonObject): string {
  const given = textAt(spec, 'keepYoungerThanDuration');
  const nanoseconds = numberAt(spec, 'keepYoungerThan');
  if (given !== '') return given;
  return nanoseconds === undefined ? '60m' : `${nanoseconds / 1e9}s`;
}

function lastFailure(store: Store): { reason: string; message: string } | undefined {
  const finished = store
    .list(JOBS, NAMESPACE)
    .filter(
      ({ metadata, status }) =>
        metadata.labels?.['created-by'] === NAME && listAt(status, 'conditions').length > 0,
    )
    .sort((a, b) => (String(a.metadata.creationTimestamp) < String(b.metadata.creationTimestamp) ? 1 : -1));
  const failed = listAt(finished[0]?.status, 'conditions').find((one) => textAt(one, 'type') === 'Failed');
  return isObject(failed)
    ? { reason: textAt(failed, 'reason'), message: textAt(failed, 'message') }
    : undefined;
}

function conditionsOf(
  spec: JsonObject,
  failure: { reason: string; message: string } | undefined,
): Condition[] {
  const succeeded = { status: 'False', reason: 'Complete', message: 'Pruner completed successfully' };
  const suspended = spec.suspend === true;
  return [
    { type: 'Available', status: 'True', reason: 'AsExpected', message: 'Pruner CronJob has been created' },
    { type: 'Failed', ...(failure === undefined ? succeeded : { status: 'True', ...failure }) },
    {
      type: 'Scheduled',
      status: suspended ? 'False' : 'True',
      reason: suspended ? 'Suspended' : 'Scheduled',
      message: `The pruner job has been ${suspended ? 'suspended' : 'scheduled'}`,
    },
    failure === undefined
      ? { type: 'Degraded', status: 'False', reason: 'AsExpected' }
      : { type: 'Degraded', status: 'True', reason: 'JobFailed', message: failure.message },
  ];
}
