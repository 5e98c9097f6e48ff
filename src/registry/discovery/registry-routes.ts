import type { ApiSession } from '../../cluster/session/api-session.ts';
import { type Said, said, verbatim } from '../../engine/said.ts';
import { listAt, objectAt, textAt } from '../../engine/shape.ts';
import type { RegistryUrl } from '../address/registry-url.ts';
import { addressOf } from './reference-host.ts';
import { REGISTRY_SERVICE } from './registry-service.ts';

const PATH = `/apis/route.openshift.io/v1/namespaces/${REGISTRY_SERVICE.namespace}/routes`;

export interface RegistryRoute {
  /** Of the Route object. */
  name: string;
  /** Where a router serves it; undefined where none does. */
  url: RegistryUrl | undefined;
  /** Why there is no address; empty where there is one. */
  why: Said;
}

/**
 * The routes to the registry’s service, an entry for each host. The host of a route that a router has refused is not
 * given: it may belong to somebody else.
 * @throws ApiError where they may not be listed (403) or the cluster has no routes (404)
 * @throws ClusterUnreachableError
 */
export async function registryRoutes(
  session: Pick<ApiSession, 'json'>,
  { signal }: { signal?: AbortSignal } = {},
): Promise<RegistryRoute[]> {
  const routes = listAt(await session.json({ path: PATH, signal }), 'items').filter(leadsToRegistry);
  return routes.flatMap(addressesOf);
}

function leadsToRegistry(route: unknown): boolean {
  const spec = objectAt(route, 'spec');
  const to = objectAt(spec, 'to');
  const path = textAt(spec, 'path');
  return (
    textAt(to, 'kind') === 'Service' &&
    textAt(to, 'name') === REGISTRY_SERVICE.service &&
    (path === '' || path === '/')
  );
}

function addressesOf(route: unknown): RegistryRoute[] {
  const name = textAt(objectAt(route, 'metadata'), 'name');
  const specHost = textAt(objectAt(route, 'spec'), 'host');
  const ingress = listAt(objectAt(route, 'status'), 'ingress');
  const admitted = ingress.filter((one) => textAt(admission(one), 'status') === 'True');
  if (ingress.length > 0 && admitted.length === 0) {
    const reasons = ingress.map((one) => textAt(admission(one), 'reason')).filter((reason) => reason !== '');
    return [
      {
        name,
        url: undefined,
        why:
          reasons.length === 0
            ? said('no router has admitted it')
            : said('no router has admitted it ({0})', reasons.join('; ')),
      },
    ];
  }
  // A route that no router has said anything of may be served all the same.
  const hosts = admitted.length === 0 ? [specHost] : admitted.map((one) => textAt(one, 'host') || specHost);
  return [...new Set(hosts)].map((host) => {
    const url = host === '' ? undefined : addressOf(host);
    if (url) return { name, url, why: verbatim('') };
    return {
      name,
      url,
      why: host === '' ? said('it has no host') : said('its host {0} can’t be read', JSON.stringify(host)),
    };
  });
}

function admission(ingress: unknown): unknown {
  return listAt(ingress, 'conditions').find((condition) => textAt(condition, 'type') === 'Admitted');
}
