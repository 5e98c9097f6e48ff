import { isObject, type JsonObject, objectAt, textAt } from '../../engine/shape.ts';
import type { UnreadPart } from '../../schedules/schedules.ts';
import type { RetryPolicy } from '../inventory/retry.ts';
import { REGISTRY_NAMESPACE } from '../registry-deployment/location.ts';
import { ApiError, type ApiSession } from '../session/api-session.ts';
import { listPages } from '../watch/list-pages.ts';
import { BATCH, batchPath } from './paths.ts';

export interface SightOptions {
  signal?: AbortSignal;
  retry?: RetryPolicy;
}

/** What a list came to where not everything may be seen. */
export interface InSight {
  objects: JsonObject[];
  unread: UnreadPart[];
}

/**
 * The namespaces a user knows of: the projects that OpenShift shows them, the context's own and the registry's. Asked for
 * once, when it is first needed.
 */
export class KnownNamespaces {
  readonly #session: ApiSession;
  readonly #options: SightOptions;
  #names?: Promise<string[]>;

  constructor(session: ApiSession, options: SightOptions) {
    this.#session = session;
    this.#options = options;
  }

  names(): Promise<string[]> {
    this.#names ??= this.#read();
    return this.#names;
  }

  async #read(): Promise<string[]> {
    const found = new Set([this.#session.target.namespace, REGISTRY_NAMESPACE]);
    const path = '/apis/project.openshift.io/v1/projects';
    try {
      await listPages(this.#session, { path, ...this.#options }, (items) => {
        for (const item of items) found.add(textAt(objectAt(item, 'metadata'), 'name'));
      });
    } catch (error) {
      // A plain Kubernetes has no projects, and some users may not see even theirs.
      if (!(error instanceof ApiError)) throw error;
    }
    found.delete('');
    return [...found].sort();
  }
}

/**
 * Lists CronJobs or Jobs in every namespace; where that isn't allowed, in those namespaces where it is.
 * @throws what the session throws, but for a refusal, which is among what is unread
 */
export async function listInSight(
  session: ApiSession,
  resource: 'cronjobs' | 'jobs',
  known: KnownNamespaces,
  options: SightOptions,
): Promise<InSight> {
  const everywhere = await listAll(session, `${BATCH}/${resource}`, options);
  if (Array.isArray(everywhere)) return { objects: everywhere, unread: [] };
  const unread: UnreadPart[] = [
    {
      what: resource,
      namespace: null,
      message: everywhere.serverMessage,
      forbidden: everywhere.status === 403,
      role: everywhere.status === 403 ? 'system:image-pruner' : '',
    },
  ];
  const lists = await Promise.all(
    (await known.names()).map((namespace) => listAll(session, batchPath(resource, namespace), options)),
  );
  return { objects: lists.flatMap((list) => (Array.isArray(list) ? list : [])), unread };
}

async function listAll(
  session: ApiSession,
  path: string,
  options: SightOptions,
): Promise<JsonObject[] | ApiError> {
  const found = new Map<string, JsonObject>();
  try {
    await listPages(session, { path, ...options }, (items) => {
      for (const item of items.filter(isObject)) {
        const { namespace, name } = objectAt(item, 'metadata');
        found.set(`${namespace}/${name}`, item);
      }
    });
    return [...found.values()];
  } catch (error) {
    if (error instanceof ApiError) return error;
    throw error;
  }
}
