import { randomBytes } from 'node:crypto';
import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Authority, createAuthority, type Issued } from '../pki.ts';
import type { Authorize } from './authorization.ts';
import type { Backend } from './backend.ts';
import { dockerRegistry, dockerRegistryInstalled } from './docker-registry.ts';
import { embeddedRegistry } from './embedded.ts';
import type { Fault } from './faults.ts';
import { createFront, type LoggedRequest } from './front.ts';
import type { PlainHttpAnswer } from './listener.ts';
import { linksOf, type RepositoryLinks, type StoredBlob, storedBlobs } from './store.ts';

export interface RegistryOptions {
  /** Default: docker-registry where it is installed. */
  kind?: Backend['kind'];
  /** Where the store and the logs go; it stays. Without it: a temporary one that `stop()` removes. */
  folder?: string;
  /** Issues the certificate. Without it and without `certificate`: an authority of its own. */
  authority?: Authority;
  /** Chain and key (PEM) to serve with, in place of one issued for `hosts`. */
  certificate?: Issued;
  /** Names in the certificate besides those the registry always has. */
  hosts?: string[];
  /** `http`: an insecure registry. Default: `https`. */
  scheme?: 'https' | 'http';
  /** Default: a free one. */
  port?: number;
  /** Who may do what. The registry's own `adminToken` may do everything besides. */
  authorize?: Authorize;
  /** What `GET /` answers; 404: a client has to ask `/healthz`. Default: 200. */
  rootStatus?: 200 | 404;
  /** What an HTTPS registry says to plain HTTP. Default: `notice`. */
  plainHttpAnswer?: PlainHttpAnswer;
}

/** A registry on loopback that behaves as OpenShift's integrated one. */
export interface TestRegistry extends AsyncDisposable {
  readonly kind: Backend['kind'];
  readonly folder: string;
  readonly scheme: 'https' | 'http';
  /** `127.0.0.1:<port>`; the same after a restart. */
  readonly host: string;
  readonly port: number;
  /** PEM of the authority that issued the certificate, empty if a certificate was given without its authority. */
  readonly certificateAuthority: string;
  /** A token that may push, pull and prune. */
  readonly adminToken: string;
  /** Every request that came to the front, in order of arrival. Clear it with `length = 0`. */
  readonly requests: LoggedRequest[];
  /** What goes wrong from now on: `push` to it, and clear it with `length = 0`. */
  readonly faults: Fault[];
  /** Whether writes are refused with 405, as a registry under maintenance does. May be changed at any time. */
  readOnly: boolean;
  /** What a rollout does: the process is replaced, and with it its cache. Store and address stay. Also after `kill()`. */
  restart(): Promise<void>;
  /** Kills the process behind. The front answers 502 or 503 (default), or refuses connections. */
  kill(then?: 502 | 503 | 'refuse'): Promise<void>;
  stop(): Promise<void>;
  /** Bytes of all blobs' data on disk. */
  storeBytes(): Promise<number>;
  blobs(): Promise<StoredBlob[]>;
  /** The links on disk of a repository, `<namespace>/<name>`. */
  repositoryLinks(repository: string): Promise<RepositoryLinks>;
}

const clusterHosts = [
  'localhost',
  '127.0.0.1',
  '::1',
  'image-registry.openshift-image-registry.svc',
  'image-registry.openshift-image-registry.svc.cluster.local',
];

/** Starts a registry; it answers when the promise resolves. */
export async function startRegistry(options: RegistryOptions = {}): Promise<TestRegistry> {
  const folder = options.folder ?? (await mkdtemp(join(tmpdir(), 'registry-')));
  const store = join(folder, 'store');
  await mkdir(store, { recursive: true });
  const kind = options.kind ?? (dockerRegistryInstalled() ? 'docker-registry' : 'embedded');
  const backend = kind === 'embedded' ? embeddedRegistry(store) : dockerRegistry(folder, store);
  const scheme = options.scheme ?? 'https';
  const serving = scheme === 'https' ? await servingCertificate(options) : undefined;
  const adminToken = `sha256~${randomBytes(32).toString('base64url')}`;
  const requests: LoggedRequest[] = [];
  const faults: Fault[] = [];
  const front = createFront({
    secure: serving?.certificate,
    store,
    authorize: (token) =>
      token === adminToken
        ? { user: 'admin', mayPush: true, mayPull: true, mayPrune: true }
        : options.authorize?.(token),
    rootStatus: options.rootStatus ?? 200,
    plainHttpAnswer: options.plainHttpAnswer ?? 'notice',
    faults,
    requests,
  });

  async function stop(): Promise<void> {
    await Promise.all([front.close(), backend.stop('SIGTERM')]);
    if (options.folder === undefined) await rm(folder, { recursive: true, force: true });
  }

  let port: number;
  try {
    front.backend = { port: await backend.start() };
    port = await front.listen(options.port ?? 0);
  } catch (error) {
    await stop();
    throw error;
  }

  return {
    kind,
    folder,
    scheme,
    host: `127.0.0.1:${port}`,
    port,
    certificateAuthority: serving?.authority ?? '',
    adminToken,
    requests,
    faults,
    get readOnly() {
      return front.readOnly;
    },
    set readOnly(value) {
      front.readOnly = value;
    },
    async restart() {
      front.backend = { status: 503 };
      await backend.stop('SIGTERM');
      front.backend = { port: await backend.start() };
      if (!front.listening) await front.listen(port);
    },
    async kill(then = 503) {
      front.backend = { status: then === 'refuse' ? 503 : then };
      await backend.stop('SIGKILL');
      if (then === 'refuse') await front.close();
    },
    stop,
    [Symbol.asyncDispose]: stop,
    async storeBytes() {
      return (await storedBlobs(store)).reduce((total, blob) => total + blob.bytes, 0);
    },
    blobs: () => storedBlobs(store),
    repositoryLinks: (repository) => linksOf(store, repository),
  };
}

async function servingCertificate(
  options: RegistryOptions,
): Promise<{ certificate: Issued; authority: string }> {
  if (options.certificate) {
    return { certificate: options.certificate, authority: options.authority?.certificate ?? '' };
  }
  const authority = options.authority ?? (await createAuthority('test registry authority'));
  const hosts = [...clusterHosts, ...(options.hosts ?? [])];
  return {
    certificate: await authority.issue({ commonName: 'image-registry', hosts }),
    authority: authority.certificate,
  };
}
