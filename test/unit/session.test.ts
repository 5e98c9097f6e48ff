import assert from 'node:assert/strict';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { gzipSync } from 'node:zlib';
import type { TargetCluster, TargetUser } from '../../src/cluster/kubeconfig/cluster-target.ts';
import { Secret } from '../../src/cluster/kubeconfig/secret.ts';
import {
  ApiError,
  ClusterUnreachableError,
  type RequestLogEntry,
} from '../../src/cluster/session/api-session.ts';
import { apiCall } from '../../src/cluster/session/api-status.ts';
import type { SessionOptions } from '../../src/cluster/session/open-session.ts';
import { retryAfterSeconds } from '../../src/cluster/session/retry-after.ts';
import { type Answer, answerJson, openTestSession, startServer, targetOf, until } from './session-server.ts';

let folder = '';
before(async () => {
  folder = await mkdtemp(join(tmpdir(), 'session-'));
});
after(() => rm(folder, { recursive: true }));

interface Given {
  cluster?: Partial<TargetCluster>;
  user?: Partial<TargetUser>;
  options?: Partial<SessionOptions>;
  path?: string;
}

/** A server on plain HTTP and a session with it, both gone after the test. */
async function sessionWith(t: { after(end: () => Promise<void>): void }, answer: Answer, given: Given = {}) {
  const server = await startServer(answer);
  const target = targetOf(server.url + (given.path ?? ''), given.cluster, given.user);
  const session = await openTestSession(target, given.options);
  t.after(async () => {
    await session.close();
    await server.close();
  });
  return { server, session };
}

const unreachable = (kind: string, message: RegExp) => (error: unknown) => {
  assert.ok(error instanceof ClusterUnreachableError, String(error));
  assert.equal(error.kind, kind, error.message);
  assert.match(error.message, message);
  assert.match(error.message, /context “lab”/);
  return true;
};

