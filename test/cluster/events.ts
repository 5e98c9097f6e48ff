// Events: what controllers say of an object beside it.
import { type ApiObject, timestampOf } from './api-object.ts';
import { apiVersionOf, type Resource, resourceNamed } from './resources.ts';
import type { Store } from './store.ts';

const EVENTS = resourceNamed('events');

export interface Said {
  type: 'Normal' | 'Warning';
  reason: string;
  message: string;
  /** The controller. */
  component: string;
}

/** Says something of an object, as a new event beside it. */
export function say(store: Store, now: Date, resource: Resource, about: ApiObject, said: Said): void {
  const { name, namespace = 'default', uid } = about.metadata;
  const time = timestampOf(now);
  store.put(EVENTS, {
    metadata: { name: `${name}.${store.revision.toString(16).padStart(16, '0')}`, namespace },
    involvedObject: { kind: resource.kind, apiVersion: apiVersionOf(resource), name, namespace, uid },
    type: said.type,
    reason: said.reason,
    message: said.message,
    source: { component: said.component },
    count: 1,
    firstTimestamp: time,
    lastTimestamp: time,
  });
}
