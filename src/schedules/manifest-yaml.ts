import { stringify } from 'yaml';
import type { JsonObject } from '../engine/shape.ts';

/** Objects as one YAML text with a document for each, as `oc apply -f` and `kubectl apply -f` read it. */
export function yamlOf(objects: readonly JsonObject[]): string {
  return objects.map((object) => stringify(object, { lineWidth: 0 })).join('---\n');
}