describe('a request', () => {
  test('carries our name, the query, a body as JSON and who we are', async (t) => {
    let received = '';
    const { server, session } = await sessionWith(
      t,
      (request, response) => {
        request.on('data', (chunk) => {
          received += chunk;
        });
        request.on('end', () => answerJson({ ok: true }, 201)(request, response));
      },
      {
        path: '/k8s/clusters/c-1',
        user: {
          token: new Secret('tok'),
          impersonate: { user: 'bob', groups: ['g1', 'g2'], extra: { 'a/b': ['x'] } },
        },
      },
    );
    const answer = await session.json({
      method: 'POST',
      path: '/api/v1/pods',
      query: { dryRun: 'All', labelSelector: 'a in (b, c)', limit: undefined },
      headers: { 'X-Own': 'yes' },
      body: { kind: 'Pod' },
    });
    assert.deepEqual(answer, { ok: true });
    const [request] = server.requests;
    assert.equal(request?.method, 'POST');
    assert.equal(request?.url, '/k8s/clusters/c-1/api/v1/pods?dryRun=All&labelSelector=a+in+%28b%2C+c%29');
    assert.equal(received, '{"kind":"Pod"}');
    const { headers } = request ?? { headers: {} };
    assert.equal(headers.authorization, 'Bearer tok');
    assert.equal(headers['user-agent'], 'image-hygiene/1.2.3');
    assert.equal(headers['content-type'], 'application/json');
    assert.equal(headers.accept, 'application/json');
    assert.equal(headers['accept-encoding'], 'gzip');
    assert.equal(headers['x-own'], 'yes');
    assert.equal(headers['impersonate-user'], 'bob');
    assert.equal(headers['impersonate-extra-a%2fb'], 'x');
    const groups = request?.rawHeaders.filter((_, index, all) => all[index - 1] === 'impersonate-group');
    assert.deepEqual(groups, ['g1', 'g2']);
  });

  test('a text with its own content type goes as it is', async (t) => {
    let received = '';
    const { server, session } = await sessionWith(t, (request, response) => {
      request.on('data', (chunk) => {
        received += chunk;
      });
      request.on('end', () => response.end());
    });
    const contentType = 'application/merge-patch+json';
    const request = { method: 'PATCH', path: '/x', body: '{"a":1}', contentType } as const;
    assert.equal(await session.json(request), undefined);
    assert.equal(received, '{"a":1}');
    assert.equal(server.requests[0]?.headers['content-type'], contentType);
  });

  test('keeps to its number of connections and uses them again', async (t) => {
    let waiting = 0;
    let most = 0;
    const { server, session } = await sessionWith(
      t,
      (_request, response) => {
        waiting += 1;
        most = Math.max(most, waiting);
        setImmediate(() => {
          waiting -= 1;
          response.end('{}');
        });
      },
      { options: { connections: 3 } },
    );
    await Promise.all(Array.from({ length: 40 }, () => session.json({ path: '/x' })));
    assert.ok(most <= 3, `${most} at once`);
    assert.ok(server.connections() <= 3, `${server.connections()} connections`);
  });

  test('ends when it is aborted, with the reason given', async (t) => {
    const { server, session } = await sessionWith(t, () => {});
    const controller = new AbortController();
    const waiting = session.json({ path: '/x', signal: controller.signal });
    await until('the request has arrived', () => server.requests.length === 1);
    const reason = new Error('enough');
    controller.abort(reason);
    await assert.rejects(waiting, (error) => error === reason);
    await assert.rejects(
      session.json({ path: '/x', signal: controller.signal }),
      (error) => error === reason,
    );
    assert.equal(server.requests.length, 1);
  });

  test('is logged without query and without secrets', async (t) => {
    const entries: RequestLogEntry[] = [];
    const options = { withLog: (entry: RequestLogEntry) => entries.push(entry) };
    const { server, session } = await sessionWith(t, answerJson({ a: 1 }), { options });
    await session.json({ path: '/x?token=s3cret', query: { q: 's3cret' } });
    await server.close();
    await assert.rejects(session.json({ method: 'DELETE', path: '/y' }));
    assert.deepEqual(
      entries.map(({ ms, ...entry }) => entry),
      [
        { method: 'GET', path: '/x', status: 200, bytes: 7 },
        { method: 'DELETE', path: '/y', status: 0, bytes: 0 },
      ],
    );
    assert.ok(entries.every(({ ms }) => Number.isInteger(ms)));
  });

  test('is refused after the session was closed, and broken off by it', async (t) => {
    const { server, session } = await sessionWith(t, () => {});
    const waiting = assert.rejects(session.json({ path: '/x' }), unreachable('closed', /has been closed/));
    await until('the request has arrived', () => server.requests.length === 1);
    await session.close();
    await waiting;
    await assert.rejects(session.json({ path: '/x' }), unreachable('closed', /has been closed/));
  });

  test('carries no credential in clear text over the network', async () => {
    const session = await openTestSession(targetOf('http://api.lab:1', {}, { token: new Secret('tok') }));
    await assert.rejects(session.json({ path: '/x' }), { problem: 'clear-text', message: /plain HTTP/ });
    await session.close();
  });
});

