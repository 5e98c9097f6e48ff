import { type JsonObject, objectAt, textAt } from '../../engine/shape.ts';
import { type ImagePrunerChange, imagePrunerSpec, prunerPatch } from '../../schedules/image-pruner.ts';

/** The ImagePruner as it would be, to be read, saved and applied: without what the server keeps about it. */
export function changedPruner(object: unknown, change: ImagePrunerChange): JsonObject {
  const spec = objectAt(object, 'spec');
  const patch = objectAt(prunerPatch(change, { resourceVersion: '', spec: imagePrunerSpec(spec) }), 'spec');
  return {
    apiVersion: textAt(object, 'apiVersion'),
    kind: textAt(object, 'kind'),
    metadata: { name: textAt(objectAt(object, 'metadata'), 'name') },
    spec: merged(spec, patch),
  };
}

/** RFC 7386, one level: the amounts of resources are whole. */
function merged(spec: JsonObject, patch: JsonObject): JsonObject {
  const result: Record<string, unknown> = { ...spec };
  for (const [key, value] of Object.entries(patch)) {
    if (value === null) delete result[key];
    else result[key] = key === 'resources' ? withoutNulls(value) : value;
  }
  return result;
}

function withoutNulls(value: unknown): JsonObject {
  const kept: Record<string, unknown> = {};
  for (const [key, amounts] of Object.entries(Object(value))) {
    if (amounts === null) continue;
    kept[key] = Object.fromEntries(Object.entries(Object(amounts)).filter(([, amount]) => amount !== null));
  }
  return kept;
}
