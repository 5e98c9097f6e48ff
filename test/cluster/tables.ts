// Lists in other shapes than whole objects: as tables for kubectl, with columns that the server chooses, or by their metadata.
import type { IncomingHttpHeaders } from 'node:http';
import { listAt, numberAt, objectAt, textAt } from '../../src/engine/shape.ts';
import type { ApiObject, ImageStream } from './api-object.ts';
import type { Call } from './call.ts';
import { qualified, type Resource } from './resources.ts';

interface Column {
  name: string;
  cell: (object: ApiObject, now: Date) => string | number;
}

export function wantsTable(headers: IncomingHttpHeaders): boolean {
  return /\bas=Table\b/.test(headers.accept ?? '');
}

/** The first kind of answer that is named counts. */
export function wantsMetadata(headers: IncomingHttpHeaders): boolean {
  const [first = ''] = (headers.accept ?? '').split(',');
  return /\bas=PartialObjectMetadataList\b/.test(first);
}

export function metadataOf(items: ApiObject[], metadata: unknown): unknown {
  const apiVersion = 'meta.k8s.io/v1';
  return {
    kind: 'PartialObjectMetadataList',
    apiVersion,
    metadata,
    items: items.map((object) => ({ kind: 'PartialObjectMetadata', apiVersion, metadata: object.metadata })),
  };
}

export function tableOf(resource: Resource, items: ApiObject[], metadata: unknown, call: Call): unknown {
  const now = call.state.clock();
  const columns = [NAME, ...(COLUMNS[qualified(resource)] ?? [AGE])];
  const whole = call.query.get('includeObject') === 'Object';
  return {
    kind: 'Table',
    apiVersion: 'meta.k8s.io/v1',
    metadata,
    columnDefinitions: columns.map(({ name }) => ({
      name,
      type: 'string',
      format: name === 'Name' ? 'name' : '',
      description: '',
      priority: 0,
    })),
    rows: items.map((object) => ({
      cells: columns.map(({ cell }) => cell(object, now)),
      object: whole
        ? object
        : { kind: 'PartialObjectMetadata', apiVersion: 'meta.k8s.io/v1', metadata: object.metadata },
    })),
  };
}

const NAME: Column = { name: 'Name', cell: (object) => object.metadata.name };
const AGE: Column = { name: 'Age', cell: (object, now) => ageOf(object.metadata.creationTimestamp, now) };

function count(
  name: string,
  cell: (status: Readonly<Record<string, unknown>>, object: ApiObject) => unknown,
): Column {
  return { name, cell: (object) => String(cell(objectAt(object, 'status'), object) ?? 0) };
}

const READY_OF_REPLICAS: Column = {
  name: 'Ready',
  cell: (object) =>
    `${objectAt(object, 'status').readyReplicas ?? 0}/${objectAt(object, 'spec').replicas ?? 0}`,
};

