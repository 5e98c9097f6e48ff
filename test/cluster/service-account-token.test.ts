import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, it } from 'node:test';
import { inspect } from 'node:util';
import { loadKubeconfig } from '../../src/cluster/kubeconfig/load-kubeconfig.ts';
import { resolveContext } from '../../src/cluster/kubeconfig/resolve-context.ts';
import {
  InvalidServiceAccountNameError,
  parseServiceAccountName,
  ServiceAccountTokenError,
  serviceAccountToken,
  type TokenOptions,
} from '../../src/cluster/service-account-token.ts';
import { ApiError, type ApiSession } from '../../src/cluster/session/api-session.ts';
import { openSession } from '../../src/cluster/session/open-session.ts';
import { type MiniCluster, startCluster } from './miniature.ts';
import { seedOf } from './seeds/seeded.ts';

const PRUNER = { namespace: 'openshift-image-registry', name: 'pruner' };
const TOKEN_PATH = '/api/v1/namespaces/openshift-image-registry/serviceaccounts/pruner/token';
const QUICK = { attempts: 2, firstDelayMs: 1, longestDelayMs: 5 };
const MINUTE = 60_000;

describe('tokens of a ServiceAccount', () => {
  let cluster: MiniCluster;
  let folder: string;
  let now: Date;
  const sessions: ApiSession[] = [];

  beforeEach(async () => {
    now = new Date('2026-01-01T00:00:00Z');
    folder = await mkdtemp(join(tmpdir(), 'image-hygiene-token-'));
    cluster = await startCluster({ seed: seedOf({ projects: [], orphans: [] }, { now }), clock: () => now });
  });
  afterEach(async () => {
    await Promise.all(sessions.splice(0).map((one) => one.close()));
    await cluster.close();
    await rm(folder, { recursive: true, force: true });
  });

  async function sourceAs(context: string, account = PRUNER, options: TokenOptions = {}) {
    const path = await cluster.writeKubeconfig(folder);
    const config = await loadKubeconfig({ explicitPath: path, env: {}, homeDir: folder });
    const session = await openSession(resolveContext(config, { context }), { version: 'test', env: {} });
    sessions.push(session);
    return serviceAccountToken(session, account, { now: () => now, retry: QUICK, ...options });
  }

  const requests = () => cluster.requests.filter(({ path }) => path === TOKEN_PATH).length;
  const pass = (minutes: number) => {
    now = new Date(now.getTime() + minutes * MINUTE);
  };
  const userOf = (token: string) => cluster.accessOf(token)?.user.name;

  it('speak for the account, and are asked for when first needed', async () => {
    const source = await sourceAs('admin');
    assert.equal(requests(), 0);
    assert.equal(userOf(await source.current()), 'system:serviceaccount:openshift-image-registry:pruner');
    assert.equal(requests(), 1);
  });

  it('are kept until a fifth of their life is left, and good at any time', async () => {
    const source = await sourceAs('admin');
    const first = await source.current();
    pass(47);
    assert.equal(await source.current(), first);
    assert.equal(requests(), 1);
    pass(1);
    const second = await source.current();
    assert.notEqual(second, first);
    assert.equal(requests(), 2);
    pass(47);
    assert.equal(await source.current(), second);
    assert.ok(userOf(second));
  });

  it('are renewed in time by a clock that is hours off', async () => {
    const source = await sourceAs('admin', PRUNER, { now: () => new Date(now.getTime() + 300 * MINUTE) });
    const first = await source.current();
    assert.equal(await source.current(), first);
    pass(48);
    const second = await source.current();
    assert.notEqual(second, first);
    assert.ok(userOf(second));
  });

  it('are asked for once, however many need one', async () => {
    const source = await sourceAs('admin');
    const tokens = await Promise.all(Array.from({ length: 5 }, () => source.current()));
    assert.deepEqual([requests(), new Set(tokens).size], [1, 1]);
  });

  it('are renewed once when several are told that one was refused', async () => {
    const source = await sourceAs('admin');
    const refused = await source.current();
    cluster.tokens.revoke(refused);
    const together = await Promise.all([source.renew(refused), source.renew(refused), source.current()]);
    // One who hears of it later.
    const later = await source.renew(refused);
    assert.deepEqual([...new Set([...together, later])].length, 1);
    assert.notEqual(later, refused);
    assert.ok(userOf(later));
    assert.equal(requests(), 2);
    assert.notEqual(await source.renew(), later);
    assert.equal(requests(), 3);
  });

  it('serve on while they last, where they can’t be renewed just now', async () => {
    const source = await sourceAs('admin');
    const first = await source.current();
    cluster.faults.add({ path: /\/token$/, action: { kind: 'status', code: 503 } });
    pass(50);
    assert.equal(await source.current(), first);
    cluster.faults.clear();
    cluster.faults.add({ path: /\/token$/, action: { kind: 'forbidden' } });
    await assert.rejects(source.current(), ServiceAccountTokenError);
    cluster.faults.clear();
    cluster.faults.add({ path: /\/token$/, action: { kind: 'status', code: 503 } });
    pass(10);
    await assert.rejects(source.current(), ApiError);
    cluster.faults.clear();
    assert.ok(userOf(await source.current()));
  });

  it('that were refused are not served on', async () => {
    const source = await sourceAs('admin');
    const first = await source.current();
    cluster.faults.add({ path: /\/token$/, action: { kind: 'status', code: 503 } });
    pass(50);
    const results = await Promise.allSettled([source.current(), source.renew(first)]);
    assert.deepEqual(
      results.map(({ status }) => status),
      ['rejected', 'rejected'],
    );
  });

  it('survive a connection that breaks', async () => {
    const fault = cluster.faults.add({ path: /\/token$/, action: { kind: 'resetMidBody' }, count: 1 });
    const source = await sourceAs('admin');
    assert.ok(userOf(await source.current()));
    assert.equal(fault.hits, 1);
  });

  it('need an account, and say how to make one that may prune', async () => {
    const source = await sourceAs('admin', { namespace: 'default', name: 'tidy' });
    await assert.rejects(source.current(), (error: unknown) => {
      assert.ok(error instanceof ServiceAccountTokenError);
      assert.equal(error.kind, 'not-found');
      assert.match(error.message, /^There is no ServiceAccount tidy in the namespace default of https:/);
      assert.match(error.message, /oc create serviceaccount tidy -n default && /);
      assert.match(
        error.message,
        /oc adm policy add-cluster-role-to-user system:image-pruner system:serviceaccount:default:tidy$/,
      );
      return true;
    });
  });

  it('need a right, and say which', async () => {
    const source = await sourceAs('pruner');
    await assert.rejects(source.current(), (error: unknown) => {
      assert.ok(error instanceof ServiceAccountTokenError);
      assert.equal(error.kind, 'forbidden');
      assert.match(error.message, /^The user pruner may not ask for a token/);
      assert.match(error.message, /create of serviceaccounts\/token/);
      return true;
    });
    // The right may have come meanwhile.
    await assert.rejects(source.current(), ServiceAccountTokenError);
    assert.equal(requests(), 2);
  });

  it('can be cancelled', async () => {
    const hanging = cluster.faults.add({ path: /\/token$/, action: { kind: 'hang' } });
    const abort = new AbortController();
    const source = await sourceAs('admin', PRUNER, { signal: abort.signal });
    const waiting = source.current();
    await hanging.struck();
    abort.abort(new Error('enough'));
    await assert.rejects(waiting, /^Error: enough$/);
  });

  it('are shown by nothing', async () => {
    const source = await sourceAs('admin');
    const token = await source.current();
    const shown = inspect(source, { depth: 9, showHidden: true }) + JSON.stringify(source);
    assert.ok(!shown.includes(token));
    cluster.faults.add({ path: /\/token$/, action: { kind: 'status', code: 500, message: 'no' } });
    await assert.rejects(source.renew(token), (error: unknown) => {
      assert.ok(!inspect(error, { depth: 9 }).includes(token));
      return true;
    });
  });

  it('that make no sense are refused without being shown', async () => {
    const source = await sourceAs('admin');
    const session = sessions[0];
    assert.ok(session);
    const odd = (answer: unknown) =>
      serviceAccountToken(
        { ...session, target: session.target, server: session.server, json: async () => answer },
        PRUNER,
      );
    const spec = { expirationSeconds: 3600 };
    const broken = { spec, status: { token: 'two\nlines-of-secret' } };
    for (const answer of [
      {},
      { spec, status: {} },
      broken,
      { status: { token: 'secret', expirationTimestamp: 'never' } },
    ]) {
      await assert.rejects(odd(answer).current(), (error: unknown) => {
        assert.ok(error instanceof ServiceAccountTokenError);
        assert.equal(error.kind, 'answer');
        assert.doesNotMatch(inspect(error), /secret/);
        return true;
      });
    }
    assert.ok(await source.current());
  });
});

