// The fields of pods that what prunes may have. Where Kubernetes has more below, anything is taken.
import {
  any,
  boolean,
  count,
  integer,
  list,
  map,
  object,
  oneOf,
  quantity,
  type Schema,
  text,
} from './schema.ts';

export const resources: Schema = object({
  requests: map(quantity),
  limits: map(quantity),
  claims: list(object({ name: text, request: text }, 'name')),
});

export const tolerations: Schema = list(
  object({ key: text, operator: text, value: text, effect: text, tolerationSeconds: integer }),
);

export const labelled: Schema = object({
  name: text,
  generateName: text,
  namespace: text,
  labels: map(text),
  annotations: map(text),
  creationTimestamp: any,
  finalizers: list(text),
  ownerReferences: any,
});

const reference = object({ name: text });

const container: Schema = object(
  {
    name: text,
    image: text,
    imagePullPolicy: oneOf('Always', 'IfNotPresent', 'Never'),
    command: list(text),
    args: list(text),
    workingDir: text,
    env: list(object({ name: text, value: text, valueFrom: any }, 'name')),
    envFrom: any,
    ports: list(
      object({ name: text, containerPort: integer, hostIP: text, hostPort: integer, protocol: text }),
    ),
    resources,
    resizePolicy: any,
    restartPolicy: text,
    volumeMounts: list(
      object(
        {
          name: text,
          mountPath: text,
          subPath: text,
          subPathExpr: text,
          readOnly: boolean,
          recursiveReadOnly: text,
          mountPropagation: text,
        },
        'name',
        'mountPath',
      ),
    ),
    volumeDevices: any,
    livenessProbe: any,
    readinessProbe: any,
    startupProbe: any,
    lifecycle: any,
    terminationMessagePath: text,
    terminationMessagePolicy: oneOf('File', 'FallbackToLogsOnError'),
    securityContext: any,
    stdin: boolean,
    stdinOnce: boolean,
    tty: boolean,
  },
  'name',
);

const podSpec: Schema = object(
  {
    containers: list(container),
    initContainers: list(container),
    ephemeralContainers: any,
    volumes: list({ type: 'any' }),
    restartPolicy: oneOf('Always', 'OnFailure', 'Never'),
    serviceAccountName: text,
    serviceAccount: text,
    automountServiceAccountToken: boolean,
    activeDeadlineSeconds: count,
    terminationGracePeriodSeconds: count,
    dnsPolicy: text,
    dnsConfig: any,
    nodeName: text,
    nodeSelector: map(text),
    affinity: any,
    tolerations,
    priorityClassName: text,
    priority: integer,
    preemptionPolicy: text,
    runtimeClassName: text,
    schedulerName: text,
    schedulingGates: any,
    topologySpreadConstraints: any,
    securityContext: any,
    imagePullSecrets: list(reference),
    hostNetwork: boolean,
    hostPID: boolean,
    hostIPC: boolean,
    hostUsers: boolean,
    hostname: text,
    hostAliases: any,
    subdomain: text,
    setHostnameAsFQDN: boolean,
    shareProcessNamespace: boolean,
    enableServiceLinks: boolean,
    readinessGates: any,
    overhead: any,
    os: any,
    resourceClaims: any,
    resources,
  },
  'containers',
);

export const podTemplate: Schema = object({ metadata: labelled, spec: podSpec }, 'spec');
