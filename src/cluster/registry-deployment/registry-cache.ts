import { parse } from 'yaml';
import { type Said, said } from '../../engine/said.ts';
import { isObject, type JsonObject, listAt, numberAt, objectAt, textAt } from '../../engine/shape.ts';
import { type RetryPolicy, withRetry } from '../inventory/retry.ts';
import { ApiError, type ApiSession } from '../session/api-session.ts';
import { ConfigurationObjects, UnreadableConfigurationError } from './configuration-object.ts';
import { type Variable, variableOf } from './container-environment.ts';
import { REGISTRY_DEPLOYMENT, REGISTRY_DEPLOYMENT_PATH, REGISTRY_NAMESPACE } from './location.ts';
import { type MountedFile, mountedFileOf } from './mounted-file.ts';

/** Where the registry remembers what blobs it has. */
export interface RegistryCache {
  /** `inmemory` ends with the pods; `redis` outlives them and must be cleared by hand. */
  kind: 'inmemory' | 'redis' | 'none' | 'unknown';
  /** What says so; for `unknown`, why it can't be told. */
  where: Said;
  /** Only for `redis`. */
  redis?: {
    /** `host:port`, where it can be seen. */
    address?: string;
    database: number;
  };
}

export interface CacheOptions {
  signal?: AbortSignal;
  retry?: RetryPolicy;
}

/** Where OpenShift's registry image has its configuration; what it says of the cache is `inmemory`. */
const IMAGE_CONFIGURATION = '/config.yml';
/** Nothing else is shown: a URL might hold a password. */
const HOST_AND_PORT = /^[\w.-]+(?::\d+)?$|^\[[\da-fA-F:.]+\](?::\d+)?$/;

/**
 * Which cache of blob descriptors the integrated registry uses, read from its deployment as the registry reads its
 * configuration: environment variables replace parts of the file, the less specific before the more specific
 * (docker/distribution, `configuration`). A prune leaves a cache with what is gone (REFERENCE section 4).
 * @throws what the session throws, but for what the user may not read, which makes it `unknown`
 */
export async function registryCacheOf(
  session: ApiSession,
  options: CacheOptions = {},
): Promise<RegistryCache> {
  try {
    const get = () => session.json({ path: REGISTRY_DEPLOYMENT_PATH, signal: options.signal });
    const deployment = await withRetry(get, options.signal, options.retry);
    const podSpec = objectAt(objectAt(objectAt(deployment, 'spec'), 'template'), 'spec');
    return await new Configuration(podSpec, new ConfigurationObjects(session, options)).cache();
  } catch (error) {
    if (error instanceof UnreadableConfigurationError) return { kind: 'unknown', where: error.said };
    if (!(error instanceof ApiError) || (error.status !== 403 && error.status !== 404)) throw error;
    const where = said(
      '{0} in {1} can’t be read ({2})',
      `deployment/${REGISTRY_DEPLOYMENT}`,
      REGISTRY_NAMESPACE,
      error.serverMessage,
    );
    return { kind: 'unknown', where };
  }
}

/** The registry's configuration, read piece by piece as it is asked for. */
class Configuration {
  readonly #podSpec: JsonObject;
  readonly #container: JsonObject;
  readonly #objects: ConfigurationObjects;

  constructor(podSpec: JsonObject, objects: ConfigurationObjects) {
    const containers = listAt(podSpec, 'containers').filter(isObject);
    this.#podSpec = podSpec;
    this.#container = containers.find(({ name }) => name === 'registry') ?? containers[0] ?? {};
    this.#objects = objects;
  }

