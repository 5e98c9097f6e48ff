// What prunes in a cluster that has done so for a while: the ImagePruner every night, a CronJob that succeeds, and one that
// fails for the wrong authority.
import { createAuthority } from '../../pki.ts';
import { type ApiObject, timestampOf } from '../api-object.ts';
import type { MiniCluster } from '../miniature.ts';
import { withDefaults } from '../schemas/defaults.ts';
import { digestOf } from './description.ts';
import { clusterRoleBinding } from './roles.ts';

const NAMESPACE = 'openshift-image-registry';
const ACCOUNT_FILES = '/var/run/secrets/kubernetes.io/serviceaccount';
/** Where the failing one has its authority from. */
const FORMER = { name: 'former-service-ca', mountPath: '/var/run/configmaps/former-service-ca' };
const MINUTE = 60_000;
const DAY = 24 * 60 * MINUTE;

/** One CronJob and the last of its runs, the oldest first. */
interface Pruning {
  name: string;
  schedule: string;
  args: readonly string[];
  /** When it ran, in milliseconds since the epoch. */
  runs: readonly number[];
  failure?: string;
}

/**
 * Adds all of it, with the logs of the pods.
 * @param now the runs were before it
 */
export async function seedPruning(cluster: MiniCluster, now = new Date()): Promise<void> {
  const midnight = Math.floor(now.getTime() / DAY) * DAY;
  const sunday = midnight - new Date(midnight).getUTCDay() * DAY;
  const weekly = sunday + 150 * MINUTE < now.getTime() ? sunday : sunday - 7 * DAY;
  const nightly: Pruning = {
    name: 'pruner',
    schedule: '0 0 * * *',
    args: [
      `--certificate-authority=${ACCOUNT_FILES}/service-ca.crt`,
      '--keep-tag-revisions=5',
      '--keep-younger-than=96h',
    ],
    runs: [midnight - 2 * DAY, midnight - DAY, midnight],
  };
  const failing: Pruning = {
    name: 'pruner-weekly',
    schedule: '30 2 * * 0',
    // Not the one that signs the registry's certificate by now.
    args: [
      `--certificate-authority=${FORMER.mountPath}/service-ca.crt`,
      '--keep-tag-revisions=2',
      '--keep-younger-than=24h',
    ],
    runs: [weekly + 150 * MINUTE],
    failure:
      'error: error communicating with registry: Get https://172.30.30.30:5000/: x509: certificate signed by unknown authority\n',
  };
  const pruner = cluster.object('imagepruners', 'imageregistry.operator.openshift.io', undefined, 'cluster');
  if (pruner !== undefined) {
    const spec = { ...(pruner.spec as object), schedule: '0 0 * * *', suspend: false };
    const kind = { kind: 'ImagePruner', apiVersion: 'imageregistry.operator.openshift.io/v1' };
    cluster.seed([{ ...pruner, ...kind, spec }]);
  }
  cluster.seed([
    clusterRoleBinding('pruner', 'system:image-pruner', {
      kind: 'ServiceAccount',
      name: 'pruner',
      namespace: NAMESPACE,
    }),
  ]);
  const former = await createAuthority('openshift-service-serving-signer of last year');
  cluster.seed([
    {
      kind: 'ConfigMap',
      apiVersion: 'v1',
      metadata: { name: FORMER.name, namespace: NAMESPACE },
      data: { 'service-ca.crt': former.certificate },
    },
  ]);
  for (const pruning of [nightly, failing]) {
    cluster.seed([cronJobOf(pruning, now)]);
    for (const [index, time] of pruning.runs.entries()) {
      const job = jobOf(pruning, time);
      const pod = podOf(pruning, job, time);
      cluster.seed([job, pod]);
      cluster.logs.written(NAMESPACE, pod.metadata.name, 'pruner', pruning.failure ?? logOf(index));
    }
  }
}

function cronJobOf(pruning: Pruning, now: Date): ApiObject {
  const { name, schedule, runs, failure } = pruning;
  const last = timestampOf(new Date(runs.at(-1) ?? now));
  return {
    kind: 'CronJob',
    apiVersion: 'batch/v1',
    ...withDefaults('cronjobs.batch', {
      metadata: {
        name,
        namespace: NAMESPACE,
        uid: `uid-of-${name}`,
        generation: 1,
        creationTimestamp: timestampOf(new Date(now.getTime() - 200 * DAY)),
      },
      spec: {
        schedule,
        concurrencyPolicy: 'Forbid',
        failedJobsHistoryLimit: 1,
        successfulJobsHistoryLimit: 3,
        jobTemplate: { spec: jobSpec(pruning) },
      },
      status: {
        lastScheduleTime: last,
        ...(failure === undefined
          ? { lastSuccessfulTime: timestampOf(new Date((runs.at(-1) ?? 0) + MINUTE)) }
          : {}),
      },
    }),
  };
}

