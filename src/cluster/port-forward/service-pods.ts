import { type Said, type SaidValue, said, wordsOf } from '../../engine/said.ts';
import { isObject, type JsonObject, listAt, numberAt, objectAt, textAt } from '../../engine/shape.ts';
import { ApiError, type ApiRequest, type ApiSession } from '../session/api-session.ts';
import { forbidden, TunnelError } from './tunnel-error.ts';

/** A service, and its port by number. */
export interface ServicePort {
  readonly namespace: string;
  readonly service: string;
  /** The service's own, such as 5000; the pods may listen on another. */
  readonly port: number;
}

/** Where a pod listens. */
export interface PodPort {
  readonly namespace: string;
  readonly pod: string;
  /** The container's. */
  readonly port: number;
}

/**
 * The pods behind a service that can be connected to, at least one: running, ready and not being deleted, each with the
 * port that the service's port leads to (its `targetPort`, by number or by the name of a container's port).
 * Throws {@link TunnelError}, and what the session throws.
 */
export async function readyPods(
  session: ApiSession,
  way: ServicePort,
  signal?: AbortSignal,
): Promise<PodPort[]> {
  const inNamespace = `/api/v1/namespaces/${encodeURIComponent(way.namespace)}`;
  const ask = (path: string, query?: ApiRequest['query']) =>
    session.json({ path: `${inNamespace}/${path}`, query, signal }).catch((error: unknown) => {
      throw explained(error, way);
    });
  const service = objectAt(await ask(`services/${encodeURIComponent(way.service)}`), 'spec');
  const targetPort = targetPortOf(service, way);
  const labelSelector = selectorOf(service, way);
  const pods = listAt(await ask('pods', { labelSelector }), 'items').filter(isObject);
  const ready = pods.filter(isReady);
  if (ready.length === 0) throw noneReady(pods, labelSelector, way);
  const found = ready.flatMap((pod) => {
    const port = typeof targetPort === 'number' ? targetPort : containerPort(pod, targetPort);
    return port === undefined ? [] : [{ namespace: way.namespace, pod: nameOf(pod), port }];
  });
  if (found.length > 0) return found;
  throw new TunnelError(
    'no-pod',
    said(
      'Port {0} of the service {1} in {2} leads to the port “{3}”, which no container of its pods has ({4}). Correct targetPort in the service.',
      way.port,
      way.service,
      way.namespace,
      targetPort,
      ready.map(nameOf).join(', '),
    ),
  );
}

function targetPortOf(service: JsonObject, way: ServicePort): number | string {
  const ports = listAt(service, 'ports').filter((one) => (textAt(one, 'protocol') || 'TCP') === 'TCP');
  const port = ports.find((one) => numberAt(one, 'port') === way.port);
  if (port === undefined) {
    const numbers = ports.map((one) => numberAt(one, 'port')).join(', ');
    throw new TunnelError(
      'no-service',
      said(
        'The service {0} in {1} has no TCP port {2}, but {3}. Ask for a port that it has.',
        way.service,
        way.namespace,
        way.port,
        numbers || said('none at all'),
      ),
    );
  }
  // The API server fills in targetPort, but an old object may be without it: it is the same port then.
  return numberAt(port, 'targetPort') ?? (textAt(port, 'targetPort') || way.port);
}

function selectorOf(service: JsonObject, way: ServicePort): string {
  const selector = Object.entries(objectAt(service, 'selector'));
  if (selector.length > 0) return selector.map(([key, value]) => `${key}=${String(value)}`).join(',');
  throw new TunnelError(
    'no-pod',
    said(
      'The service {0} in {1} has no selector, so there are no pods to lead a tunnel to. Use an address at which the service can be reached from here.',
      way.service,
      way.namespace,
    ),
  );
}

function isReady(pod: JsonObject): boolean {
  const status = objectAt(pod, 'status');
  const ready = listAt(status, 'conditions').some(
    (condition) => textAt(condition, 'type') === 'Ready' && textAt(condition, 'status') === 'True',
  );
  return ready && textAt(status, 'phase') === 'Running' && !isBeingDeleted(pod);
}

function isBeingDeleted(pod: JsonObject): boolean {
  return textAt(objectAt(pod, 'metadata'), 'deletionTimestamp') !== '';
}

/** As a kubelet finds it: containers first, then the init containers that go on running beside them. */
function containerPort(pod: JsonObject, name: string): number | undefined {
  const spec = objectAt(pod, 'spec');
  const sidecars = listAt(spec, 'initContainers').filter((one) => textAt(one, 'restartPolicy') === 'Always');
  const port = [...listAt(spec, 'containers'), ...sidecars]
    .flatMap((container) => listAt(container, 'ports'))
    .find((one) => textAt(one, 'name') === name && (textAt(one, 'protocol') || 'TCP') === 'TCP');
  return numberAt(port, 'containerPort');
}

function noneReady(pods: readonly JsonObject[], selector: string, way: ServicePort): TunnelError {
  const what =
    pods.length === 0 ? said('there is none with the labels {0}', selector) : listed(pods.map(stateOf));
  return new TunnelError(
    'no-pod',
    said(
      'No pod behind the service {0} in {1} is ready: {2}. See what keeps them: oc get pods -n {1} -l {3}',
      way.service,
      way.namespace,
      what,
      selector,
    ),
  );
}

function stateOf(pod: JsonObject): Said {
  const name = nameOf(pod);
  if (isBeingDeleted(pod)) return said('{0} is being deleted', name);
  const phase = textAt(objectAt(pod, 'status'), 'phase') || 'Unknown';
  return phase === 'Running'
    ? said('{0} is running but not ready', name)
    : said('{0} is {1}', name, phase.toLowerCase());
}

function listed(all: readonly Said[]): SaidValue {
  return all.length === 0 ? '' : all.reduce((before, next) => said('{0}, {1}', before, next));
}

function nameOf(pod: JsonObject): string {
  return textAt(objectAt(pod, 'metadata'), 'name');
}

function explained(error: unknown, way: ServicePort): unknown {
  if (!(error instanceof ApiError)) return error;
  if (error.status === 403) return forbidden(error, way.namespace);
  if (error.status === 404) {
    return new TunnelError(
      'no-service',
      said(
        'There is no service {0} in {1}: {2}. Check both names: oc get services -n {1}',
        way.service,
        way.namespace,
        error.serverMessage,
      ),
      { cause: error },
    );
  }
  return new TunnelError(
    'failed',
    said('No way to the service {0} in {1} was found. {2}', way.service, way.namespace, wordsOf(error)),
    { cause: error },
  );
}
