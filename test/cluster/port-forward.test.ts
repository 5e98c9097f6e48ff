import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { createHash, randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import http, { type RequestOptions } from 'node:http';
import https from 'node:https';
import { connect, createServer, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { buffer } from 'node:stream/consumers';
import { after, afterEach, before, beforeEach, describe, it } from 'node:test';
import { TLSSocket } from 'node:tls';
import { inspect, promisify } from 'node:util';
import type { ClusterTarget, Impersonation } from '../../src/cluster/kubeconfig/cluster-target.ts';
import { loadKubeconfig } from '../../src/cluster/kubeconfig/load-kubeconfig.ts';
import { resolveContext } from '../../src/cluster/kubeconfig/resolve-context.ts';
import { Secret } from '../../src/cluster/kubeconfig/secret.ts';
import { openTunnel, type Tunnel, type TunnelRequest } from '../../src/cluster/port-forward/open-tunnel.ts';
import { TunnelError, type TunnelProblem } from '../../src/cluster/port-forward/tunnel-error.ts';
import {
  type ApiSession,
  ClusterUnreachableError,
  type RequestLogEntry,
} from '../../src/cluster/session/api-session.ts';
import { openSession } from '../../src/cluster/session/open-session.ts';
import { connectToRegistry } from '../../src/registry/client/registry-connection.ts';
import { deleteBlob } from '../../src/registry/client/registry-deletions.ts';
import { RegistryUnreachableError } from '../../src/registry/client/registry-unreachable.ts';
import { createAuthority } from '../pki.ts';
import { startRegistry } from '../registry/start.ts';
import { answerJson, startProxy, startServer, startSocksProxy, targetOf } from '../unit/session-server.ts';
import type { ApiObject } from './api-object.ts';
import { ask, until } from './client.ts';
import { type MiniCluster, startCluster } from './miniature.ts';
import { resourceNamed } from './resources.ts';
import { roleBinding, USERS } from './seeds/roles.ts';
import { seedOf } from './seeds/seeded.ts';
import { threeTeams } from './seeds/three-teams.ts';

const REGISTRY = { namespace: 'openshift-image-registry', service: 'image-registry', port: 5000 };
const PODS = resourceNamed('pods');

let cluster: MiniCluster;
let folder: string;
let kubeconfig: string;
const sessions: ApiSession[] = [];
const tunnels: Tunnel[] = [];
const servers: { close(): unknown }[] = [];
const clients: Socket[] = [];

before(async () => {
  folder = await mkdtemp(join(tmpdir(), 'image-hygiene-tunnel-'));
  cluster = await startCluster({ seed: seedOf(threeTeams) });
  cluster.seed([roleBinding(REGISTRY.namespace, 'view', 'nobody')]);
  cluster.seed([roleBinding(REGISTRY.namespace, 'edit', 'developer')]);
  kubeconfig = await cluster.writeKubeconfig(folder);
});
after(async () => {
  await cluster.close();
  await rm(folder, { recursive: true, force: true });
});
beforeEach(() => {
  cluster.faults.clear();
  cluster.requests.length = 0;
});
afterEach(async () => {
  for (const client of clients.splice(0)) client.destroy();
  await Promise.all(tunnels.splice(0).map((one) => one.close()));
  await Promise.all(sessions.splice(0).map((one) => one.close()));
  await Promise.all(servers.splice(0).map((one) => one.close()));
  await until(
    () => cluster.portForwards.open,
    (open) => open === 0,
  );
});

async function targetAs(context: string): Promise<ClusterTarget> {
  const config = await loadKubeconfig({ explicitPath: kubeconfig, env: {}, homeDir: folder });
  return resolveContext(config, { context });
}

async function sessionTo(target: ClusterTarget, withLog?: (entry: RequestLogEntry) => void) {
  const session = await openSession(target, { version: 'test', env: {}, withLog });
  sessions.push(session);
  return session;
}

const sessionAs = async (context: string) => sessionTo(await targetAs(context));

async function tunnelThrough(session: ApiSession, request: Partial<TunnelRequest> = {}): Promise<Tunnel> {
  const tunnel = await openTunnel(session, { ...REGISTRY, ...request });
  tunnels.push(tunnel);
  return tunnel;
}

/** A server on a free port; closing it destroys its connections. */
async function listening(serve: (socket: Socket) => void): Promise<{ port: number; close(): Promise<void> }> {
  const sockets = new Set<Socket>();
  const server = createServer({ allowHalfOpen: true }, (socket) => {
    sockets.add(socket);
    serve(socket.on('error', () => {}));
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  assert.ok(typeof address === 'object' && address);
  const close = () =>
    new Promise<void>((resolve) => {
      server.close(() => resolve());
      for (const socket of sockets) socket.destroy();
    });
  servers.push({ close });
  return { port: address.port, close };
}

/** What listens in the pods from now on. */
async function inPods(serve: (socket: Socket) => void): Promise<void> {
  const { port } = await listening(serve);
  cluster.portForwards.target = () => ({ host: '127.0.0.1', port });
}

/** The next connection to a pod. */
function acceptedInPods(): Promise<Socket> {
  return new Promise((resolve, reject) => {
    inPods(resolve).catch(reject);
  });
}

const FLOOD = 96 * 1024 * 1024;

/** Writes as fast as the socket takes it; gives the bytes that it has taken. */
function flood(socket: Socket): () => number {
  const piece = randomBytes(256 * 1024);
  let written = 0;
  const go = () => {
    while (written < FLOOD && !socket.destroyed) {
      written += piece.length;
      if (socket.write(piece)) continue;
      socket.once('drain', go);
      return;
    }
  };
  go();
  return () => written - socket.writableLength;
}

/** Reads a flood to its end, but slowly; gives the most bytes that the other side was ahead by. */
async function mostAhead(sent: () => number, socket: Socket): Promise<number> {
  let received = 0;
  let ahead = 0;
  for await (const chunk of socket) {
    received += chunk.length;
    ahead = Math.max(ahead, sent() - received);
    if (received >= FLOOD) break;
    // Turns in which the others could go on.
    for (let turn = 0; turn < 10; turn += 1) await new Promise((resolve) => setImmediate(resolve));
  }
  assert.equal(received, FLOOD);
  return ahead;
}

const echo = (socket: Socket) => void socket.pipe(socket);

function clientOf({ host, port }: Tunnel): Socket {
  const client = connect({ host, port, allowHalfOpen: true });
  clients.push(client.on('error', () => {}));
  return client;
}

/** Sends a question and waits for an answer of the same length. */
async function exchange(tunnel: Tunnel, question: Buffer): Promise<Buffer> {
  const client = clientOf(tunnel);
  client.write(question);
  const pieces: Buffer[] = [];
  let length = 0;
  for await (const piece of client) {
    pieces.push(piece);
    length += piece.length;
    if (length >= question.length) break;
  }
  return Buffer.concat(pieces);
}

async function refusal(attempt: Promise<unknown>, kind: TunnelProblem, message: RegExp): Promise<void> {
  await assert.rejects(attempt, (error: unknown) => {
    assert.ok(error instanceof TunnelError, String(error));
    assert.equal(error.kind, kind, error.message);
    assert.match(error.message, message);
    for (const { token } of Object.values(USERS)) assert.ok(!error.message.includes(token));
    return true;
  });
}

function service(name: string, spec: Record<string, unknown>): ApiObject {
  return { kind: 'Service', apiVersion: 'v1', metadata: { name, namespace: 'lab' }, spec };
}

function pod(name: string, app: string, changes: { status?: object; spec?: object; metadata?: object } = {}) {
  return {
    kind: 'Pod',
    apiVersion: 'v1',
    metadata: { name, namespace: 'lab', labels: { app }, ...changes.metadata },
    spec: { containers: [{ name: 'main', image: 'example.com/a/b:c', ports: [] }], ...changes.spec },
    status: { phase: 'Running', conditions: [{ type: 'Ready', status: 'True' }], ...changes.status },
  };
}

const lab = (name: string, port = 80): Partial<TunnelRequest> => ({ namespace: 'lab', service: name, port });

/** A service of the lab with the pods named. */
function seedService(name: string, pods: string[]): Partial<TunnelRequest> {
  cluster.seed([
    service(name, { selector: { app: name }, ports: [{ port: 80, targetPort: 8080 }] }),
    ...pods.map((one) => pod(one, name)),
  ]);
  return lab(name);
}

describe('a tunnel', () => {
  it('carries many connections at once, whole and both ways', async () => {
    await inPods(echo);
    const tunnel = await tunnelThrough(await sessionAs('developer'));
    assert.equal(tunnel.host, '127.0.0.1');
    assert.match(tunnel.target, /^pod\/image-registry-/);
    const digest = (data: Buffer) => createHash('sha256').update(data).digest('hex');
    await Promise.all(
      Array.from({ length: 6 }, async () => {
        const question = randomBytes(5 * 1024 * 1024);
        assert.equal(digest(await exchange(tunnel, question)), digest(question));
      }),
    );
    assert.equal(tunnel.failure, undefined);
  });

  it('takes the token or the client certificate of the context, and notes the requests in the log', async () => {
    await inPods(echo);
    for (const [context, user] of [
      ['admin', 'admin'],
      ['certificate', 'system:admin'],
    ] as const) {
      cluster.requests.length = 0;
      const entries: RequestLogEntry[] = [];
      const session = await sessionTo(await targetAs(context), (entry) => entries.push(entry));
      const tunnel = await tunnelThrough(session);
      assert.equal(String(await exchange(tunnel, Buffer.from('hello'))), 'hello');
      const forwards = cluster.requests.filter(({ path }) => path.endsWith('/portforward'));
      assert.deepEqual(
        forwards.map(({ user: who, code, userAgent }) => [who, code, userAgent]),
        Array(2).fill([user, 101, 'image-hygiene/test']),
      );
      assert.deepEqual(
        entries.filter(({ status }) => status === 101).map(({ path }) => path),
        forwards.map(({ path }) => path),
      );
    }
  });

  it('goes on with a fresh credential when the server takes the old one no longer', async () => {
    await inPods(echo);
    const tokenFile = join(folder, 'token');
    await writeFile(tokenFile, 'sha256~first');
    cluster.tokens.grant('sha256~first', USERS.developer.user);
    const target = await targetAs('developer');
    const tunnel = await tunnelThrough(await sessionTo({ ...target, user: { name: 'rotating', tokenFile } }));
    cluster.tokens.revoke('sha256~first');
    cluster.tokens.grant('sha256~second', USERS.developer.user);
    await writeFile(tokenFile, 'sha256~second');
    assert.equal(String(await exchange(tunnel, Buffer.from('still there'))), 'still there');
    const codes = cluster.requests
      .filter(({ path }) => path.endsWith('/portforward'))
      .map(({ code }) => code);
    assert.deepEqual(codes, [101, 401, 101]);
  });

  it('acts as whom the context says, with groups, uid and extra', async () => {
    const impersonate: Impersonation = {
      user: 'alice',
      uid: '42',
      groups: ['ops', 'audit'],
      extra: { 'example.com/reason': ['tunnel'] },
    };
    const items = [pod('one', 'x')];
    const server = await startServer((request, response) => {
      if (request.url?.includes('/portforward'))
        answerJson({ kind: 'Status', message: 'no' }, 403)(request, response);
      else if (request.url?.includes('/services/'))
        answerJson({ spec: { selector: { app: 'x' }, ports: [{ port: 80 }] } })(request, response);
      else answerJson({ items })(request, response);
    });
    servers.push(server);
    const session = await sessionTo(
      targetOf(`${server.url}/gateway`, {}, { token: new Secret('sha256~alice'), impersonate }),
    );
    await refusal(tunnelThrough(session, lab('x')), 'forbidden', /: no\. A tunnel takes/);
    const last = server.requests.at(-1);
    assert.equal(last?.url, '/gateway/api/v1/namespaces/lab/pods/one/portforward?ports=80');
    assert.equal(last?.headers.host, new URL(server.url).host);
    assert.equal(last?.headers.authorization, 'Bearer sha256~alice');
    assert.equal(last?.headers['impersonate-user'], 'alice');
    assert.equal(last?.headers['impersonate-uid'], '42');
    assert.deepEqual(last?.headersDistinct['impersonate-group'], ['ops', 'audit']);
    assert.equal(last?.headers['impersonate-extra-example.com%2freason'], 'tunnel');
  });

  it('goes through the proxies of the session', async () => {
    await inPods(echo);
    const target = await targetAs('developer');
    const proxies = [await startProxy(cluster), await startSocksProxy(cluster.port)];
    servers.push(...proxies);
    for (const proxy of proxies) {
      const proxyUrl = new Secret(proxy.url.replace(/^http:\/\//, 'http://me:s3cret@'));
      const session = await sessionTo({ ...target, cluster: { ...target.cluster, proxyUrl } });
      const tunnel = await tunnelThrough(session);
      const before = proxy.asked.length;
      assert.equal(String(await exchange(tunnel, Buffer.from('hello'))), 'hello');
      assert.deepEqual(proxy.asked.slice(before), [`127.0.0.1:${cluster.port}`]);
    }
    const basic = `Basic ${Buffer.from('me:s3cret').toString('base64')}`;
    assert.deepEqual([...new Set(proxies[0]?.authorizations)], [basic]);
  });

  it('is not led astray by an editor that connects for its extensions', async (context) => {
    // As microsoft/vscode-proxy-agent (createHttpPatch): the agent is the editor's, but for a local socket.
    for (const module of [http, https]) {
      const { request } = module;
      context.mock.method(module, 'request', (options: RequestOptions) => {
        if (options.socketPath) return Reflect.apply(request, module, [options]);
        throw new Error('A connection of the editor.');
      });
    }
    await inPods(echo);
    const tunnel = await tunnelThrough(await sessionAs('certificate'));
    assert.equal(String(await exchange(tunnel, Buffer.from('hello'))), 'hello');
    assert.throws(() => https.request({}), /of the editor/);
  });

  it('leaves a service’s pod that is replaced for another', async () => {
    await inPods(echo);
    const way = seedService('rolling', ['rolling-a']);
    const tunnel = await tunnelThrough(await sessionAs('admin'), way);
    assert.equal(tunnel.target, 'pod/rolling-a');
    const old = clientOf(tunnel);
    old.write('old');
    await once(old, 'data');
    cluster.store.remove(PODS, 'lab', 'rolling-a');
    cluster.seed([pod('rolling-b', 'rolling')]);
    assert.equal(String(await exchange(tunnel, Buffer.from('new'))), 'new');
    assert.equal(tunnel.target, 'pod/rolling-b');
    assert.equal(tunnel.failure, undefined);
    old.write('goes on');
    assert.equal(String((await once(old, 'data'))[0]), 'goes on');
  });

  it('tries every ready pod before it gives up', async () => {
    await inPods(echo);
    const way = seedService('shaky', ['shaky-a', 'shaky-b']);
    const fault = cluster.faults.add({
      path: /shaky-a\/portforward/,
      action: { kind: 'status', code: 500, message: 'error dialing backend: no route to host' },
    });
    const session = await sessionAs('admin');
    const tunnel = await tunnelThrough(session, way);
    assert.equal(tunnel.target, 'pod/shaky-b');
    assert.equal(fault.hits, 1);
    cluster.faults.add({ path: /shaky-b\/portforward/, action: { kind: 'status', code: 503 } });
    await refusal(tunnelThrough(session, way), 'failed', /no route to host|currently unable/);
  });

  it('passes the end of the pod on, behind all that it said', async () => {
    const answer = randomBytes(1024 * 1024);
    await inPods((socket) => socket.end(answer));
    const client = clientOf(await tunnelThrough(await sessionAs('admin')));
    assert.deepEqual(await buffer(client), answer);
  });

  it('waits for the answer to a client that has ended its side', async () => {
    const tunnel = await tunnelThrough(await sessionAs('admin'));
    const accepted = acceptedInPods();
    const client = clientOf(tunnel);
    client.end('question');
    const socket = await accepted;
    const [question] = await once(socket, 'data');
    socket.end(`${question}, answered`);
    assert.equal(String(await buffer(client)), 'question, answered');
  });

  it('ends the connection of a client that has gone while its pod stays silent', async () => {
    const tunnel = await tunnelThrough(await sessionAs('admin'), { silenceMs: 20 });
    const accepted = acceptedInPods();
    clientOf(tunnel).end('last words');
    assert.equal(String(await buffer(await accepted)), 'last words');
    assert.equal(tunnel.failure, undefined);
  });

  it('ends the connection to the pod when its client breaks off', async () => {
    const tunnel = await tunnelThrough(await sessionAs('admin'));
    const accepted = acceptedInPods();
    const client = clientOf(tunnel);
    client.write('half a ques');
    const socket = await accepted;
    await once(socket, 'data');
    client.resetAndDestroy();
    await once(socket, 'end');
    assert.equal(tunnel.failure, undefined);
  });

  it('lets neither side run ahead of the other', { timeout: 60_000 }, async () => {
    const tunnel = await tunnelThrough(await sessionAs('admin'));
    for (const upload of [false, true]) {
      const accepted = acceptedInPods();
      const client = clientOf(tunnel);
      const server = await accepted;
      const [from, to] = upload ? [client, server] : [server, client];
      const ahead = await mostAhead(flood(from), to);
      // Without back-pressure it is nearly all; what the kernel holds on three sockets is a few MB.
      assert.ok(ahead < FLOOD / 2, `${ahead} bytes ahead`);
    }
  });
});

describe('a tunnel that can’t be opened', () => {
  it('says which right is missing, and which role holds it', async () => {
    const forward =
      /: pods "image-registry-\S+" is forbidden: User "nobody" cannot create resource "pods\/portforward" in API group "" in the namespace "openshift-image-registry"\..* create pods\/portforward in openshift-image-registry\..* add-role-to-user edit <user> -n openshift-image-registry$/;
    await refusal(tunnelThrough(await sessionAs('nobody')), 'forbidden', forward);
    const services = /User "pruner" cannot get resource "services".* get services, /;
    await refusal(tunnelThrough(await sessionAs('pruner')), 'forbidden', services);
  });

  it('says that there is no such service, or no such port of it', async () => {
    const session = await sessionAs('admin');
    await refusal(
      tunnelThrough(session, lab('nothing')),
      'no-service',
      /"nothing" not found\..*oc get services -n lab/,
    );
    cluster.seed([
      service('ports', {
        selector: { app: 'ports' },
        ports: [{ port: 53, protocol: 'UDP' }, { port: 443, targetPort: 8443 }, { port: 8080 }],
      }),
    ]);
    await refusal(tunnelThrough(session, lab('ports', 53)), 'no-service', /no TCP port 53, but 443, 8080\./);
  });

  it('says how the pods are where none is ready', async () => {
    const session = await sessionAs('admin');
    const way = seedService('sick', []);
    await refusal(
      tunnelThrough(session, way),
      'no-pod',
      /none with the labels app=sick\..*oc get pods -n lab -l app=sick$/,
    );
    cluster.seed([
      pod('sick-a', 'sick', { status: { phase: 'Pending', conditions: [] } }),
      pod('sick-b', 'sick', { status: { conditions: [{ type: 'Ready', status: 'False' }] } }),
      pod('sick-c', 'sick', {
        metadata: { labels: { app: 'sick' }, deletionTimestamp: '2026-01-01T00:00:00Z' },
      }),
    ]);
    await refusal(
      tunnelThrough(session, way),
      'no-pod',
      /sick-a is pending, sick-b is running but not ready, sick-c is being deleted\./,
    );
    cluster.seed([service('external', { type: 'ExternalName', ports: [{ port: 80 }] })]);
    await refusal(tunnelThrough(session, lab('external')), 'no-pod', /has no selector/);
  });

  it('finds a port that the service names, in containers and in sidecars', async () => {
    await inPods(echo);
    const asked: number[] = [];
    const target = cluster.portForwards.target;
    cluster.portForwards.target = (namespace, name, port) => {
      asked.push(port);
      return target?.(namespace, name, port);
    };
    const named = (name: string) => ({ selector: { app: 'named' }, ports: [{ port: 80, targetPort: name }] });
    const main = { name: 'main', ports: [{ name: 'web', containerPort: 53, protocol: 'UDP' }] };
    const other = { name: 'other', ports: [{ name: 'web', containerPort: 8081 }] };
    const setup = { name: 'setup', ports: [{ name: 'metrics', containerPort: 1 }] };
    const sidecar = {
      name: 'sidecar',
      restartPolicy: 'Always',
      ports: [{ name: 'metrics', containerPort: 9090 }],
    };
    const spec = { containers: [main, other], initContainers: [setup, sidecar] };
    cluster.seed([
      service('named-web', named('web')),
      service('named-metrics', named('metrics')),
      service('named-wrong', named('wrong')),
      pod('named-a', 'named', { spec }),
    ]);
    const session = await sessionAs('admin');
    await tunnelThrough(session, lab('named-web'));
    await tunnelThrough(session, lab('named-metrics'));
    assert.deepEqual(asked, [8081, 9090]);
    await refusal(
      tunnelThrough(session, lab('named-wrong')),
      'no-pod',
      /port “wrong”, which no container .*\(named-a\)/,
    );
  });

  it('ends when it is told to, without waiting for the server', async () => {
    const fault = cluster.faults.add({ path: /\/portforward/, action: { kind: 'hang' } });
    const stop = new AbortController();
    const opening = tunnelThrough(await sessionAs('admin'), { signal: stop.signal });
    await fault.struck();
    stop.abort(new Error('enough'));
    await assert.rejects(opening, /^Error: enough$/);
  });

  it('ends with its session', async () => {
    const fault = cluster.faults.add({ path: /\/portforward/, action: { kind: 'hang' } });
    const session = await sessionAs('admin');
    const opening = tunnelThrough(session);
    await fault.struck();
    await Promise.all([
      assert.rejects(opening, (error) => error instanceof ClusterUnreachableError && error.kind === 'closed'),
      session.close(),
    ]);
  });
});

describe('a connection of a tunnel', () => {
  /** The code of what its client met in place of an orderly end. */
  async function cutOff(client: Socket): Promise<unknown> {
    client.resume();
    if (!client.closed) await new Promise((resolve) => client.once('close', resolve));
    assert.ok(client.errored && 'code' in client.errored, 'a client must not take it for an orderly end');
    return client.errored.code;
  }

  it('is reset where nothing in the pod listens, and the tunnel says so', async () => {
    await inPods(echo);
    const tunnel = await tunnelThrough(await sessionAs('admin'));
    for (const nothing of [undefined, () => ({ host: '127.0.0.1', port: 1 })]) {
      cluster.portForwards.target = nothing;
      assert.equal(await cutOff(clientOf(tunnel)), 'ECONNRESET');
      await refusal(
        Promise.reject(tunnel.failure),
        'refused',
        /Nothing in the pod image-registry-\S+ accepts connections on port 5000: .*connection refused\. .*oc logs image-registry-/,
      );
    }
    await inPods(echo);
    assert.equal(String(await exchange(tunnel, Buffer.from('again'))), 'again');
  });

  it('is reset where the way to the API server breaks', async () => {
    await inPods(echo);
    const balancer = await listening((socket) => {
      const onward = connect(cluster.port, '127.0.0.1');
      socket.pipe(onward.on('error', () => {})).pipe(socket);
      socket.once('close', () => onward.destroy());
    });
    const target = await targetAs('admin');
    const server = `https://127.0.0.1:${balancer.port}`;
    const session = await sessionTo({ ...target, cluster: { ...target.cluster, server } });
    const tunnel = await tunnelThrough(session);
    const client = clientOf(tunnel);
    client.write('hello');
    await once(client, 'data');
    await balancer.close();
    assert.equal(await cutOff(client), 'ECONNRESET');
    await refusal(Promise.reject(tunnel.failure), 'failed', /broke \(WebSocket code 1006\)/);
    assert.equal(await cutOff(clientOf(tunnel)), 'ECONNRESET');
    assert.ok(tunnel.failure instanceof ClusterUnreachableError);
    assert.equal(tunnel.failure.kind, 'refused');
  });

  it('is reset when the right has been taken away, and when no pod is left', async () => {
    await inPods(echo);
    const way = seedService('passing', ['passing-a']);
    const tunnel = await tunnelThrough(await sessionAs('admin'), way);
    const fault = cluster.faults.add({ path: /\/portforward/, action: { kind: 'forbidden' } });
    await cutOff(clientOf(tunnel));
    await refusal(Promise.reject(tunnel.failure), 'forbidden', /cannot create resource "pods\/portforward"/);
    fault.remove();
    cluster.store.remove(PODS, 'lab', 'passing-a');
    await cutOff(clientOf(tunnel));
    await refusal(Promise.reject(tunnel.failure), 'no-pod', /app=passing/);
  });

  it('ends with the tunnel, which then leaves nothing behind', async () => {
    await inPods(echo);
    for (const end of ['close', 'abort'] as const) {
      const stop = new AbortController();
      const tunnel = await tunnelThrough(await sessionAs('admin'), { signal: stop.signal });
      const client = clientOf(tunnel);
      client.write('hello');
      await once(client, 'data');
      const opening = clientOf(tunnel);
      await once(opening, 'connect');
      if (end === 'abort') stop.abort();
      await tunnel.close();
      assert.deepEqual([await cutOff(client), await cutOff(opening)], ['ECONNRESET', 'ECONNRESET']);
      assert.equal(tunnel.failure, undefined);
      await assert.rejects(once(clientOf(tunnel), 'connect'), { code: 'ECONNREFUSED' });
    }
  });

  it('leaves no handle that would keep a process alive, nor a dispatcher for the fetch of others', async () => {
    await inPods(echo);
    const script = join(folder, 'tunnel.ts');
    const source = (path: string) => JSON.stringify(join(import.meta.dirname, '../../src/cluster', path));
    await writeFile(
      script,
      `import { connect } from 'node:net';
      import { loadKubeconfig } from ${source('kubeconfig/load-kubeconfig.ts')};
      import { resolveContext } from ${source('kubeconfig/resolve-context.ts')};
      import { openSession } from ${source('session/open-session.ts')};
      import { loadUndici } from ${source('session/undici.ts')};
      import { openTunnel } from ${source('port-forward/open-tunnel.ts')};
      const config = await loadKubeconfig({ explicitPath: ${JSON.stringify(kubeconfig)}, env: {}, homeDir: '/' });
      const session = await openSession(resolveContext(config), { version: 'test', env: {} });
      const tunnel = await openTunnel(session, ${JSON.stringify(REGISTRY)});
      const client = connect(tunnel.port, tunnel.host);
      const gone = new Promise((resolve) => client.on('error', () => {}).once('close', resolve));
      client.write('hello');
      const answer = await new Promise((resolve) => client.once('data', resolve));
      await tunnel.close();
      await gone;
      await session.close();
      const left = process.getActiveResourcesInfo().filter((name) => /TCP|TLS|Timeout/.test(name));
      // Node's own undici may have been loaded, as by anybody's import of node:http.
      const slot = Reflect.get(globalThis, Symbol.for('undici.globalDispatcher.2'));
      const ours = slot instanceof (await loadUndici()).Agent;
      console.log(JSON.stringify({ answer: String(answer), left, ours }));`,
    );
    const { build } = await import('esbuild');
    await build({
      entryPoints: [script],
      outdir: join(folder, 'bundle'),
      outExtension: { '.js': '.mjs' },
      bundle: true,
      splitting: true,
      format: 'esm',
      platform: 'node',
      banner: {
        js: "import { createRequire } from 'node:module'; const require = createRequire(import.meta.url);",
      },
      logLevel: 'error',
    });
    for (const file of [script, join(folder, 'bundle', 'tunnel.mjs')]) {
      const { stdout } = await promisify(execFile)(process.execPath, [file], { timeout: 20_000 });
      assert.deepEqual(JSON.parse(stdout), { answer: 'hello', left: [], ours: false }, file);
    }
  });

  it('loads client-node without a dispatcher for the fetch of others, though it brings undici', async () => {
    const script = join(folder, 'load.ts');
    const source = (path: string) => JSON.stringify(join(import.meta.dirname, '../../src/cluster', path));
    await writeFile(
      script,
      `import(${source('port-forward/client-node.ts')})
        .then(({ loadClientNode }) => loadClientNode())
        .then(({ PortForward }) => {
          const claimed = [1, 2].some((n) => Symbol.for('undici.globalDispatcher.' + n) in globalThis);
          console.log(typeof PortForward, claimed);
        });`,
    );
    const { build } = await import('esbuild');
    const outfile = join(folder, 'load.cjs');
    // In a CommonJS bundle Node's own undici isn't loaded by an import of node:http, which would fill the slots first.
    await build({
      entryPoints: [script],
      bundle: true,
      platform: 'node',
      format: 'cjs',
      outfile,
      logLevel: 'error',
    });
    const { stdout } = await promisify(execFile)(process.execPath, [outfile], { timeout: 20_000 });
    assert.equal(stdout, 'function false\n');
  });
});

describe('a registry behind a tunnel', () => {
  it('is verified by the name of its service', async () => {
    const registry = await startRegistry({ kind: 'embedded' });
    servers.push({ close: () => registry.stop() });
    cluster.portForwards.target = () => ({ host: '127.0.0.1', port: registry.port });
    const tunnel = await tunnelThrough(await sessionAs('developer'));
    const connectTo = (serverName: string) =>
      connectToRegistry({
        url: { scheme: 'https', hostname: tunnel.host, port: tunnel.port },
        policy: { attempts: [{ scheme: 'https', verified: true }], reason: 'secureOnly' },
        authority: registry.certificateAuthority,
        serverName,
      });
    const connection = await connectTo('image-registry.openshift-image-registry.svc');
    servers.push(connection);
    const digest = `sha256:${'0'.repeat(64)}`;
    const gone = Array.from({ length: 20 }, () => deleteBlob(connection, registry.adminToken, digest));
    assert.deepEqual([...new Set(await Promise.all(gone))], ['gone']);
    await assert.rejects(connectTo('image-registry.elsewhere.svc'), RegistryUnreachableError);
  });
});

describe('the way of an upgrade', () => {
  it('trusts and refuses as every other request does', async () => {
    const target = await targetAs('admin');
    const { certificate } = await createAuthority('somebody else');
    const session = await sessionTo({
      ...target,
      cluster: { ...target.cluster, certificateAuthority: { kind: 'data', pem: certificate } },
    });
    let shaken = 0;
    const attempt = session.upgrade({ path: '/x' }, async () => {
      shaken += 1;
      return { opened: true };
    });
    await assert.rejects(
      attempt,
      (error) => error instanceof ClusterUnreachableError && error.kind === 'certificate',
    );
    const clear = await sessionTo(targetOf('http://192.0.2.1:1', {}, { token: new Secret('sha256~secret') }));
    await assert.rejects(
      clear.upgrade({ path: '/x' }, async () => ({ opened: true })),
      { problem: 'clear-text' },
    );
    assert.equal(shaken, 0);
  });

  it('blames the proxy, and the server that doesn’t answer', async () => {
    const target = await targetAs('admin');
    for (const [refuse, message] of [
      [403, /refused to connect to it \(403\)/],
      [407, /asks for a user name and password/],
    ] as const) {
      const proxy = await startProxy({ refuse });
      servers.push(proxy);
      const proxyUrl = new Secret(proxy.url.replace('//', '//me:s3cret@'));
      const session = await sessionTo({ ...target, cluster: { ...target.cluster, proxyUrl } });
      await assert.rejects(
        session.upgrade({ path: '/x' }, async () => ({ opened: true })),
        (error: Error) => {
          assert.ok(error instanceof ClusterUnreachableError && error.kind === 'proxy');
          assert.match(error.message, message);
          assert.doesNotMatch(inspect(error), /s3cret/);
          return true;
        },
      );
    }
    const session = await sessionTo(target);
    await assert.rejects(
      session.upgrade({ path: '/x', headersTimeoutMs: 10 }, () => new Promise(() => {})),
      (error) => error instanceof ClusterUnreachableError && error.kind === 'timeout',
    );
  });

  it('takes an intermediate as an anchor, and another name where the kubeconfig says so', async () => {
    const root = await createAuthority('root');
    const intermediate = await root.issueAuthority('intermediate');
    const api = await startCluster({ authority: intermediate });
    servers.push(api);
    const tlsServerName = 'kubernetes.default.svc';
    const pem = intermediate.certificate;
    const session = await sessionTo(
      targetOf(
        api.url,
        { certificateAuthority: { kind: 'data', pem }, tlsServerName },
        { token: new Secret(USERS.admin.token) },
      ),
    );
    const name = await session.upgrade({ path: '/x' }, async ({ socket }) => ({
      opened: socket instanceof TLSSocket && socket.authorized && Reflect.get(socket, 'servername'),
    }));
    assert.equal(name, tlsServerName);
  });
});

describe('pods/portforward of the miniature cluster', () => {
  const path = (name: string) => `/api/v1/namespaces/lab/pods/${name}/portforward?ports=80`;

  it('is refused as by an API server', async () => {
    cluster.seed([pod('plain', 'plain')]);
    const missing = await ask(cluster, 'GET', path('missing'));
    assert.deepEqual([missing.code, missing.json.message], [404, 'pods "missing" not found']);
    for (const method of ['GET', 'POST']) {
      const plain = await ask(cluster, method, path('plain'));
      assert.deepEqual([plain.code, plain.json.message], [400, 'Upgrade request required']);
      const denied = await ask(cluster, method, path('plain'), { as: 'pruner' });
      assert.deepEqual(
        [denied.code, denied.json.message],
        [
          403,
          'pods "plain" is forbidden: User "pruner" cannot create resource "pods/portforward" in API group "" in the namespace "lab"',
        ],
      );
    }
  });
});
