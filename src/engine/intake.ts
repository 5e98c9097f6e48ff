import type { BlobTable } from './blob-table.ts';
import { type Instant, parseInstant } from './instants.ts';
import type {
  ImageRecord,
  LimitRecord,
  Place,
  Reference,
  ReferrerRecord,
  ReferrerResource,
  RevisionRecord,
  StreamRecord,
} from './records.ts';
import { said } from './said.ts';
import { isObject, listAt, MalformedObjectError, numberAt, objectAt, textAt } from './shape.ts';

const MANAGED_ANNOTATION = 'openshift.io/image.managed';
const IMAGE_LIMIT_TYPE = 'openshift.io/Image';
/** Only these manifests name a config blob (REFERENCE section 3, step 4). */
const TYPES_WITH_CONFIG: ReadonlySet<string> = new Set([
  'application/vnd.docker.distribution.manifest.v2+json',
  'application/vnd.oci.image.manifest.v1+json',
]);

/** Reads an Image. Its blobs are entered into the table, with the sizes that can be known. */
export function readImage(object: unknown, blobs: BlobTable): { record: ImageRecord; reference: string } {
  const { name, created, annotations } = readMeta('image', object);
  const layers = listAt(object, 'dockerImageLayers');
  const metadata = objectAt(object, 'dockerImageMetadata');
  const size = numberAt(metadata, 'Size') ?? 0;
  const numbers: number[] = [];
  let layerBytes = 0;
  for (const layer of layers) {
    const digest = textAt(layer, 'name');
    if (digest === '') throw new MalformedObjectError(said('image {0}: a layer has no name', name));
    const layerSize = numberAt(layer, 'size') ?? 0;
    const number = blobs.add(digest, layerSize);
    if (numbers.includes(number)) continue;
    numbers.push(number);
    layerBytes += layerSize;
  }
  const config = textAt(metadata, 'Id');
  if (config !== '' && TYPES_WITH_CONFIG.has(textAt(object, 'dockerImageManifestMediaType'))) {
    // The stated size is that of the distinct layers and the config, so the config's is what the layers leave.
    const rest = size - layerBytes;
    const number = rest > 0 ? blobs.add(config, rest) : blobs.add(config);
    if (!numbers.includes(number)) numbers.push(number);
  }
  const manifests: string[] = [];
  for (const manifest of listAt(object, 'dockerImageManifests')) {
    const digest = textAt(manifest, 'digest');
    if (digest === '')
      throw new MalformedObjectError(said('image {0}: a member of its index has no digest', name));
    manifests.push(digest);
    const manifestSize = numberAt(manifest, 'manifestSize');
    if (manifestSize !== undefined && manifestSize > 0) blobs.add(digest, manifestSize);
  }
  blobs.add(name);
  const managed = textAt(annotations, MANAGED_ANNOTATION) === 'true';
  return {
    // Copies: an array that was filled piece by piece holds room for many more.
    record: { name, created, managed, size, blobs: [...numbers], manifests: [...manifests] },
    reference: managed ? textAt(object, 'dockerImageReference') : '',
  };
}

/** Reads an ImageStream's status. */
export function readStream(object: unknown): StreamRecord {
  const { namespace, name, created } = readMeta('imagestream', object);
  const status = objectAt(object, 'status');
  const where = `imagestream ${namespace}/${name}`;
  const tags = listAt(status, 'tags').map((entry) => {
    const tag = textAt(entry, 'tag');
    if (tag === '') throw new MalformedObjectError(said('{0}: a tag of its status has no name', where));
    const items: RevisionRecord[] = listAt(entry, 'items').map((item) => ({
      image: textAt(item, 'image'),
      created: instantAt(`${where}: tag ${tag}`, item, 'created'),
    }));
    return { tag, items };
  });
  return { namespace, name, created, repository: textAt(status, 'dockerImageRepository'), tags };
}

/** Reads the image size limits of a LimitRange; other limits do not matter to pruning. */
export function readLimits(object: unknown): LimitRecord[] {
  const { namespace, name } = readMeta('limitrange', object, { named: false });
  const limits: LimitRecord[] = [];
  for (const limit of listAt(objectAt(object, 'spec'), 'limits')) {
    if (textAt(limit, 'type') !== IMAGE_LIMIT_TYPE) continue;
    const max = objectAt(limit, 'max').storage;
    if (typeof max === 'string' || typeof max === 'number') {
      limits.push({ namespace, limitRange: name, storage: String(max) });
    }
  }
  return limits;
}

/** Reads every mention of an image in a workload, build, build config or pod. */
export function readReferrer(resource: ReferrerResource, object: unknown): ReferrerRecord {
  const { namespace, name, created } = readMeta(resource, object);
  const spec = objectAt(object, 'spec');
  return {
    resource,
    namespace,
    name,
    created,
    phase: resource === 'pod' ? textAt(objectAt(object, 'status'), 'phase') : '',
    references: referencesOf(resource, object, spec),
  };
}

