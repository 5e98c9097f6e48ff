// The shape every API object has. Objects are stored as list items are: without kind and apiVersion.

export interface ObjectMeta {
  name: string;
  namespace?: string;
  uid?: string;
  resourceVersion?: string;
  generation?: number;
  creationTimestamp?: string | null;
  labels?: Record<string, string>;
  annotations?: Record<string, string>;
  [field: string]: unknown;
}

export interface ApiObject {
  kind?: string;
  apiVersion?: string;
  metadata: ObjectMeta;
  [field: string]: unknown;
}

/** One tag's history in `status.tags` of an image stream, newest revision first. */
export interface TagHistory {
  tag: string;
  items: { created: string | null; dockerImageReference: string; image: string; generation: number }[] | null;
}

export interface ImageStream extends ApiObject {
  spec: { lookupPolicy?: { local: boolean }; tags?: { name: string; [field: string]: unknown }[] };
  status: { dockerImageRepository?: string; publicDockerImageRepository?: string; tags?: TagHistory[] };
}

/** RFC 3339 with seconds, as Kubernetes writes times. */
export function timestampOf(instant: Date): string {
  return `${instant.toISOString().slice(0, 19)}Z`;
}
