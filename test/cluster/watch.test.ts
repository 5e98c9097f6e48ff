import assert from 'node:assert/strict';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { afterEach, describe, it } from 'node:test';
import { ApiError, type ApiSession, ClusterUnreachableError } from '../../src/cluster/session/api-session.ts';
import { MalformedListError } from '../../src/cluster/watch/list-pages.ts';
import { type WatchedList, type WatchListRequest, watchList } from '../../src/cluster/watch/watch-list.ts';
import { textAt } from '../../src/engine/shape.ts';
import { openTestSession, startServer, type TestServer, targetOf } from '../unit/session-server.ts';
import { until } from './client.ts';

const PATH = '/api/v1/pods';
const QUICK = { attempts: 3, firstDelayMs: 1, longestDelayMs: 5 };

const pod = (name: string, version: string) => ({ metadata: { name, resourceVersion: version } });
const event = (type: string, name: string, version: string) =>
  `${JSON.stringify({ type, object: { kind: 'Pod', ...pod(name, version) } })}\n`;
const status = (code: number, reason: string) => ({
  kind: 'Status',
  code,
  reason,
  message: `because of ${reason}`,
});
const expired = `${JSON.stringify({ type: 'ERROR', object: status(410, 'Expired') })}\n`;

interface Asked {
  query: URLSearchParams;
  response: ServerResponse;
  /** Milliseconds, by performance.now(). */
  at: number;
}

/** A server that says what the test tells it to: lists as they are given, watches piece by piece. */
class ScriptedServer {
  readonly lists: Asked[] = [];
  readonly watches: Asked[] = [];
  /** Answers a list; the default is one page that names the number of the list. */
  list: (asked: Asked, number: number) => void = ({ response }, number) =>
    answer(response, 200, page([pod(`listed-${number}`, '1')], `${number}00`));
  /** Answers a watch; by default it is accepted and stays silent. */
  watch: (asked: Asked, number: number) => void = ({ response }) => accept(response);

  readonly handle = (request: IncomingMessage, response: ServerResponse) => {
    const query = new URL(request.url ?? '/', 'http://server').searchParams;
    const asked = { query, response, at: performance.now() };
    if (query.has('watch')) this.watch(asked, this.watches.push(asked));
    else this.list(asked, this.lists.push(asked));
  };

  /** The watch of a number from 1, once it has been asked for. */
  async watched(number: number): Promise<Asked> {
    const asked = await until(
      () => this.watches[number - 1],
      (found) => found !== undefined,
    );
    assert.ok(asked);
    return asked;
  }
}

function page(items: unknown[] | null, resourceVersion: string, token?: string) {
  return { kind: 'PodList', metadata: { resourceVersion, continue: token }, items };
}

function answer(response: ServerResponse, code: number, body: unknown, headers: Record<string, string> = {}) {
  response.writeHead(code, { 'content-type': 'application/json', ...headers });
  response.end(JSON.stringify(body));
}

function accept(response: ServerResponse) {
  response.writeHead(200, { 'content-type': 'application/json' });
  response.flushHeaders();
}

/** Keeps what it is handed, in order: `+name` listed, `ADDED name`, `fresh`, `stale`, `stale: why`. */
class Recorder {
  readonly told: string[] = [];
  refuses = '';

  onItems(items: readonly unknown[]) {
    for (const item of items) this.#tell('+', item);
  }
  onChanges(changes: readonly { type: string; object: unknown }[]) {
    for (const { type, object } of changes) this.#tell(`${type} `, object);
  }
  onFresh() {
    this.told.push('fresh');
  }
  onStale(cause: unknown) {
    this.told.push(
      cause === undefined ? 'stale' : `stale: ${cause instanceof Error ? cause.message : cause}`,
    );
  }
  #tell(how: string, object: unknown) {
    const name = textAt((object as { metadata: unknown }).metadata, 'name');
    if (name === this.refuses) throw new Error(`${name} is malformed`);
    this.told.push(`${how}${name}`);
  }

  has(what: string | RegExp) {
    const fits = (line: string) => (typeof what === 'string' ? line === what : what.test(line));
    return until(
      () => this.told,
      (told) => told.some(fits),
    );
  }
  /** What was told of objects. */
  get objects() {
    return this.told.filter((line) => !/^(fresh|stale)/.test(line));
  }
}

