import assert from 'node:assert/strict';
import { execFile, spawnSync } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import {
  type AddressInfo,
  connect,
  createServer,
  type LookupFunction,
  type Server,
  type Socket,
} from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, afterEach, before, beforeEach, describe, it } from 'node:test';
import tls from 'node:tls';
import { promisify } from 'node:util';
import { loadKubeconfig } from '../../src/cluster/kubeconfig/load-kubeconfig.ts';
import { resolveContext } from '../../src/cluster/kubeconfig/resolve-context.ts';
import type { ApiSession } from '../../src/cluster/session/api-session.ts';
import { openSession } from '../../src/cluster/session/open-session.ts';
import { inEnglish, said } from '../../src/engine/said.ts';
import { parseRegistryUrl } from '../../src/registry/address/registry-url.ts';
import { AuthorityFileError, readAuthorityFile } from '../../src/registry/authorities/read-authority-file.ts';
import type { ConnectionOptions } from '../../src/registry/client/registry-connection.ts';
import {
  type FoundRegistry,
  findRegistry,
  type RegistryQuestion,
  type RegistryTunnel,
} from '../../src/registry/discovery/find-registry.ts';
import { RegistryNotFoundError } from '../../src/registry/discovery/registry-not-found.ts';
import type { ApiObject } from '../cluster/api-object.ts';
import { type MiniCluster, startCluster } from '../cluster/miniature.ts';
import { roleBinding } from '../cluster/seeds/roles.ts';
import { type Authority, createAuthority } from '../pki.ts';
import { type RegistryOptions, startRegistry, type TestRegistry } from './start.ts';

const NAMESPACE = 'openshift-image-registry';
const SERVICE = 'image-registry.openshift-image-registry.svc';
const INTERNAL = `${SERVICE}:5000`;
const IMAGE = `${INTERNAL}/shop/web@sha256:${'a'.repeat(64)}`;
const ROUTE_HOST = 'default-route-openshift-image-registry.apps.cluster.example';
/** Names that lead to this machine without being `localhost`. Every other name leads nowhere. */
const KNOWN = new Map([
  ['registry.example.com', '127.0.0.1'],
  ['custom.example.com', '127.0.0.1'],
  ['taken.example.com', '127.0.0.1'],
  // An address of its own, so that nobody else has its port 443.
  [ROUTE_HOST, '127.74.31.9'],
]);
const TUNNEL_TARGET = 'pod/image-registry-6d8f9c7b5-k2x4m';
const kubectl = spawnSync('kubectl', ['version', '--client']).status === 0;
const mayListenOn443 = process.getuid?.() === 0;

const lookup: LookupFunction = (hostname, options, callback) => {
  const address = KNOWN.get(hostname);
  if (address === undefined) {
    callback(Object.assign(new Error(`getaddrinfo ENOTFOUND ${hostname}`), { code: 'ENOTFOUND' }), '', 4);
  } else if (options.all) callback(null, [{ address, family: 4 }]);
  else callback(null, address, 4);
};

/** Forwards TCP from a local port, as a tunnel to a pod does, and knows whether it is open. */
class Forwarder {
  readonly #sockets = new Set<Socket>();
  readonly #server: Server;

