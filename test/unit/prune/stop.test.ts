import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { NotTriedError } from '../../../src/prune/carry-out.ts';
import { Stop } from '../../../src/prune/effects/server.ts';

describe('a stop', () => {
  const lost = new Error('the server is lost');

  it('has the first reason', () => {
    const stop = new Stop();
    assert.equal(stop.cause, undefined);
    stop.now(lost);
    stop.now(new Error('something later'));
    assert.equal(stop.cause, lost);
  });

  it('ends the wait for what may never come', async () => {
    const stop = new Stop();
    const waits = Array.from({ length: 64 }, () => stop.unless(() => new Promise(() => {})));
    stop.now(lost);
    for (const wait of waits) {
      await assert.rejects(wait, (error) => error instanceof NotTriedError && error.cause === lost);
    }
    await assert.rejects(
      stop.unless(() => assert.fail('nothing is begun any more')),
      NotTriedError,
    );
  });

  it('is nothing to what comes before it', async () => {
    const stop = new Stop();
    await stop.unless(async () => {});
    const failure = new Error('the guard is lost');
    await assert.rejects(
      stop.unless(() => Promise.reject(failure)),
      failure,
    );
    assert.equal(stop.cause, undefined);
  });
});