  async cache(): Promise<RegistryCache> {
    const { type, where } = await this.#type();
    // What the registry doesn't know, it takes for no cache, with a warning in its log.
    if (type !== 'redis') return { kind: type === 'inmemory' ? 'inmemory' : 'none', where };
    return { kind: 'redis', where, redis: await this.#redis() };
  }

  async #type(): Promise<{ type: unknown; where: Said }> {
    const direct = await this.#variable('REGISTRY_STORAGE_CACHE_BLOBDESCRIPTOR');
    if (direct)
      return { type: yamlOf(direct), where: setBy('REGISTRY_STORAGE_CACHE_BLOBDESCRIPTOR', direct) };
    const { section, where } = await this.#cacheSection();
    // The older name of the same setting.
    const key = 'blobdescriptor' in section ? 'blobdescriptor' : 'layerinfo';
    return { type: section[key], where };
  }

  async #cacheSection(): Promise<{ section: JsonObject; where: Said }> {
    const whole = await this.#variable('REGISTRY_STORAGE_CACHE');
    if (whole) return { section: asObject(yamlOf(whole)), where: setBy('REGISTRY_STORAGE_CACHE', whole) };
    // It replaces all that the file says of the storage, the cache too.
    const storage = await this.#variable('REGISTRY_STORAGE');
    if (storage) {
      return { section: objectAt(yamlOf(storage), 'cache'), where: setBy('REGISTRY_STORAGE', storage) };
    }
    const file = await this.#file();
    if (!file) {
      const where = said('the configuration in the registry’s image, which the deployment leaves as it is');
      return { section: { blobdescriptor: 'inmemory' }, where };
    }
    return {
      section: objectAt(objectAt(yamlOf(file), 'storage'), 'cache'),
      where: said('{0} in {1}', 'storage.cache', file.source),
    };
  }

  /** Where Redis is doesn't change what it is: what can't be read is left out. */
  async #redis(): Promise<NonNullable<RegistryCache['redis']>> {
    try {
      const section = await this.#redisSection();
      const address = (await this.#variable('REGISTRY_REDIS_ADDR'))?.value || textAt(section, 'addr');
      const list = await this.#variable('REGISTRY_REDIS_ADDRS');
      // Since version 3 there may be several; one is enough to clear what they share.
      const [first] = listAt(list ? { addrs: yamlOf(list) } : section, 'addrs');
      const database = await this.#variable('REGISTRY_REDIS_DB');
      const found = address || first;
      return {
        ...(typeof found === 'string' && HOST_AND_PORT.test(found) ? { address: found } : {}),
        database: numberAt({ db: database ? yamlOf(database) : section.db }, 'db') ?? 0,
      };
    } catch (error) {
      if (error instanceof UnreadableConfigurationError) return { database: 0 };
      throw error;
    }
  }

  async #redisSection(): Promise<JsonObject> {
    const whole = await this.#variable('REGISTRY_REDIS');
    if (whole) return asObject(yamlOf(whole));
    const file = await this.#file();
    return file ? objectAt(yamlOf(file), 'redis') : {};
  }

  #variable(name: string): Promise<Variable | undefined> {
    return variableOf(this.#container, name, this.#objects);
  }

  async #file(): Promise<MountedFile | undefined> {
    const words = [...listAt(this.#container, 'command'), ...listAt(this.#container, 'args')];
    const named = words
      .filter((word) => typeof word === 'string')
      .findLast((word) => /^\/\S+\.ya?ml$/.test(word));
    const path = named ?? (await this.#variable('REGISTRY_CONFIGURATION_PATH'))?.value;
    return mountedFileOf(this.#podSpec, this.#container, path || IMAGE_CONFIGURATION, this.#objects);
  }
}

function setBy(name: string, { source }: Variable): Said {
  return said('{0} in {1}', name, source);
}

/** @throws UnreadableConfigurationError that shows nothing of the text, which may hold passwords */
function yamlOf(text: Variable | MountedFile): unknown {
  try {
    return parse('value' in text ? text.value : text.content, { logLevel: 'error', prettyErrors: false });
  } catch {
    throw new UnreadableConfigurationError(said('{0} holds what is no valid YAML', text.source));
  }
}

function asObject(value: unknown): JsonObject {
  return isObject(value) ? value : {};
}