function referencesOf(resource: ReferrerResource, object: unknown, spec: unknown): Reference[] {
  switch (resource) {
    case 'pod':
      return [...podReferences(spec), ...statusReferences(objectAt(object, 'status'))];
    case 'cronjob':
      return podReferences(
        objectAt(objectAt(objectAt(objectAt(spec, 'jobTemplate'), 'spec'), 'template'), 'spec'),
      );
    case 'build':
    case 'buildconfig':
      return buildReferences(spec);
    case 'deploymentconfig':
      return [...podReferences(objectAt(objectAt(spec, 'template'), 'spec')), ...triggerReferences(spec)];
    default:
      return podReferences(objectAt(objectAt(spec, 'template'), 'spec'));
  }
}

function podReferences(podSpec: unknown): Reference[] {
  const references: Reference[] = [];
  const containers = (key: string, place: Place) => {
    for (const container of listAt(podSpec, key)) {
      pullSpec(references, place, textAt(container, 'name'), textAt(container, 'image'));
    }
  };
  containers('initContainers', 'initContainer');
  containers('containers', 'container');
  containers('ephemeralContainers', 'ephemeralContainer');
  for (const volume of listAt(podSpec, 'volumes')) {
    pullSpec(references, 'volume', textAt(volume, 'name'), textAt(objectAt(volume, 'image'), 'reference'));
  }
  return references;
}

function statusReferences(status: unknown): Reference[] {
  const references: Reference[] = [];
  for (const key of ['initContainerStatuses', 'containerStatuses', 'ephemeralContainerStatuses']) {
    for (const container of listAt(status, key)) {
      const value = textAt(container, 'imageID');
      if (value === '') continue;
      references.push({
        place: 'containerStatus',
        at: textAt(container, 'name'),
        kind: 'ImageID',
        value,
        namespace: '',
      });
    }
  }
  return references;
}

function buildReferences(spec: unknown): Reference[] {
  const references: Reference[] = [];
  const strategy = objectAt(spec, 'strategy');
  for (const key of ['sourceStrategy', 'dockerStrategy', 'customStrategy']) {
    if (!isObject(strategy[key])) continue;
    objectReference(references, 'strategy', '', objectAt(strategy[key], 'from'));
    break;
  }
  for (const image of listAt(objectAt(spec, 'source'), 'images')) {
    objectReference(references, 'source', '', objectAt(image, 'from'));
  }
  return references;
}

function triggerReferences(spec: unknown): Reference[] {
  const references: Reference[] = [];
  for (const trigger of listAt(spec, 'triggers')) {
    if (textAt(trigger, 'type') !== 'ImageChange') continue;
    const parameters = objectAt(trigger, 'imageChangeParams');
    objectReference(references, 'trigger', '', objectAt(parameters, 'from'));
    pullSpec(references, 'trigger', '', textAt(parameters, 'lastTriggeredImage'));
  }
  return references;
}

function pullSpec(references: Reference[], place: Place, at: string, value: string): void {
  // A blank image is not a mistake: a trigger fills it in later (REFERENCE section 3, step 1).
  if (value.trim() === '') return;
  references.push({ place, at, kind: 'DockerImage', value, namespace: '' });
}

function objectReference(references: Reference[], place: Place, at: string, from: unknown): void {
  const kind = textAt(from, 'kind');
  const value = textAt(from, 'name');
  if (kind === 'DockerImage') pullSpec(references, place, at, value);
  else if (kind === 'ImageStreamTag' || kind === 'ImageStreamImage') {
    references.push({ place, at, kind, value, namespace: textAt(from, 'namespace') });
  }
}

function readMeta(what: string, object: unknown, rule = { named: true }) {
  const metadata = objectAt(object, 'metadata');
  const namespace = textAt(metadata, 'namespace');
  const name = textAt(metadata, 'name');
  if (name === '' && rule.named) throw new MalformedObjectError(said('a {0} has no metadata.name', what));
  return {
    namespace,
    name,
    created: instantAt(`${what} ${namespace ? `${namespace}/` : ''}${name}`, metadata, 'creationTimestamp'),
    annotations: objectAt(metadata, 'annotations'),
  };
}

function instantAt(what: string, object: unknown, key: string): Instant {
  const text = textAt(object, key);
  if (text === '') return null;
  try {
    return parseInstant(text);
  } catch (cause) {
    throw new MalformedObjectError(
      said('{0}: {1} {2} is not an RFC 3339 timestamp', what, key, JSON.stringify(text)),
      { cause },
    );
  }
}