describe('an answer', () => {
  const text = JSON.stringify({
    items: Array.from({ length: 500 }, (_, index) => ({ name: `item-${index}` })),
  });
  const zipped = gzipSync(text);
  const compressed: Answer = (_request, response) => {
    response.writeHead(200, { 'content-encoding': 'gzip', 'content-length': zipped.length }).end(zipped);
  };

  test('comes decompressed, with its size on the wire', async (t) => {
    const { session } = await sessionWith(t, compressed);
    const answer = await session.bytes({ path: '/x' });
    assert.equal(answer.body.toString(), text);
    assert.equal(answer.wireBytes, zipped.length);
  });

  test('comes as sent from send', async (t) => {
    const { server, session } = await sessionWith(t, compressed);
    const answer = await session.send({ path: '/x', gzip: true });
    assert.deepEqual(Buffer.concat(await answer.body.toArray()), zipped);
    await session.send({ path: '/x' }).then(({ body }) => body.resume());
    assert.deepEqual(
      server.requests.map(({ headers }) => headers['accept-encoding']),
      ['gzip', undefined],
    );
  });

  test('a stream that is left ends the request', async (t) => {
    let ended = false;
    const { session } = await sessionWith(t, (_request, response) => {
      response.writeHead(200).write('x');
      response.on('close', () => {
        ended = true;
      });
    });
    const { body } = await session.send({ path: '/x' });
    body.destroy();
    await until('the server sees it', () => ended);
  });

  const broken: Record<string, [answer: Answer, message: RegExp]> = {
    'shorter than Content-Length': [
      (_request, response) => {
        response.writeHead(200, { 'content-length': 100 });
        response.write('{}', () => response.destroy());
      },
      /gave no whole answer|cut|shorter/,
    ],
    'with its last chunk missing': [
      (_request, response) => {
        response.writeHead(200, { 'transfer-encoding': 'chunked' });
        response.write('{}', () => response.destroy());
      },
      /cut/,
    ],
    'whose gzip ends too early': [
      (_request, response) => {
        const half = zipped.subarray(0, zipped.length - 20);
        response.writeHead(200, { 'content-encoding': 'gzip', 'content-length': half.length }).end(half);
      },
      /cut short or damaged/,
    ],
    'whose gzip is damaged': [
      (_request, response) => response.writeHead(200, { 'content-encoding': 'gzip' }).end('not gzip'),
      /cut short or damaged/,
    ],
    'in an unknown encoding': [
      (_request, response) => response.writeHead(200, { 'content-encoding': 'br' }).end('x'),
      /unknown content-encoding br/,
    ],
  };
  for (const [what, [answer, message]] of Object.entries(broken)) {
    test(`${what} is an error`, async (t) => {
      const { session } = await sessionWith(t, answer);
      await assert.rejects(session.bytes({ path: '/x' }), (error: unknown) => {
        assert.ok(error instanceof ClusterUnreachableError, String(error));
        assert.match(error.message, message);
        return true;
      });
    });
  }

  test('cut short is an error in the stream too', async (t) => {
    const { session } = await sessionWith(t, (_request, response) => {
      response.writeHead(200, { 'content-length': 100 });
      response.write('{}', () => response.destroy());
    });
    const { body } = await session.send({ path: '/x' });
    await assert.rejects(body.toArray(), ClusterUnreachableError);
  });

  test("that isn't JSON is an error that says what it is", async (t) => {
    const { session } = await sessionWith(t, (_request, response) =>
      response.writeHead(200, { 'content-type': 'text/html' }).end('<html>'),
    );
    await assert.rejects(session.json({ path: '/x' }), /isn’t JSON but text\/html/);
  });

  test('that does not come, or stops, is an error after the timeout', async (t) => {
    const { session } = await sessionWith(t, (request, response) => {
      if (request.url === '/stops') response.writeHead(200).write('{');
    });
    await assert.rejects(
      session.bytes({ path: '/never', headersTimeoutMs: 50 }),
      unreachable('timeout', /didn’t answer in time/),
    );
    await assert.rejects(
      session.bytes({ path: '/stops', bodyTimeoutMs: 50 }),
      unreachable('timeout', /stopped half-way/),
    );
  });
});

