// A cluster described for people: projects, streams, tags, revisions with ages; workloads that name images.
import { createHash } from 'node:crypto';

/** `90m`, `20h`, `3d`: how long before `now`. */
export type Age = `${number}${'s' | 'm' | 'h' | 'd'}`;

export interface Layer {
  name: string;
  bytes: number;
}

export interface ImageDescription {
  /** Unique and readable; the digests of the manifest and the config come from it. */
  name: string;
  age: Age;
  layers: readonly Layer[];
  /** Imported, not pushed: the pull spec without digest it came from. */
  importedFrom?: string;
  /** An index: its children. Has no layers. */
  children?: readonly ImageDescription[];
  /** Docker schema 2 where absent. */
  format?: 'oci' | 'docker';
}

export interface RevisionDescription {
  image: ImageDescription;
  /** When the tag got it; the image's own age where absent. */
  age?: Age;
  /** The Image object does not exist (any more). */
  missing?: true;
}

/** Newest first. */
export type History = readonly (ImageDescription | RevisionDescription)[];

export interface StreamDescription {
  age: Age;
  tags: Readonly<Record<string, History>>;
}

/** How a workload names an image. */
export type ImageName =
  /** `<registry>/shop/web:v1` */
  | { tag: string }
  /** `<registry>/shop/web@sha256:…` */
  | { digestIn: string; image: ImageDescription }
  /** Written as it is. */
  | { spec: string };

export type WorkloadKind =
  | 'ReplicationController'
  | 'Deployment'
  | 'DaemonSet'
  | 'ReplicaSet'
  | 'StatefulSet'
  | 'Job'
  | 'CronJob'
  | 'DeploymentConfig';

export interface WorkloadDescription {
  kind: WorkloadKind;
  name: string;
  age: Age;
  image: ImageName;
  initImage?: ImageName;
  replicas?: number;
  /** A deployment config's ImageChange trigger, `stream:tag`. */
  triggeredBy?: string;
}

export interface PodDescription {
  name: string;
  age: Age;
  phase: 'Running' | 'Pending' | 'Succeeded' | 'Failed';
  image: ImageName;
  initImage?: ImageName;
  ephemeralImage?: ImageName;
  volumeImage?: ImageName;
  /** What the container runtime says it runs; worked out from `image` where absent and known. */
  running?: { digestIn: string; image: ImageDescription };
}

/** A build, or a build config where `config` is set. */
export interface BuildDescription {
  name: string;
  age: Age;
  config?: true;
  phase?: 'Complete' | 'Running' | 'Failed';
  strategy: 'Source' | 'Docker' | 'Custom';
  from: BuildSource;
  /** `spec.source.images[].from` */
  copiesFrom?: BuildSource;
  /** `stream:tag` it pushes to. */
  pushesTo?: string;
}

export type BuildSource =
  | { kind: 'ImageStreamTag' | 'ImageStreamImage'; name: string; namespace?: string }
  | { kind: 'DockerImage'; image: ImageName };

export interface ProjectDescription {
  name: string;
  displayName?: string;
  age: Age;
  /** The smallest of these limits what an image may weigh: an `openshift.io/Image` LimitRange, e.g. `200Mi`. */
  imageLimits?: Readonly<Record<string, string>>;
  /** Users with the role edit here. */
  editors?: readonly string[];
  streams?: Readonly<Record<string, StreamDescription>>;
  pods?: readonly PodDescription[];
  workloads?: readonly WorkloadDescription[];
  builds?: readonly BuildDescription[];
}

export interface ClusterDescription {
  projects: readonly ProjectDescription[];
  /** Images that no stream names, with the repository they were once pushed to. */
  orphans: readonly { repository: string; image: ImageDescription }[];
}

const UNITS = { s: 1, m: 60, h: 3600, d: 86_400 };

export function secondsOf(age: Age): number {
  return Number(age.slice(0, -1)) * UNITS[age.slice(-1) as keyof typeof UNITS];
}

export function digestOf(readable: string): string {
  return `sha256:${createHash('sha256').update(readable).digest('hex')}`;
}

/** The digest of an image's manifest: the name of its Image object. */
export function manifestDigest(image: ImageDescription): string {
  return digestOf(`manifest ${image.name}`);
}

export function configDigest(image: ImageDescription): string {
  return digestOf(`config ${image.name}`);
}

export function layerDigest(layer: Layer): string {
  return digestOf(`layer ${layer.name}`);
}

export function layer(name: string, mebibytes: number): Layer {
  return { name, bytes: Math.round(mebibytes * 1024 * 1024) };
}

export function image(name: string, age: Age, layers: readonly Layer[]): ImageDescription {
  return { name, age, layers };
}

/** Builds of one program, newest first: each shares the base and adds a layer of its own. */
export function builds(
  name: string,
  ages: readonly Age[],
  base: readonly Layer[],
  mebibytes: number,
): ImageDescription[] {
  return ages.map((age, index) => {
    const build = `${name}-build-${ages.length - index}`;
    return image(build, age, [...base, layer(build, mebibytes)]);
  });
}

export function tagged(tag: string): ImageName {
  return { tag };
}

export function pinned(
  digestIn: string,
  one: ImageDescription,
): { digestIn: string; image: ImageDescription } {
  return { digestIn, image: one };
}

export function revisionOf(entry: ImageDescription | RevisionDescription): RevisionDescription {
  return 'image' in entry ? entry : { image: entry };
}
