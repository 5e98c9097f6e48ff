import { SaidError, said } from '../../engine/said.ts';
import { objectAt, textAt } from '../../engine/shape.ts';
import { type RetryPolicy, withRetry } from '../inventory/retry.ts';
import { ApiError, type ApiSession } from '../session/api-session.ts';
import { REGISTRY_NAMESPACE } from './location.ts';

/** A ConfigMap or Secret of the registry's namespace. */
export interface ConfigurationObject {
  kind: 'ConfigMap' | 'Secret';
  name: string;
  /** The pod starts without it too. */
  optional: boolean;
}

/** A part of the registry's configuration can't be seen. The message says which and why, and holds none of it. */
export class UnreadableConfigurationError extends SaidError {
  override readonly name = 'UnreadableConfigurationError';
}

/** The values at the keys of a ConfigMap or Secret, as text. */
export type ConfigurationData = (key: string) => string | undefined;

const PLURALS = { ConfigMap: 'configmaps', Secret: 'secrets' } as const;

/** Reads ConfigMaps and Secrets, each once. Values are never part of an error. */
export class ConfigurationObjects {
  readonly #session: ApiSession;
  readonly #signal: AbortSignal | undefined;
  readonly #retry: RetryPolicy | undefined;
  readonly #read = new Map<string, Promise<ConfigurationData>>();

  constructor(session: ApiSession, options: { signal?: AbortSignal; retry?: RetryPolicy }) {
    this.#session = session;
    this.#signal = options.signal;
    this.#retry = options.retry;
  }

  /** @throws UnreadableConfigurationError where the user may not read it, or where it must be there and isn't */
  data(object: ConfigurationObject): Promise<ConfigurationData> {
    const name = `${object.kind}/${object.name}`;
    const known = this.#read.get(name);
    if (known) return known;
    const reading = this.#fetch(object);
    this.#read.set(name, reading);
    return reading;
  }

  async #fetch({ kind, name, optional }: ConfigurationObject): Promise<ConfigurationData> {
    const path = `/api/v1/namespaces/${REGISTRY_NAMESPACE}/${PLURALS[kind]}/${encodeURIComponent(name)}`;
    const get = () => this.#session.json({ path, signal: this.#signal });
    try {
      const object = await withRetry(get, this.#signal, this.#retry);
      return (key) => valueAt(kind, object, key);
    } catch (error) {
      if (!(error instanceof ApiError) || (error.status !== 403 && error.status !== 404)) throw error;
      if (error.status === 404 && optional) return () => undefined;
      throw new UnreadableConfigurationError(
        said('the {0} {1} in {2} can’t be read ({3})', kind, name, REGISTRY_NAMESPACE, error.serverMessage),
      );
    }
  }
}

function valueAt(kind: ConfigurationObject['kind'], object: unknown, key: string): string | undefined {
  const data = objectAt(object, 'data');
  if (kind === 'ConfigMap' && typeof data[key] === 'string') return data[key];
  const encoded = textAt(kind === 'Secret' ? data : objectAt(object, 'binaryData'), key);
  return encoded === '' && !(key in data) ? undefined : Buffer.from(encoded, 'base64').toString('utf8');
}
