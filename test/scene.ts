// A miniature cluster with a registry into which images were really pushed, as a confirmed prune meets them.
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { asksTheCluster } from './asks-the-cluster.ts';
import type { ApiObject } from './cluster/api-object.ts';
import { type MiniCluster, startCluster } from './cluster/miniature.ts';
import { seedOf } from './cluster/seeds/seeded.ts';
import { createAuthority } from './pki.ts';
import { imageObject, indexObjects, type StreamTag, streamObject } from './registry/api-objects.ts';
import type { LayerSpec } from './registry/layers.ts';
import { type PushedImage, type PushedIndex, pushImage, pushImages, pushIndex } from './registry/push.ts';
import { type RegistryOptions, startRegistry, type TestRegistry } from './registry/start.ts';
import { connectRegistry } from './registry-in-cluster.ts';

export interface Scene extends AsyncDisposable {
  cluster: MiniCluster;
  registry: TestRegistry;
  /** Of the cluster's users; the current context is admin's. */
  kubeconfig: string;
  /** A temporary folder: kubeconfig, runs. */
  folder: string;
  /** Environment for the command line: where its runs go. */
  env: { IMAGE_HYGIENE_RUNS: string };
  /** By `<stream>:<tag>#<position>` at the start. */
  pushed: Map<string, PushedImage | PushedIndex>;
  /** Which of them a prune by the defaults removes. */
  going: ReadonlySet<string>;
  close(): Promise<void>;
}

export interface SceneOptions {
  kind?: RegistryOptions['kind'];
  by?: 'skopeo' | 'http';
  workload?: ApiObject[];
  /** The registry's address as images and streams name it. Default: where it can be reached from here. */
  registryHost?: string;
  /** Further streams, `more-0` and so on: their `latest` has so many revisions, and those from position 3 on go. */
  more?: { streams: number; revisions: number };
}

const DAY = 24 * 60 * 60 * 1000;

/**
 * Two streams in the namespace `shop`. `web:latest` has five revisions of which two go; `web:old` has an index that
 * goes by `--keep-tag-revisions=0` alone; `api:v1` has four of which one goes, and it shares a layer with what stays;
 * one image stands in no stream any more.
 */
export async function startScene(options: SceneOptions = {}): Promise<Scene> {
  const folder = await mkdtemp(join(tmpdir(), 'image-hygiene-scene-'));
  const authority = await createAuthority('scene authority');
  const cluster = await startCluster({
    authority,
    seed: seedOf({ projects: [], orphans: [] }, { serviceCa: authority.certificate }),
  });
  const registry = await startRegistry({
    ...(options.kind ? { kind: options.kind } : {}),
    authority,
    authorize: asksTheCluster(cluster),
  });
  connectRegistry(cluster, registry);
  const close = async () => {
    await registry.stop();
    await cluster.close();
    await rm(folder, { recursive: true, force: true });
  };
  try {
    const pushed = await pushAll(cluster, registry, options);
    if (options.workload) cluster.seed(options.workload);
    const kubeconfig = await cluster.writeKubeconfig(folder);
    return {
      cluster,
      registry,
      kubeconfig,
      folder,
      env: { IMAGE_HYGIENE_RUNS: join(folder, 'runs') },
      pushed,
      going: new Set(['web:latest#3', 'web:latest#4', 'api:v1#3', 'orphan', ...goingOf(options.more)]),
      close,
      [Symbol.asyncDispose]: close,
    };
  } catch (error) {
    await close();
    throw error;
  }
}

function goingOf({ streams, revisions } = { streams: 0, revisions: 0 }): string[] {
  const names = Array.from({ length: streams }, (_, number) => `more-${number}`);
  return names.flatMap((name) =>
    Array.from({ length: Math.max(0, revisions - 3) }, (_, place) => `${name}:latest#${place + 3}`),
  );
}

async function pushAll(cluster: MiniCluster, registry: TestRegistry, options: SceneOptions) {
  const { by, more, registryHost = registry.host } = options;
  const now = Date.now();
  const pushed = new Map<string, PushedImage | PushedIndex>();
  const push = async (name: string, tag: string, position: number, layers: LayerSpec[]) => {
    const created = new Date(now - (position + 1) * DAY).toISOString();
    const image = await pushImage(
      registry,
      {
        namespace: 'shop',
        name,
        tag,
        layers,
        created,
        mediaType: position % 2 ? 'docker' : 'oci',
        config: { Labels: { revision: `${name}:${tag}#${position}` } },
      },
      { by },
    );
    pushed.set(`${name}:${tag}#${position}`, image);
    return image;
  };
  const layer = (name: string, size: number): LayerSpec => ({ name, size });
  const history = async (name: string, tag: string, length: number): Promise<StreamTag> => {
    const items = [];
    // The oldest first, as they were pushed.
    for (let position = length - 1; position >= 0; position--) {
      const layers = [layer('base', 40_000), layer(`${name}-${tag}-${position}`, 20_000 + position * 1000)];
      items.unshift({ pushed: await push(name, tag, position, layers) });
    }
    return { tag, items };
  };

  const web = await history('web', 'latest', 5);
  const api = await history('api', 'v1', 4);
  const index = await pushIndex(
    registry,
    {
      namespace: 'shop',
      name: 'web',
      tag: 'old',
      images: [{ layers: [layer('old-amd64', 15_000)] }, { layers: [layer('old-arm64', 16_000)] }],
    },
    { by },
  );
  pushed.set('web:old#0', index);
  const orphan = await pushImage(
    registry,
    {
      namespace: 'shop',
      name: 'gone',
      tag: 'latest',
      layers: [layer('base', 40_000), layer('orphan', 30_000)],
    },
    { by },
  );
  pushed.set('orphan', orphan);

  const others: StreamTag[] = [];
  for (let number = 0; number < (more?.streams ?? 0); number++) {
    const specs = Array.from({ length: more?.revisions ?? 0 }, (_, position) => ({
      namespace: 'shop',
      name: `more-${number}`,
      tag: 'latest',
      // Two neighbours share a layer, so that it goes with the last of them or not at all.
      layers: [
        layer(`more-${number}-${position}`, 1100),
        layer(`more-${number}-pair-${position >> 1}`, 1200),
        layer('more-base', 1300),
      ],
      created: new Date(now - (position + 1) * DAY).toISOString(),
    }));
    const images = await pushImages(registry, specs);
    for (const [position, image] of images.entries()) {
      pushed.set(`more-${number}:latest#${position}`, image);
    }
    others.push({ tag: 'latest', items: images.map((image) => ({ pushed: image })) });
  }
  const seeded: object[] = [
    { apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'shop' } },
    streamObject('shop', 'web', [web, { tag: 'old', items: [{ pushed: index }] }], { registryHost }),
    streamObject('shop', 'api', [api], { registryHost }),
    ...others.map((tag, number) => streamObject('shop', `more-${number}`, [tag], { registryHost })),
  ];
  for (const each of pushed.values()) {
    if ('images' in each) seeded.push(...indexObjects(each, { registryHost }));
    else seeded.push(imageObject(each, { registryHost }));
  }
  cluster.seed(seeded as ApiObject[]);
  return pushed;
}
