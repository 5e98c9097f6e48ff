// Three teams share a cluster: a shop with long histories, payments with every kind of workload, and a data team
// with large images and odd corners.
import {
  builds,
  type ClusterDescription,
  type ImageDescription,
  image,
  layer,
  manifestDigest,
  pinned,
  tagged,
} from './description.ts';

// Base images that all teams build on: shared between images and streams.
const ubi = [layer('ubi9', 38), layer('ubi9-updates', 1.4)];
const node = [...ubi, layer('nodejs-20', 62)];
const java = [...ubi, layer('openjdk-21', 118)];
const python = [...ubi, layer('python-3.12', 91)];

// --- shop -----------------------------------------------------------------------------------------------------------
const storefront = builds(
  'storefront',
  ['2h', '1d', '3d', '6d', '9d', '14d', '21d', '30d', '45d', '60d'],
  node,
  14,
);
const cart = builds('cart', ['20m', '5h', '2d', '4d', '8d', '16d', '32d', '64d'], node, 9);
const search = builds('search', ['4d', '11d'], java, 33);
const datedBuild = image('storefront-may-2016', '120d', [...node, layer('storefront-may-2016', 13)]);
const shopIndex: ImageDescription = {
  name: 'storefront-multiarch',
  age: '12d',
  layers: [],
  format: 'oci',
  children: [
    { ...image('storefront-multiarch-amd64', '12d', [...node, layer('multiarch-amd64', 14)]), format: 'oci' },
    {
      ...image('storefront-multiarch-arm64', '12d', [layer('ubi9-arm64', 37), layer('multiarch-arm64', 15)]),
      format: 'oci',
    },
  ],
};

// --- payments: each workload protects a revision of its own, deep enough in the history to be pruned without it ---------
const gateway = builds(
  'gateway',
  [
    '6h',
    '2d',
    '5d',
    '7d',
    '10d',
    '12d',
    '15d',
    '18d',
    '22d',
    '26d',
    '31d',
    '37d',
    '44d',
    '52d',
    '61d',
    '71d',
    '82d',
    '90d',
    '100d',
  ],
  java,
  21,
);
const protectedBy = Object.fromEntries(
  [
    'Pod',
    'PendingPod',
    'ReplicationController',
    'Deployment',
    'DaemonSet',
    'ReplicaSet',
    'StatefulSet',
    'Job',
    'CronJob',
    'DeploymentConfig',
    'BuildConfig',
    'Build',
  ].map((kind, index) => [kind, nth(gateway, index + 4)]),
);
const succeededUses = nth(gateway, 16);

// --- data: large images, imports and what the reference command does not look at -------------------------------------------
const notebook = builds('notebook', ['3h', '8d', '20d', '40d', '80d'], python, 40);
const largeModel = image('model-server-large', '15d', [...python, layer('model-weights', 700)]);
const smallModel = image('model-server-small', '25d', [...python, layer('model-weights-small', 120)]);
const volumeData = builds('dataset', ['2d', '9d', '18d', '33d', '50d'], [layer('scratch', 0.1)], 55);
const debugTools = builds('debug-tools', ['1d', '7d', '19d', '38d', '70d'], ubi, 24);
const reporter = builds('reporter', ['90m', '3d', '13d', '27d', '55d'], python, 8);
const imported: ImageDescription = {
  ...image('upstream-postgres-15', '70d', [layer('debian-12', 29), layer('postgres-15', 84)]),
  importedFrom: 'quay.io/sclorg/postgresql-15-c9s',
};
const lost = image('reporter-lost', '48d', [...python, layer('reporter-lost', 8)]);
const freshStream = builds('experiment', ['2d', '9d', '10d', '11d', '12d'], python, 5);
const orphan = image('abandoned-service', '200d', [...java, layer('abandoned-service', 44)]);

