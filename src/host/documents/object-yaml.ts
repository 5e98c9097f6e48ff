import { stringify } from 'yaml';
import { isObject, type JsonObject } from '../../engine/shape.ts';

/** An API object as YAML, its kind first, without managedFields: they are long and about who wrote what. */
export function objectYaml(object: unknown): string {
  return stringify(withoutManagedFields(object), { lineWidth: 0, aliasDuplicateObjects: false });
}

/** An ImageStreamImage and an ImageStreamTag hold an Image with metadata of its own. */
function withoutManagedFields(object: unknown): unknown {
  if (!isObject(object)) return object;
  const { kind, apiVersion, image, ...others } = object;
  return {
    ...(kind === undefined ? {} : { kind }),
    ...(apiVersion === undefined ? {} : { apiVersion }),
    ...withBareMetadata(others),
    ...(image === undefined ? {} : { image: isObject(image) ? withBareMetadata(image) : image }),
  };
}

function withBareMetadata(object: JsonObject): JsonObject {
  if (!isObject(object.metadata)) return object;
  const { managedFields: _fields, ...metadata } = object.metadata;
  return { ...object, metadata };
}
