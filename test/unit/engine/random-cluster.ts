import type { RequestedOptions } from '../../../src/engine/options.ts';
import {
  ClusterDescription,
  DOCKER_LIST,
  DOCKER_MANIFEST,
  type ImageDescription,
  type Item,
  OCI_INDEX,
  OCI_MANIFEST,
  pull,
  SCHEMA_1,
} from './cluster-description.ts';
import { digestOf } from './named-digests.ts';
import { SeededRandom } from './seeded-random.ts';

const NAMESPACES = ['a', 'a-b', 'shop'];
const STREAMS = ['web', 'api'];
const TAGS = ['latest', 'v1', 'v2'];
const IMAGES = ['i1', 'i2', 'i3', 'i4', 'i5', 'i6', 'i7', 'i8'];
/** In tags, but without an Image object. */
const GONE = ['gone1', 'gone2'];
/** Some are layers here and configs there, and one is also an image's manifest. */
const BLOBS = ['b1', 'b2', 'b3', 'b4', 'b5', 'b6', 'i1'];
/** Minutes; 60 is exactly at the default threshold. */
const AGES = [0, 10, 59, 60, 61, 500, 5000];
const WORKLOADS = [
  'replicationcontrollers',
  'deploymentconfigs',
  'replicasets',
  'deployments',
  'daemonsets',
  'statefulsets',
  'jobs',
  'cronjobs',
] as const;

/** A small cluster in which everything happens often: shared blobs, repeated images, indexes, uses, limits. */
export function randomCluster(seed: number, { invalidReferences = false } = {}): ClusterDescription {
  const random = new SeededRandom(seed);
  const cluster = new ClusterDescription();
  for (const name of IMAGES) if (random.chance(0.85)) cluster.image(name, randomImage(random));
  for (const namespace of NAMESPACES) {
    for (const name of STREAMS) if (random.chance(0.6)) randomStream(random, cluster, `${namespace}/${name}`);
    for (let limit = random.below(3); limit > 0; limit--) {
      const type = random.chance(0.8) ? 'openshift.io/Image' : 'openshift.io/ImageStream';
      cluster.limit(`${namespace}/l${limit}`, random.oneOf(['300', '0.5k', '1Ki', '2e3']), type);
    }
  }
  for (let uses = random.below(6); uses > 0; uses--) randomReferrer(random, cluster, uses, invalidReferences);
  return cluster;
}

/** Every combination of the options that decide. */
export function everyOption(): RequestedOptions[] {
  const ages = [0, 3_600_000];
  const counts = [0, 1, 3];
  const keeps: RequestedOptions[] = [
    {},
    { pruneOverSizeLimit: true },
    ...ages.flatMap((keepYoungerThanMs) =>
      counts.map((keepTagRevisions) => ({ keepYoungerThanMs, keepTagRevisions })),
    ),
  ];
  const switches = [true, false].flatMap((all) =>
    [true, false].flatMap((pruneRegistry) =>
      [undefined, 'a', 'nowhere'].map((namespace) => ({
        all,
        pruneRegistry,
        ...(namespace === undefined ? {} : { namespace }),
      })),
    ),
  );
  return keeps.flatMap((keep) => switches.map((flags) => ({ ...keep, ...flags })));
}

function randomImage(random: SeededRandom): ImageDescription {
  const common = { age: random.oneOf(AGES), managed: random.chance(0.7) };
  if (random.chance(0.25)) {
    const members = [...random.someOf(IMAGES, 3), ...random.someOf(GONE, 1)];
    return { ...common, members, mediaType: random.oneOf([OCI_INDEX, DOCKER_LIST]) };
  }
  return {
    ...common,
    layers: random.someOf(BLOBS, 4).map((blob) => `${blob}:${BLOBS.indexOf(blob) * 100 + 7}`),
    config: `${random.oneOf([...BLOBS, 'c1', 'c2', 'c3'])}:3`,
    size: random.oneOf([0, 299, 300, 301, 500, 501, 1024, 1025, 3000]),
    mediaType: random.oneOf([DOCKER_MANIFEST, OCI_MANIFEST, SCHEMA_1]),
  };
}

function randomStream(random: SeededRandom, cluster: ClusterDescription, path: string): void {
  const tags: Record<string, Item[] | null> = {};
  for (const tag of random.someOf(TAGS, 3)) {
    tags[tag] = random.chance(0.1)
      ? null
      : random.someOf([...IMAGES, ...IMAGES, ...GONE], 5).map((image) => ({
          image,
          age: random.chance(0.05) ? null : random.oneOf([...AGES, 5000, 5000]),
        }));
  }
  cluster.stream(path, tags, { age: random.oneOf([...AGES, 5000, 5000]) });
}

function randomReferrer(
  random: SeededRandom,
  cluster: ClusterDescription,
  number: number,
  invalidReferences: boolean,
): void {
  const path = `${random.oneOf(NAMESPACES)}/r${number}`;
  const specs = () =>
    random.someOf(
      Array.from({ length: 8 }, () => randomSpec(random, invalidReferences)),
      2,
    );
  const pod = { containers: specs(), init: specs(), ephemeral: specs(), volumes: specs() };
  const kind = random.below(4);
  if (kind === 0) {
    cluster.workload(random.oneOf(WORKLOADS), path, pod);
  } else if (kind === 1) {
    const from = randomFrom(random, invalidReferences);
    const strategy = random.oneOf(['sourceStrategy', 'dockerStrategy', 'customStrategy', 'other']);
    cluster.build(random.oneOf(['builds', 'buildconfigs']), path, strategy, random.chance(0.1) ? null : from);
  } else {
    cluster.pod(path, pod, {
      phase: random.oneOf(['Running', 'Pending', 'Succeeded', 'Failed', 'Unknown']),
      age: random.chance(0.1) ? null : random.oneOf(AGES),
      reports: random.someOf(IMAGES, 1).map((image) => `host.io/x/y@${digestOf(image)}`),
    });
  }
}

function randomSpec(random: SeededRandom, invalidReferences: boolean): string {
  const repository = `${random.oneOf(NAMESPACES)}/${random.oneOf(STREAMS)}`;
  const image = random.oneOf([...IMAGES, ...GONE]);
  const choices = [
    pull(repository),
    pull(`${repository}:${random.oneOf(TAGS)}`),
    pull(`${repository}:${random.oneOf(TAGS)}`),
    pull(`${repository}@${image}`),
    `localhost/${repository}:v1@${digestOf(image)}`,
    repository,
    `host.io/${repository}/more`,
    'busybox',
    '',
    ' ',
  ];
  if (invalidReferences) choices.push('Not A Reference', `host.io/${repository}@sha256:12`);
  return random.oneOf(choices);
}

function randomFrom(random: SeededRandom, invalidReferences: boolean) {
  const namespace = random.chance(0.5) ? { namespace: random.oneOf(NAMESPACES) } : {};
  const stream = random.oneOf(STREAMS);
  const image = digestOf(random.oneOf([...IMAGES, ...GONE]));
  const choices = [
    { kind: 'DockerImage', name: randomSpec(random, invalidReferences) },
    { kind: 'ImageStreamTag', name: `${stream}:${random.oneOf(TAGS)}`, ...namespace },
    { kind: 'ImageStreamImage', name: `${stream}@${image}`, ...namespace },
  ];
  if (invalidReferences) choices.push({ kind: 'ImageStreamTag', name: `${stream}@x` });
  return random.oneOf(choices);
}