describe('a list that is followed', { timeout: 120_000 }, () => {
  const open: { server: TestServer; session: ApiSession; abort: AbortController; list?: WatchedList }[] = [];
  afterEach(async () => {
    for (const { server, session, abort, list } of open.splice(0)) {
      abort.abort(new Error('the test is over'));
      await list?.ended;
      await session.close();
      await server.close();
    }
  });

  async function follow(
    script: ScriptedServer,
    { recorder = new Recorder(), ...more }: Partial<WatchListRequest> & { recorder?: Recorder } = {},
  ) {
    const server = await startServer(script.handle);
    const session = await openTestSession(targetOf(server.url));
    const abort = new AbortController();
    const opened: (typeof open)[number] = { server, session, abort };
    open.push(opened);
    const request = { path: PATH, signal: abort.signal, retry: QUICK, ...more };
    const list = await watchList(session, request, recorder);
    opened.list = list;
    return { ...opened, list, recorder };
  }

  it('is listed in pages and then watched from the version they show', async () => {
    const script = new ScriptedServer();
    script.list = ({ query, response }) => {
      const second = query.get('continue') === 'next';
      answer(response, 200, second ? page([pod('b', '2')], '77') : page([pod('a', '1')], '77', 'next'));
    };
    const { list, recorder } = await follow(script, { pageSize: 1 });
    assert.deepEqual(recorder.told, ['+a', '+b']);
    assert.deepEqual(
      script.lists.map(({ query }) => query.toString()),
      ['limit=1', 'limit=1&continue=next'],
    );
    const { query, response } = await script.watched(1);
    assert.equal(query.get('resourceVersion'), '77');
    assert.equal(query.get('allowWatchBookmarks'), 'true');
    const seconds = Number(query.get('timeoutSeconds'));
    assert.ok(Number.isInteger(seconds) && seconds >= 30 && seconds <= 45, `${seconds}`);
    await recorder.has('fresh');
    response.write(event('ADDED', 'c', '78') + event('MODIFIED', 'c', '79'));
    response.write(event('DELETED', 'a', '80'));
    await recorder.has('DELETED a');
    assert.deepEqual(recorder.told, ['+a', '+b', 'fresh', 'ADDED c', 'MODIFIED c', 'DELETED a']);
    assert.equal(list.mode, 'watch');
  });

  it('is told apart wherever the pieces of the stream end', async () => {
    const script = new ScriptedServer();
    const bytes = Buffer.from(event('ADDED', 'größe-図書館-🗑', '101') + event('ADDED', 'end', '102'));
    script.watch = async ({ response }) => {
      accept(response);
      for (const byte of bytes) await new Promise((next) => response.write(Buffer.from([byte]), next));
    };
    const { recorder } = await follow(script);
    await recorder.has('ADDED end');
    assert.deepEqual(recorder.objects, ['+listed-1', 'ADDED größe-図書館-🗑', 'ADDED end']);
  });

  it('goes on from the last version when a watch has ended as agreed', async () => {
    const script = new ScriptedServer();
    const { recorder } = await follow(script);
    const first = await script.watched(1);
    first.response.end(event('ADDED', 'a', '101'));
    const second = await script.watched(2);
    assert.equal(second.query.get('resourceVersion'), '101');
    const bookmark = { type: 'BOOKMARK', object: { kind: 'Pod', metadata: { resourceVersion: '150' } } };
    second.response.end(`${JSON.stringify(bookmark)}\n`);
    const third = await script.watched(3);
    assert.equal(third.query.get('resourceVersion'), '150');
    await recorder.has('fresh');
    assert.equal(script.lists.length, 1);
    assert.deepEqual(
      recorder.told.filter((line) => line.startsWith('stale:')),
      [],
    );
  });

  it('goes on from the last version when the connection breaks', async () => {
    const script = new ScriptedServer();
    const { recorder } = await follow(script);
    const { response } = await script.watched(1);
    response.write(event('ADDED', 'a', '101'));
    await recorder.has('ADDED a');
    response.destroy();
    assert.equal((await script.watched(2)).query.get('resourceVersion'), '101');
    await recorder.has(/^stale: .*cut/);
    await until(
      () => recorder.told.at(-1),
      (last) => last === 'fresh',
    );
    assert.equal(script.lists.length, 1);
  });

  it('is listed again where its version has expired, in the stream or in the answer', async () => {
    const script = new ScriptedServer();
    script.watch = ({ response }, number) => {
      if (number === 1) {
        accept(response);
        response.end(event('ADDED', 'a', '101') + expired);
      } else if (number === 2) answer(response, 410, status(410, 'Gone'));
      else accept(response);
    };
    const { recorder } = await follow(script);
    await recorder.has('fresh');
    assert.deepEqual(
      script.watches.map(({ query }) => query.get('resourceVersion')),
      ['100', '200', '300'],
    );
    assert.deepEqual(recorder.objects, ['+listed-1', 'ADDED a', '+listed-2', '+listed-3']);
    assert.ok(recorder.told.some((line) => /^stale: .*410 Expired.*watch pods/.test(line)));
  });

  it('is listed again where the server gives up for another reason, or what it sends is no watch', async () => {
    for (const [sent, why] of [
      [`${JSON.stringify({ type: 'ERROR', object: status(500, 'InternalError') })}\n`, /500 InternalError/],
      ['{"kind":"PodList","items":[]}\n', /no watch event/],
      [event('ADDED', 'a', '101').slice(0, -9), /in the middle of an event/],
    ] as const) {
      const script = new ScriptedServer();
      script.watch = ({ response }, number) => {
        accept(response);
        if (number === 1) response.end(sent);
      };
      const { recorder } = await follow(script);
      await recorder.has('fresh');
      assert.deepEqual(recorder.objects, ['+listed-1', '+listed-2'], sent);
      assert.ok(recorder.told.some((line) => line.startsWith('stale: ') && why.test(line)));
    }
  });

  it('is listed again where its reader refuses what came', async () => {
    const script = new ScriptedServer();
    const recorder = new Recorder();
    recorder.refuses = 'bad';
    script.watch = ({ response }, number) => {
      accept(response);
      if (number === 1) response.write(event('ADDED', 'bad', '101'));
    };
    await follow(script, { recorder });
    await recorder.has('fresh');
    assert.deepEqual(recorder.told, ['+listed-1', 'stale: bad is malformed', '+listed-2', 'fresh']);
  });

  it('survives a server that is busy, and lists that fail on the way', async () => {
    const script = new ScriptedServer();
    script.watch = ({ response }, number) => {
      if (number <= 2) answer(response, 429, status(429, 'TooManyRequests'), { 'retry-after': '1' });
      else if (number === 3) answer(response, 410, status(410, 'Expired'));
      else accept(response);
    };
    const normal = script.list;
    script.list = (asked, number) => {
      // More than one list's attempts.
      if (number > 1 && number <= 1 + 2 * QUICK.attempts) answer(asked.response, 503, {});
      else normal(asked, number);
    };
    const { recorder } = await follow(script);
    await recorder.has('fresh');
    assert.deepEqual(
      script.watches.map(({ query }) => query.get('resourceVersion')),
      ['100', '100', '100', '800'],
    );
    assert.ok(recorder.told.some((line) => /^stale: .*429/.test(line)));
    assert.ok(recorder.told.some((line) => /^stale: .*503/.test(line)));
  });

  it('doesn’t wait for ever for an answer, nor for the end of a watch', async () => {
    const script = new ScriptedServer();
    script.watch = ({ response }, number) => {
      // The first is never answered; the second never ends, though its time is up.
      if (number > 1) accept(response);
    };
    const { recorder } = await follow(script, { answerWithinMs: 50, watchSeconds: 1 });
    await recorder.has(/^stale: .*didn’t answer in time/);
    await recorder.has(/^stale: .*stopped half-way/);
    assert.equal(script.lists.length, 1);
  });

  it('is silent for as long as was agreed without being taken for broken', async () => {
    const script = new ScriptedServer();
    script.watch = ({ query, response }) => {
      accept(response);
      setTimeout(() => response.end(), Number(query.get('timeoutSeconds')) * 1000);
    };
    const { recorder } = await follow(script, { answerWithinMs: 1_000, watchSeconds: 1 });
    await script.watched(2);
    assert.deepEqual(recorder.told, ['+listed-1', 'fresh', 'stale']);
  });

  it('waits longer and longer where watches end at once', async () => {
    const script = new ScriptedServer();
    script.watch = ({ response }) => {
      accept(response);
      response.end();
    };
    const retry = { attempts: 1, firstDelayMs: 20, longestDelayMs: 10_000 };
    await follow(script, { retry });
    await script.watched(5);
    for (let number = 1; number < 5; number++) {
      const pause = (script.watches[number]?.at ?? 0) - (script.watches[number - 1]?.at ?? 0);
      assert.ok(pause >= 0.7 * 20 * 2 ** (number - 1), `${pause} ms before watch ${number + 1}`);
    }
  });

  it('is polled where it may not be watched, and only what has changed is handed over', async () => {
    const script = new ScriptedServer();
    script.watch = ({ response }) => answer(response, 403, status(403, 'Forbidden'));
    let second = [pod('b', '1')];
    script.list = ({ query, response }, number) => {
      const last = query.get('continue') === 'next';
      answer(response, 200, last ? page(second, `${number}`) : page([pod('a', '1')], `${number}`, 'next'));
    };
    const { list, recorder } = await follow(script, { pollMs: 1 });
    await until(
      () => script.lists.length,
      (lists) => lists > 8,
    );
    assert.equal(list.mode, 'poll');
    second = [pod('b', '1'), pod('c', '2')];
    await recorder.has('+c');
    assert.deepEqual(recorder.objects, ['+a', '+b', '+a', '+b', '+b', '+c']);
    assert.equal(script.watches.length, 1);
    const [first, ...others] = recorder.told.filter((line) => /fresh|stale/.test(line));
    assert.equal(first, 'stale');
    assert.ok(others.length > 2 && others.every((line) => line === 'fresh'));
  });

  it('is polled again after a poll has failed, and handed over what was missed', async () => {
    const script = new ScriptedServer();
    script.watch = ({ response }) => answer(response, 403, status(403, 'Forbidden'));
    const { recorder } = await follow(script, { pollMs: 1 });
    await recorder.has('fresh');
    const normal = script.list;
    script.list = ({ response }) => response.destroy();
    await recorder.has(/^stale: .*cut/);
    script.list = normal;
    const before = recorder.told.length;
    await until(
      () => recorder.told.slice(before),
      (told) => told.includes('fresh'),
    );
  });

  it('is taken for behind where a poll takes much longer than usual', async () => {
    const script = new ScriptedServer();
    script.watch = ({ response }) => answer(response, 403, status(403, 'Forbidden'));
    const { recorder } = await follow(script, { pollMs: 1 });
    await recorder.has('fresh');
    const held: Asked[] = [];
    const normal = script.list;
    script.list = (asked) => held.push(asked);
    await recorder.has(/^stale: .*\/api\/v1\/pods.*longer/);
    script.list = normal;
    const before = recorder.told.length;
    for (const asked of held) normal(asked, script.lists.length);
    await until(
      () => recorder.told.slice(before),
      (told) => told.includes('fresh'),
    );
  });

  it('is begun again where a continue token has expired, and given up where that goes on', async () => {
    const script = new ScriptedServer();
    let left = 3;
    script.list = ({ query, response }) => {
      if (query.get('continue') !== 'next') answer(response, 200, page([pod('a', '1')], '7', 'next'));
      else if (left-- > 0) answer(response, 410, status(410, 'Expired'));
      else answer(response, 200, page([pod('b', '2')], '7'));
    };
    const { recorder } = await follow(script);
    assert.deepEqual(recorder.objects, ['+a', '+a', '+a', '+a', '+b']);
    left = Number.POSITIVE_INFINITY;
    const isExpired = (error: unknown) => error instanceof ApiError && error.status === 410;
    await assert.rejects(follow(script), isExpired);
  });

  it('may not be there where its API may be disabled', async () => {
    const script = new ScriptedServer();
    script.list = ({ response }) => {
      response.writeHead(404);
      response.end('404 page not found\n');
    };
    const { list, recorder } = await follow(script, { mayBeDisabled: true });
    assert.deepEqual([list.mode, recorder.told], ['none', ['fresh']]);
    const isMissing = (error: unknown) => error instanceof ApiError && error.status === 404;
    await assert.rejects(follow(script), isMissing);
    assert.equal(script.watches.length, 0);
  });

  it('must be a list: nothing else is taken for an empty one', async () => {
    for (const body of [{}, [], null, { metadata: { resourceVersion: '7' } }, { items: [] }, page([], '')]) {
      const script = new ScriptedServer();
      script.list = ({ response }) => answer(response, 200, body);
      await assert.rejects(follow(script), MalformedListError, JSON.stringify(body));
    }
    const script = new ScriptedServer();
    script.list = ({ response }) => answer(response, 200, page(null, '7'));
    assert.deepEqual((await follow(script)).recorder.told, [], 'an empty list may be null');
  });

  it('fails where the first list fails after its retries', async () => {
    const script = new ScriptedServer();
    script.list = ({ response }) => response.destroy();
    await assert.rejects(follow(script), ClusterUnreachableError);
    assert.equal(script.lists.length, QUICK.attempts);
  });

  it('ends with the signal, and its connection with it', async () => {
    const script = new ScriptedServer();
    const { abort, list, recorder } = await follow(script);
    const { response } = await script.watched(1);
    await recorder.has('fresh');
    const closed = new Promise((resolve) => response.once('close', resolve));
    const before = recorder.told.length;
    abort.abort(new Error('enough'));
    await list.ended;
    await closed;
    assert.equal(recorder.told.length, before);
    assert.equal(script.watches.length, 1);
  });

  it('ends with the signal while it waits for the next poll or attempt', async () => {
    for (const code of [403, 500]) {
      const script = new ScriptedServer();
      script.watch = ({ response }) => answer(response, code, status(code, 'No'));
      const retry = { attempts: 1, firstDelayMs: 60_000, longestDelayMs: 60_000 };
      const { abort, list, recorder } = await follow(script, { pollMs: 60_000, retry });
      await recorder.has(code === 403 ? 'fresh' : /^stale: /);
      abort.abort(new Error('enough'));
      await list.ended;
    }
  });
});
