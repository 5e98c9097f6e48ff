import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer as createHttpServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { createServer as createHttpsServer } from 'node:https';
import { type AddressInfo, createServer, type LookupFunction, type Server, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { loadKubeconfig } from '../../src/cluster/kubeconfig/load-kubeconfig.ts';
import { resolveContext } from '../../src/cluster/kubeconfig/resolve-context.ts';
import type { ApiSession } from '../../src/cluster/session/api-session.ts';
import { openSession } from '../../src/cluster/session/open-session.ts';
import { inEnglish } from '../../src/engine/said.ts';
import { parseRegistryUrl } from '../../src/registry/address/registry-url.ts';
import { findRegistry, type RegistryQuestion } from '../../src/registry/discovery/find-registry.ts';
import { RegistryNotFoundError } from '../../src/registry/discovery/registry-not-found.ts';
import { type MiniCluster, startCluster } from '../cluster/miniature.ts';
import { type Authority, createAuthority, type Issued } from '../pki.ts';
import { listenerFor, type PlainHttpAnswer } from './listener.ts';

/** Anywhere but on this machine, so far as the policy goes. */
const NAME = 'registry.example.com';
const DAY = 24 * 60 * 60 * 1000;

/** What the user and the kubeconfig say. The kubeconfig's authority is the one of the good certificate. */
const CIRCUMSTANCES = {
  'CA given': { authority: true },
  forced: { forceInsecure: true },
  'http:// asked': { scheme: 'http://' },
  'https:// asked': { scheme: 'https://' },
  'https:// asked and forced': { scheme: 'https://', forceInsecure: true },
  localhost: { host: 'localhost' },
  'localhost, CA given': { host: 'localhost', authority: true },
  'kubeconfig insecure': { insecure: true },
  'kubeconfig insecure, CA given': { insecure: true, authority: true },
  nothing: {},
} as const;
type Circumstance = keyof typeof CIRCUMSTANCES;

/** How it is spoken to, or why it can't be. */
type Outcome = 'https, verified' | 'https, not verified' | 'http' | RegExp;
type Row = Record<Circumstance, Outcome>;

const TLS_ONLY = /^status 400, "Client sent an HTTP request to an HTTPS server\."$/;
const PLAIN_ONLY = /^http: server gave HTTP response to HTTPS client \(ERR_SSL_WRONG_VERSION_NUMBER\)$/;
const CUT =
  /^the connection was cut \((ECONNRESET|UND_ERR_SOCKET)\)(, the connection was cut \(UND_ERR_SOCKET\))?$/;

/** A certificate that isn't accepted: only where insecure is allowed does it go on, and says that it isn't verified. */
function refused(words: RegExp): Row {
  return {
    'CA given': words,
    forced: 'https, not verified',
    'http:// asked': TLS_ONLY,
    'https:// asked': words,
    'https:// asked and forced': 'https, not verified',
    localhost: 'https, not verified',
    'localhost, CA given': words,
    'kubeconfig insecure': 'https, not verified',
    'kubeconfig insecure, CA given': words,
    nothing: words,
  };
}

const good: Row = {
  'CA given': 'https, verified',
  forced: 'https, verified',
  'http:// asked': TLS_ONLY,
  'https:// asked': 'https, verified',
  'https:// asked and forced': 'https, verified',
  localhost: 'https, verified',
  'localhost, CA given': 'https, verified',
  // An insecure kubeconfig has no authority, and this machine knows nothing of the cluster's.
  'kubeconfig insecure': 'https, not verified',
  'kubeconfig insecure, CA given': 'https, verified',
  nothing: 'https, verified',
};
const plainHttp: Row = {
  'CA given': PLAIN_ONLY,
  forced: 'http',
  'http:// asked': 'http',
  'https:// asked': PLAIN_ONLY,
  'https:// asked and forced': PLAIN_ONLY,
  localhost: 'http',
  'localhost, CA given': PLAIN_ONLY,
  'kubeconfig insecure': 'http',
  'kubeconfig insecure, CA given': PLAIN_ONLY,
  nothing: PLAIN_ONLY,
};

/** A server, and everything that a client told it. */
interface Observed {
  readonly port: number;
  readonly paths: string[];
  readonly headers: string[];
  close(): Promise<void>;
}

async function listening(server: Server): Promise<{ port: number; close(): Promise<void> }> {
  const sockets = new Set<Socket>();
  server.on('connection', (socket) => {
    sockets.add(socket);
    socket.on('error', () => {}).once('close', () => sockets.delete(socket));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  const close = () =>
    new Promise<void>((resolve) => {
      server.close(() => resolve());
      for (const socket of sockets) socket.destroy();
    });
  return { port, close };
}

async function serving(
  issued: Issued | undefined,
  plainHttpAnswer: PlainHttpAnswer = 'notice',
): Promise<Observed> {
  const paths: string[] = [];
  const headers: string[] = [];
  const answer = (request: IncomingMessage, response: ServerResponse) => {
    paths.push(`${request.method} ${request.url}`);
    headers.push(...request.rawHeaders);
    response.end();
  };
  const server = issued
    ? createHttpsServer({ cert: issued.certificate, key: issued.key }, answer).on('tlsClientError', () => {})
    : createHttpServer(answer).on('clientError', (_error, socket) =>
        socket.end('HTTP/1.1 400 Bad Request\r\n\r\n'),
      );
  const listener = listenerFor(server, issued !== undefined, plainHttpAnswer);
  return { ...(await listening(listener)), paths, headers };
}

/** Takes connections and ends them: at once, or when the client has said something. */
async function hangingUp(when: 'at once' | 'in the handshake'): Promise<Observed> {
  const server = createServer((socket) => {
    if (when === 'at once') socket.destroy();
    else socket.once('data', () => socket.destroy());
  });
  return { ...(await listening(server)), paths: [], headers: [] };
}

describe('TLS of a registry', () => {
  let folder: string;
  let authority: Authority;
  let cluster: MiniCluster;
  const sessions: ApiSession[] = [];
  let secureSession: ApiSession;
  let insecureSession: ApiSession;
  let token: string;

  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'tls-table-'));
    authority = await createAuthority('cluster authority');
    cluster = await startCluster({ authority });
    const sessionOf = async (kubeconfig: string) => {
      const config = await loadKubeconfig({ explicitPath: kubeconfig, env: {}, homeDir: folder });
      const session = await openSession(resolveContext(config, {}), { version: 'test', env: {} });
      sessions.push(session);
      return session;
    };
    secureSession = await sessionOf(await cluster.writeKubeconfig(folder));
    insecureSession = await sessionOf(
      await cluster.writeKubeconfig(folder, { insecure: true, fileName: 'insecure' }),
    );
    token = (await secureSession.bearerToken()) ?? '';
    assert.notEqual(token, '');
  });
  after(async () => {
    await Promise.all(sessions.map((session) => session.close()));
    await cluster.close();
    await rm(folder, { recursive: true, force: true });
  });

  const issue = (by: Authority, more: { notBefore?: Date; notAfter?: Date; hosts?: string[] } = {}) =>
    by.issue({ commonName: 'registry', hosts: [NAME, 'localhost'], ...more });

  const SERVERS: readonly (readonly [string, () => Promise<Observed>, Row])[] = [
    ['a good certificate', async () => serving(await issue(authority)), good],
    [
      'a good certificate, and a TLS alert for plain HTTP',
      async () => serving(await issue(authority), 'alert'),
      { ...good, 'http:// asked': /^malformed HTTP response "\\x15\\x03\\x01\\x00\\x02\\x02\\x16"$/ },
    ],
    [
      'a certificate of an intermediate that is sent along',
      async () => serving(await issue(await authority.issueAuthority('intermediate'))),
      good,
    ],
    [
      'a certificate of an unknown authority',
      async () => serving(await issue(await createAuthority('somebody else'))),
      refused(
        /^x509: certificate signed by unknown authority \(UNABLE_TO_(VERIFY_LEAF_SIGNATURE|GET_ISSUER_CERT_LOCALLY)\)$/,
      ),
    ],
    [
      'an expired certificate',
      async () =>
        serving(
          await issue(authority, {
            notBefore: new Date(Date.now() - 2 * DAY),
            notAfter: new Date(Date.now() - DAY),
          }),
        ),
      refused(/^x509: certificate has expired \(CERT_HAS_EXPIRED\)$/),
    ],
    [
      'a certificate that is not yet valid',
      async () => serving(await issue(authority, { notBefore: new Date(Date.now() + DAY) })),
      refused(/^x509: certificate is not yet valid \(CERT_NOT_YET_VALID\)$/),
    ],
    [
      'a certificate for another name',
      async () => serving(await issue(authority, { hosts: ['other.example.com', '192.0.2.7'] })),
      refused(
        /^x509: certificate is valid for other\.example\.com, 192\.0\.2\.7, not (registry\.example\.com|localhost) \(ERR_TLS_CERT_ALTNAME_INVALID\)$/,
      ),
    ],
    [
      'a certificate whose intermediate is not sent',
      async () => {
        const issued = await issue(await authority.issueAuthority('intermediate'));
        const [leaf = ''] = issued.certificate.split(/(?<=-----END CERTIFICATE-----\n?)/);
        return serving({ ...issued, certificate: leaf });
      },
      refused(
        /^x509: certificate signed by unknown authority \(UNABLE_TO_(VERIFY_LEAF_SIGNATURE|GET_ISSUER_CERT_LOCALLY)\)$/,
      ),
    ],
    [
      'a self-signed certificate',
      async () => serving(await createAuthority(NAME)),
      refused(/^x509: certificate signed by unknown authority \(DEPTH_ZERO_SELF_SIGNED_CERT\)$/),
    ],
    ['plain HTTP', () => serving(undefined), plainHttp],
    ['a connection that is closed at once', () => hangingUp('at once'), refusedAlways(CUT)],
    ['a connection that is closed in the handshake', () => hangingUp('in the handshake'), refusedAlways(CUT)],
  ];

  for (const [served, start, row] of SERVERS) {
    describe(served, () => {
      let server: Observed;
      before(async () => {
        server = await start();
      });
      after(() => server.close());

      for (const [circumstance, outcome] of Object.entries(row) as [Circumstance, Outcome][]) {
        it(`${circumstance}: ${outcome instanceof RegExp ? 'fails' : outcome}`, async () => {
          server.paths.length = 0;
          server.headers.length = 0;
          const met = await tried(server.port, circumstance);
          if (outcome instanceof RegExp) {
            assert.ok(met instanceof RegistryNotFoundError, `${JSON.stringify(met)} in place of ${outcome}`);
            assertRefusal(met, outcome);
            // Behind a certificate that isn't accepted nothing is said at all, not even a path.
            if (outcome.source.includes('x509')) assert.deepEqual(server.paths, []);
          } else {
            assert.equal(met instanceof Error ? met.message : met.way, outcome);
            assert.deepEqual(server.paths, ['GET /']);
          }
          assert.doesNotMatch(server.headers.join('\n'), /authorization/i);
          assert.doesNotMatch(server.headers.join('\n'), new RegExp(token));
        });
      }
    });
  }

  function assertRefusal(error: RegistryNotFoundError, words: RegExp): void {
    assert.match(
      error.message,
      /^error communicating with registry: (\[?Get https?:\/\/|unexpected status: 400 Bad Request\nTried, in this order:\n)/,
    );
    assert.equal(error.tried.length, 1);
    assert.equal(error.tried[0]?.outcome, 'refuted');
    assert.match(inEnglish(error.tried[0]?.why ?? ''), words);
    // The next step stands on a line of its own, and an authority is offered where one is missing.
    assert.ok(error.message.includes('\n'));
    assert.equal(error.offer !== undefined, words.source.includes('unknown authority'));
    assert.ok(!error.message.includes(token));
  }

  /** How the registry is found at a port, or the error where it isn't. The authority of the good one is what is given. */
  async function tried(port: number, circumstance: Circumstance): Promise<{ way: string } | Error> {
    const said: {
      authority?: boolean;
      forceInsecure?: boolean;
      scheme?: string;
      host?: string;
      insecure?: boolean;
    } = CIRCUMSTANCES[circumstance];
    const question: RegistryQuestion = {
      given: parseRegistryUrl(`${said.scheme ?? ''}${said.host ?? NAME}:${port}`),
      youngestManaged: null,
      repositories: [],
      authority: said.authority ? authority.certificate : undefined,
      forceInsecure: said.forceInsecure ?? false,
      openTunnel: () => assert.fail('a tunnel was opened'),
    };
    try {
      const found = await findRegistry(said.insecure ? insecureSession : secureSession, question, {
        lookup: toLoopback,
        env: {},
      });
      await found.close();
      const { scheme, verified } = found.connection.attempt;
      const source = said.authority ? 'file' : said.insecure ? 'machine' : 'kubeconfig';
      assert.equal(found.authoritySource, verified ? source : 'none');
      return { way: scheme === 'http' ? 'http' : verified ? 'https, verified' : 'https, not verified' };
    } catch (error) {
      if (error instanceof RegistryNotFoundError) return error;
      throw error;
    }
  }
});

function refusedAlways(words: RegExp): Row {
  const circumstances = Object.keys(CIRCUMSTANCES) as Circumstance[];
  return Object.fromEntries(circumstances.map((one) => [one, words])) as Row;
}

const toLoopback: LookupFunction = (_hostname, options, callback) => {
  if (options.all) callback(null, [{ address: '127.0.0.1', family: 4 }]);
  else callback(null, '127.0.0.1', 4);
};
