// A miniature OpenShift: an HTTPS server on 127.0.0.1 that answers as an API server does.
import type { IncomingMessage, ServerResponse } from 'node:http';
import { createServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { type Authority, createAuthority, type Issued } from '../pki.ts';
import { allows, TokenTable, type User } from './access.ts';
import type { ApiObject } from './api-object.ts';
import type { ClusterState } from './call.ts';
import { type LoggedRequest, serve } from './dispatch.ts';
import { Faults } from './faults.ts';
import { collectGarbage } from './garbage.ts';
import { operateImagePruner } from './image-pruner-operator.ts';
import { type KubeconfigOptions, writeKubeconfig } from './kubeconfig.ts';
import { warmPages } from './lists.ts';
import { PageCache } from './page-cache.ts';
import { CronJobs } from './pods/cron-jobs.ts';
import { Jobs } from './pods/jobs.ts';
import { Kubelet, type KubeletOptions } from './pods/kubelet.ts';
import { imageHygiene, oc, type Surroundings } from './pods/oc.ts';
import { PodLogs } from './pods/pod-logs.ts';
import type { Programs } from './pods/programs.ts';
import { type PortForward, PortForwards } from './port-forward.ts';
import { operateRegistry } from './registry-operator.ts';
import { resourceNamed, resourceOf } from './resources.ts';
import { type RolloutOptions, Rollouts } from './rollouts.ts';
import { clusterRoleBindings, clusterRoles, USERS } from './seeds/roles.ts';
import type { Attributes } from './status.ts';
import { type BulkBase, Store } from './store.ts';
import { Upgrades } from './web-sockets.ts';

/** What a cluster starts with. */
export interface Seed {
  /** With kind and apiVersion. */
  objects: ApiObject[];
  /** Resources whose objects are made on demand. */
  bulk?: BulkBase[];
}

export interface ClusterOptions {
  seed?: Seed;
  /** Default 0: any free one. */
  port?: number;
  /** The cluster's clock: creation times, token expiry, the Date header. Default: the machine's. */
  clock?: () => Date;
  rollout?: RolloutOptions;
  /** The host that the registry's default route gets. */
  routeHost?: string;
  /** API groups that are not there; `disabledGroups` of the running cluster can be changed. */
  disabledGroups?: string[];
  /** Where the ports of pods are; `portForwards.target` of the running cluster can be changed. */
  portForward?: PortForward;
  /** The authority that signs the server's certificate and verifies clients'. Default: one of its own. */
  authority?: Authority;
}

export interface MiniCluster {
  url: string;
  port: number;
  /** PEM of the cluster's authority. */
  ca: string;
  authority: Authority;
  /** An administrator's client certificate. */
  clientCertificate: Issued;
  store: Store;
  tokens: TokenTable;
  faults: Faults;
  /** Its options may be changed while running (`stuck`, `onRollout`). */
  rollout: RolloutOptions;
  disabledGroups: Set<string>;
  /** What the registry's default route gets as its host when it is made. May be changed while running. */
  routeHost: string;
  /** Its `target` may be changed while running. */
  portForwards: PortForwards;
  /** Cron jobs start when `trigger` says so, and at no other time. */
  cronJobs: CronJobs;
  /** Their pods run `oc adm prune images` and `image-hygiene` as the project's own command line, which must be built. */
  jobs: Jobs;
  /** What the containers of jobs have written. */
  logs: PodLogs;
  /** What containers can run. May be added to while running. */
  programs: Programs;
  /** Where a service's `host:port` really is, as `host:port`, for what pods run. */
  services: Map<string, string>;
  /** How pods are run; may be changed while running. */
  kubelet: KubeletOptions;
  /** The last 50,000 requests; empty it with `requests.length = 0`. */
  requests: LoggedRequest[];
  /** Who a bearer token is, and what that user may do: what a registry asks the cluster. */
  accessOf(token: string): { user: User; can(asked: Attributes): boolean } | undefined;
  /** Adds objects (with kind and apiVersion) as they are. */
  seed(objects: ApiObject[]): void;
  /** The object a test looks for, or undefined. */
  object(plural: string, group: string, namespace: string | undefined, name: string): ApiObject | undefined;
  /** Makes the compressed pages of a bulk resource before anyone asks. */
  warm(plural: string, group: string, limit: number): number;
  /** @returns the path of the file */
  writeKubeconfig(directory: string, options?: KubeconfigOptions): Promise<string>;
  close(): Promise<void>;
}

/** Starts a cluster. It listens when the promise resolves; `close` ends it with all its connections. */
export async function startCluster(options: ClusterOptions = {}): Promise<MiniCluster> {
  const clock = options.clock ?? (() => new Date());
  const authority = options.authority ?? (await createAuthority('miniature-cluster-ca'));
  const served = await authority.issue({
    commonName: 'kubernetes',
    hosts: ['127.0.0.1', '::1', 'localhost', 'kubernetes', 'kubernetes.default.svc'],
  });
  const clientCertificate = await authority.issue({
    commonName: 'system:admin',
    organization: 'system:masters',
    client: true,
  });

  const store = new Store(clock);
  const tokens = new TokenTable(clock);
  const services = new Map<string, string>();
  const surroundings = (): Surroundings => ({ store, tokens, url, ca, services });
  const programs: Programs = new Map([
    ['oc', oc(surroundings)],
    ['image-hygiene', imageHygiene(surroundings)],
  ]);

  const state: ClusterState = {
    store,
    clock,
    tokens,
    pages: new PageCache(),
    disabledGroups: new Set(options.disabledGroups),
    portForwards: new PortForwards(options.portForward),
    logs: new PodLogs(store, clock),
    programs,
  };
  for (const { token, user } of Object.values(USERS)) state.tokens.grant(token, user);
  const seed = (given: ApiObject[]) => {
    for (const object of given) store.put(resourceOf(object), object);
  };
  for (const base of options.seed?.bulk ?? []) store.addBulk(base);
  seed([...clusterRoles(), ...clusterRoleBindings(), ...(options.seed?.objects ?? [])]);

  const faults = new Faults();
  const requests: LoggedRequest[] = [];
  const rollout: RolloutOptions = { ...options.rollout };
  const rollouts = new Rollouts(store, clock, rollout);
  let routeHost = options.routeHost ?? 'default-route-openshift-image-registry.apps.cluster.example';
  const controllers = [
    operateRegistry(store, clock, () => routeHost),
    operateImagePruner(store, clock),
    collectGarbage(store),
  ];

  const kubeletOptions: KubeletOptions = {};
  const kubelet = new Kubelet({ store, clock, logs: state.logs, programs, options: kubeletOptions });
  const jobs = new Jobs(store, clock);
  const cronJobs = new CronJobs(store, clock);

  const answer = (request: IncomingMessage, response: ServerResponse) => {
    serve(request, response, state, faults, requests).catch((error: unknown) => {
      // Only our own bugs come here: a client must not wait for an answer to them.
      if (response.headersSent) response.destroy();
      else
        response.writeHead(500).end(error instanceof Error ? (error.stack ?? error.message) : String(error));
    });
  };
  const server = createServer(
    {
      key: served.key,
      cert: served.certificate,
      ca: [authority.certificate],
      // A client without a certificate, or with a foreign one, is judged by the handler, which can answer 401.
      requestCert: true,
      rejectUnauthorized: false,
    },
    answer,
  );
  const upgrades = new Upgrades();
  server.on('upgrade', (request, socket, head) => upgrades.accept(request, socket, head, answer));
  // Clients come and go: a socket that breaks is theirs to report.
  server.on('tlsClientError', () => undefined);
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(options.port ?? 0, '127.0.0.1', resolve);
  });
  const { port } = server.address() as AddressInfo;
  const url = `https://127.0.0.1:${port}`;
  const ca = authority.certificate;

  return {
    url,
    port,
    ca,
    authority,
    clientCertificate,
    store,
    tokens: state.tokens,
    faults,
    rollout,
    disabledGroups: state.disabledGroups,
    get routeHost() {
      return routeHost;
    },
    set routeHost(host) {
      routeHost = host;
    },
    portForwards: state.portForwards,
    cronJobs,
    jobs,
    logs: state.logs,
    programs,
    services,
    kubelet: kubeletOptions,
    requests,
    accessOf: (token) => {
      const user = state.tokens.userOf(token);
      return user === undefined ? undefined : { user, can: (asked) => allows(store, user, asked) };
    },
    seed,
    object: (plural, group, namespace, name) => store.get(resourceNamed(plural, group), namespace, name),
    warm: (plural, group, limit) => warmPages(state, resourceNamed(plural, group), limit),
    writeKubeconfig: (directory, given) => writeKubeconfig(directory, { url, ca, clientCertificate }, given),
    close: async () => {
      rollouts.close();
      cronJobs.close();
      jobs.close();
      for (const stop of controllers) stop();
      await kubelet.close();
      await new Promise<void>((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
        upgrades.close();
      });
    },
  };
}
