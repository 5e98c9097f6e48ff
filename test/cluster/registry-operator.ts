// The image registry operator, in small: spec.defaultRoute makes and removes the route `default-route`, and spec.readOnly
// makes the deployment roll out with a registry that takes no writes.
import { isObject, listAt, numberAt, objectAt, textAt } from '../../src/engine/shape.ts';
import { type ApiObject, timestampOf } from './api-object.ts';
import { withConditions } from './conditions.ts';
import { resourceNamed } from './resources.ts';
import type { Store } from './store.ts';

const CONFIGS = resourceNamed('configs', 'imageregistry.operator.openshift.io');
const DEPLOYMENTS = resourceNamed('deployments', 'apps');
const ROUTES = resourceNamed('routes', 'route.openshift.io');
const NAMESPACE = 'openshift-image-registry';
const DEPLOYMENT = 'image-registry';
/** What the registry's process reads; JSON with `enabled`. */
const READ_ONLY = 'REGISTRY_STORAGE_MAINTENANCE_READONLY';

/** @param host the host name that the route gets */
export function operateRegistry(store: Store, clock: () => Date, host: () => string): () => void {
  return store.onChange(({ resource, object, type }) => {
    const { name, namespace } = object.metadata;
    if (resource === DEPLOYMENTS && namespace === NAMESPACE && name === DEPLOYMENT) {
      if (type !== 'DELETED') report(store, clock);
      return;
    }
    if (resource !== CONFIGS || name !== 'cluster') return;
    route(store, type !== 'DELETED' && objectAt(object, 'spec').defaultRoute === true, host());
    if (type === 'DELETED') return;
    deploy(store, objectAt(object, 'spec').readOnly === true);
    report(store, clock);
  });
}

/** Whether a deployment's registry takes no writes. */
export function isReadOnly(deployment: ApiObject): boolean {
  const [container] = containersOf(deployment);
  const variable = listAt(container, 'env').find((one) => textAt(one, 'name') === READ_ONLY);
  return variable !== undefined && /"enabled":\s*true/.test(textAt(variable, 'value'));
}

function route(store: Store, wanted: boolean, host: string): void {
  const exists = store.get(ROUTES, NAMESPACE, 'default-route') !== undefined;
  if (wanted && !exists) {
    store.put(ROUTES, defaultRoute(host));
  } else if (!wanted && exists) {
    store.remove(ROUTES, NAMESPACE, 'default-route');
  }
}

function deploy(store: Store, readOnly: boolean): void {
  const deployment = store.get(DEPLOYMENTS, NAMESPACE, DEPLOYMENT);
  if (deployment === undefined || isReadOnly(deployment) === readOnly) return;
  const template = objectAt(deployment.spec, 'template');
  const [container = {}, ...others] = containersOf(deployment);
  const env = listAt(container, 'env').filter((one) => textAt(one, 'name') !== READ_ONLY);
  const variable = { name: READ_ONLY, value: '{"enabled":true}' };
  const containers = [{ ...container, env: readOnly ? [...env, variable] : env }, ...others];
  store.put(DEPLOYMENTS, {
    ...deployment,
    metadata: { ...deployment.metadata, generation: (deployment.metadata.generation ?? 1) + 1 },
    spec: {
      ...objectAt(deployment, 'spec'),
      template: { ...template, spec: { ...objectAt(template, 'spec'), containers } },
    },
  });
}

/** What the operator's resource says of the deployment. */
function report(store: Store, clock: () => Date): void {
  const config = store.get(CONFIGS, undefined, 'cluster');
  const deployment = store.get(DEPLOYMENTS, NAMESPACE, DEPLOYMENT);
  if (config === undefined || deployment === undefined) return;
  const { spec, status, metadata } = deployment;
  const done =
    numberAt(status, 'observedGeneration') === metadata.generation &&
    (numberAt(status, 'updatedReplicas') ?? 0) === numberAt(spec, 'replicas') &&
    (numberAt(status, 'replicas') ?? 0) === numberAt(spec, 'replicas') &&
    (numberAt(status, 'unavailableReplicas') ?? 0) === 0;
  const conditions = [
    done
      ? { type: 'Progressing', status: 'False', reason: 'Ready', message: 'The registry is ready' }
      : {
          type: 'Progressing',
          status: 'True',
          reason: 'DeploymentNotCompleted',
          message: 'The deployment has not completed',
        },
    {
      type: 'Available',
      status: 'True',
      reason: done ? 'Ready' : 'MinimumAvailability',
      message: done ? 'The registry is ready' : 'The registry has minimum availability',
    },
  ];
  const next = withConditions(objectAt(config, 'status'), conditions, timestampOf(clock()));
  const reported = { ...next, observedGeneration: config.metadata.generation ?? 1 };
  if (JSON.stringify(reported) !== JSON.stringify(config.status)) {
    store.put(CONFIGS, { ...config, status: reported });
  }
}

function containersOf(deployment: ApiObject) {
  return listAt(objectAt(objectAt(deployment.spec, 'template'), 'spec'), 'containers').filter(isObject);
}

function defaultRoute(host: string) {
  return {
    metadata: {
      name: 'default-route',
      namespace: NAMESPACE,
      labels: { 'docker-registry': 'default' },
      annotations: { 'imageregistry.openshift.io': 'true' },
    },
    spec: {
      host,
      to: { kind: 'Service', name: 'image-registry', weight: 100 },
      tls: { termination: 'reencrypt', insecureEdgeTerminationPolicy: 'Redirect' },
      wildcardPolicy: 'None',
    },
    status: {
      ingress: [
        {
          host,
          routerName: 'default',
          routerCanonicalHostname: 'router-default.apps.cluster.example',
          wildcardPolicy: 'None',
          conditions: [{ type: 'Admitted', status: 'True' }],
        },
      ],
    },
  };
}