function jobSpec({ args, failure }: Pruning) {
  return {
    backoffLimit: 0,
    template: {
      spec: {
        restartPolicy: 'Never',
        serviceAccountName: 'pruner',
        containers: [
          {
            name: 'pruner',
            image: 'quay.io/openshift/origin-cli:4.13',
            command: ['oc'],
            args: ['adm', 'prune', 'images', ...args, '--confirm=true'],
            resources: { requests: { cpu: '1', memory: '1Gi' } },
            terminationMessagePolicy: 'FallbackToLogsOnError',
            ...(failure === undefined ? {} : { volumeMounts: [{ ...FORMER, readOnly: true }] }),
          },
        ],
        ...(failure === undefined
          ? {}
          : { volumes: [{ name: FORMER.name, configMap: { name: FORMER.name } }] }),
      },
    },
  };
}

function jobOf(pruning: Pruning, time: number): ApiObject {
  const { name, failure } = pruning;
  const end = timestampOf(new Date(time + MINUTE));
  const condition = { status: 'True', lastProbeTime: end, lastTransitionTime: end };
  const failed = {
    type: 'Failed',
    reason: 'BackoffLimitExceeded',
    message: 'Job has reached the specified backoff limit',
  };
  return {
    kind: 'Job',
    apiVersion: 'batch/v1',
    ...withDefaults('jobs.batch', {
      metadata: {
        name: `${name}-${time / MINUTE}`,
        namespace: NAMESPACE,
        uid: `uid-of-${name}-${time / MINUTE}`,
        generation: 1,
        creationTimestamp: timestampOf(new Date(time)),
        annotations: { 'batch.kubernetes.io/cronjob-scheduled-timestamp': timestampOf(new Date(time)) },
        ownerReferences: [owner('CronJob', name)],
      },
      spec: jobSpec(pruning),
      status: {
        startTime: timestampOf(new Date(time)),
        ready: 0,
        ...(failure === undefined
          ? { succeeded: 1, completionTime: end, conditions: [{ type: 'Complete', ...condition }] }
          : { failed: 1, conditions: [{ ...failed, ...condition }] }),
      },
    }),
  };
}

function podOf({ failure }: Pruning, job: ApiObject, time: number): ApiObject {
  const { name } = job.metadata;
  const spec = (job.spec as ReturnType<typeof jobSpec>).template.spec;
  const ended = {
    exitCode: failure === undefined ? 0 : 1,
    reason: failure === undefined ? 'Completed' : 'Error',
    ...(failure === undefined ? {} : { message: failure }),
    startedAt: timestampOf(new Date(time + 3_000)),
    finishedAt: timestampOf(new Date(time + MINUTE)),
  };
  return {
    kind: 'Pod',
    apiVersion: 'v1',
    metadata: {
      name: `${name}-${digestOf(name).slice(7, 12)}`,
      namespace: NAMESPACE,
      creationTimestamp: timestampOf(new Date(time)),
      labels: { 'batch.kubernetes.io/job-name': name, 'job-name': name },
      ownerReferences: [owner('Job', name)],
    },
    spec,
    status: {
      phase: failure === undefined ? 'Succeeded' : 'Failed',
      startTime: timestampOf(new Date(time)),
      containerStatuses: [
        {
          name: 'pruner',
          image: 'quay.io/openshift/origin-cli:4.13',
          imageID: '',
          ready: false,
          restartCount: 0,
          state: { terminated: ended },
        },
      ],
    },
  };
}

function owner(kind: 'CronJob' | 'Job', name: string) {
  const controller = { controller: true, blockOwnerDeletion: true };
  return { apiVersion: 'batch/v1', kind, name, uid: `uid-of-${name}`, ...controller };
}

/** What `oc adm prune images --confirm` writes. */
function logOf(run: number): string {
  const [layer, manifest, blob] = ['layer', 'manifest', 'blob'].map((what) =>
    digestOf(`${what} pruned in run ${run}`),
  );
  return `${[
    `Deleting layer link ${layer} in repository shop/storefront`,
    'Deleting 1 items from image stream shop/storefront',
    `Deleting manifest link ${manifest} in repository shop/storefront`,
    `Deleting blob ${layer}`,
    `Deleting blob ${blob}`,
    `Deleting blob ${manifest}`,
    `Deleting image ${manifest}`,
    'Summary: deleted 1 image object(s), deleted 1 image stream tag item(s), updated 1 image stream(s), deleted 1 layer link(s), deleted 1 manifest link(s), deleted 3 blob(s)',
  ].join('\n')}\n`;
}
