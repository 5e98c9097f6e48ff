import { posix } from 'node:path';
import { type Said, said } from '../../engine/said.ts';
import { type JsonObject, listAt, objectAt, textAt } from '../../engine/shape.ts';
import {
  type ConfigurationObject,
  type ConfigurationObjects,
  UnreadableConfigurationError,
} from './configuration-object.ts';
import { sourceOf } from './container-environment.ts';

/** A file that a volume brings into a container. It may hold passwords. */
export interface MountedFile {
  content: string;
  /** Such as “the key config.yml of the Secret registry-config”. */
  source: Said;
}

/**
 * The content of a file in a container that comes from a ConfigMap or a Secret.
 * @param podSpec of the pod template
 * @param path absolute
 * @returns undefined where nothing is mounted there, so that the image's own file is used
 * @throws UnreadableConfigurationError where it comes from somewhere that can't be seen
 */
export async function mountedFileOf(
  podSpec: JsonObject,
  container: JsonObject,
  path: string,
  objects: ConfigurationObjects,
): Promise<MountedFile | undefined> {
  const mount = listAt(container, 'volumeMounts')
    .filter((one) => isAtOrBelow(path, textAt(one, 'mountPath')))
    .sort((one, other) => textAt(other, 'mountPath').length - textAt(one, 'mountPath').length)[0];
  if (mount === undefined) return undefined;
  const volume = listAt(podSpec, 'volumes').find((one) => textAt(one, 'name') === textAt(mount, 'name'));
  const below = posix.relative(textAt(mount, 'mountPath'), path);
  const file = posix.join(textAt(mount, 'subPath'), below);
  const projections = projectionsOf(volume);
  for (const { object, items } of projections) {
    const key = items.length === 0 ? file : keyOf(items, file);
    const content = key === undefined ? undefined : (await objects.data(object))(key);
    if (content !== undefined)
      return { content, source: said('the key {0} of {1}', key ?? '', sourceOf(object)) };
  }
  const [first, ...others] = projections.map(({ object }) => sourceOf(object));
  throw new UnreadableConfigurationError(
    first === undefined
      ? said(
          'its configuration {0} lies in the volume {1}, which is neither a ConfigMap nor a Secret',
          path,
          textAt(mount, 'name'),
        )
      : said(
          'its configuration {0} should come from {1}, which has no such key',
          path,
          others.reduce((before, next) => said('{0} or {1}', before, next), first),
        ),
  );
}

interface Projection {
  object: ConfigurationObject;
  /** `{key, path}`; empty for every key under its own name. */
  items: readonly unknown[];
}

function projectionsOf(volume: unknown): Projection[] {
  const projected = objectAt(volume, 'projected');
  return [volume, ...listAt(projected, 'sources')].flatMap((source) => [
    // A volume says secretName, a projection name.
    ...projection('ConfigMap', objectAt(source, 'configMap'), 'name'),
    ...projection('Secret', objectAt(source, 'secret'), source === volume ? 'secretName' : 'name'),
  ]);
}

function projection(kind: ConfigurationObject['kind'], source: JsonObject, nameKey: string): Projection[] {
  const name = textAt(source, nameKey);
  if (name === '') return [];
  return [{ object: { kind, name, optional: source.optional === true }, items: listAt(source, 'items') }];
}

function keyOf(items: readonly unknown[], file: string): string | undefined {
  const item = items.find((one) => posix.normalize(textAt(one, 'path')) === file);
  return item === undefined ? undefined : textAt(item, 'key');
}

function isAtOrBelow(path: string, folder: string): boolean {
  return folder !== '' && !posix.relative(folder, path).startsWith('..');
}
