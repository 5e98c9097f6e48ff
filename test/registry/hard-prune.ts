// `/usr/bin/dockerregistry -prune=check|delete` on a test registry's files: what no Image and no image stream names
// (openshift/image-registry, pkg/dockerregistry/server/prune).
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { listAt, objectAt, textAt } from '../../src/engine/shape.ts';
import type { ApiObject } from '../cluster/api-object.ts';
import type { Program, ProgramRun } from '../cluster/pods/programs.ts';
import { resourceNamed } from '../cluster/resources.ts';
import type { Store } from '../cluster/store.ts';
import {
  blobFolder,
  linksOf,
  manifestLinkFolder,
  namesIn,
  removeBlob,
  repositoryFolder,
  storedBlobs,
} from './store.ts';

const IMAGES = resourceNamed('images', 'image.openshift.io');
const STREAMS = resourceNamed('imagestreams', 'image.openshift.io');
const CONFIGURATION = '/config.yml';
const LEVELS = ['error', 'warning', 'info', 'debug'];

/**
 * The program of the registry's image. It works on the files alone: whether the registry takes writes doesn't matter to
 * it, and what the registry's process has cached it doesn't know.
 * @param files the root of the registry's storage
 */
export function dockerRegistryProgram(cluster: { store: Store }, files: string): Program {
  return {
    isIn: ({ metadata }) => metadata.labels?.['docker-registry'] === 'default',
    run: async (run) => {
      const mode = /^--?prune=(.*)$/.exec(run.args[0] ?? '')?.[1];
      const configuration = run.env.REGISTRY_CONFIGURATION_PATH ?? CONFIGURATION;
      if (!configuration.endsWith('.yml')) {
        run.stderr(`Unable to open configuration file: open ${configuration}: no such file or directory\n`);
        return 1;
      }
      if (mode !== 'check' && mode !== 'delete') {
        loggerOf(run)('error', 'invalid value for the -prune option');
        return 2;
      }
      return await hardPrune(cluster.store, files, mode === 'check', run);
    },
  };
}

async function hardPrune(store: Store, files: string, dryRun: boolean, run: ProgramRun): Promise<number> {
  const log = loggerOf(run);
  log('info', `start prune${dryRun ? ' (dry-run mode)' : ''}`);
  const inUse = digestsInUse(store);
  for (const repository of await repositoriesIn(files)) {
    const [namespace = '', name = ''] = repository.split('/');
    const stream = store.get(STREAMS, namespace, name);
    if (stream === undefined) {
      log('info', `The image stream ${repository} is not found, will remove the whole repository`);
      if (dryRun) log('info', `Would delete repository: ${repository}`);
      else {
        log('info', `Deleting repo: /docker/registry/v2/repositories/${repository}`);
        await rm(repositoryFolder(files, repository), { recursive: true, force: true });
      }
      continue;
    }
    const named = digestsNamedBy(store, stream);
    for (const digest of (await linksOf(files, repository)).manifests) {
      if (inUse.has(digest) && named.has(digest)) continue;
      log('info', `${dryRun ? 'Would delete' : 'Deleting'} manifest link: ${repository}@${digest}`);
      if (!dryRun) await rm(manifestLinkFolder(files, repository, digest), { recursive: true, force: true });
    }
  }
  let blobs = 0;
  let bytes = 0;
  for (const blob of await storedBlobs(files)) {
    if (inUse.has(blob.digest)) continue;
    blobs += 1;
    bytes += blob.bytes;
    if (dryRun) log('info', `Would delete blob: ${blob.digest}`);
    else {
      log('info', `Deleting blob: ${blobFolder('', blob.digest).replace(/^\/?/, '/')}`);
      await removeBlob(files, blob.digest);
    }
  }
  const size = bytesSize(bytes);
  if (dryRun) {
    run.stdout(`Would delete ${blobs} blobs\nWould free up ${size} of disk space\n`);
    run.stdout('Use -prune=delete to actually delete the data\n');
  } else run.stdout(`Deleted ${blobs} blobs\nFreed up ${size} of disk space\n`);
  return 0;
}

/** Manifests, configs and layers of all Images. */
function digestsInUse(store: Store): Set<string> {
  const digests = new Set<string>();
  for (const image of store.list(IMAGES)) {
    digests.add(image.metadata.name);
    const config = textAt(objectAt(image, 'dockerImageMetadata'), 'Id');
    if (config !== '') digests.add(config);
    for (const layer of listAt(image, 'dockerImageLayers')) digests.add(textAt(layer, 'name'));
  }
  return digests;
}

/** What a stream's history names, and the members of an index among it. */
function digestsNamedBy(store: Store, stream: ApiObject): Set<string> {
  const named = new Set(
    listAt(stream.status, 'tags').flatMap((tag) => listAt(tag, 'items').map((item) => textAt(item, 'image'))),
  );
  for (const digest of [...named]) {
    for (const member of listAt(store.get(IMAGES, undefined, digest), 'dockerImageManifests')) {
      named.add(textAt(member, 'digest'));
    }
  }
  return named;
}

async function repositoriesIn(files: string): Promise<string[]> {
  const root = join(files, 'docker/registry/v2/repositories');
  const repositories: string[] = [];
  for (const namespace of await namesIn(root)) {
    for (const name of await namesIn(join(root, namespace))) repositories.push(`${namespace}/${name}`);
  }
  return repositories;
}

/** Lines as logrus writes them, to stderr. Without REGISTRY_LOG_LEVEL only warnings and worse show. */
function loggerOf({ env, stderr }: ProgramRun): (level: string, message: string) => void {
  const wanted = LEVELS.indexOf(env.REGISTRY_LOG_LEVEL ?? 'warning');
  return (level, message) => {
    if (LEVELS.indexOf(level) > wanted) return;
    const time = new Date().toISOString().replace('Z', '000000Z');
    stderr(
      `time="${time}" level=${level} msg=${JSON.stringify(message)} go.version="go1.19.13 X:strictfipsruntime"\n`,
    );
  };
}

/** As docker/go-units writes sizes: four significant digits, in powers of 1024, the unit without a space before it. */
function bytesSize(bytes: number): string {
  const units = ['B', 'KiB', 'MiB', 'GiB', 'TiB', 'PiB'];
  let size = bytes;
  let unit = 0;
  for (; size >= 1024 && unit < units.length - 1; unit += 1) size /= 1024;
  return `${Number(size.toPrecision(4))}${units[unit]}`;
}
