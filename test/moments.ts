// Acting at a moment of a prune that doesn't depend on how fast anything is.
import { resourceNamed } from './cluster/resources.ts';
import type { Scene } from './scene.ts';

const STREAMS = resourceNamed('imagestreams', 'image.openshift.io');
const IMAGES = resourceNamed('images', 'image.openshift.io');

/** The n-th change that a server is asked for, from 1: before the server acts on it, or after that and before it answers. */
export interface Moment {
  server: 'cluster' | 'registry';
  when: 'before' | 'after';
  change: number;
}

interface Arrived {
  method: string;
  path: string;
}

/** Tells of every request as it arrives, until it is ended. */
export function onArrival<T extends Arrived>(requests: T[], told: (request: T) => void): () => void {
  requests.push = (...added) => {
    for (const request of added) told(request);
    return Array.prototype.push.apply(requests, added);
  };
  return () => {
    Reflect.deleteProperty(requests, 'push');
  };
}

/** Acts once, when a request of a kind has arrived so often; the server has not acted on it yet. */
export function atArrival<T extends Arrived>(
  requests: T[],
  fits: (request: T) => boolean,
  times: number,
  act: (request: T) => void,
): void {
  let seen = 0;
  const end = onArrival(requests, (request) => {
    if (!fits(request) || ++seen < times) return;
    end();
    act(request);
  });
}

/** Whether a request is one that changes something. */
export function changes({ method, path }: Arrived): boolean {
  if (method === 'DELETE') return true;
  return method === 'PUT' && path.endsWith('/status');
}

/** Acts once, at a moment of a prune. Where that is before the server acts, it never does. */
export function atMoment(scene: Scene, { server, when, change }: Moment, act: () => void): void {
  const { cluster, registry } = scene;
  if (server === 'registry') {
    atArrival(registry.requests, changes, change, (request) => {
      if (when === 'before') {
        registry.faults.push({
          effect: 'hang',
          method: request.method,
          path: exactly(request.path),
          count: 1,
        });
        act();
      } else onceSet(request, 'status', act);
    });
  } else if (when === 'before') {
    atArrival(cluster.requests, changes, change, ({ method, path }) => {
      cluster.faults.add({ method, path: exactly(path), action: { kind: 'hang' }, count: 1 });
      act();
    });
  } else {
    let seen = 0;
    const end = cluster.store.onChange(({ type, resource }) => {
      const isOurs =
        (resource === STREAMS && type === 'MODIFIED') || (resource === IMAGES && type === 'DELETED');
      if (!isOurs || ++seen < change) return;
      end();
      act();
    });
  }
}

/** Matches this path and no other. */
export function exactly(path: string): RegExp {
  return new RegExp(`^${path.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')}$`);
}

/** Acts when a property is first given another value. */
function onceSet<T extends object, Key extends keyof T>(object: T, key: Key, act: () => void): void {
  const first = object[key];
  Object.defineProperty(object, key, {
    configurable: true,
    enumerable: true,
    get: () => first,
    set: (value: T[Key]) => {
      Object.defineProperty(object, key, { configurable: true, enumerable: true, writable: true, value });
      act();
    },
  });
}
