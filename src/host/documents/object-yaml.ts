import { stringify } from 'yaml';
import { isObject, type JsonObject } from '../../engine/shape.ts';

/** An API object as YAML, without its managedFields: they are long and about who wrote what. */
export function objectYaml(object: unknown): string {
  return stringify(withoutManagedFields(object), { lineWidth: 0, aliasDuplicateObjects: false });
}

/** An ImageStreamImage and an ImageStreamTag hold an Image with metadata of its own. */
function withoutManagedFields(object: unknown): unknown {
  if (!isObject(object)) return object;
  const { image } = object;
  return { ...withBareMetadata(object), ...(isObject(image) ? { image: withBareMetadata(image) } : {}) };
}

function withBareMetadata(object: JsonObject): JsonObject {
  if (!isObject(object.metadata)) return object;
  const { managedFields: _fields, ...metadata } = object.metadata;
  return { ...object, metadata };
}
