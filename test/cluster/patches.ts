// Patches: merge (RFC 7396), JSON patch (RFC 6902), and the strategic merge where it matters: lists merge by name.
import { ApiError, badRequest } from './status.ts';

type Json = unknown;
type JsonMap = Record<string, Json>;

/**
 * @param body the patch, read once its media type is known to be one of the three
 * @throws ApiError 415 where it is none of them, 400 where a JSON patch does not apply
 */
export function patched(target: Json, body: () => Json, mediaType: string): Json {
  switch (mediaType) {
    case 'application/merge-patch+json':
      return merged(target, body(), false);
    case 'application/strategic-merge-patch+json':
      return merged(target, body(), true);
    case 'application/json-patch+json':
      return (body() as JsonPatchStep[]).reduce(stepped, structuredClone(target));
    default:
      throw new ApiError(415, 'UnsupportedMediaType', `the patch type "${mediaType}" is not served`);
  }
}

function isMap(value: Json): value is JsonMap {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function merged(target: Json, patch: Json, byName: boolean): Json {
  if (byName && Array.isArray(target) && Array.isArray(patch) && [...target, ...patch].every(hasName)) {
    return mergedByName(target as NamedMap[], patch as NamedMap[]);
  }
  if (!isMap(patch)) return patch;
  const result: JsonMap = isMap(target) ? { ...target } : {};
  for (const [key, value] of Object.entries(patch)) {
    if (byName && key.startsWith('$')) continue;
    if (value === null) delete result[key];
    else result[key] = merged(result[key], value, byName);
  }
  return result;
}

type NamedMap = JsonMap & { name: string };

function hasName(value: Json): value is NamedMap {
  return isMap(value) && typeof value.name === 'string';
}

function mergedByName(target: NamedMap[], patch: NamedMap[]): Json[] {
  const result: Json[] = [...target];
  for (const one of patch) {
    const at = target.findIndex((existing) => existing.name === one.name);
    if (at < 0) result.push(merged({}, one, true));
    else result[at] = merged(target[at], one, true);
  }
  return result;
}

interface JsonPatchStep {
  op: string;
  path: string;
  value?: Json;
  from?: string;
}

function stepped(target: Json, step: JsonPatchStep): Json {
  const parts = step.path
    .split('/')
    .slice(1)
    .map((part) => part.replaceAll('~1', '/').replaceAll('~0', '~'));
  const last = parts.pop();
  if (last === undefined) return step.value;
  let parent: Json = target;
  for (const part of parts) parent = (parent as JsonMap | undefined)?.[part];
  if (typeof parent !== 'object' || parent === null) throw badRequest(`jsonpatch: no path ${step.path}`);
  applyStep(parent as JsonMap | Json[], last, step);
  return target;
}

function applyStep(parent: JsonMap | Json[], key: string, step: JsonPatchStep): void {
  if (step.op === 'test') {
    const found = (parent as JsonMap)[key];
    if (JSON.stringify(found) !== JSON.stringify(step.value))
      throw badRequest(`jsonpatch: test failed: ${step.path}`);
  } else if (Array.isArray(parent)) {
    const at = key === '-' ? parent.length : Number(key);
    if (step.op === 'add') parent.splice(at, 0, step.value);
    else if (step.op === 'remove') parent.splice(at, 1);
    else parent[at] = step.value;
  } else if (step.op === 'remove') {
    if (!Object.hasOwn(parent, key)) throw badRequest(`jsonpatch: no path ${step.path}`);
    delete parent[key];
  } else {
    parent[key] = step.value;
  }
}