const COLUMNS: Readonly<Record<string, Column[]>> = {
  pods: [
    { name: 'Ready', cell: (pod) => `${readyContainers(pod)}/${listAt(pod.spec, 'containers').length}` },
    {
      name: 'Status',
      cell: (pod) =>
        textAt(pod.status, 'phase') === 'Succeeded' ? 'Completed' : textAt(pod.status, 'phase'),
    },
    {
      name: 'Restarts',
      cell: (pod) => numberAt(listAt(pod.status, 'containerStatuses')[0], 'restartCount') ?? 0,
    },
    AGE,
  ],
  'deployments.apps': [
    READY_OF_REPLICAS,
    count('Up-to-date', (status) => status.updatedReplicas),
    count('Available', (status) => status.availableReplicas),
    AGE,
  ],
  'jobs.batch': [
    { name: 'Status', cell: (job) => outcomeOf(job) },
    count(
      'Completions',
      ({ succeeded = 0 }, job) => `${succeeded}/${objectAt(job, 'spec').completions ?? 1}`,
    ),
    AGE,
  ],
  'cronjobs.batch': [
    { name: 'Schedule', cell: ({ spec }) => textAt(spec, 'schedule') },
    { name: 'Timezone', cell: ({ spec }) => textAt(spec, 'timeZone') || '<none>' },
    { name: 'Suspend', cell: (cronJob) => (objectAt(cronJob, 'spec').suspend === true ? 'True' : 'False') },
    { name: 'Active', cell: ({ status }) => listAt(status, 'active').length },
    {
      name: 'Last Schedule',
      cell: ({ status }, now) => {
        const last = textAt(status, 'lastScheduleTime');
        return last === '' ? '<none>' : ageOf(last, now);
      },
    },
    AGE,
  ],
  'statefulsets.apps': [READY_OF_REPLICAS, AGE],
  'imagestreams.image.openshift.io': [
    { name: 'Image Repository', cell: (stream) => textAt(stream.status, 'dockerImageRepository') },
    { name: 'Tags', cell: (stream) => tagsOf(stream as ImageStream) },
    { name: 'Updated', cell: (stream, now) => updatedOf(stream as ImageStream, now) },
  ],
  'imagestreamtags.image.openshift.io': [
    { name: 'Image Reference', cell: (tag) => textAt(tag.image, 'dockerImageReference') },
    { name: 'Updated', cell: (tag, now) => agoOf(tag.metadata.creationTimestamp, now) },
  ],
  'images.image.openshift.io': [
    { name: 'Image Reference', cell: (image) => textAt(image, 'dockerImageReference') },
  ],
  namespaces: [{ name: 'Status', cell: (namespace) => textAt(namespace.status, 'phase') }, AGE],
  'projects.project.openshift.io': [
    {
      name: 'Display Name',
      cell: (project) => project.metadata.annotations?.['openshift.io/display-name'] ?? '',
    },
    { name: 'Status', cell: (project) => textAt(project.status, 'phase') },
  ],
  'routes.route.openshift.io': [
    { name: 'Host/Port', cell: (route) => textAt(route.spec, 'host') },
    { name: 'Services', cell: (route) => textAt(objectAt(route.spec, 'to'), 'name') },
  ],
};

function outcomeOf(job: ApiObject): string {
  const ended = listAt(job.status, 'conditions').find((one) =>
    ['Complete', 'Failed'].includes(textAt(one, 'type')),
  );
  return ended === undefined ? 'Running' : textAt(ended, 'type');
}

function readyContainers(pod: ApiObject): number {
  return listAt(pod.status, 'containerStatuses').filter((one) => (one as { ready?: boolean }).ready === true)
    .length;
}

function tagsOf(stream: ImageStream): string {
  const tags = (stream.status.tags ?? []).map(({ tag }) => tag).sort();
  return tags.length > 4 ? `${tags.slice(0, 4).join(',')} + ${tags.length - 4} more...` : tags.join(',');
}

function updatedOf(stream: ImageStream, now: Date): string {
  const times = (stream.status.tags ?? []).flatMap(({ items }) =>
    (items ?? []).map(({ created }) => created ?? ''),
  );
  return times.length === 0 ? '' : agoOf(times.sort().at(-1), now);
}

function agoOf(timestamp: string | null | undefined, now: Date): string {
  return timestamp ? `${ageOf(timestamp, now)} ago` : '';
}

/** An age as kubectl writes it: the two largest units while they are small, then one. */
function ageOf(timestamp: string | null | undefined, now: Date): string {
  if (!timestamp) return '<unknown>';
  const seconds = Math.max(0, Math.floor((now.getTime() - Date.parse(timestamp)) / 1000));
  if (seconds < 120) return `${seconds}s`;
  const minutes = Math.floor(seconds / 60);
  if (minutes < 180) return `${minutes}m`;
  const hours = Math.floor(minutes / 60);
  if (hours < 48) return `${hours}h`;
  const days = Math.floor(hours / 24);
  return days < 730 ? `${days}d` : `${Math.floor(days / 365)}y`;
}
