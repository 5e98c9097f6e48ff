import { IMAGE_API } from '../../cluster/inventory/lists.ts';
import { withRetry } from '../../cluster/inventory/retry.ts';
import { ApiError, type ApiSession } from '../../cluster/session/api-session.ts';
import { isObject, type JsonObject, listAt, objectAt, textAt } from '../../engine/shape.ts';
import { repositoryOf } from '../../engine/steps.ts';
import type { SavedObjects } from '../journal/journal.ts';
import type { PruneOrder } from '../order.ts';

const PAGE_SIZE = '500';
const RESTARTS = 5;

/**
 * The API objects that an order changes, as they are now: its streams and its images. One that is gone by now is left
 * out. Told of each image's uid on the way.
 */
export async function* savedObjects(
  session: ApiSession,
  order: PruneOrder,
  onImage: (name: string, uid: string) => void,
  signal?: AbortSignal,
): SavedObjects {
  const { namespace } = order.plan.options;
  const streams = new Set(order.streams.map(repositoryOf));
  const scope = namespace === null ? '' : `/namespaces/${encodeURIComponent(namespace)}`;
  if (streams.size > 0) {
    for await (const object of allOf(session, `${IMAGE_API}${scope}/imagestreams`, signal)) {
      const metadata = objectAt(object, 'metadata');
      const repository = repositoryOf({
        namespace: textAt(metadata, 'namespace'),
        name: textAt(metadata, 'name'),
      });
      if (streams.delete(repository)) yield { kind: 'ImageStream', object };
    }
  }
  const images = new Set(order.images.map((image) => image.name));
  if (images.size === 0) return;
  for await (const object of allOf(session, `${IMAGE_API}/images`, signal)) {
    const metadata = objectAt(object, 'metadata');
    const name = textAt(metadata, 'name');
    if (!images.delete(name)) continue;
    onImage(name, textAt(metadata, 'uid'));
    yield { kind: 'Image', object };
  }
}

/** Every object of a list, page by page; some twice where the list had to be begun again. */
async function* allOf(
  session: ApiSession,
  path: string,
  signal: AbortSignal | undefined,
): AsyncGenerator<JsonObject> {
  let restarts = 0;
  for (let token: string | undefined; token !== ''; ) {
    let page: unknown;
    try {
      const query = { limit: PAGE_SIZE, continue: token };
      page = await withRetry(() => session.json({ path, query, signal }), signal);
    } catch (error) {
      const expired = error instanceof ApiError && error.status === 410 && token !== undefined;
      if (!expired || restarts++ >= RESTARTS) throw error;
      token = undefined;
      continue;
    }
    yield* listAt(page, 'items').filter(isObject);
    token = textAt(objectAt(page, 'metadata'), 'continue');
  }
}
