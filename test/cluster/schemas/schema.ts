// Structural schemas in small: which fields an object may have, and of what kind they are.

/** What a field may hold. */
export type Schema =
  | { type: 'object'; fields: Readonly<Record<string, Schema>>; required?: readonly string[] }
  /** Any keys, all values of one kind. */
  | { type: 'map'; values: Schema }
  | { type: 'list'; items: Schema }
  | { type: 'string'; values?: readonly string[]; pattern?: RegExp }
  | { type: 'integer'; least?: number }
  | { type: 'boolean' }
  /** Where this cluster doesn't look any further. */
  | { type: 'any' };

export interface Mismatch {
  /** `spec.template.spec.containers[0].name` */
  field: string;
  /** The value, as it stands there. */
  value: unknown;
  problem: 'type' | 'value' | 'required' | 'least';
  schema: Schema;
}

export function object(fields: Readonly<Record<string, Schema>>, ...required: string[]): Schema {
  return { type: 'object', fields, required };
}

export function list(items: Schema): Schema {
  return { type: 'list', items };
}

export function map(values: Schema): Schema {
  return { type: 'map', values };
}

export function oneOf(...values: string[]): Schema {
  return { type: 'string', values };
}

export const text: Schema = { type: 'string' };
export const integer: Schema = { type: 'integer' };
export const count: Schema = { type: 'integer', least: 0 };
export const boolean: Schema = { type: 'boolean' };
export const any: Schema = { type: 'any' };
/** `100m`, `1Gi`; a bare number too. */
export const quantity: Schema = any;

/** A copy without the fields that the schema doesn't know, and their names (`spec.foo`). */
export function withoutUnknown(schema: Schema, value: unknown): { value: unknown; unknown: string[] } {
  const unknown: string[] = [];
  return { value: known(schema, value, '', unknown), unknown };
}

function known(schema: Schema, value: unknown, field: string, unknown: string[]): unknown {
  if (Array.isArray(value)) {
    if (schema.type !== 'list') return value;
    return value.map((item, index) => known(schema.items, item, `${field}[${index}]`, unknown));
  }
  if (typeof value !== 'object' || value === null) return value;
  if (schema.type !== 'object' && schema.type !== 'map') return value;
  const kept: Record<string, unknown> = {};
  for (const [key, one] of Object.entries(value)) {
    const below = schema.type === 'map' ? schema.values : schema.fields[key];
    if (below === undefined) unknown.push(join(field, key));
    else kept[key] = known(below, one, join(field, key), unknown);
  }
  return kept;
}

/** Everything that doesn't fit, in the order in which it stands. Null counts as absent. */
export function mismatches(schema: Schema, value: unknown, field = ''): Mismatch[] {
  if (value === null || value === undefined || schema.type === 'any') return [];
  const wrong = (problem: Mismatch['problem']): Mismatch[] => [{ field, value, problem, schema }];
  switch (schema.type) {
    case 'list':
      if (!Array.isArray(value)) return wrong('type');
      return value.flatMap((item, index) => mismatches(schema.items, item, `${field}[${index}]`));
    case 'object':
    case 'map':
      return isMap(value) ? below(schema, value, field) : wrong('type');
    case 'string':
      if (typeof value !== 'string') return wrong('type');
      if (schema.values !== undefined && !schema.values.includes(value)) return wrong('value');
      return schema.pattern === undefined || schema.pattern.test(value) ? [] : wrong('value');
    case 'integer':
      if (!Number.isInteger(value)) return wrong('type');
      return schema.least !== undefined && Number(value) < schema.least ? wrong('least') : [];
    case 'boolean':
      return typeof value === 'boolean' ? [] : wrong('type');
  }
}

function below(
  schema: Extract<Schema, { type: 'object' | 'map' }>,
  value: Record<string, unknown>,
  field: string,
): Mismatch[] {
  if (schema.type === 'map') {
    return Object.entries(value).flatMap(([key, one]) => mismatches(schema.values, one, join(field, key)));
  }
  const missing = (schema.required ?? []).filter((key) => (value[key] ?? '') === '');
  return [
    ...missing.map((key) => ({
      field: join(field, key),
      value: value[key],
      problem: 'required' as const,
      schema,
    })),
    ...Object.entries(schema.fields).flatMap(([key, one]) => mismatches(one, value[key], join(field, key))),
  ];
}

function isMap(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function join(field: string, key: string): string {
  return field === '' ? key : `${field}.${key}`;
}
