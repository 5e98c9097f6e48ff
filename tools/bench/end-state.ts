import type { Plan } from '../../src/engine/plan.ts';
import { listAt, objectAt, textAt } from '../../src/engine/shape.ts';
import { repositoryOf } from '../../src/engine/steps.ts';
import type { DeletionsSeen } from '../../test/bench/registry.ts';
import { ask } from '../../test/cluster/client.ts';

export interface EndState {
  /** Image objects and tag items that the cluster still has. */
  imagesLeft: number;
  itemsLeft: number;
}

/**
 * Looks whether exactly the plan was carried out: every link and blob of it was deleted at the registry once, and the
 * cluster has what the plan keeps.
 * @param questions how many deletions of things that don't exist the registry may have seen besides
 * @throws where anything is missing or too much
 */
export async function checkedEndState(
  plan: Plan,
  cluster: { url: string; ca: string },
  { paths, repeated }: DeletionsSeen,
  questions: number,
): Promise<EndState> {
  const planned = deletionsOf(plan);
  const made = new Set(paths);
  const besides = paths.filter((path) => !planned.has(path));
  demand('deletions at the registry', planned, made, new Set(besides.slice(0, questions)));
  if (repeated > 0) throw new Error(`${repeated} deletions at the registry were made more than once`);

  const images = await everyObject(cluster, 'images');
  const names = new Set(images.map((image) => textAt(objectAt(image, 'metadata'), 'name')));
  const kept = plan.images.filter(({ verdict }) => verdict === 'keep').map(({ name }) => name);
  demand('images in the cluster', new Set(kept), names);

  const items = new Set((await everyObject(cluster, 'imagestreams')).flatMap(itemsIn));
  demand('tag items in the cluster', new Set(keptItems(plan)), items);
  return { imagesLeft: names.size, itemsLeft: items.size };
}

/** The registry's paths of everything that a plan deletes there. */
function deletionsOf({ streams, blobs }: Plan): Set<string> {
  const links = streams.flatMap((stream) => {
    const repository = `/v2/${repositoryOf(stream)}`;
    return [
      ...stream.layerLinks.map((digest) => `${repository}/blobs/${digest}`),
      ...stream.manifestLinks.map((digest) => `${repository}/manifests/${digest}`),
    ];
  });
  return new Set([...links, ...blobs.map(({ digest }) => `/admin/blobs/${digest}`)]);
}

function keptItems({ streams }: Plan): string[] {
  return streams.flatMap((stream) =>
    stream.tags.flatMap(({ tag, revisions }) =>
      revisions
        .filter(({ verdict }) => verdict === 'keep')
        .map(({ image }) => `${repositoryOf(stream)}:${tag} ${image}`),
    ),
  );
}

function itemsIn(stream: unknown): string[] {
  const metadata = objectAt(stream, 'metadata');
  const repository = `${textAt(metadata, 'namespace')}/${textAt(metadata, 'name')}`;
  return listAt(objectAt(stream, 'status'), 'tags').flatMap((entry) =>
    listAt(entry, 'items').map((item) => `${repository}:${textAt(entry, 'tag')} ${textAt(item, 'image')}`),
  );
}

async function everyObject(cluster: { url: string; ca: string }, resource: string): Promise<unknown[]> {
  const objects: unknown[] = [];
  for (let next: string | undefined = 'start'; next; ) {
    const query = new URLSearchParams({ limit: '500', ...(next === 'start' ? {} : { continue: next }) });
    const { code, json } = await ask(cluster, 'GET', `/apis/image.openshift.io/v1/${resource}?${query}`);
    if (code !== 200) throw new Error(`${resource} can’t be listed: ${code}`);
    objects.push(...listAt(json, 'items'));
    next = textAt(objectAt(json, 'metadata'), 'continue');
  }
  return objects;
}

function demand(
  what: string,
  wanted: ReadonlySet<string>,
  found: ReadonlySet<string>,
  allowed: ReadonlySet<string> = new Set(),
): void {
  const missing = [...wanted].filter((each) => !found.has(each));
  const besides = [...found].filter((each) => !wanted.has(each) && !allowed.has(each));
  if (missing.length === 0 && besides.length === 0) return;
  const example = missing[0] ?? besides[0];
  throw new Error(
    `${what}: ${wanted.size} are right; ${missing.length} of them are missing and ${besides.length} are too much, such as ${example}`,
  );
}
