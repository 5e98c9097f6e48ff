import assert from 'node:assert/strict';
import { describe, it, type TestContext } from 'node:test';
import { ApiError } from '../../src/cluster/session/api-error.ts';
import { backOff } from '../../src/cluster/watch/back-off.ts';
import { Settling } from '../../src/cluster/watch/settling.ts';
import { verbatim } from '../../src/engine/said.ts';
import { Freshness } from '../../src/prune/guard/freshness.ts';
import { GuardLostError, GuardStartError } from '../../src/prune/guard/guard-errors.ts';

const forbidden = new ApiError(verbatim('The API server answered 403.'), {
  status: 403,
  verb: 'list',
  path: '/api/v1/pods',
  serverMessage: 'pods is forbidden: User "dev" cannot list resource "pods"',
});

describe('the view', () => {
  function freshness(restoreWithinMs: number) {
    const told: string[] = [];
    let hour = 0;
    const view = new Freshness({
      restoreWithinMs,
      now: () => `${hour++} o’clock`,
      onLoss: ({ resource, since, cause }) => told.push(`lost ${resource} ${since} ${cause}`),
      onRestored: ({ resource, since }) => told.push(`restored ${resource} ${since}`),
    });
    return { view, told };
  }

  it('is whole while no part is behind', async () => {
    const { view } = freshness(60_000);
    await view.whole();
    view.stale('pods', undefined);
    view.stale('jobs', new Error('cut'));
    let whole = false;
    const waiting = view.whole().then(() => {
      whole = true;
    });
    view.fresh('pods');
    await new Promise((resolve) => setImmediate(resolve));
    assert.equal(whole, false);
    view.fresh('jobs');
    await waiting;
  });

  it('is lost when a part stays behind for too long, and found again when it is restored', async () => {
    const { view } = freshness(20);
    view.stale('pods', new Error('first'));
    view.stale('pods', new Error('last'));
    const isLost = (error: unknown) => {
      assert.ok(error instanceof GuardLostError);
      assert.match(error.message, /^What happens to pods could not be followed since 0 o’clock, .* last$/);
      assert.deepEqual(
        error.losses.map(({ resource, since }) => [resource, since]),
        [['pods', '0 o’clock']],
      );
      return true;
    };
    await assert.rejects(view.whole(), isLost);
    await assert.rejects(view.whole(), isLost);
    view.fresh('pods');
    await view.whole();
  });

  it('counts the time from when each part fell behind', async () => {
    const { view } = freshness(60_000);
    view.stale('pods', undefined);
    view.fresh('pods');
    view.stale('pods', undefined);
    const waiting = view.whole();
    view.fresh('pods');
    await waiting;
  });

  it('tells of a failure once, and of nothing where a watch is only made anew', () => {
    const { view, told } = freshness(60_000);
    view.stale('pods', undefined);
    view.fresh('pods');
    view.stale('jobs', undefined);
    view.stale('jobs', new Error('cut'));
    view.stale('jobs', new Error('cut again'));
    view.fresh('jobs');
    view.fresh('jobs');
    assert.deepEqual(told, ['lost jobs 1 o’clock Error: cut', 'restored jobs 1 o’clock']);
  });

  it('ends for whoever waits and whoever asks', async () => {
    const { view } = freshness(60_000);
    view.stale('pods', undefined);
    const waiting = view.whole();
    view.end(new Error('enough'));
    await assert.rejects(waiting, /enough/);
    view.fresh('pods');
    await assert.rejects(view.whole(), /enough/);
  });
});

describe('a guard that cannot begin', () => {
  it('says what it could not see, and that nothing was changed', () => {
    const error = new GuardStartError('pods', forbidden);
    assert.match(error.message, /^Nothing was changed: pods can’t be listed, .* answered 403\.$/);
    assert.deepEqual(error.list, {
      resource: 'pods',
      cause: 'forbidden',
      message: 'pods is forbidden: User "dev" cannot list resource "pods"',
    });
    assert.equal(new GuardStartError('jobs', new Error('cut')).list.cause, 'failed');
  });
});

describe('the wait after failures', () => {
  const policy = { attempts: 1, firstDelayMs: 100, longestDelayMs: 30_000 };
  const busy = (retryAfterSeconds: number) =>
    new ApiError(verbatim('busy'), {
      status: 429,
      retryAfterSeconds,
      verb: 'watch',
      path: '/',
      serverMessage: '',
    });

  it('doubles, give or take a quarter, up to the longest', () => {
    for (let failures = 1; failures <= 12; failures++) {
      const middle = 100 * 2 ** (failures - 1);
      const wait = backOff(policy, failures, new Error('cut'));
      assert.ok(
        wait >= Math.min(0.75 * middle, 30_000) && wait <= Math.min(1.25 * middle, 30_000),
        `${wait}`,
      );
    }
    assert.equal(backOff(policy, 2_000), 30_000);
  });

  it('is what the server asks for, up to the longest', () => {
    assert.equal(backOff(policy, 1, busy(7)), 7_000);
    assert.equal(backOff(policy, 5, busy(0)), 0);
    assert.equal(backOff(policy, 1, busy(600)), 30_000);
  });
});

describe('a stream that catches up', () => {
  function settling(t: TestContext) {
    t.mock.timers.enable({ apis: ['setTimeout'] });
    const seen = { times: 0 };
    const stream = new Settling(() => {
      seen.times++;
    });
    return { stream, seen, pass: (milliseconds: number) => t.mock.timers.tick(milliseconds) };
  }

  it('has done so once nothing comes any more', (t) => {
    const { stream, seen, pass } = settling(t);
    for (let piece = 0; piece < 5; piece++) {
      pass(60);
      stream.again();
    }
    assert.equal(seen.times, 0);
    pass(100);
    assert.equal(seen.times, 1);
    stream.again();
    pass(10_000);
    assert.equal(seen.times, 1);
  });

  it('has done so after two seconds at the latest', (t) => {
    const { stream, seen, pass } = settling(t);
    for (let piece = 0; piece < 39; piece++) {
      pass(50);
      stream.again();
    }
    assert.equal(seen.times, 0);
    pass(50);
    assert.equal(seen.times, 1);
  });

  it('has not done so where it ends before', (t) => {
    const { stream, seen, pass } = settling(t);
    stream.stop();
    stream.again();
    pass(10_000);
    assert.equal(seen.times, 0);
  });
});
