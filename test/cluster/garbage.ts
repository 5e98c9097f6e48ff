// The garbage collector, in small: what a job or a cron job owns goes with it.
import { isObject, listAt } from '../../src/engine/shape.ts';
import type { ApiObject } from './api-object.ts';
import { resourceNamed } from './resources.ts';
import type { Store } from './store.ts';

const OWNERS = [resourceNamed('cronjobs', 'batch'), resourceNamed('jobs', 'batch')];
const DEPENDENTS = [resourceNamed('jobs', 'batch'), resourceNamed('pods')];

/** @returns what ends it */
export function collectGarbage(store: Store): () => void {
  return store.onChange(({ type, resource, object }) => {
    const { namespace, uid = '' } = object.metadata;
    if (type !== 'DELETED' || !OWNERS.includes(resource)) return;
    for (const kind of DEPENDENTS) {
      for (const { metadata } of store.list(kind, namespace).filter((one) => isOwnedBy(one, uid))) {
        store.remove(kind, namespace, metadata.name);
      }
    }
  });
}

/** What is owned stays when its owner goes: `propagationPolicy=Orphan`. */
export function orphan(store: Store, uid: string): void {
  for (const kind of DEPENDENTS) {
    for (const object of store.list(kind).filter((one) => isOwnedBy(one, uid))) {
      const ownerReferences = listAt(object.metadata, 'ownerReferences').filter(
        (one) => !isObject(one) || one.uid !== uid,
      );
      store.put(kind, { ...object, metadata: { ...object.metadata, ownerReferences } });
    }
  }
}

export function isOwnedBy(object: ApiObject, uid: string): boolean {
  return listAt(object.metadata, 'ownerReferences').some((one) => isObject(one) && one.uid === uid);
}