describe('a refusal', () => {
  test('speaks in the words of the server', async (t) => {
    const message =
      'pods is forbidden: User "developer" cannot list resource "pods" in API group "" at the cluster scope';
    const status = { kind: 'Status', status: 'Failure', message, reason: 'Forbidden', code: 403 };
    const { session } = await sessionWith(t, answerJson(status, 403));
    await assert.rejects(session.json({ path: '/api/v1/pods' }), (error: unknown) => {
      assert.ok(error instanceof ApiError);
      const { status: code, reason, verb, path, resource, serverMessage } = error;
      assert.deepEqual(
        { code, reason, verb, path, resource, serverMessage },
        {
          code: 403,
          reason: 'Forbidden',
          verb: 'list',
          path: '/api/v1/pods',
          resource: 'pods',
          serverMessage: message,
        },
      );
      assert.equal(
        error.message,
        `The API server of the context “lab” answered 403 Forbidden to list pods: ${message}. Ask for the right to do that, or use another user.`,
      );
      return true;
    });
  });

  test('tells how long to wait', async (t) => {
    const { session } = await sessionWith(t, (_request, response) =>
      response.writeHead(429, { 'retry-after': '7' }).end('too many'),
    );
    await assert.rejects(session.json({ path: '/x' }), {
      status: 429,
      retryAfterSeconds: 7,
      serverMessage: 'too many',
    });
  });

  test('that is a page is not quoted, and our token neither', async (t) => {
    const { session } = await sessionWith(
      t,
      (request, response) =>
        request.url === '/page'
          ? response.writeHead(502, { 'content-type': 'text/html' }).end('<html>')
          : response.writeHead(400).end(`bad header ${request.headers.authorization}`),
      { user: { token: new Secret('s3cret') } },
    );
    await assert.rejects(session.json({ path: '/page' }), {
      serverMessage: 'a page of HTML, not an answer of the API',
    });
    await assert.rejects(session.json({ path: '/x' }), { serverMessage: 'bad header Bearer [redacted]' });
  });

  test('verbs and resources are those of RBAC', () => {
    const said = (path: string, method?: 'POST' | 'PUT' | 'DELETE' | 'PATCH', query = {}) => {
      const { verb, resource } = apiCall({ path, method, query });
      return `${verb} ${resource}`;
    };
    assert.equal(said('/api/v1/namespaces'), 'list namespaces');
    assert.equal(said('/api/v1/namespaces/a'), 'get namespaces');
    assert.equal(said('/api/v1/namespaces/a/finalize', 'PUT'), 'update namespaces/finalize');
    assert.equal(said('/api/v1/namespaces/a/pods?limit=1'), 'list pods');
    assert.equal(said('/api/v1/pods', undefined, { watch: 'true' }), 'watch pods');
    assert.equal(
      said('/apis/image.openshift.io/v1/namespaces/a/imagestreams/b/status', 'PUT'),
      'update imagestreams.image.openshift.io/status',
    );
    assert.equal(
      said('/apis/image.openshift.io/v1/images/sha256:1', 'DELETE'),
      'delete images.image.openshift.io',
    );
    assert.equal(said('/api/v1/pods', 'DELETE'), 'deletecollection pods');
    assert.equal(said('/version'), 'get undefined');
  });

  test('Retry-After is seconds or a date', () => {
    const now = Date.parse('2026-01-01T00:00:00Z');
    assert.equal(retryAfterSeconds('120', now), 120);
    assert.equal(retryAfterSeconds(' 0 ', now), 0);
    assert.equal(retryAfterSeconds('Thu, 01 Jan 2026 00:00:10 GMT', now), 10);
    assert.equal(retryAfterSeconds('Thu, 01 Jan 2025 00:00:10 GMT', now), 0);
    for (const nonsense of [undefined, '', '-5', '1.5', 'soon', 'Thu, nonsense']) {
      assert.equal(retryAfterSeconds(nonsense, now), undefined);
    }
  });
});

