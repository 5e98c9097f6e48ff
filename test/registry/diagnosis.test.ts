import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import type { LookupFunction, Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { loadKubeconfig } from '../../src/cluster/kubeconfig/load-kubeconfig.ts';
import { resolveContext } from '../../src/cluster/kubeconfig/resolve-context.ts';
import type { ApiSession } from '../../src/cluster/session/api-session.ts';
import { openSession } from '../../src/cluster/session/open-session.ts';
import { parseRegistryUrl } from '../../src/registry/address/registry-url.ts';
import { diagnoseRegistry } from '../../src/registry/diagnosis/diagnose-registry.ts';
import type { Finding, FindingCode } from '../../src/registry/diagnosis/finding.ts';
import { mayPrune, type RegistryDiagnosis } from '../../src/registry/diagnosis/registry-diagnosis.ts';
import type { ContextName } from '../cluster/kubeconfig.ts';
import { type MiniCluster, startCluster } from '../cluster/miniature.ts';
import { USERS } from '../cluster/seeds/roles.ts';
import { type Authority, createAuthority } from '../pki.ts';
import { startProxy } from '../unit/session-server.ts';
import {
  answering,
  blackHole,
  httpServer,
  interceptingProxy,
  leafOf,
  opensslCertificate,
  rawServer,
  registryAnswers,
} from './diagnosis-servers.ts';
import { type RegistryOptions, startRegistry, type TestRegistry } from './start.ts';

/** Anywhere but on this machine, so far as the policy goes. */
const NAME = 'registry.example.com';
const SERVICE = 'image-registry.openshift-image-registry.svc';
const DAY = 24 * 60 * 60 * 1000;
const KNOWN = new Map([[NAME, '127.0.0.1']]);
const ROUTER_PAGE =
  '<!DOCTYPE html><html><body><div><h1>Application is not available</h1><p>The application is currently not serving requests at this endpoint.</p></div></body></html>';
const UNKNOWN =
  'error communicating with registry: Get https://{host}/: x509: certificate signed by unknown authority';

const lookup: LookupFunction = (hostname, options, callback) => {
  const address = KNOWN.get(hostname);
  if (address === undefined) {
    callback(
      Object.assign(new Error(`getaddrinfo ENOTFOUND ${hostname}`), { code: 'ENOTFOUND', hostname }),
      '',
      4,
    );
  } else if (options.all) callback(null, [{ address, family: 4 }]);
  else callback(null, address, 4);
};

/** What is diagnosed, besides the server. */
interface Asked {
  /** `{port}` stands for the server’s; without it: the name above. */
  given?: string;
  authority?: string;
  forceInsecure?: boolean;
  context?: ContextName;
  env?: Record<string, string>;
  timeoutMs?: number;
}

interface Served {
  port: number;
  /** What came from clients, in clear. */
  heard?: readonly string[];
  close(): Promise<unknown>;
  asked?: Asked;
}

interface Row {
  served: string;
  start: () => Promise<Served>;
  asked?: Asked;
  /** Exactly these, in this order. */
  finds: readonly FindingCode[];
  /** Of the first; `{host}` and `{port}` stand for what was asked for. */
  message?: string | RegExp;
  /** Some of the first’s arguments. */
  facts?: Readonly<Record<string, string>>;
  /** The first’s first fix. */
  fix?: string;
  /** A prune would use the address, and may delete; default: neither. */
  reached?: boolean;
  mayPrune?: boolean;
  /** It is a registry that the policy allows a connection to, so that it gets the credential. */
  getsCredential?: boolean;
  skip?: string | false;
}

describe('the diagnosis of a faulty server', () => {
  let folder: string;
  /** The kubeconfig’s. */
  let authority: Authority;
  /** Nobody’s. */
  let stranger: Authority;
  let cluster: MiniCluster;
  const sessions = new Map<ContextName, ApiSession>();

  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'diagnosis-'));
    authority = await createAuthority('cluster authority');
    stranger = await createAuthority('strange authority');
    cluster = await startCluster({ authority });
    const path = await cluster.writeKubeconfig(folder);
    const config = await loadKubeconfig({ explicitPath: path, env: {}, homeDir: folder });
    for (const context of ['admin', 'nobody', 'certificate'] as const) {
      const target = resolveContext(config, { context });
      sessions.set(context, await openSession(target, { version: 'test', env: {} }));
    }
  });
  after(async () => {
    await Promise.all([...sessions.values()].map((session) => session.close()));
    await cluster.close();
    await rm(folder, { recursive: true, force: true });
  });

  const issue = (by: Authority, more: { notBefore?: Date; notAfter?: Date; hosts?: string[] } = {}) =>
    by.issue({ commonName: 'registry', hosts: [NAME], ...more });
  const secured = async (by: Authority, more: Parameters<typeof issue>[1] = {}) =>
    httpServer(registryAnswers(), { serving: await issue(by, more) });
  const withOpenssl = async (request: Partial<Parameters<typeof opensslCertificate>[0]>) =>
    httpServer(registryAnswers(), {
      serving: await opensslCertificate({ key: ['rsa:2048'], by: authority, hosts: [NAME], ...request }),
      tls: { ciphers: 'ALL:@SECLEVEL=0' },
    });

  async function realRegistry(options: RegistryOptions = {}): Promise<Served & { registry: TestRegistry }> {
    const registry = await startRegistry({
      authority,
      hosts: [NAME],
      authorize: (token) => {
        const access = cluster.accessOf(token);
        const mayPrune = access?.can({ verb: 'delete', group: 'image.openshift.io', resource: 'images' });
        return (
          access && { user: access.user.name, mayPush: true, mayPull: true, mayPrune: mayPrune ?? false }
        );
      },
      ...options,
    });
    return { registry, port: registry.port, close: () => registry.stop() };
  }

  const CERTIFICATES: readonly Row[] = [
    {
      served: 'a registry that is in order',
      start: () => realRegistry(),
      finds: [],
      reached: true,
      mayPrune: true,
    },
    {
      served: 'a certificate of an unknown authority',
      start: () => secured(stranger),
      finds: ['unknownAuthority'],
      message: UNKNOWN,
      facts: { issuer: 'CN=strange authority', trusted: 'kubeconfig' },
      fix: 'giveAuthority',
    },
    {
      served: 'a certificate of an unknown authority, and force',
      start: () => secured(stranger),
      asked: { forceInsecure: true },
      finds: ['unknownAuthority'],
      message: UNKNOWN,
      reached: true,
      mayPrune: true,
      getsCredential: true,
    },
    {
      served: 'a certificate of the kubeconfig’s authority where another file is given',
      start: async () => {
        const server = await secured(authority);
        return { ...server, asked: { authority: stranger.certificate } };
      },
      finds: ['wrongAuthorityGiven'],
      message: UNKNOWN,
      facts: { issuer: 'CN=cluster authority', fits: 'kubeconfig' },
    },
    {
      served: 'a self-signed certificate',
      start: async () =>
        httpServer(registryAnswers(), {
          serving: await opensslCertificate({ key: ['rsa:2048'], hosts: [NAME] }),
        }),
      finds: ['selfSigned'],
      message: UNKNOWN,
      facts: { subject: 'CN=registry' },
    },
    {
      served: 'a certificate that says where its issuer’s is, without that',
      start: async () =>
        withOpenssl({
          by: await authority.issueAuthority('issuing authority'),
          extensions: ['authorityInfoAccess=caIssuers;URI:http://pki.example.com/issuing.crt'],
        }),
      finds: ['missingIntermediate'],
      message: UNKNOWN,
      facts: { issuer: 'CN=issuing authority', sent: '1' },
      fix: 'serveIntermediates',
    },
    {
      served: 'a certificate without its intermediate, and nothing that tells it from an unknown authority',
      start: async () =>
        httpServer(registryAnswers(), {
          serving: leafOf(await issue(await authority.issueAuthority('issuing authority'))),
        }),
      finds: ['unknownAuthority'],
      message: UNKNOWN,
      facts: { issuer: 'CN=issuing authority' },
    },
    {
      served: 'a certificate with its intermediate',
      start: async () => secured(await authority.issueAuthority('issuing authority')),
      finds: [],
      reached: true,
      mayPrune: true,
      getsCredential: true,
    },
    {
      served: 'an expired certificate',
      start: () =>
        secured(authority, {
          notBefore: new Date(Date.now() - 9 * DAY),
          notAfter: new Date('2026-01-02T03:04:05Z'),
        }),
      finds: ['expired'],
      message:
        /^error communicating with registry: Get https:\/\/{host}\/: x509: certificate has expired or is not yet valid: current time 20\d\d-\d\d-\d\dT\d\d:\d\d:\d\dZ is after 2026-01-02T03:04:05Z$/,
      facts: { notAfter: '2026-01-02T03:04:05Z', subject: 'CN=registry' },
      fix: 'renewCertificate',
    },
    {
      served: 'an expired certificate of an unknown authority',
      start: () =>
        secured(stranger, {
          notBefore: new Date(Date.now() - 9 * DAY),
          notAfter: new Date(Date.now() - DAY),
        }),
      finds: ['expired'],
      message:
        /^error communicating with registry: Get https:\/\/{host}\/: x509: certificate has expired or is not yet valid: current time \S+ is after \S+Z$/,
    },
    {
      served: 'a certificate that is not yet valid',
      start: () =>
        secured(authority, {
          notBefore: new Date('2096-01-02T03:04:05Z'),
          notAfter: new Date('2097-01-02T03:04:05Z'),
        }),
      finds: ['notYetValid'],
      message:
        /^error communicating with registry: Get https:\/\/{host}\/: x509: certificate has expired or is not yet valid: current time 20\d\d-\S+Z is before 2096-01-02T03:04:05Z$/,
    },
    {
      served: 'a certificate for other names',
      start: () =>
        secured(authority, { hosts: ['registry.apps.example.com', 'registry-1.example.com', '192.0.2.7'] }),
      finds: ['nameMismatch'],
      message:
        'error communicating with registry: Get https://{host}/: x509: certificate is valid for registry.apps.example.com, registry-1.example.com, not registry.example.com',
      facts: { wanted: NAME, names: 'registry.apps.example.com, registry-1.example.com, 192.0.2.7' },
      fix: 'image-hygiene diagnose --registry-url registry-1.example.com:{port}',
    },
    {
      served: 'a certificate for other names by an unknown authority',
      start: () => secured(stranger, { hosts: ['other.example.com'] }),
      finds: ['nameMismatch', 'unknownAuthority'],
      message:
        'error communicating with registry: Get https://{host}/: x509: certificate is valid for other.example.com, not registry.example.com',
    },
    {
      served: 'a certificate without IP addresses, asked for by one',
      start: () => secured(authority),
      asked: { given: 'https://127.0.0.1:{port}', authority: 'kubeconfig' },
      finds: ['nameMismatch'],
      message:
        "error communicating with registry: Get https://{host}/: x509: cannot validate certificate for 127.0.0.1 because it doesn't contain any IP SANs",
    },
    {
      served: 'a short key',
      start: () => withOpenssl({ key: ['rsa:1024'] }),
      finds: ['weakCertificate'],
      message: 'error communicating with registry: Get https://{host}/: x509: EE certificate key too weak',
      facts: { key: 'rsa', bits: '1024' },
      fix: 'renewCertificate',
    },
    {
      served: 'a certificate signed with SHA-1',
      start: () => withOpenssl({ digest: '-sha1' }),
      finds: ['weakCertificate'],
      message:
        'error communicating with registry: Get https://{host}/: x509: certificate signed by unknown authority (possibly because of "x509: cannot verify signature: insecure algorithm ECDSA-SHA1" while trying to verify candidate authority certificate "cluster authority")',
      facts: { algorithm: 'ecdsa-with-SHA1' },
    },
  ];

  const HANDSHAKES: readonly Row[] = [
    {
      served: 'TLS 1.1 alone',
      start: async () =>
        httpServer(registryAnswers(), {
          serving: await issue(authority),
          tls: { minVersion: 'TLSv1.1', maxVersion: 'TLSv1.1', ciphers: 'ALL:@SECLEVEL=0' },
        }),
      finds: ['tlsVersion'],
      message:
        'error communicating with registry: Get https://{host}/: remote error: tls: protocol version not supported',
      facts: { version: 'TLSv1.1', least: 'TLSv1.2', old: 'version' },
      fix: 'secureRegistry',
    },
    {
      served: 'a cipher that nobody has any more',
      start: async () =>
        httpServer(registryAnswers(), {
          serving: await issue(authority),
          tls: { maxVersion: 'TLSv1.2', ciphers: 'ECDHE-ECDSA-CAMELLIA128-SHA256:@SECLEVEL=0' },
        }),
      finds: ['tlsVersion'],
      message: 'error communicating with registry: Get https://{host}/: remote error: tls: handshake failure',
      facts: { old: 'cipher' },
    },
    {
      served: 'TLS 1.1 alone, and force: both protocols in brackets',
      start: async () =>
        httpServer(registryAnswers(), {
          serving: await issue(authority),
          tls: { minVersion: 'TLSv1.1', maxVersion: 'TLSv1.1', ciphers: 'ALL:@SECLEVEL=0' },
          plainHttpAnswer: 'alert',
        }),
      asked: { forceInsecure: true },
      finds: ['tlsVersion'],
      message:
        'error communicating with registry: [Get https://{host}/: remote error: tls: protocol version not supported, Get http://{host}/: malformed HTTP response "\\x15\\x03\\x01\\x00\\x02\\x02\\x16"]',
    },
    {
      served: 'a demand for a client certificate',
      start: async () =>
        httpServer(registryAnswers(), {
          serving: await issue(authority),
          tls: { requestCert: true, rejectUnauthorized: true, ca: [stranger.certificate] },
        }),
      finds: ['wrongService'],
      message:
        'error communicating with registry: Get https://{host}/: remote error: tls: certificate required',
      facts: { asks: 'certificate' },
    },
    {
      served: 'a demand for a client certificate in TLS 1.2',
      start: async () =>
        httpServer(registryAnswers(), {
          serving: await issue(authority),
          tls: {
            requestCert: true,
            rejectUnauthorized: true,
            ca: [stranger.certificate],
            maxVersion: 'TLSv1.2',
          },
        }),
      finds: ['wrongService'],
      message: 'error communicating with registry: Get https://{host}/: remote error: tls: handshake failure',
      facts: { asks: 'certificate' },
    },
    {
      served: 'plain HTTP by a real registry',
      start: () => realRegistry({ scheme: 'http' }),
      finds: ['httpResponseToHttps'],
      message:
        'error communicating with registry: Get https://{host}/: http: server gave HTTP response to HTTPS client',
      fix: 'secureRegistry',
    },
    {
      served: 'plain HTTP that hangs up on a handshake',
      start: () =>
        rawServer((socket) => {
          socket.once('data', (bytes: Buffer) => {
            if (bytes[0] === 0x16) socket.destroy();
            else socket.end('HTTP/1.1 200 OK\r\nContent-Length: 0\r\nConnection: close\r\n\r\n');
          });
        }),
      finds: ['httpResponseToHttps'],
      message: 'error communicating with registry: Get https://{host}/: EOF',
    },
    {
      served: 'TLS by a real registry where http:// is asked for',
      start: () => realRegistry(),
      asked: { given: `http://${NAME}:{port}` },
      finds: ['malformedHttpResponse'],
      message: 'error communicating with registry: unexpected status: 400 Bad Request',
      facts: { said: 'Client sent an HTTP request to an HTTPS server.' },
      fix: 'useHttps',
    },
    {
      served: 'TLS that answers plain HTTP with the alert of the documentation',
      start: async () => {
        const { certificate, key } = await issue(authority);
        const inner = await httpServer(registryAnswers(), { serving: { certificate, key } });
        const { connect } = await import('node:net');
        const outer = await rawServer((socket) => {
          socket.once('data', (bytes: Buffer) => {
            if (bytes[0] !== 0x16) {
              socket.end(Buffer.from([0x15, 0x03, 0x01, 0x00, 0x02, 0x02, 0x0a]));
              return;
            }
            const onward = connect(inner.port, '127.0.0.1');
            onward.on('error', () => socket.destroy()).write(bytes);
            socket.pipe(onward).pipe(socket);
          });
        });
        const close = async () => {
          await outer.close();
          await inner.close();
        };
        return { ...outer, close };
      },
      asked: { given: `http://${NAME}:{port}` },
      finds: ['malformedHttpResponse'],
      message:
        'error communicating with registry: Get http://{host}/: malformed HTTP response "\\x15\\x03\\x01\\x00\\x02\\x02"',
    },
    {
      served: 'another protocol',
      start: () => rawServer((socket) => socket.write('SSH-2.0-OpenSSH_9.6\r\n')),
      finds: ['wrongService'],
      message:
        'error communicating with registry: Get https://{host}/: tls: first record does not look like a TLS handshake',
      facts: { answer: '"SSH-2.0-OpenSSH_9.6"' },
      fix: 'correctAddress',
    },
    {
      served: 'a connection that is closed at once',
      start: () => rawServer((socket) => socket.end()),
      finds: ['connectionCut'],
      message:
        /^error communicating with registry: Get https:\/\/{host}\/: (EOF|read tcp \S+->\S+: read: connection reset by peer)$/,
    },
    {
      served: 'a connection that is reset in the handshake',
      start: () => rawServer((socket) => socket.once('data', () => socket.resetAndDestroy())),
      finds: ['connectionCut'],
      message:
        /^error communicating with registry: Get https:\/\/{host}\/: read tcp 127\.0\.0\.1:\d+->127\.0\.0\.1:{port}: read: connection reset by peer$/,
      facts: { phase: 'handshake' },
    },
    {
      served: 'silence',
      start: () => rawServer(() => {}),
      asked: { timeoutMs: 300 },
      finds: ['timeout'],
      message: 'error communicating with registry: Get https://{host}/: net/http: TLS handshake timeout',
      facts: { phase: 'handshake' },
    },
  ];

  const ANSWERS: readonly Row[] = [
    {
      served: 'the router’s page for an application without a pod',
      start: async () =>
        httpServer(answering(503, ROUTER_PAGE, { 'content-type': 'text/html' }), {
          serving: await issue(authority),
        }),
      finds: ['routerUnavailable'],
      message: 'error communicating with registry: unexpected status: 503 Service Unavailable',
      fix: 'checkRegistryPods',
    },
    {
      served: 'a real registry whose process is gone',
      start: async () => {
        const real = await realRegistry();
        await real.registry.kill(502);
        return real;
      },
      finds: ['serverError'],
      message: 'error communicating with registry: unexpected status: 502 Bad Gateway',
      facts: { status: '502' },
    },
    {
      served: '200 for / and trouble behind it',
      start: async () =>
        httpServer((request, response) => response.writeHead(request.url === '/' ? 200 : 500).end(), {
          serving: await issue(authority),
        }),
      finds: ['serverError'],
      message:
        'error communicating with registry: Get https://{host}/v2/: unexpected status: 500 Internal Server Error',
    },
    {
      served: '404 everywhere',
      start: async () => httpServer(answering(404, 'not found'), { serving: await issue(authority) }),
      finds: ['wrongService'],
      message: 'error communicating with registry: unexpected status: 404 Not Found',
      facts: { status: '404', path: '/healthz', said: 'not found' },
    },
    {
      served: '200 everywhere: another service',
      start: async () =>
        httpServer(answering(200, '<html>hello</html>'), { serving: await issue(authority) }),
      finds: ['wrongService'],
      message: 'error communicating with registry: Get https://{host}/v2/: unexpected status: 200 OK',
      facts: { status: '200', path: '/v2/' },
    },
    {
      served: 'a redirect to https',
      start: async () => httpServer(answering(302, '', { location: `https://${NAME}/` })),
      asked: { given: `http://${NAME}:{port}` },
      finds: ['wrongService'],
      message: 'error communicating with registry: unexpected status: 302 Found',
      facts: { location: `https://${NAME}/` },
      fix: 'useHttps',
    },
    {
      served: 'requests that are never answered',
      start: async () => httpServer(() => {}, { serving: await issue(authority) }),
      asked: { timeoutMs: 300 },
      finds: ['timeout'],
      message:
        'error communicating with registry: Get https://{host}/: net/http: timeout awaiting response headers',
      facts: { phase: 'answer' },
    },
    {
      served: 'a clock that is an hour late',
      start: async () =>
        httpServer(
          registryAnswers(() => new Date(Date.now() - 3_600_000)),
          { serving: await issue(authority) },
        ),
      finds: ['clockSkew'],
      message: /^the Date header says 20\S+Z, the clock here 20\S+Z$/,
      facts: { whose: 'registry' },
      reached: true,
      mayPrune: true,
      getsCredential: true,
    },
    {
      served: 'a token whose user may not prune',
      start: () => realRegistry(),
      asked: { context: 'nobody' },
      finds: ['forbidden'],
      message: '401 Unauthorized',
      facts: { status: '401', deleting: 'true' },
      fix: 'oc adm policy add-cluster-role-to-user system:image-pruner nobody',
      reached: true,
    },
    {
      served: 'a registry of another cluster, which doesn’t know the token',
      start: () => realRegistry({ authorize: () => undefined }),
      finds: ['unauthorized'],
      message: '401 Unauthorized',
      fix: 'login',
      reached: true,
    },
    {
      served: 'a user with a client certificate and no token',
      start: () => realRegistry(),
      asked: { context: 'certificate' },
      finds: ['noToken'],
      message: 'you must use a client config with a token',
      fix: 'useServiceAccount',
      reached: true,
    },
    {
      served: 'a registry that refuses deletions',
      start: async () => {
        const real = await realRegistry();
        real.registry.faults.push({ effect: 'status', status: 405, method: 'DELETE', path: /^\/v2\// });
        return real;
      },
      finds: ['deletionDisabled'],
      message: '405 Method Not Allowed',
      fix: 'enableDeletion',
      reached: true,
    },
    {
      served: 'a real registry whose configuration disables deletion',
      start: () => undeletingRegistry(),
      asked: { given: `http://${NAME}:{port}` },
      finds: ['deletionDisabled'],
      message: '405 Method Not Allowed',
      reached: true,
      getsCredential: true,
      skip: !existsSync('/usr/bin/docker-registry') && 'docker-registry is not installed',
    },
    {
      served: 'a registry that fails at deletions',
      start: async () => {
        const real = await realRegistry();
        real.registry.faults.push({ effect: 'status', status: 500, method: 'DELETE' });
        return real;
      },
      finds: ['serverError'],
      message: '500 Internal Server Error',
      reached: true,
    },
  ];

  const WAYS: readonly Row[] = [
    {
      served: 'nothing: a refused port',
      start: deadPort,
      finds: ['refused'],
      message:
        'error communicating with registry: Get https://{host}/: dial tcp 127.0.0.1:{port}: connect: connection refused',
    },
    {
      served: 'nothing: a name that nobody knows',
      start: deadPort,
      asked: { given: 'nowhere.example.com:{port}' },
      finds: ['noSuchHost'],
      message:
        'error communicating with registry: Get https://{host}/: dial tcp: lookup nowhere.example.com: no such host',
    },
    {
      served: 'nothing: the service’s name from outside the cluster',
      start: deadPort,
      asked: { given: `${SERVICE}:5000` },
      finds: ['noRouteFromOutside'],
      message: `error communicating with registry: Get https://${SERVICE}:5000/: dial tcp: lookup ${SERVICE}: no such host`,
      facts: { routes: 'none' },
    },
    {
      served: 'nothing: an address that swallows everything',
      start: () => blackHole(),
      asked: { timeoutMs: 300 },
      finds: ['timeout'],
      message:
        'error communicating with registry: Get https://{host}/: dial tcp 127.0.0.1:{port}: i/o timeout',
      facts: { phase: 'connect' },
    },
    {
      served: 'a proxy that asks for a password',
      start: async () => throughProxy(await startProxy({ refuse: 407 })),
      finds: ['proxy'],
      message: 'error communicating with registry: Get https://{host}/: Proxy Authentication Required',
      facts: { status: '407' },
      fix: 'checkProxy',
    },
    {
      served: 'a proxy that refuses',
      start: async () => throughProxy(await startProxy({ refuse: 403 })),
      finds: ['proxy'],
      message: 'error communicating with registry: Get https://{host}/: Forbidden',
      facts: { status: '403' },
    },
    {
      served: 'a proxy that isn’t there',
      start: async () => throughProxy({ ...(await deadPort()) }),
      finds: ['proxy'],
      message:
        /^error communicating with registry: Get https:\/\/{host}\/: proxyconnect tcp: dial tcp 127\.0\.0\.1:\d+: connect: connection refused$/,
    },
    {
      served: 'a proxy that lets everything through to a registry in order',
      start: async () => {
        const real = await realRegistry();
        const proxy = await startProxy({ port: real.port });
        const close = async () => {
          await proxy.close();
          await real.close();
        };
        return { ...real, close, asked: { env: { HTTPS_PROXY: proxy.url } } };
      },
      finds: [],
      reached: true,
      mayPrune: true,
    },
    {
      served: 'a proxy that opens TLS, before a registry in order',
      start: async () => {
        const real = await realRegistry();
        const proxy = await interceptingProxy(
          (host) => stranger.issue({ commonName: host, hosts: [host] }),
          [],
        );
        const close = async () => {
          await proxy.close();
          await real.close();
        };
        const env = { HTTPS_PROXY: `http://127.0.0.1:${proxy.port}` };
        return { port: real.port, heard: proxy.heard, close, asked: { env } };
      },
      finds: ['interceptingProxy'],
      message: UNKNOWN,
      facts: { issuer: 'CN=strange authority' },
      fix: 'setNoProxy',
    },
    {
      served: 'a certificate by a product that opens TLS, without a proxy being set',
      start: async () => secured(await createAuthority('Zscaler Intermediate Root CA (zscaler.net)')),
      finds: ['interceptingProxy'],
      message: UNKNOWN,
      fix: 'checkProxy',
    },
  ];

  for (const [group, rows] of Object.entries({ CERTIFICATES, HANDSHAKES, ANSWERS, WAYS })) {
    describe(group.toLowerCase(), () => {
      for (const row of rows) {
        it(`${row.served}: ${row.finds.join(', ') || 'nothing is wrong'}`, { skip: row.skip ?? false }, () =>
          meets(row),
        );
      }
    });
  }

  async function meets(row: Row): Promise<void> {
    const server = await row.start();
    try {
      const asked = { ...row.asked, ...server.asked };
      const given = (asked.given ?? `${NAME}:{port}`).replace('{port}', String(server.port));
      const token = USERS.admin.token;
      const diagnosis = await diagnosed(given, server.port, asked);
      const text = JSON.stringify(diagnosis);
      assert.deepEqual(
        diagnosis.findings.map(({ code }) => code),
        row.finds,
        text,
      );
      assertFirst(diagnosis.findings[0], row, given.replace(/^https?:\/\//, ''), server.port);
      assert.equal(diagnosis.reached !== null, row.reached ?? false);
      assert.equal(mayPrune(diagnosis), row.mayPrune ?? false);
      assertOrdered(diagnosis.findings);
      assertSteps(diagnosis);
      // Plain JSON, and nothing secret in it.
      assert.deepEqual(JSON.parse(text), diagnosis);
      assert.ok(!text.includes(token));
      const said = (server.heard ?? []).join('\n');
      if (!row.getsCredential) {
        assert.doesNotMatch(said, /authorization/i);
        assert.doesNotMatch(said, new RegExp(token));
      } else assert.match(said, /authorization/i);
    } finally {
      await server.close();
    }
  }

  async function diagnosed(given: string, port: number, asked: Asked): Promise<RegistryDiagnosis> {
    const session = sessions.get(asked.context ?? 'admin');
    assert.ok(session);
    return diagnoseRegistry(
      session,
      {
        given: parseRegistryUrl(given),
        authority: asked.authority === 'kubeconfig' ? authority.certificate : asked.authority,
        forceInsecure: asked.forceInsecure ?? false,
        names: { youngestManaged: null, repositories: [`${given.replace(/^https?:\/\//, '')}/shop/web`] },
        token: () => session.bearerToken(),
        holder: asked.context ?? 'admin',
        openTunnel: async () => {
          throw new Error(`pods/portforward is forbidden (${port})`);
        },
      },
      { lookup, env: asked.env ?? {}, timeoutMs: asked.timeoutMs ?? 5000 },
    );
  }

  function assertFirst(first: Finding | undefined, row: Row, host: string, port: number): void {
    if (row.message !== undefined) {
      const filled = (text: string) => text.replaceAll('{host}', host).replaceAll('{port}', String(port));
      if (typeof row.message === 'string') assert.equal(first?.message, filled(row.message));
      else assert.match(first?.message ?? '', new RegExp(filled(row.message.source)));
    }
    for (const [name, value] of Object.entries(row.facts ?? {}))
      assert.equal(first?.arguments[name], value, name);
    if (row.fix !== undefined) {
      const [fix] = first?.fixes ?? [];
      assert.ok(
        [fix?.code, fix?.command].includes(row.fix.replace('{port}', String(port)) as never),
        JSON.stringify(fix),
      );
    }
  }

  /** The risky ones last; whoever sees a finding is told what to do. */
  function assertOrdered(findings: readonly Finding[]): void {
    for (const { code, fixes } of findings) {
      assert.ok(fixes.length > 0, code);
      const risky = fixes.findIndex(({ risk }) => risk === 'insecure');
      assert.ok(risky < 0 || risky === fixes.length - 1, code);
      assert.ok(
        fixes.every((fix) => fix.risk !== 'insecure' || fix.command === undefined),
        code,
      );
    }
  }

  /** Each step has a verdict, a time where it was taken and a reason where it wasn’t; one breaks where nothing is reached. */
  function assertSteps({ addresses, reached }: RegistryDiagnosis): void {
    for (const { steps, chosen } of addresses) {
      assert.deepEqual(
        steps.map(({ step }) => step),
        [
          'name',
          'proxy',
          'tcp',
          'protocol',
          'tls',
          'certificate',
          'root',
          'healthz',
          'api',
          'clock',
          'token',
          'rights',
          'deletion',
        ],
      );
      for (const { step, verdict, because, ms } of steps) {
        assert.equal(because !== null, verdict === 'skipped', step);
        if (verdict === 'skipped') assert.equal(ms, null);
        else assert.ok(ms !== null && ms >= 0 && ms < 60_000, step);
      }
      if (chosen && reached === null)
        assert.ok(
          steps.some(({ verdict }) => verdict === 'failed'),
          JSON.stringify(steps),
        );
    }
  }

  async function undeletingRegistry(): Promise<Served> {
    const configuration = join(folder, 'undeleting.json');
    const settings = {
      version: '0.1',
      log: { level: 'info', accesslog: { disabled: true } },
      storage: { filesystem: { rootdirectory: join(folder, 'undeleting') } },
      http: { addr: '127.0.0.1:0', secret: 'only for tests' },
    };
    await writeFile(configuration, JSON.stringify(settings));
    const child = spawn('/usr/bin/docker-registry', ['serve', configuration], {
      stdio: ['ignore', 'ignore', 'pipe'],
    });
    child.stderr.setEncoding('utf8');
    const port = await new Promise<number>((resolve, reject) => {
      let seen = '';
      child.stderr.on('data', (piece: string) => {
        seen += piece;
        const found = /listening on 127\.0\.0\.1:(\d+)/.exec(seen)?.[1];
        if (found !== undefined) resolve(Number(found));
      });
      child.once('exit', () => reject(new Error(seen)));
    });
    const close = () =>
      new Promise<void>((resolve) => {
        child.removeAllListeners('exit').once('exit', () => resolve());
        child.kill('SIGKILL');
      });
    // A registry without users hears the credential; what it hears can’t be seen here.
    return { port, heard: ['authorization'], close };
  }
});

async function deadPort(): Promise<Served & { url: string }> {
  const server = await rawServer((socket: Socket) => socket.destroy());
  await server.close();
  return { port: server.port, url: `http://127.0.0.1:${server.port}`, close: async () => {} };
}

/** Nothing but the proxy: what lies behind it is never reached. */
function throughProxy(proxy: {
  url: string;
  port: number;
  authorizations?: readonly unknown[];
  close(): Promise<unknown>;
}): Served {
  return { port: 5000, close: () => proxy.close(), asked: { env: { HTTPS_PROXY: proxy.url } } };
}
