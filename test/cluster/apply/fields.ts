// The fields of an object one by one, named as metadata.managedFields names them (structured-merge-diff's field paths).

type JsonMap = Record<string, unknown>;

/** `f:spec`; `k:{"name":"x"}` for an item of a list that merges by key; `.` for such an item itself. */
export type FieldPath = readonly string[];

export interface Leaf {
  path: FieldPath;
  value: unknown;
}

/** By the path's text. */
export type Leaves = Map<string, Leaf>;

/** Lists whose items merge by these keys. Every other list is one value (Kubernetes' own, of pods and conditions). */
const MERGE_KEYS: Readonly<Record<string, readonly string[]>> = {
  conditions: ['type'],
  containers: ['name'],
  env: ['name'],
  ephemeralContainers: ['name'],
  imagePullSecrets: ['name'],
  initContainers: ['name'],
  ownerReferences: ['uid'],
  ports: ['containerPort', 'protocol'],
  volumeMounts: ['mountPath'],
  volumes: ['name'],
};
/** Maps that are one value. */
const ATOMIC = new Set(['nodeSelector', 'selector', 'roleRef', 'valueFrom', 'fieldRef', 'secretKeyRef']);

/** What the server alone says of an object. */
const OF_THE_SERVER = new Set([
  'name',
  'namespace',
  'uid',
  'resourceVersion',
  'generation',
  'creationTimestamp',
  'deletionTimestamp',
  'managedFields',
]);

/** Every field that somebody can own. */
export function leavesOf(object: object): Leaves {
  const leaves: Leaves = new Map();
  for (const [key, value] of Object.entries(object)) {
    if (key === 'kind' || key === 'apiVersion') continue;
    if (key !== 'metadata') collect(value, [`f:${key}`], key, leaves);
    else if (isMap(value)) {
      for (const [name, one] of Object.entries(value)) {
        if (!OF_THE_SERVER.has(name)) collect(one, ['f:metadata', `f:${name}`], name, leaves);
      }
    }
  }
  return leaves;
}

function collect(value: unknown, path: FieldPath, name: string, leaves: Leaves): void {
  const keys = MERGE_KEYS[name];
  if (Array.isArray(value) && keys !== undefined && value.every((item) => hasKeys(item, keys))) {
    for (const item of value as JsonMap[]) {
      const at = [...path, keyOf(item, keys)];
      leaves.set(textOf([...at, '.']), { path: [...at, '.'], value: undefined });
      for (const [key, one] of Object.entries(item)) collect(one, [...at, `f:${key}`], key, leaves);
    }
    return;
  }
  if (isMap(value) && Object.keys(value).length > 0 && !ATOMIC.has(name)) {
    for (const [key, one] of Object.entries(value)) collect(one, [...path, `f:${key}`], key, leaves);
    return;
  }
  leaves.set(textOf(path), { path, value });
}

/** `.spec.containers[name="x"].image`, as messages name it. */
export function textOf(path: FieldPath): string {
  return path
    .filter((part) => part !== '.')
    .map((part) => (part.startsWith('f:') ? `.${part.slice(2)}` : `[${keyText(part)}]`))
    .join('')
    .concat(path.at(-1) === '.' ? '[]' : '');
}

function keyText(part: string): string {
  const keys = JSON.parse(part.slice(2)) as JsonMap;
  return Object.entries(keys)
    .map(([key, value]) => `${key}=${JSON.stringify(value)}`)
    .join(',');
}

function keyOf(item: JsonMap, keys: readonly string[]): string {
  return `k:${JSON.stringify(Object.fromEntries(keys.map((key) => [key, valueOfKey(item, key)])))}`;
}

/** A port that names no protocol speaks TCP. */
function valueOfKey(item: JsonMap, key: string): unknown {
  return item[key] ?? (key === 'protocol' ? 'TCP' : undefined);
}

function hasKeys(item: unknown, keys: readonly string[]): item is JsonMap {
  return isMap(item) && keys.every((key) => valueOfKey(item, key) !== undefined);
}

/** What is there with what is applied laid over it. */
export function overlaid(there: unknown, applied: unknown, name = ''): unknown {
  const keys = MERGE_KEYS[name];
  if (Array.isArray(there) && Array.isArray(applied) && keys !== undefined) {
    const all: unknown[] = [...applied, ...there];
    if (!all.every((item) => hasKeys(item, keys))) return applied;
    const left = [...(there as JsonMap[])];
    for (const item of applied as JsonMap[]) {
      const at = left.findIndex((one) => keyOf(one, keys) === keyOf(item, keys));
      if (at < 0) left.push(item);
      else left[at] = overlaid(left[at], item) as JsonMap;
    }
    return left;
  }
  if (!isMap(there) || !isMap(applied) || ATOMIC.has(name)) return applied;
  const result: JsonMap = { ...there };
  for (const [key, value] of Object.entries(applied)) result[key] = overlaid(there[key], value, key);
  return result;
}

/** A copy without one field, and without the maps and lists that only held it. */
export function without(value: unknown, [part, ...rest]: FieldPath): unknown {
  if (part === undefined) return undefined;
  if (part.startsWith('k:') && Array.isArray(value)) {
    const keys = Object.keys(JSON.parse(part.slice(2)) as object);
    const items = value.flatMap((item) => {
      if (!hasKeys(item, keys) || keyOf(item, keys) !== part) return [item];
      if (rest[0] === '.') return [];
      const left = without(item, rest);
      return left === undefined ? [] : [left];
    });
    return items.length === 0 ? undefined : items;
  }
  if (!isMap(value)) return value;
  const key = part.slice(2);
  const { [key]: gone, ...others } = value;
  const left = rest.length === 0 || gone === undefined ? undefined : without(gone, rest);
  const result = left === undefined ? others : { ...value, [key]: left };
  return Object.keys(result).length === 0 ? undefined : result;
}

function isMap(value: unknown): value is JsonMap {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
