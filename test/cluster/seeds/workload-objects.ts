// Pods, controllers and builds as API objects.
import type { ApiObject } from '../api-object.ts';
import {
  type BuildDescription,
  type BuildSource,
  type ImageName,
  manifestDigest,
  type PodDescription,
  type WorkloadDescription,
} from './description.ts';
import { at, type Terms } from './image-objects.ts';

/** The pull spec that a name stands for. */
export function pullSpec(terms: Terms, name: ImageName): string {
  if ('tag' in name) return `${terms.registry}/${name.tag}`;
  if ('spec' in name) return name.spec;
  return `${terms.registry}/${name.digestIn}@${manifestDigest(name.image)}`;
}

export function podObject(terms: Terms, namespace: string, pod: PodDescription): ApiObject {
  const image = pullSpec(terms, pod.image);
  const running =
    pod.running === undefined ? (image.includes('@') ? image : '') : pullSpec(terms, pod.running);
  const started = pod.phase !== 'Pending';
  return {
    kind: 'Pod',
    apiVersion: 'v1',
    metadata: {
      name: pod.name,
      namespace,
      creationTimestamp: at(terms, pod.age),
      labels: { app: pod.name },
    },
    spec: {
      ...podSpec(image, pod.initImage === undefined ? undefined : pullSpec(terms, pod.initImage)),
      ...(pod.ephemeralImage === undefined
        ? {}
        : { ephemeralContainers: [{ name: 'debugger', image: pullSpec(terms, pod.ephemeralImage) }] }),
      ...(pod.volumeImage === undefined
        ? {}
        : {
            volumes: [
              {
                name: 'data',
                image: { reference: pullSpec(terms, pod.volumeImage), pullPolicy: 'IfNotPresent' },
              },
            ],
          }),
    },
    status: {
      phase: pod.phase,
      ...(started
        ? {
            startTime: at(terms, pod.age),
            containerStatuses: [
              {
                name: 'main',
                image,
                imageID: running,
                ready: pod.phase === 'Running',
                restartCount: 0,
                state:
                  pod.phase === 'Running'
                    ? { running: { startedAt: at(terms, pod.age) } }
                    : { terminated: { exitCode: pod.phase === 'Failed' ? 1 : 0 } },
              },
            ],
          }
        : {}),
    },
  };
}

function podSpec(image: string, initImage: string | undefined) {
  return {
    ...(initImage === undefined ? {} : { initContainers: [{ name: 'prepare', image: initImage }] }),
    containers: [{ name: 'main', image, imagePullPolicy: 'IfNotPresent', resources: {} }],
    restartPolicy: 'Always',
    serviceAccountName: 'default',
  };
}

const GROUPS: Record<WorkloadDescription['kind'], string> = {
  ReplicationController: 'v1',
  Deployment: 'apps/v1',
  DaemonSet: 'apps/v1',
  ReplicaSet: 'apps/v1',
  StatefulSet: 'apps/v1',
  Job: 'batch/v1',
  CronJob: 'batch/v1',
  DeploymentConfig: 'apps.openshift.io/v1',
};

export function workloadObject(terms: Terms, namespace: string, workload: WorkloadDescription): ApiObject {
  const { kind, name, age, replicas = 1 } = workload;
  const labels = { app: name };
  const initImage = workload.initImage === undefined ? undefined : pullSpec(terms, workload.initImage);
  const template = { metadata: { labels }, spec: podSpec(pullSpec(terms, workload.image), initImage) };
  return {
    kind,
    apiVersion: GROUPS[kind],
    metadata: {
      name,
      namespace,
      creationTimestamp: at(terms, age),
      generation: 1,
      labels,
    },
    spec: specOf(workload, template, labels, replicas),
    status: statusOf(workload, replicas),
  };
}

function specOf(
  workload: WorkloadDescription,
  template: { metadata: object; spec: object },
  labels: Record<string, string>,
  replicas: number,
): Record<string, unknown> {
  const job = { template: { ...template, spec: { ...template.spec, restartPolicy: 'OnFailure' } } };
  switch (workload.kind) {
    case 'ReplicationController':
      return { replicas, selector: labels, template };
    case 'DeploymentConfig':
      return { replicas, selector: labels, template, triggers: triggersOf(workload) };
    case 'DaemonSet':
      return { selector: { matchLabels: labels }, template };
    case 'Job':
      return { parallelism: 1, completions: 1, ...job };
    case 'CronJob':
      return {
        schedule: '30 2 * * *',
        concurrencyPolicy: 'Forbid',
        suspend: false,
        jobTemplate: { spec: job },
      };
    default:
      return { replicas, selector: { matchLabels: labels }, template };
  }
}

function triggersOf(workload: WorkloadDescription): unknown[] {
  if (workload.triggeredBy === undefined) return [{ type: 'ConfigChange' }];
  const from = { kind: 'ImageStreamTag', name: workload.triggeredBy };
  return [
    { type: 'ConfigChange' },
    { type: 'ImageChange', imageChangeParams: { automatic: true, containerNames: ['main'], from } },
  ];
}

function statusOf(workload: WorkloadDescription, replicas: number): Record<string, unknown> {
  switch (workload.kind) {
    case 'Job':
      return { active: 1 };
    case 'CronJob':
      return {};
    case 'DaemonSet':
      return { observedGeneration: 1, desiredNumberScheduled: 3, currentNumberScheduled: 3, numberReady: 3 };
    default:
      return {
        observedGeneration: 1,
        replicas,
        readyReplicas: replicas,
        availableReplicas: replicas,
        updatedReplicas: replicas,
      };
  }
}

export function buildObject(terms: Terms, namespace: string, build: BuildDescription): ApiObject {
  const source =
    build.copiesFrom === undefined
      ? { type: 'Git', git: { uri: `https://git.example/${namespace}/${build.name}.git` } }
      : {
          type: 'Image',
          images: [
            {
              from: reference(terms, build.copiesFrom),
              paths: [{ sourcePath: '/opt/app', destinationDir: 'app' }],
            },
          ],
        };
  const strategy = `${build.strategy[0]?.toLowerCase()}${build.strategy.slice(1)}Strategy`;
  const output = build.pushesTo === undefined ? {} : { to: { kind: 'ImageStreamTag', name: build.pushesTo } };
  return {
    kind: build.config ? 'BuildConfig' : 'Build',
    apiVersion: 'build.openshift.io/v1',
    metadata: { name: build.name, namespace, creationTimestamp: at(terms, build.age) },
    spec: {
      source,
      strategy: { type: build.strategy, [strategy]: { from: reference(terms, build.from) } },
      output,
    },
    status: build.config ? { lastVersion: 1 } : { phase: build.phase ?? 'Complete' },
  };
}

function reference(terms: Terms, source: BuildSource): Record<string, string> {
  if (source.kind === 'DockerImage') return { kind: 'DockerImage', name: pullSpec(terms, source.image) };
  return {
    kind: source.kind,
    name: source.name,
    ...(source.namespace === undefined ? {} : { namespace: source.namespace }),
  };
}
