// What every OpenShift has around its integrated registry: the deployment, its service, its operator's resources.
import type { ApiObject } from '../api-object.ts';
import type { Age } from './description.ts';
import { at, type Terms } from './image-objects.ts';

const NAMESPACE = 'openshift-image-registry';
const REGISTRY_IMAGE = 'quay.io/openshift-release-dev/ocp-v4.0-art-dev:4.13-docker-registry';
const LABELS = { 'docker-registry': 'default' };
const AGE: Age = '400d';

/** @param serviceCa PEM that stands in openshift-service-ca.crt */
export function platformObjects(terms: Terms, serviceCa: string): ApiObject[] {
  const created = { creationTimestamp: at(terms, AGE) };
  const inRegistry = { ...created, namespace: NAMESPACE };
  return [
    ...['default', 'kube-public', 'kube-system', 'openshift', NAMESPACE].map((name) => ({
      kind: 'Namespace',
      apiVersion: 'v1',
      metadata: { name, ...created },
      spec: { finalizers: ['kubernetes'] },
      status: { phase: 'Active' },
    })),
    {
      kind: 'ConfigMap',
      apiVersion: 'v1',
      metadata: { name: 'openshift-service-ca.crt', namespace: 'kube-public', ...created },
      data: { 'service-ca.crt': serviceCa },
    },
    {
      kind: 'ConfigMap',
      apiVersion: 'v1',
      metadata: { name: 'serviceca', ...inRegistry },
      data: { 'service-ca.crt': serviceCa },
    },
    ...['default', 'registry', 'pruner'].map((name) => ({
      kind: 'ServiceAccount',
      apiVersion: 'v1',
      metadata: { name, ...inRegistry },
    })),
    {
      kind: 'Service',
      apiVersion: 'v1',
      metadata: { name: 'image-registry', ...inRegistry, labels: LABELS },
      spec: {
        clusterIP: '172.30.30.30',
        ports: [{ name: '5000-tcp', port: 5000, protocol: 'TCP', targetPort: 5000 }],
        selector: LABELS,
        type: 'ClusterIP',
      },
      status: { loadBalancer: {} },
    },
    registryDeployment(terms),
    registryPod(terms, '6d8f9c7b5-k2x4m'),
    registryPod(terms, '6d8f9c7b5-tq9vz'),
    {
      kind: 'Config',
      apiVersion: 'imageregistry.operator.openshift.io/v1',
      metadata: { name: 'cluster', ...created, generation: 1 },
      spec: {
        defaultRoute: false,
        httpSecret: '',
        logLevel: 'Normal',
        managementState: 'Managed',
        readOnly: false,
        replicas: 2,
        requests: { read: { maxWaitInQueue: '0s' }, write: { maxWaitInQueue: '0s' } },
        rolloutStrategy: 'RollingUpdate',
        storage: { pvc: { claim: 'image-registry-storage' }, managementState: 'Managed' },
      },
      status: { conditions: [{ type: 'Available', status: 'True', reason: 'Ready' }], observedGeneration: 1 },
    },
    {
      kind: 'ImagePruner',
      apiVersion: 'imageregistry.operator.openshift.io/v1',
      metadata: { name: 'cluster', ...created, generation: 1 },
      spec: {
        schedule: '',
        suspend: false,
        keepTagRevisions: 3,
        keepYoungerThanDuration: '60m',
        ignoreInvalidImageReferences: true,
        logLevel: 'Normal',
        successfulJobsHistoryLimit: 3,
        failedJobsHistoryLimit: 3,
      },
      status: {
        conditions: [
          {
            type: 'Available',
            status: 'True',
            reason: 'AsExpected',
            message: 'Pruner CronJob has been created',
          },
          { type: 'Failed', status: 'False', reason: 'Complete', message: 'Pruner completed successfully' },
          {
            type: 'Scheduled',
            status: 'True',
            reason: 'Scheduled',
            message: 'The pruner job has been scheduled',
          },
        ],
        observedGeneration: 1,
      },
    },
    {
      kind: 'Image',
      apiVersion: 'config.openshift.io/v1',
      metadata: { name: 'cluster', ...created, generation: 1 },
      spec: {},
      status: { internalRegistryHostname: terms.registry },
    },
  ];
}

function template() {
  return {
    metadata: {
      labels: LABELS,
      annotations: { 'imageregistry.operator.openshift.io/dependencies-checksum': 'sha256:0' },
    },
    spec: {
      containers: [
        {
          name: 'registry',
          image: REGISTRY_IMAGE,
          command: ['/bin/sh', '-c', 'exec /usr/bin/dockerregistry'],
          env: [
            { name: 'REGISTRY_LOG_LEVEL', value: 'info' },
            { name: 'REGISTRY_STORAGE', value: 'filesystem' },
            { name: 'REGISTRY_STORAGE_CACHE_BLOBDESCRIPTOR', value: 'inmemory' },
          ],
          ports: [{ containerPort: 5000, protocol: 'TCP' }],
        },
      ],
      serviceAccountName: 'registry',
    },
  };
}

function registryDeployment(terms: Terms): ApiObject {
  const since = at(terms, AGE);
  const condition = (type: string, reason: string) => ({
    type,
    status: 'True',
    reason,
    lastTransitionTime: since,
    lastUpdateTime: since,
  });
  return {
    kind: 'Deployment',
    apiVersion: 'apps/v1',
    metadata: {
      name: 'image-registry',
      namespace: NAMESPACE,
      creationTimestamp: since,
      generation: 1,
      labels: LABELS,
      annotations: { 'deployment.kubernetes.io/revision': '1' },
    },
    spec: {
      replicas: 2,
      selector: { matchLabels: LABELS },
      strategy: { type: 'RollingUpdate', rollingUpdate: { maxSurge: 1, maxUnavailable: 1 } },
      progressDeadlineSeconds: 60,
      template: template(),
    },
    status: {
      observedGeneration: 1,
      replicas: 2,
      updatedReplicas: 2,
      readyReplicas: 2,
      availableReplicas: 2,
      conditions: [
        condition('Available', 'MinimumReplicasAvailable'),
        condition('Progressing', 'NewReplicaSetAvailable'),
      ],
    },
  };
}

function registryPod(terms: Terms, suffix: string): ApiObject {
  return {
    kind: 'Pod',
    apiVersion: 'v1',
    metadata: {
      name: `image-registry-${suffix}`,
      namespace: NAMESPACE,
      creationTimestamp: at(terms, '20d'),
      labels: { ...LABELS, 'pod-template-hash': suffix.split('-')[0] ?? '' },
    },
    spec: template().spec,
    status: {
      phase: 'Running',
      conditions: [{ type: 'Ready', status: 'True' }],
      containerStatuses: [
        { name: 'registry', image: REGISTRY_IMAGE, imageID: REGISTRY_IMAGE, ready: true, restartCount: 0 },
      ],
    },
  };
}