export const threeTeams: ClusterDescription = {
  projects: [
    {
      name: 'shop',
      displayName: 'Web shop',
      age: '300d',
      editors: ['developer'],
      streams: {
        storefront: {
          age: '290d',
          tags: {
            latest: storefront,
            v2: [nth(storefront, 2), nth(storefront, 4), nth(storefront, 5)],
            'v2.1-may-2016': [datedBuild],
            multiarch: [shopIndex],
          },
        },
        // Its newest build is younger than an hour.
        cart: { age: '280d', tags: { latest: cart } },
        search: { age: '90d', tags: { latest: search, stable: [nth(search, 1)] } },
      },
      pods: [
        {
          name: 'storefront-7c9d5-x2p8q',
          age: '2h',
          phase: 'Running',
          image: pinned('shop/storefront', nth(storefront, 0)),
        },
        { name: 'cart-migration', age: '9d', phase: 'Succeeded', image: pinned('shop/cart', nth(cart, 5)) },
      ],
      workloads: [
        {
          kind: 'Deployment',
          name: 'storefront',
          age: '200d',
          image: tagged('shop/storefront:latest'),
          replicas: 2,
        },
        { kind: 'Deployment', name: 'cart', age: '200d', image: tagged('shop/cart:latest'), replicas: 1 },
      ],
      builds: [
        {
          name: 'storefront',
          config: true,
          age: '200d',
          strategy: 'Source',
          from: { kind: 'ImageStreamTag', name: 'search:stable' },
          pushesTo: 'storefront:latest',
        },
      ],
    },
    {
      name: 'payments',
      displayName: 'Payments',
      age: '250d',
      streams: { gateway: { age: '240d', tags: { latest: gateway } } },
      pods: [
        { name: 'gateway-canary', age: '30d', phase: 'Running', image: using('Pod') },
        {
          name: 'gateway-waiting',
          age: '2d',
          phase: 'Pending',
          image: tagged('payments/gateway:latest'),
          initImage: using('PendingPod'),
        },
        {
          name: 'gateway-check-done',
          age: '6d',
          phase: 'Succeeded',
          image: pinned('payments/gateway', succeededUses),
        },
      ],
      workloads: [
        {
          kind: 'ReplicationController',
          name: 'gateway-rc',
          age: '80d',
          image: using('ReplicationController'),
        },
        { kind: 'Deployment', name: 'gateway', age: '80d', image: using('Deployment'), replicas: 3 },
        { kind: 'DaemonSet', name: 'gateway-agent', age: '80d', image: using('DaemonSet') },
        { kind: 'ReplicaSet', name: 'gateway-5f6d7', age: '80d', image: using('ReplicaSet') },
        { kind: 'StatefulSet', name: 'gateway-ledger', age: '80d', image: using('StatefulSet') },
        { kind: 'Job', name: 'gateway-reconcile', age: '3d', image: using('Job') },
        { kind: 'CronJob', name: 'gateway-nightly', age: '80d', image: using('CronJob') },
        { kind: 'DeploymentConfig', name: 'gateway-dc', age: '80d', image: using('DeploymentConfig') },
      ],
      builds: [
        {
          name: 'gateway',
          config: true,
          age: '80d',
          strategy: 'Docker',
          from: { kind: 'ImageStreamImage', name: `gateway@${manifestDigest(usedBy('BuildConfig'))}` },
          pushesTo: 'gateway:latest',
        },
        {
          name: 'gateway-41',
          age: '15d',
          strategy: 'Custom',
          from: { kind: 'DockerImage', image: using('Build') },
          pushesTo: 'gateway:latest',
        },
      ],
    },
    {
      name: 'data',
      displayName: 'Data science',
      age: '150d',
      editors: ['developer'],
      imageLimits: { 'image-size': '1Gi', 'image-size-strict': '500Mi' },
      streams: {
        notebook: { age: '140d', tags: { latest: notebook } },
        'model-server': { age: '100d', tags: { large: [largeModel], small: [smallModel] } },
        dataset: { age: '100d', tags: { latest: volumeData } },
        'debug-tools': { age: '100d', tags: { latest: debugTools } },
        reporter: {
          age: '100d',
          tags: { latest: [...reporter, { image: lost, missing: true }] },
        },
        postgresql: { age: '90d', tags: { '15': [imported] } },
        // Younger than an hour: kept whole, though its images are old.
        experiment: { age: '25m', tags: { latest: freshStream } },
        empty: { age: '90d', tags: {} },
      },
      pods: [
        {
          name: 'training-with-volume',
          age: '5d',
          phase: 'Running',
          image: tagged('data/notebook:latest'),
          volumeImage: pinned('data/dataset', nth(volumeData, 3)),
        },
        {
          name: 'notebook-debugged',
          age: '5d',
          phase: 'Running',
          image: tagged('data/notebook:latest'),
          ephemeralImage: pinned('data/debug-tools', nth(debugTools, 3)),
        },
        {
          // Started when latest was four builds older: the tag has moved on, the pod still runs the old digest.
          name: 'reporter-long-running',
          age: '50d',
          phase: 'Running',
          image: tagged('data/reporter:latest'),
          running: pinned('data/reporter', nth(reporter, 4)),
        },
      ],
      workloads: [
        {
          kind: 'DeploymentConfig',
          name: 'model-server',
          age: '60d',
          image: { spec: ' ' },
          triggeredBy: 'model-server:small',
        },
        {
          kind: 'Deployment',
          name: 'database',
          age: '60d',
          image: { spec: 'quay.io/sclorg/postgresql-15-c9s:15' },
        },
      ],
      builds: [
        {
          name: 'notebook-12',
          age: '3h',
          strategy: 'Docker',
          from: { kind: 'ImageStreamTag', name: 'notebook:latest' },
          copiesFrom: { kind: 'ImageStreamImage', name: `notebook@${manifestDigest(nth(notebook, 4))}` },
          pushesTo: 'notebook:latest',
        },
      ],
    },
  ],
  // Its stream, and its whole namespace, are gone.
  orphans: [{ repository: 'legacy/abandoned-service', image: orphan }],
};

function usedBy(kind: string): ImageDescription {
  const found = protectedBy[kind];
  if (found === undefined) throw new Error(`nothing is protected by ${kind}`);
  return found;
}

function using(kind: string) {
  return pinned('payments/gateway', usedBy(kind));
}

function nth(images: readonly ImageDescription[], index: number): ImageDescription {
  const found = images[index];
  if (found === undefined) throw new Error(`no image ${index}`);
  return found;
}
