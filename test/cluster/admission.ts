// What a server makes of an object before it stores it: unknown fields go, wrong ones are refused, absent ones filled in.
import type { ApiObject } from './api-object.ts';
import type { Call } from './call.ts';
import { apiVersionOf, qualified, type Resource } from './resources.ts';
import { cronJob, job } from './schemas/batch.ts';
import { withDefaults } from './schemas/defaults.ts';
import { imagePruner } from './schemas/image-pruner.ts';
import { binding, serviceAccount } from './schemas/rbac.ts';
import { brokenRules } from './schemas/rules.ts';
import { type Mismatch, mismatches, type Schema, withoutUnknown } from './schemas/schema.ts';
import { ApiError, badRequest, invalid } from './status.ts';

/** The resources whose objects are looked at. All others are taken as they come. */
export const SCHEMAS: Readonly<Record<string, Schema>> = {
  'jobs.batch': job,
  'cronjobs.batch': cronJob,
  serviceaccounts: serviceAccount,
  'clusterrolebindings.rbac.authorization.k8s.io': binding,
  'rolebindings.rbac.authorization.k8s.io': binding,
  'imagepruners.imageregistry.operator.openshift.io': imagePruner,
};

/**
 * @param before the object as it is stored, where it is to be changed
 * @throws ApiError 400 for a field of the wrong kind, or an unknown one where `fieldValidation=Strict`; 422 for a wrong
 *   value; 500 for an unknown field in a server-side apply
 */
export function admitted(call: Call, resource: Resource, object: ApiObject, before?: ApiObject): ApiObject {
  const name = qualified(resource);
  const schema = SCHEMAS[name];
  if (schema === undefined) return object;
  const { metadata, kind, apiVersion, ...rest } = object;
  const { value, unknown } = withoutUnknown(schema, rest);
  reportUnknown(call, resource, object, unknown);
  const known = { ...(value as object), metadata } as ApiObject;
  const wrong = mismatches(schema, value);
  if (wrong.length > 0) throw refusal(resource, object.metadata.name, wrong);
  const whole = withDefaults(name, {
    ...known,
    ...(kind ? { kind } : {}),
    ...(apiVersion ? { apiVersion } : {}),
  });
  const broken = brokenRules(name, whole, before === undefined ? undefined : withDefaults(name, before));
  if (broken.length > 0) throw invalid(resource, metadata.name, broken);
  return whole;
}

function reportUnknown(call: Call, resource: Resource, object: ApiObject, unknown: readonly string[]): void {
  if (unknown.length === 0) return;
  const { kind } = resource;
  if (call.headers['content-type']?.startsWith('application/apply-patch')) {
    const { name, namespace } = object.metadata;
    const of = `${namespace === undefined ? '' : `${namespace}/`}${name}; ${apiVersionOf(resource)}, Kind=${kind}`;
    const why = unknown.map((field) => `.${field}: field not declared in schema`).join('\n');
    throw new ApiError(500, undefined, `failed to create typed patch object (${of}): ${why}`);
  }
  const named = unknown.map((field) => `unknown field "${field}"`);
  switch (call.query.get('fieldValidation') ?? 'Warn') {
    case 'Strict':
      throw badRequest(
        `${kind} in version "${resource.version}" cannot be handled as a ${kind}: strict decoding error: ${named.join(', ')}`,
      );
    case 'Warn':
      call.warnings.push(...named);
  }
}

function refusal(resource: Resource, name: string, wrong: readonly Mismatch[]): ApiError {
  const isCustom = resource.group.endsWith('openshift.io');
  const [first] = wrong;
  if (!isCustom && first?.problem === 'type') {
    const { kind, version } = resource;
    const found = Array.isArray(first.value) ? 'array' : typeof first.value;
    return badRequest(
      `${kind} in version "${version}" cannot be handled as a ${kind}: json: cannot unmarshal ${found} into Go struct field ${kind}.${first.field} of type ${goType(first.schema)}`,
    );
  }
  return invalid(
    resource,
    name,
    wrong.map((one) => ({ field: one.field, why: whyOf(one, isCustom) })),
  );
}

function whyOf({ field, value, problem, schema }: Mismatch, isCustom: boolean): string {
  const shown = JSON.stringify(value);
  switch (problem) {
    case 'required':
      return 'Required value';
    case 'least':
      return `Invalid value: ${shown}: must be greater than or equal to 0`;
    case 'type':
      return `Invalid value: "${jsonType(value)}": ${field} in body must be of type ${schema.type}: "${jsonType(value)}"`;
    case 'value': {
      if (schema.type !== 'string' || schema.values === undefined) {
        return `Invalid value: ${shown}: ${field} in body must be of type duration: ${shown}`;
      }
      const values = schema.values.map((one) => `"${one}"`).join(', ');
      return `Unsupported value: ${shown}: supported values: ${isCustom ? values : values.replace('"", ', '')}`;
    }
  }
}

function jsonType(value: unknown): string {
  if (Array.isArray(value)) return 'array';
  if (typeof value === 'number') return Number.isInteger(value) ? 'integer' : 'number';
  return typeof value;
}

function goType(schema: Schema): string {
  switch (schema.type) {
    case 'boolean':
      return 'bool';
    case 'integer':
      return 'int32';
    case 'list':
      return '[]v1.Item';
    default:
      return schema.type === 'string' ? 'string' : `v1.${schema.type}`;
  }
}
