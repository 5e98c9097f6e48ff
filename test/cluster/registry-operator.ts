// The image registry operator, in small: spec.defaultRoute makes and removes the route `default-route`.
import { objectAt } from '../../src/engine/shape.ts';
import { resourceNamed } from './resources.ts';
import type { Store } from './store.ts';

const CONFIGS = resourceNamed('configs', 'imageregistry.operator.openshift.io');
const ROUTES = resourceNamed('routes', 'route.openshift.io');
const NAMESPACE = 'openshift-image-registry';

/** @param host the host name that the route gets */
export function operateRegistry(store: Store, host: () => string): () => void {
  return store.onChange(({ resource, object, type }) => {
    if (resource !== CONFIGS || object.metadata.name !== 'cluster') return;
    const wanted = type !== 'DELETED' && objectAt(object, 'spec').defaultRoute === true;
    const exists = store.get(ROUTES, NAMESPACE, 'default-route') !== undefined;
    if (wanted && !exists) {
      store.put(ROUTES, defaultRoute(host()));
    } else if (!wanted && exists) {
      store.remove(ROUTES, NAMESPACE, 'default-route');
    }
  });
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
