import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { ApiError, ClusterUnreachableError } from '../../../src/cluster/session/api-session.ts';
import { verbatim } from '../../../src/engine/said.ts';
import { NotTriedError } from '../../../src/prune/carry-out.ts';
import { Gate } from '../../../src/prune/effects/gate.ts';
import { type Patience, Server, ServerLostError, Stop } from '../../../src/prune/effects/server.ts';

const patience: Patience = { attempts: 3, firstDelayMs: 1, overloadMs: 1000, failuresInRow: 3 };

function apiError(status: number, retryAfterSeconds?: number): ApiError {
  const fields = { status, verb: 'delete', path: '/', serverMessage: '', retryAfterSeconds };
  return new ApiError(verbatim(`answered ${status}`), fields);
}

function unreachable(): ClusterUnreachableError {
  return new ClusterUnreachableError(verbatim('reset'), {
    kind: 'broken',
    server: 'https://x',
    context: 'x',
  });
}

function newServer(cancel?: AbortSignal) {
  const stop = new Stop();
  const gate = new Gate(4, 8);
  return { stop, gate, server: new Server(verbatim('the server'), gate, stop, cancel, patience) };
}

/** Fails with these errors, one after the other, and then succeeds. */
function failing(...errors: Error[]) {
  let calls = 0;
  const request = async () => {
    const error = errors[calls++];
    if (error) throw error;
    return 'done';
  };
  return { request, calls: () => calls };
}

describe('a server of a prune', () => {
  it('is asked again where that may help', async () => {
    const { server, stop } = newServer();
    let unclear = 0;
    const { request } = failing(apiError(500), unreachable());
    assert.equal(await server.ask(request, () => unclear++), 'done');
    assert.equal(unclear, 2);
    assert.equal(stop.cause, undefined);
  });

  it('is not asked again once it has refused', async () => {
    const { server } = newServer();
    const { request, calls } = failing(apiError(403));
    await assert.rejects(server.ask(request), /answered 403/);
    assert.equal(calls(), 1);
  });

  it('is given time where it has too much to do, as often as that takes', async () => {
    const { server, gate } = newServer();
    const { request, calls } = failing(...Array.from({ length: 4 }, () => apiError(429, 0)));
    assert.equal(await server.ask(request), 'done');
    assert.equal(calls(), 5);
    assert.ok(gate.limit < 4, `${gate.limit} at a time`);
  });

  it('has too much to do also where it says 503 and how long to wait', async () => {
    const { server } = newServer();
    const { request, calls } = failing(...Array.from({ length: 4 }, () => apiError(503, 0)));
    let unclear = 0;
    assert.equal(await server.ask(request, () => unclear++), 'done');
    assert.equal(calls(), 5, 'more often than it is asked again where it fails');
    assert.equal(unclear, 0);
  });

  it('is asked for less at a time where it doesn’t answer', async () => {
    const { server, gate } = newServer();
    await server.ask(failing(unreachable()).request);
    assert.equal(gate.limit, 2);
    await server.ask(failing(apiError(500)).request);
    assert.equal(gate.limit, 2, 'one request that fails is no reason');
  });

  it('is sent nothing any more that waits at the gate when the run stops', async () => {
    const stop = new Stop();
    const server = new Server(verbatim('the server'), new Gate(1, 1), stop, undefined, patience);
    const answer = Promise.withResolvers<string>();
    const first = server.ask(() => answer.promise);
    const { request, calls } = failing();
    const second = server.ask(request);
    await new Promise((resolve) => setImmediate(resolve));
    stop.now(new Error('the disk is full'));
    answer.resolve('done');
    assert.equal(await first, 'done');
    await assert.rejects(second, NotTriedError);
    assert.equal(calls(), 0);
  });

  it('is not waited for where it asks for that while the run is cancelled', async () => {
    const abort = new AbortController();
    const { server, stop } = newServer(abort.signal);
    const { request, calls } = failing(apiError(429, 0), apiError(429, 0));
    abort.abort();
    await assert.rejects(server.ask(request), /answered 429/);
    assert.equal(calls(), 1);
    assert.equal(stop.cause, undefined);
  });

  it('fails a request that waited for too long', async () => {
    const { server, stop } = newServer();
    const { request } = failing(apiError(429, 2));
    await assert.rejects(server.ask(request), /answered 429/);
    assert.equal(stop.cause, undefined);
  });

  it('is lost where nothing gets through any more: the run stops, and nothing else is tried', async () => {
    const { server, stop } = newServer();
    const { request, calls } = failing(unreachable(), unreachable(), unreachable());
    await assert.rejects(server.ask(request), NotTriedError);
    assert.equal(calls(), 3);
    assert.ok(stop.cause instanceof ServerLostError);
    assert.match(stop.cause.message, /^the server doesn’t answer any more \(reset\)$/);
    const other = failing();
    await assert.rejects(server.ask(other.request), NotTriedError);
    assert.equal(other.calls(), 0);
  });

  it('is not lost where only one request never gets through', async () => {
    const { server, stop } = newServer();
    const { request } = failing(unreachable(), unreachable(), unreachable());
    const poisoned = server.ask(request);
    await server.ask(failing().request);
    await assert.rejects(poisoned, /reset/);
    assert.equal(stop.cause, undefined);
  });

  it('is lost where too many requests in a row fail', async () => {
    const { server, stop } = newServer();
    const always500 = () => Promise.reject(apiError(500));
    await assert.rejects(server.ask(always500), /answered 500/);
    await assert.rejects(server.ask(always500), /answered 500/);
    await assert.rejects(server.ask(always500), NotTriedError);
    assert.match(stop.cause?.message ?? '', /failed at 3 requests in a row/);
  });

  it('is lost where it doesn’t accept the credential', async () => {
    const { server, stop } = newServer();
    await assert.rejects(server.ask(failing(apiError(401)).request), NotTriedError);
    assert.match(stop.cause?.message ?? '', /doesn’t accept the credential any more/);
  });

  it('is not waited for once the run is cancelled', async () => {
    const abort = new AbortController();
    const { server, stop } = newServer(abort.signal);
    const { request, calls } = failing(apiError(500), apiError(500));
    abort.abort();
    await assert.rejects(server.ask(request), /answered 500/);
    assert.equal(calls(), 1);
    assert.equal(stop.cause, undefined);
  });
});