describe('credentials', () => {
  const knowing =
    (...tokens: string[]): Answer =>
    (request: IncomingMessage, response: ServerResponse) => {
      const known = tokens.some((token) => request.headers.authorization === `Bearer ${token}`);
      answerJson({ known }, known ? 200 : 401)(request, response);
    };

  test('user name and password', async (t) => {
    const basic = { username: 'me', password: new Secret('p:w') };
    const { server, session } = await sessionWith(t, answerJson({}), { user: { basic } });
    await session.json({ path: '/x' });
    const expected = `Basic ${Buffer.from('me:p:w').toString('base64')}`;
    assert.equal(server.requests[0]?.headers.authorization, expected);
    assert.equal(await session.bearerToken(), undefined);
  });

  test('a token file is read again after a minute, and when its token is refused', async (t) => {
    const tokenFile = join(folder, 'token');
    await writeFile(tokenFile, 'one\n');
    let now = 0;
    const valid = ['one'];
    const { server, session } = await sessionWith(t, (...args) => knowing(...valid)(...args), {
      user: { tokenFile, token: new Secret('initial') },
      options: { now: () => now },
    });
    await session.json({ path: '/x' });
    await writeFile(tokenFile, 'two');
    valid.push('two');
    now = 59_000;
    await session.json({ path: '/x' });
    now = 60_000;
    await session.json({ path: '/x' });
    await writeFile(tokenFile, 'three');
    valid.splice(0, valid.length, 'three');
    await session.json({ path: '/x' });
    assert.deepEqual(
      server.requests.map(({ headers }) => headers.authorization?.slice(7)),
      ['one', 'one', 'two', 'two', 'three'],
    );
    assert.equal(await session.bearerToken(), 'three');
    await rm(tokenFile);
    now = 600_000;
    assert.equal(await session.bearerToken(), 'three');
  });

  test('a token file that is missing is an error that names it', async (t) => {
    const { session } = await sessionWith(t, answerJson({}), { user: { tokenFile: join(folder, 'none') } });
    await assert.rejects(session.json({ path: '/x' }), {
      problem: 'unreadable-file',
      message: /The token file .*none of the user “dev” can’t be read \(ENOENT\)/,
    });
  });

  test('a 401 without another credential stays one, after one request', async (t) => {
    const { server, session } = await sessionWith(t, knowing('other'), {
      user: { token: new Secret('mine') },
    });
    await assert.rejects(session.json({ path: '/x' }), { status: 401, message: /Log in again/ });
    assert.equal(server.requests.length, 1);
  });

  test('a burst of 401s asks the plugin once and repeats each request once', async (t) => {
    const runs = join(folder, 'runs');
    await writeFile(runs, '');
    const program = `
      const { appendFileSync, readFileSync } = require('node:fs');
      appendFileSync(${JSON.stringify(runs)}, 'x');
      const token = 'token-' + readFileSync(${JSON.stringify(runs)}, 'utf8').length;
      const apiVersion = 'client.authentication.k8s.io/v1';
      console.log(JSON.stringify({ kind: 'ExecCredential', apiVersion, status: { token } }));`;
    const exec = {
      apiVersion: 'client.authentication.k8s.io/v1',
      command: process.execPath,
      args: [new Secret('-e'), new Secret(program)],
      env: [],
      provideClusterInfo: false,
      interactiveMode: 'Never',
    } as const;
    const { server, session } = await sessionWith(t, knowing('token-2'), { user: { exec } });
    const bodies = await Promise.all(
      Array.from({ length: 20 }, () => session.json({ method: 'POST', path: '/x', body: { a: 1 } })),
    );
    assert.equal(bodies.length, 20);
    assert.equal(server.requests.length, 40);
    assert.equal(await session.bearerToken(), 'token-2');
    const refused = await sessionWith(t, knowing('never'), { user: { exec } });
    await assert.rejects(refused.session.json({ path: '/x' }), { status: 401 });
    assert.equal(refused.server.requests.length, 2);
  });

  test('an abort does not wait for a plugin, which others may wait for', async (t) => {
    const exec = {
      apiVersion: 'client.authentication.k8s.io/v1',
      command: process.execPath,
      args: [new Secret('-e'), new Secret('setInterval(() => {}, 1000)')],
      env: [],
      provideClusterInfo: false,
      interactiveMode: 'Never',
    } as const;
    const { session } = await sessionWith(t, answerJson({}), { user: { exec } });
    const controller = new AbortController();
    const waiting = session.json({ path: '/x', signal: controller.signal });
    const other = assert.rejects(session.bearerToken(), { problem: 'command-failed' });
    controller.abort(new Error('enough'));
    await assert.rejects(waiting, /enough/);
    await session.close();
    await other;
  });
});

describe('a server that cannot be reached', () => {
  test('because nothing listens there', async () => {
    const server = await startServer(answerJson({}));
    await server.close();
    const session = await openTestSession(targetOf(server.url));
    await assert.rejects(session.json({ path: '/x' }), (error: unknown) => {
      unreachable(
        'refused',
        /nothing accepts connections on 127\.0\.0\.1:\d+ \(ECONNREFUSED\)\. Check/,
      )(error);
      assert.ok(error instanceof ClusterUnreachableError && error.cause instanceof Error);
      assert.equal(error.code, 'ECONNREFUSED');
      assert.equal(error.server, server.url);
      return true;
    });
    await session.close();
  });

  test('because its name means nothing', async () => {
    const session = await openTestSession(targetOf('https://nowhere.invalid:6443'));
    await assert.rejects(
      session.json({ path: '/x' }),
      unreachable('name', /the name nowhere\.invalid can’t be resolved/),
    );
    await session.close();
  });

  test('because it cuts the connection', async (t) => {
    const { session } = await sessionWith(t, (request) => request.socket.destroy());
    await assert.rejects(session.json({ path: '/x' }), unreachable('network', /the connection was cut/));
  });

  test('because it does not speak TLS', async (t) => {
    const server = await startServer(answerJson({}));
    const session = await openTestSession(
      targetOf(server.url.replace('http:', 'https:'), { insecureSkipTlsVerify: true }),
    );
    t.after(async () => {
      await session.close();
      await server.close();
    });
    await assert.rejects(session.json({ path: '/x' }), unreachable('tls', /doesn’t speak TLS as expected/));
  });
});
