import type { Instant } from './instants.ts';

/** The resources whose objects can use an image, by the name the reference command prints for them. */
export type ReferrerResource =
  | 'pod'
  | 'replicationcontroller'
  | 'deploymentconfig'
  | 'replicaset'
  | 'deployment'
  | 'daemonset'
  | 'build'
  | 'buildconfig'
  | 'statefulset'
  | 'job'
  | 'cronjob';

/** Where in a referrer a reference stands. The last five are what the reference command does not look at. */
export type Place =
  | 'initContainer'
  | 'container'
  | 'strategy'
  | 'ephemeralContainer'
  | 'volume'
  | 'containerStatus'
  | 'source'
  | 'trigger';

/** One mention of an image in a referrer, as written there. */
export interface Reference {
  place: Place;
  /** The container's, volume's or source's name, where there is one. */
  at: string;
  kind: 'DockerImage' | 'ImageStreamTag' | 'ImageStreamImage' | 'ImageID';
  value: string;
  /** For image stream kinds: the namespace stated, empty where it is the referrer's. */
  namespace: string;
}

/** A workload, build or pod, reduced to what it mentions. */
export interface ReferrerRecord {
  resource: ReferrerResource;
  namespace: string;
  name: string;
  created: Instant;
  /** Pods only. */
  phase: string;
  references: Reference[];
}

/** An Image, reduced. Digests of blobs are numbers in the inventory's blob table. */
export interface ImageRecord {
  /** The digest of its manifest. */
  name: string;
  created: Instant;
  managed: boolean;
  /** Bytes, as `dockerImageMetadata.Size` states them; 0 where it does not. */
  size: number;
  /** Its layers and, where its media type has one, its config; each once, in the order of the image. */
  blobs: readonly number[];
  /** The digests of an index's or manifest list's members. */
  manifests: readonly string[];
}

/** One item of a tag's history. Its position is its place in the list. */
export interface RevisionRecord {
  image: string;
  created: Instant;
}

export interface TagRecord {
  tag: string;
  items: RevisionRecord[];
}

export interface StreamRecord {
  namespace: string;
  name: string;
  created: Instant;
  /** `status.dockerImageRepository`: the pull spec of the repository without tag, or empty. */
  repository: string;
  tags: TagRecord[];
}

/** One `openshift.io/Image` storage limit. */
export interface LimitRecord {
  namespace: string;
  limitRange: string;
  /** The quantity as written, e.g. `10Gi`. */
  storage: string;
}
