// Resources that OpenShift derives from image streams and images: tags, images by stream, layers.
import type { ApiObject, ImageStream, TagHistory } from './api-object.ts';
import { type Answer, type Call, json, type Target } from './call.ts';
import { existing, isDryRun } from './objects.ts';
import { apiVersionOf, resourceNamed, typed } from './resources.ts';
import { badRequest, deleted, methodNotAllowed, notFound } from './status.ts';
import { tableOf, wantsTable } from './tables.ts';

const STREAMS = resourceNamed('imagestreams', 'image.openshift.io');
const IMAGES = resourceNamed('images', 'image.openshift.io');

export function imageViews(call: Call): Answer | undefined {
  const { target } = call;
  if (target === undefined || target.resource.group !== 'image.openshift.io') return undefined;
  switch (`${target.resource.plural}/${target.subresource ?? ''}`) {
    case 'imagestreamtags/':
      return streamTags(call, target);
    case 'imagestreamimages/':
      return streamImage(call, target);
    case 'imagestreams/layers':
      return layers(call, target);
    default:
      return undefined;
  }
}

function streamTags(call: Call, target: Target): Answer {
  if (target.name === undefined) return listTags(call, target);
  const [name = '', tag] = target.name.split(':');
  if (tag === undefined) throw badRequest('imagestreamtags must be specified as <name>:<tag>');
  const stream = call.state.store.get(STREAMS, target.namespace, name) as ImageStream | undefined;
  const history = stream?.status.tags?.find((one) => one.tag === tag);
  const specified = stream?.spec?.tags?.some((one) => one.name === tag) ?? false;
  if (stream === undefined || (history === undefined && !specified))
    throw notFound(target.resource, target.name);
  if (call.method === 'DELETE') return deleteTag(call, target, stream, tag);
  if (call.method !== 'GET') throw methodNotAllowed();
  if (history === undefined) throw notFound(target.resource, target.name);
  const object = tagObject(call, stream, history);
  if (object === undefined) throw notFound(target.resource, target.name);
  return json(
    wantsTable(call.headers) ? tableOf(target.resource, [object], {}, call) : typed(target.resource, object),
  );
}

/** The first `limit` of them and no continue token: the real server does not page tags either. */
function listTags(call: Call, target: Target): Answer {
  if (call.method !== 'GET') throw methodNotAllowed();
  const { store } = call.state;
  const tags = store
    .list(STREAMS, target.namespace)
    .flatMap((stream) =>
      ((stream as ImageStream).status.tags ?? []).map((history) =>
        tagObject(call, stream as ImageStream, history),
      ),
    )
    .filter((tag) => tag !== undefined);
  const limit = Number(call.query.get('limit') ?? '0');
  const items = limit > 0 ? tags.slice(0, limit) : tags;
  const metadata = { resourceVersion: String(store.revision) };
  const body = wantsTable(call.headers)
    ? tableOf(target.resource, items, metadata, call)
    : { kind: 'ImageStreamTagList', apiVersion: apiVersionOf(target.resource), metadata, items };
  return { kind: 'json', code: 200, body, list: true };
}

function tagObject(call: Call, stream: ImageStream, history: TagHistory): ApiObject | undefined {
  const newest = history.items?.[0];
  if (newest === undefined) return undefined;
  const { namespace, name, uid, resourceVersion } = stream.metadata;
  const specified = stream.spec?.tags?.find((one) => one.name === history.tag);
  const image = call.state.store.get(IMAGES, undefined, newest.image);
  return {
    metadata: {
      name: `${name}:${history.tag}`,
      ...(namespace === undefined ? {} : { namespace }),
      ...(uid === undefined ? {} : { uid }),
      ...(resourceVersion === undefined ? {} : { resourceVersion }),
      creationTimestamp: newest.created,
    },
    tag: specified ?? null,
    generation: newest.generation,
    lookupPolicy: stream.spec?.lookupPolicy ?? { local: false },
    image: image ?? { metadata: { name: newest.image, creationTimestamp: null }, dockerImageMetadata: null },
  };
}

function deleteTag(call: Call, target: Target, stream: ImageStream, tag: string): Answer {
  if (!isDryRun(call)) {
    const specified = stream.spec?.tags?.filter((one) => one.name !== tag);
    call.state.store.put(STREAMS, {
      ...stream,
      spec: { ...stream.spec, ...(specified === undefined ? {} : { tags: specified }) },
      status: { ...stream.status, tags: stream.status.tags?.filter((one) => one.tag !== tag) ?? [] },
    });
  }
  return json(deleted(target.resource, target.name ?? '', stream.metadata.uid));
}

function streamImage(call: Call, target: Target): Answer {
  if (call.method !== 'GET' || target.name === undefined) throw methodNotAllowed();
  const [name = '', id] = target.name.split('@');
  if (id === undefined) throw badRequest('imagestreamimages must be retrieved with <name>@<id>');
  const stream = call.state.store.get(STREAMS, target.namespace, name) as ImageStream | undefined;
  const listed = stream?.status.tags?.some(({ items }) => items?.some(({ image }) => image === id)) ?? false;
  const image = call.state.store.get(IMAGES, undefined, id);
  if (!listed || image === undefined) throw notFound(target.resource, target.name);
  const metadata = {
    name: target.name,
    namespace: target.namespace,
    creationTimestamp: image.metadata.creationTimestamp,
  };
  return json({ kind: 'ImageStreamImage', apiVersion: 'image.openshift.io/v1', metadata, image });
}

/** Every image of a stream with its layers; sizes of blobs by digest. */
function layers(call: Call, target: Target): Answer {
  if (call.method !== 'GET') throw methodNotAllowed();
  const stream = existing(call, target) as ImageStream;
  const blobs: Record<string, { size: number; mediaType: string }> = {};
  const images: Record<string, unknown> = {};
  const names = (stream.status.tags ?? []).flatMap(({ items }) => (items ?? []).map(({ image }) => image));
  for (const name of names) {
    const image = call.state.store.get(IMAGES, undefined, name);
    if (image === undefined) {
      images[name] = { imageMissing: true, layers: null };
      continue;
    }
    const listed = (image.dockerImageLayers ?? []) as { name: string; size: number; mediaType: string }[];
    for (const { name: digest, size, mediaType } of listed) blobs[digest] = { size, mediaType };
    const config = (image.dockerImageMetadata as { Id?: string } | undefined)?.Id;
    const manifests = (image.dockerImageManifests ?? []) as { digest: string }[];
    images[name] = {
      layers: listed.map((layer) => layer.name),
      ...(config ? { config } : {}),
      ...(manifests.length > 0 ? { manifests: manifests.map((one) => one.digest) } : {}),
    };
  }
  const { name, namespace, resourceVersion } = stream.metadata;
  return json({
    kind: 'ImageStreamLayers',
    apiVersion: 'image.openshift.io/v1',
    metadata: { name, namespace, resourceVersion },
    blobs,
    images,
  });
}