  constructor(port: number) {
    this.#server = createServer((socket) => {
      const other = connect(port, '127.0.0.1');
      for (const [from, to] of [
        [socket, other],
        [other, socket],
      ] as const) {
        this.#sockets.add(from);
        from.pipe(to);
        from.on('error', () => to.destroy()).once('close', () => this.#sockets.delete(from));
      }
    });
  }

  get open(): boolean {
    return this.#server.listening;
  }

  async listen(port = 0, host = '127.0.0.1'): Promise<number> {
    await new Promise<void>((resolve, reject) => {
      this.#server.once('error', reject).listen(port, host, resolve);
    });
    return (this.#server.address() as AddressInfo).port;
  }

  close(): Promise<void> {
    return new Promise((resolve) => {
      this.#server.close(() => resolve());
      for (const socket of this.#sockets) socket.destroy();
    });
  }
}

/** A port on which nobody listens. */
async function deadPort(): Promise<number> {
  const forwarder = new Forwarder(1);
  const port = await forwarder.listen();
  await forwarder.close();
  return port;
}

function route(name: string, host: string, ingress: readonly object[] | undefined = undefined): ApiObject {
  const admitted = [{ host, conditions: [{ type: 'Admitted', status: 'True' }] }];
  return {
    kind: 'Route',
    apiVersion: 'route.openshift.io/v1',
    metadata: { name, namespace: NAMESPACE },
    spec: { host, to: { kind: 'Service', name: 'image-registry' }, tls: { termination: 'reencrypt' } },
    status: { ingress: ingress ?? admitted },
  };
}

function configMap(namespace: string, name: string, data: Record<string, string>): ApiObject {
  return { kind: 'ConfigMap', apiVersion: 'v1', metadata: { name, namespace }, data };
}

describe('finding the registry', () => {
  let folder: string;
  /** The one in the kubeconfig. */
  let clusterAuthority: Authority;
  /** The one that signs the certificates of services, as in a real cluster: another. */
  let serviceAuthority: Authority;
  let cluster: MiniCluster;
  /** Secured by the service authority, for the service's name and the names above. */
  let registry: TestRegistry;
  /** Secured by the kubeconfig's authority. */
  let trusted: TestRegistry;
  const cleanUp: (() => Promise<unknown>)[] = [];
  const hosts = [...KNOWN.keys()];

  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'registry-discovery-'));
    clusterAuthority = await createAuthority('cluster authority');
    serviceAuthority = await createAuthority('service authority');
    registry = await start({ authority: serviceAuthority, hosts });
    trusted = await start({ authority: clusterAuthority, hosts });
    cleanUp.length = 0;
  });
  after(async () => {
    await Promise.all([registry.stop(), trusted.stop()]);
    await rm(folder, { recursive: true, force: true });
  });
  beforeEach(async () => {
    registry.requests.length = 0;
    trusted.requests.length = 0;
    cluster = await startCluster({ authority: clusterAuthority, routeHost: ROUTE_HOST });
    cleanUp.push(() => cluster.close());
  });
  afterEach(async () => {
    registry.faults.length = 0;
    trusted.faults.length = 0;
    // What was opened last goes first: sessions before their cluster.
    for (const end of cleanUp.splice(0).reverse()) await end();
  });

  async function start(options: RegistryOptions): Promise<TestRegistry> {
    const started = await startRegistry({ kind: 'embedded', ...options });
    cleanUp.push(() => started.stop());
    return started;
  }

  async function sessionAs(
    context: string,
    change: (kubeconfig: string) => string = (text) => text,
    options: { insecure?: boolean } = {},
  ): Promise<ApiSession> {
    const path = await cluster.writeKubeconfig(folder, options);
    await writeFile(path, change(await readFile(path, 'utf8')));
    const config = await loadKubeconfig({ explicitPath: path, env: {}, homeDir: folder });
    const session = await openSession(resolveContext(config, { context }), { version: 'test', env: {} });
    cleanUp.push(() => session.close());
    return session;
  }

  type Asked = Partial<Omit<RegistryQuestion, 'given'>> & { given?: string };

  /** Asks as the administrator, with the image that names the service, where nothing else is said. */
  async function find(
    { given, ...question }: Asked = {},
    { session, ...options }: ConnectionOptions & { session?: ApiSession } = {},
  ): Promise<FoundRegistry> {
    const found = await findRegistry(
      session ?? (await sessionAs('admin')),
      {
        given: given === undefined ? undefined : parseRegistryUrl(given),
        youngestManaged: IMAGE,
        repositories: [],
        authority: undefined,
        forceInsecure: false,
        openTunnel: async () => {
          throw new Error('pods/portforward is forbidden');
        },
        ...question,
      },
      { lookup, env: {}, ...options },
    );
    cleanUp.push(() => found.close());
    return found;
  }

  async function failure(
    asked: Asked = {},
    options: ConnectionOptions & { session?: ApiSession } = {},
  ): Promise<RegistryNotFoundError> {
    const found = await find(asked, options).catch((error: unknown) => error);
    assert.ok(found instanceof RegistryNotFoundError, `found ${String(found)}`);
    return found;
  }

  /** Tunnels to a port; `forwarders` are those that were opened. */
  function tunnelTo(port: number) {
    const forwarders: Forwarder[] = [];
    const asked: object[] = [];
    const openTunnel = async (service: object): Promise<RegistryTunnel> => {
      asked.push(service);
      const forwarder = new Forwarder(port);
      forwarders.push(forwarder);
      cleanUp.push(async () => forwarder.open && (await forwarder.close()));
      const local = await forwarder.listen();
      return { host: '127.0.0.1', port: local, target: TUNNEL_TARGET, close: () => forwarder.close() };
    };
    return { openTunnel, forwarders, asked };
  }

  const onlyPinged = (one: TestRegistry) =>
    assert.deepEqual(
      one.requests.map(({ method, path }) => `${method} ${path}`),
      ['GET /'],
    );

  describe('at a given address', () => {
    it('connects to it and asks the cluster nothing', async () => {
      const found = await find({ given: `https://registry.example.com:${trusted.port}` });
      assert.equal(found.source, 'given');
      assert.equal(found.address, `registry.example.com:${trusted.port}`);
      assert.equal(found.authoritySource, 'kubeconfig');
      assert.equal(found.through, undefined);
      assert.deepEqual(found.connection.attempt, { scheme: 'https', verified: true });
      assert.deepEqual(found.tried, []);
      assert.deepEqual(cluster.requests, []);
      onlyPinged(trusted);
    });

    it('goes nowhere else where it can’t be reached', async () => {
      cluster.seed([route('default-route', `registry.example.com:${trusted.port}`)]);
      const tunnel = tunnelTo(trusted.port);
      const error = await failure({ given: 'nowhere.example.com:5000', openTunnel: tunnel.openTunnel });
      assert.equal(
        error.message,
        [
          'error communicating with registry: Get https://nowhere.example.com:5000/: dial tcp: lookup nowhere.example.com: no such host',
          'Check the address and the network; or leave --registry-url out, so that a way is looked for.',
        ].join('\n'),
      );
      assert.deepEqual(error.tried, [
        {
          source: 'given',
          outcome: 'unreachable',
          address: 'nowhere.example.com:5000',
          why: said('{0} ({1})', said('no such host'), 'ENOTFOUND'),
        },
      ]);
      assert.deepEqual(cluster.requests, []);
      assert.deepEqual(tunnel.asked, []);
      assert.deepEqual(trusted.requests, []);
    });

    it('goes through a tunnel where it is the registry’s service, past a route that works', async () => {
      cluster.seed([route('default-route', `registry.example.com:${trusted.port}`)]);
      const tunnel = tunnelTo(registry.port);
      const found = await find({
        given: `https://${INTERNAL}`,
        authority: serviceAuthority.certificate,
        openTunnel: tunnel.openTunnel,
      });
      assert.equal(found.source, 'tunnel');
      assert.equal(found.address, INTERNAL);
      assert.deepEqual(found.connection.attempt, { scheme: 'https', verified: true });
      assert.deepEqual(
        found.tried.map(({ source, outcome }) => `${source} ${outcome}`),
        ['given unreachable'],
      );
      onlyPinged(registry);
      assert.deepEqual(trusted.requests, []);
    });

    it('says so where there is no tunnel to the service that was given', async () => {
      const error = await failure({ given: INTERNAL });
      assert.deepEqual(
        error.tried.map(({ source, outcome }) => `${source} ${outcome}`),
        ['given unreachable', 'tunnel noAddress'],
      );
    });

    it('asks for an unknown name once, whatever the policy would allow', async () => {
      const asked: string[] = [];
      const counting: LookupFunction = (hostname, options, callback) => {
        asked.push(hostname);
        lookup(hostname, options, callback);
      };
      const error = await failure(
        { given: 'nowhere.example.com', forceInsecure: true },
        { lookup: counting },
      );
      assert.deepEqual(asked, ['nowhere.example.com']);
      assert.match(
        error.message,
        /: Get https:\/\/nowhere\.example\.com\/: dial tcp: lookup nowhere\.example\.com: no such host/,
      );
    });

    it('can be aborted while it connects', { timeout: 30_000 }, async () => {
      const hanging = createServer((socket) => socket.on('error', () => {}));
      await new Promise<void>((resolve) => hanging.listen(0, '127.0.0.1', resolve));
      const { port } = hanging.address() as AddressInfo;
      const abort = new AbortController();
      hanging.once('connection', () => abort.abort(new Error('enough')));
      const asked = { given: `registry.example.com:${port}`, signal: abort.signal };
      await assert.rejects(find(asked, { connectTimeoutMs: 600_000 }), /^Error: enough$/);
      // The connection was given up too, or this would wait for its timeout.
      await new Promise<void>((resolve) => hanging.close(() => resolve()));
    });

    it('is not bound to the signal of the search once it is found', async () => {
      const abort = new AbortController();
      const found = await find({
        given: `registry.example.com:${trusted.port}`,
        signal: abort.signal,
      });
      abort.abort();
      assert.equal((await found.connection.send('GET', '/healthz')).status, 200);
    });
  });

  describe('at the address that the cluster’s objects name', () => {
    it('takes the host of the youngest managed image', async () => {
      const youngestManaged = `registry.example.com:${trusted.port}/shop/web@sha256:${'a'.repeat(64)}`;
      const found = await find({ youngestManaged, repositories: ['elsewhere.example.com/shop/web'] });
      assert.equal(found.source, 'youngestImage');
      assert.equal(found.address, `registry.example.com:${trusted.port}`);
      assert.equal(found.connection.attempt.verified, true);
      onlyPinged(trusted);
    });

    it('takes that of a stream’s repository where no image was pushed', async () => {
      const repositories = ['', `registry.example.com:${trusted.port}/shop/web`];
      const found = await find({ youngestManaged: null, repositories });
      assert.equal(found.source, 'streamRepository');
    });

    it('says so where neither names one', async () => {
      const error = await failure({ youngestManaged: null, repositories: ['', 'shop/web'] });
      assert.match(error.message, /^unable to find the remote registry host: .* --registry-url/);
      assert.deepEqual(error.tried, []);
      assert.deepEqual(cluster.requests, []);
    });

    it('reports a registry in trouble, and does not go elsewhere', async () => {
      registry.faults.push({ effect: 'status', status: 503 });
      cluster.seed([route('default-route', `custom.example.com:${trusted.port}`)]);
      const tunnel = tunnelTo(trusted.port);
      const error = await failure({
        youngestManaged: `registry.example.com:${registry.port}/shop/web:v1`,
        authority: serviceAuthority.certificate,
        openTunnel: tunnel.openTunnel,
      });
      assert.match(
        error.message,
        /^error communicating with registry: unexpected status: 503 Service Unavailable\nTried, in this order:\n {2}registry\.example\.com:\d+ .*: status 503/,
      );
      assert.match(error.message, /oc logs deployment\/image-registry/);
      assert.equal(error.tried[0]?.outcome, 'refuted');
      assert.deepEqual(trusted.requests, []);
      assert.deepEqual(tunnel.asked, []);
      assert.deepEqual(cluster.requests, []);
    });

    it('tries an address that does not answer once, whatever the policy would allow', async () => {
      const sockets: Socket[] = [];
      const silent = createServer((socket) => sockets.push(socket.on('error', () => {})));
      await new Promise<void>((resolve) => silent.listen(0, '127.0.0.1', resolve));
      cleanUp.push(async () => silent.close());
      const { port } = silent.address() as AddressInfo;
      const error = await failure(
        { youngestManaged: `registry.example.com:${port}/shop/web:v1`, forceInsecure: true },
        { connectTimeoutMs: 200 },
      );
      assert.equal(sockets.length, 1);
      assert.equal(inEnglish(error.tried[0]?.why ?? ''), 'i/o timeout (UND_ERR_CONNECT_TIMEOUT)');
      assert.equal(error.tried[0]?.outcome, 'unreachable');
    });
  });

  describe('through its route', () => {
    it('goes there where the service can’t be reached from here', async () => {
      cluster.seed([route('default-route', `custom.example.com:${trusted.port}`)]);
      const tunnel = tunnelTo(trusted.port);
      const found = await find({ openTunnel: tunnel.openTunnel });
      assert.equal(found.source, 'route');
      assert.equal(found.address, `custom.example.com:${trusted.port}`);
      assert.equal(found.authoritySource, 'kubeconfig');
      assert.deepEqual(found.tried, [
        {
          source: 'youngestImage',
          outcome: 'unreachable',
          address: INTERNAL,
          why: said('{0} ({1})', said('no such host'), 'ENOTFOUND'),
        },
      ]);
      assert.deepEqual(tunnel.asked, []);
      onlyPinged(trusted);
    });

    it('finds the default route on port 443 once it is exposed', {
      skip: mayListenOn443 ? false : 'only root may listen on port 443',
    }, async () => {
      const router = new Forwarder(trusted.port);
      await router.listen(443, KNOWN.get(ROUTE_HOST));
      cleanUp.push(() => router.close());
      assert.equal((await failure()).tried.at(1)?.outcome, 'noAddress');
      cluster.seed([
        {
          kind: 'Config',
          apiVersion: 'imageregistry.operator.openshift.io/v1',
          metadata: { name: 'cluster' },
          spec: { defaultRoute: true },
        },
      ]);
      const found = await find();
      assert.equal(found.source, 'route');
      assert.equal(found.address, ROUTE_HOST);
      assert.equal(found.connection.url, `https://${ROUTE_HOST}`);
    });

    it('sends nothing to a host that a router has refused: it may be somebody else’s', async () => {
      const refused = [{ conditions: [{ type: 'Admitted', status: 'False', reason: 'HostAlreadyClaimed' }] }];
      cluster.seed([
        route('a-taken', `taken.example.com:${registry.port}`, refused),
        route('b-custom', `custom.example.com:${trusted.port}`),
      ]);
      const found = await find();
      assert.equal(found.address, `custom.example.com:${trusted.port}`);
      assert.deepEqual(found.tried[1], {
        source: 'route',
        outcome: 'noAddress',
        address: said('the route {0}', 'a-taken'),
        why: said('no router has admitted it ({0})', 'HostAlreadyClaimed'),
      });
      assert.deepEqual(registry.requests, []);
    });

    it('takes another route where one has a bad certificate, and reports that where no other does', async () => {
      const bad = route('a-bad', `registry.example.com:${registry.port}`);
      const good = route('b-good', `custom.example.com:${trusted.port}`);
      cluster.seed([bad, good]);
      const found = await find();
      assert.equal(found.address, `custom.example.com:${trusted.port}`);
      assert.deepEqual(
        found.tried.map(({ outcome }) => outcome),
        ['unreachable', 'refuted'],
      );
      await trusted.kill('refuse');
      try {
        const tunnel = tunnelTo(registry.port);
        const error = await failure({ openTunnel: tunnel.openTunnel });
        assert.match(
          error.message,
          /^error communicating with registry: Get https:\/\/registry\.example\.com:/,
        );
        assert.match(error.message, /x509: certificate signed by unknown authority/);
        assert.deepEqual(tunnel.asked, []);
        assert.deepEqual(registry.requests, []);
      } finally {
        await trusted.restart();
      }
    });
  });

  describe('through a tunnel', () => {
    it('goes there where there is no route, and verifies the service’s name', async () => {
      const tunnel = tunnelTo(registry.port);
      const found = await find({
        authority: serviceAuthority.certificate,
        openTunnel: tunnel.openTunnel,
      });
      assert.deepEqual(tunnel.asked, [{ namespace: NAMESPACE, service: 'image-registry', port: 5000 }]);
      assert.equal(found.source, 'tunnel');
      assert.equal(found.address, INTERNAL);
      assert.equal(found.through, TUNNEL_TARGET);
      assert.equal(found.authoritySource, 'file');
      assert.deepEqual(found.connection.attempt, { scheme: 'https', verified: true });
      assert.deepEqual(
        found.tried.map(({ source, outcome }) => `${source} ${outcome}`),
        ['youngestImage unreachable', 'route noAddress'],
      );
      onlyPinged(registry);
      assert.equal(tunnel.forwarders[0]?.open, true);
      await found.close();
      cleanUp.pop();
      assert.equal(tunnel.forwarders[0]?.open, false);
      await assert.rejects(found.connection.send('GET', '/'));
    });

    it('does not take its own end for a local registry that needs no verification', async () => {
      const tunnel = tunnelTo(registry.port);
      const error = await failure({ openTunnel: tunnel.openTunnel });
      assert.equal(error.tried.at(-1)?.source, 'tunnel');
      assert.match(
        inEnglish(error.tried.at(-1)?.why ?? ''),
        /^x509: certificate signed by unknown authority/,
      );
      assert.equal(tunnel.forwarders[0]?.open, false);
      assert.deepEqual(registry.requests, []);
    });

    it('does not accept a certificate for the address of its own end', async () => {
      const { certificate } = serviceAuthority;
      const local = await start({
        certificate: await serviceAuthority.issue({ commonName: 'local', hosts: ['127.0.0.1', 'localhost'] }),
      });
      const error = await failure({ authority: certificate, openTunnel: tunnelTo(local.port).openTunnel });
      assert.match(error.message, new RegExp(`certificate is valid for .*, not ${SERVICE}`));
      assert.deepEqual(local.requests, []);
    });

    it('goes there where the routes may not be listed, with the right to forward', async () => {
      cluster.seed([route('default-route', `custom.example.com:${trusted.port}`)]);
      const session = await sessionAs('pruner');
      const found = await find({ openTunnel: tunnelTo(trusted.port).openTunnel }, { session });
      assert.equal(found.source, 'tunnel');
      assert.equal(found.authoritySource, 'kubeconfig');
      assert.equal(inEnglish(found.tried[1]?.address ?? ''), `the routes in ${NAMESPACE}`);
      assert.match(inEnglish(found.tried[1]?.why ?? ''), /403 .*routes/);
    });

    it('goes there where the list of routes fails or the route can’t be reached', async () => {
      const fault = cluster.faults.add({ path: /\/routes/, action: { kind: 'status', code: 500 }, count: 1 });
      const first = await find({ openTunnel: tunnelTo(trusted.port).openTunnel });
      assert.equal(fault.hits, 1);
      assert.equal(first.source, 'tunnel');
      const dead = `custom.example.com:${await deadPort()}`;
      cluster.seed([route('default-route', dead)]);
      const second = await find({ openTunnel: tunnelTo(trusted.port).openTunnel });
      assert.equal(second.source, 'tunnel');
      assert.deepEqual(second.tried[1], {
        source: 'route',
        outcome: 'unreachable',
        address: dead,
        why: said('{0} ({1})', said('connect: connection refused'), 'ECONNREFUSED'),
      });
    });

    it('ends with the search', async () => {
      const abort = new AbortController();
      const opening = find({
        signal: abort.signal,
        openTunnel: async () => {
          abort.abort(new Error('enough'));
          throw new Error('closed');
        },
      });
      await assert.rejects(opening, /^Error: enough$/);
    });
  });

  it('lists everything that was tried, and the ways in, where nothing can be reached', async () => {
    const error = await failure();
    assert.equal(
      error.message,
      [
        `error communicating with registry: Get https://${INTERNAL}/: dial tcp: lookup ${SERVICE}: no such host`,
        'Tried, in this order:',
        `  ${INTERNAL} (named by the youngest image that was pushed): no such host (ENOTFOUND)`,
        `  the routes in ${NAMESPACE}: none leads to the service image-registry`,
        `  a tunnel to service/image-registry in ${NAMESPACE}: pods/portforward is forbidden`,
        'Any of these makes a way to it:',
        '  expose it: oc patch configs.imageregistry.operator.openshift.io/cluster --type=merge -p \'{"spec":{"defaultRoute":true}}\'',
        '  run this where it can be reached, such as in a pod of the cluster',
        '  give an address that can be reached from here with --registry-url',
      ].join('\n'),
    );
    assert.equal(error.offer, undefined);
  });

  describe('whose authority is unknown', () => {
    const named = () => ({ youngestManaged: `registry.example.com:${registry.port}/shop/web:v1` });
    const publish = (pem: string) =>
      cluster.seed([configMap(NAMESPACE, 'openshift-service-ca.crt', { 'service-ca.crt': pem })]);

    it('stops with the published authority that verifies it, which works when it is given', async () => {
      publish(serviceAuthority.certificate);
      cluster.seed([
        configMap('openshift-config-managed', 'default-ingress-cert', {
          'ca-bundle.crt': clusterAuthority.certificate,
        }),
        route('default-route', `custom.example.com:${trusted.port}`),
      ]);
      const tunnel = tunnelTo(trusted.port);
      const error = await failure({ ...named(), openTunnel: tunnel.openTunnel });
      const { offer } = error;
      assert.equal(offer?.fitting?.configMap, 'openshift-service-ca.crt');
      assert.deepEqual(offer?.fitting?.subjects, ['CN=service authority']);
      assert.deepEqual(
        error.message
          .split('\n')
          .slice(-2)
          .map((line) => line.trim()),
        [
          `oc get configmap openshift-service-ca.crt -n ${NAMESPACE} -o jsonpath='{.data.service-ca\\.crt}' > registry-ca.crt`,
          '--certificate-authority registry-ca.crt',
        ],
      );
      // Looked for by handshakes alone, and nobody else was asked instead.
      assert.deepEqual(registry.requests, []);
      assert.deepEqual(trusted.requests, []);
      assert.deepEqual(tunnel.asked, []);

      const found = await find({ ...named(), authority: offer?.fitting?.pem });
      assert.equal(found.authoritySource, 'file');
      assert.equal(found.connection.attempt.verified, true);
    });

    it('offers commands that work', {
      skip: kubectl ? false : 'kubectl is not installed',
    }, async () => {
      const key = `registry.example.com..${registry.port}`;
      cluster.seed([
        {
          kind: 'Image',
          apiVersion: 'config.openshift.io/v1',
          metadata: { name: 'cluster' },
          spec: { additionalTrustedCA: { name: 'user-ca' } },
        },
        configMap('openshift-config', 'user-ca', {
          'quay.example.com': clusterAuthority.certificate,
          [key]: serviceAuthority.certificate,
        }),
      ]);
      const error = await failure(named());
      assert.equal(error.offer?.fitting?.key, key);
      const command = /^ {2}oc (get .*) > registry-ca\.crt$/m.exec(error.message)?.[1] ?? '';
      const kubeconfig = await cluster.writeKubeconfig(folder);
      const file = join(folder, 'registry-ca.crt');
      const cache = join(folder, 'kubectl-cache');
      await promisify(execFile)('sh', [
        '-c',
        `kubectl --kubeconfig '${kubeconfig}' --cache-dir '${cache}' ${command} > '${file}'`,
      ]);
      const found = await find({ ...named(), authority: await readAuthorityFile(file) });
      assert.equal(found.authoritySource, 'file');
    });

    it('looks through a tunnel with the service’s name', async () => {
      publish(serviceAuthority.certificate);
      const error = await failure({ openTunnel: tunnelTo(registry.port).openTunnel });
      assert.equal(error.offer?.fitting?.key, 'service-ca.crt');
      assert.deepEqual(registry.requests, []);
    });

    it('offers nothing that would not verify its name', async () => {
      publish(serviceAuthority.certificate);
      const other = await start({
        certificate: await serviceAuthority.issue({ commonName: 'x', hosts: ['other.example.com'] }),
      });
      const error = await failure({ youngestManaged: `registry.example.com:${other.port}/shop/web:v1` });
      assert.equal(error.offer?.fitting, undefined);
      assert.match(error.message, /None of the authorities that the cluster publishes verifies it/);
    });

    it('says where none fits, and which could not be read', async () => {
      publish((await createAuthority('somebody else')).certificate);
      const error = await failure(named());
      assert.deepEqual(error.offer?.fitting, undefined);
      assert.deepEqual(
        error.offer?.published.map(({ configMap: name }) => name),
        ['openshift-service-ca.crt'],
      );
      assert.match(
        error.message,
        /None of the authorities that the cluster publishes verifies it: openshift-service-ca\.crt \(service-ca\.crt\) in openshift-image-registry\.\nGive the one that signed/,
      );
      assert.match(error.message, /default-ingress-cert in openshift-config-managed: .*404/);
    });

    it('says so where the config maps may not be read', async () => {
      publish(serviceAuthority.certificate);
      const error = await failure(named(), { session: await sessionAs('pruner') });
      assert.equal(error.offer?.published.length, 0);
      assert.equal(error.offer?.unread.length, 3);
      for (const { why } of error.offer?.unread ?? []) assert.match(inEnglish(why), /403/);
      assert.match(error.message, /No authority that the cluster publishes could be read/);
      // A right in one place is enough for what is published there.
      cluster.seed([roleBinding(NAMESPACE, 'view', 'pruner')]);
      const again = await failure(named(), { session: await sessionAs('pruner') });
      assert.equal(again.offer?.fitting?.configMap, 'openshift-service-ca.crt');
    });

    it('offers nothing where it is spoken to without verification anyway', async () => {
      publish(serviceAuthority.certificate);
      const found = await find({ ...named(), forceInsecure: true });
      assert.deepEqual(found.connection.attempt, { scheme: 'https', verified: false });
      assert.equal(found.authoritySource, 'none');
      assert.deepEqual(cluster.requests, []);
    });

    it('offers nothing where it is spoken to without verification, but answers wrongly', async () => {
      publish(serviceAuthority.certificate);
      registry.faults.push({ effect: 'status', status: 503 });
      const error = await failure({ ...named(), forceInsecure: true });
      assert.equal(error.offer, undefined);
      assert.match(
        error.message,
        /^error communicating with registry: \[Get .*x509.*status: 503.*status: 400/,
      );
      assert.match(error.message, /\nWhat answers there is no registry, or one in trouble/);
      assert.deepEqual(cluster.requests, []);
    });

    it('offers another than the one that was given wrongly', async () => {
      publish(serviceAuthority.certificate);
      const error = await failure({ ...named(), authority: clusterAuthority.certificate });
      assert.equal(error.offer?.fitting?.configMap, 'openshift-service-ca.crt');
    });

    it('does not ask to copy a command with a name that no config map can have', async () => {
      cluster.seed([
        {
          kind: 'Image',
          apiVersion: 'config.openshift.io/v1',
          metadata: { name: 'cluster' },
          spec: { additionalTrustedCA: { name: "x'; rm -rf ~; '" } },
        },
      ]);
      const error = await failure(named());
      assert.doesNotMatch(error.message, /oc get configmap x/);
      assert.match(inEnglish(error.offer?.unread.at(-1)?.why ?? ''), /not one that a ConfigMap can have/);
    });

    it('trusts this machine’s authorities only where the kubeconfig names none', async (t) => {
      const usual = tls.getCACertificates('default');
      tls.setDefaultCACertificates([...usual, clusterAuthority.certificate, serviceAuthority.certificate]);
      t.after(() => tls.setDefaultCACertificates(usual));
      const without = (text: string) => text.replace(/^ *certificate-authority-data:.*\n/m, '');
      const found = await find(named(), { session: await sessionAs('admin', without) });
      assert.equal(found.authoritySource, 'machine');
      assert.equal(found.connection.attempt.verified, true);

      const error = await failure(named());
      assert.equal(error.offer?.machineFits, true);
      assert.match(error.message, /This machine’s own authorities verify it, the kubeconfig’s don’t\./);
    });
  });

  it('goes on without verification where the kubeconfig says so, and says that nobody verified it', async () => {
    const session = await sessionAs('admin', undefined, { insecure: true });
    const found = await find({ openTunnel: tunnelTo(registry.port).openTunnel }, { session });
    assert.equal(found.source, 'tunnel');
    assert.equal(found.authoritySource, 'none');
    assert.equal(found.connection.reason, 'clusterInsecure');
  });

  it('takes no empty authority for leave to trust anybody', async (t) => {
    const usual = tls.getCACertificates('default');
    tls.setDefaultCACertificates([...usual, serviceAuthority.certificate]);
    t.after(() => tls.setDefaultCACertificates(usual));
    const asked = find({ given: `registry.example.com:${registry.port}`, authority: '' });
    await assert.rejects(asked, AuthorityFileError);
    assert.deepEqual(registry.requests, []);
  });
});