describe('the name of a ServiceAccount', () => {
  it('is written as namespace/name, or as the user that it is', () => {
    assert.deepEqual(parseServiceAccountName('openshift-image-registry/pruner'), PRUNER);
    assert.deepEqual(
      parseServiceAccountName('system:serviceaccount:openshift-image-registry:pruner'),
      PRUNER,
    );
    assert.deepEqual(parseServiceAccountName('a/b.c-d'), { namespace: 'a', name: 'b.c-d' });
  });

  it('says what is wrong with it', () => {
    for (const [text, why] of [
      ['pruner', /"pruner": it is not a namespace and a name\. Write it as <namespace>\/<name>, such as/],
      ['', /it is not a namespace and a name/],
      ['a/b/c', /it is not a namespace and a name/],
      ['/pruner', /it is not a namespace and a name/],
      ['system:serviceaccount:pruner', /it is not a namespace and a name/],
      ['Shop/pruner', /"Shop" can’t be the name of a namespace/],
      ['a.b/pruner', /"a\.b" can’t be the name of a namespace/],
      ['shop/Pruner', /"Pruner" can’t be the name of a ServiceAccount/],
      [`shop/${'a.'.repeat(127)}a`, /can’t be the name of a ServiceAccount/],
    ] as const) {
      assert.throws(
        () => parseServiceAccountName(text),
        (error: unknown) => {
          assert.ok(error instanceof InvalidServiceAccountNameError, text);
          assert.match(error.message, why);
          return true;
        },
      );
    }
  });
});
