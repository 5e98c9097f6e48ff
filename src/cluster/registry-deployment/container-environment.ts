import { type Said, said } from '../../engine/said.ts';
import { isObject, type JsonObject, listAt, objectAt, textAt } from '../../engine/shape.ts';
import type { ConfigurationObject, ConfigurationObjects } from './configuration-object.ts';

/** The value of an environment variable, and where it comes from. */
export interface Variable {
  value: string;
  /** Such as “the deployment” or “the ConfigMap registry-cache”. */
  source: Said;
}

/**
 * Looks a variable up as the kubelet sets it: `env` before `envFrom`, the last entry first. Only what the look-up needs
 * is read from the cluster. References to other variables are not expanded.
 * @param container of a pod template
 * @returns undefined where the deployment sets no such variable
 * @throws UnreadableConfigurationError
 */
export async function variableOf(
  container: JsonObject,
  name: string,
  objects: ConfigurationObjects,
): Promise<Variable | undefined> {
  const entry = listAt(container, 'env').findLast((one) => textAt(one, 'name') === name);
  if (entry !== undefined) {
    const referred = await referredValue(entry, objects);
    if (referred !== 'absent') return referred;
  }
  for (const from of listAt(container, 'envFrom').toReversed()) {
    const object = objectOf(from, 'configMapRef', 'secretRef');
    const prefix = textAt(from, 'prefix');
    if (object === undefined || !name.startsWith(prefix)) continue;
    const value = (await objects.data(object))(name.slice(prefix.length));
    if (value !== undefined) return { value, source: sourceOf(object) };
  }
  return undefined;
}

/** How messages name an object. */
export function sourceOf({ kind, name }: ConfigurationObject): Said {
  return said('the {0} {1}', kind, name);
}

async function referredValue(entry: unknown, objects: ConfigurationObjects): Promise<Variable | 'absent'> {
  const from = objectAt(entry, 'valueFrom');
  const object = objectOf(from, 'configMapKeyRef', 'secretKeyRef');
  if (object === undefined) return { value: textAt(entry, 'value'), source: said('the deployment') };
  const reference = objectAt(from, object.kind === 'ConfigMap' ? 'configMapKeyRef' : 'secretKeyRef');
  const value = (await objects.data(object))(textAt(reference, 'key'));
  return value === undefined ? 'absent' : { value, source: sourceOf(object) };
}

function objectOf(value: unknown, configMap: string, secret: string): ConfigurationObject | undefined {
  for (const [kind, key] of [
    ['ConfigMap', configMap],
    ['Secret', secret],
  ] as const) {
    const reference = isObject(value) ? value[key] : undefined;
    const name = textAt(reference, 'name');
    if (name !== '') return { kind, name, optional: objectAt(value, key).optional === true };
  }
  return undefined;
}