describe('a gate', () => {
  /** Work that stays inside until it is let out. */
  function held() {
    let inside = 0;
    let most = 0;
    const exits: (() => void)[] = [];
    const work = async () => {
      inside++;
      most = Math.max(most, inside);
      await new Promise<void>((resolve) => exits.push(resolve));
      inside--;
    };
    return { work, exits, inside: () => inside, most: () => most };
  }
  const settled = () => new Promise((resolve) => setImmediate(resolve));

  it('lets through as many as it begins with, and the next as one leaves', async () => {
    const gate = new Gate(2, 2);
    const { work, exits, inside } = held();
    const all = Array.from({ length: 3 }, () => gate.pass(work));
    await settled();
    assert.equal(inside(), 2);
    exits.shift()?.();
    await settled();
    assert.equal(inside(), 2);
    for (const exit of exits) exit();
    await settled();
    for (const exit of exits) exit();
    await Promise.all(all);
  });

  it('grows while it is full and all goes well, up to its most', async () => {
    const gate = new Gate(2, 6);
    const worker = async () => {
      for (let round = 0; round < 20; round++) await gate.pass(settled);
    };
    await Promise.all(Array.from({ length: 10 }, worker));
    assert.equal(gate.limit, 6);
  });

  it('grows more slowly once the server has had too much', async () => {
    const gate = new Gate(8, 64);
    gate.cut(0);
    assert.equal(gate.limit, 4);
    const worker = async () => {
      for (let round = 0; round < 4; round++) await gate.pass(settled);
    };
    await Promise.all(Array.from({ length: 4 }, worker));
    // Sixteen passes: by a half for each it would be twelve, by one for each time that all of it was used, it is less.
    assert.ok(gate.limit > 4 && gate.limit < 9, `${gate.limit}`);
  });

  it('halves at an overload, once for all that complain together, and holds everything back', async () => {
    const gate = new Gate(8, 8);
    gate.cut(30);
    gate.cut(20);
    assert.equal(gate.limit, 4);
    const asked = performance.now();
    const entered = await gate.pass(async () => performance.now());
    assert.ok(entered - asked >= 25, `entered after ${entered - asked} ms`);
  });

  it('holds nothing back any more in a hurry', { timeout: 20_000 }, async () => {
    const hurry = new AbortController();
    const gate = new Gate(8, 8, hurry.signal);
    gate.cut(60_000);
    let isIn = false;
    const passing = gate.pass(async () => {
      isIn = true;
    });
    await settled();
    assert.equal(isIn, false);
    hurry.abort();
    await passing;
    gate.cut(60_000);
    await gate.pass(settled);
  });

  it('never closes altogether', () => {
    const gate = new Gate(2, 8);
    for (let round = 0; round < 10; round++) gate.cut(0);
    assert.equal(gate.limit, 1);
  });
});
