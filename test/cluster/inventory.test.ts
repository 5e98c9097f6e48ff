import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { text } from 'node:stream/consumers';
import { after, afterEach, before, beforeEach, describe, it } from 'node:test';
import { continueTokenOf } from '../../src/cluster/inventory/list-head.ts';
import {
  type InventoryRequest,
  type Progress,
  takeInventory,
} from '../../src/cluster/inventory/take-inventory.ts';
import { loadKubeconfig } from '../../src/cluster/kubeconfig/load-kubeconfig.ts';
import { resolveContext } from '../../src/cluster/kubeconfig/resolve-context.ts';
import { Planner } from '../../src/cluster/planner/planner.ts';
import type { ApiSession } from '../../src/cluster/session/api-session.ts';
import { openSession } from '../../src/cluster/session/open-session.ts';
import { resolveOptions } from '../../src/engine/options.ts';
import { inEnglish } from '../../src/engine/said.ts';
import { type MiniCluster, startCluster } from './miniature.ts';
import { seedOf } from './seeds/seeded.ts';
import { threeTeams } from './seeds/three-teams.ts';

const THREAD = new URL('../../src/cluster/planner/planner-thread.ts', import.meta.url);
const NOW = Date.parse('2026-01-01T00:00:00Z');
const QUICK = { attempts: 4, firstDelayMs: 1, longestDelayMs: 5 };

describe('the inventory of a cluster', () => {
  let cluster: MiniCluster;
  let folder: string;
  let kubeconfig: string;
  const sessions: ApiSession[] = [];
  const planners: Planner[] = [];

  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'image-hygiene-inventory-'));
    cluster = await startCluster({ seed: seedOf(threeTeams, { now: new Date(NOW) }) });
    kubeconfig = await cluster.writeKubeconfig(folder);
  });
  after(async () => {
    await cluster.close();
    await rm(folder, { recursive: true, force: true });
  });
  beforeEach(() => cluster.faults.clear());
  afterEach(async () => {
    await Promise.all([
      ...sessions.splice(0).map((one) => one.close()),
      ...planners.splice(0).map((one) => one.close()),
    ]);
  });

  async function sessionAs(context: string): Promise<ApiSession> {
    const config = await loadKubeconfig({ explicitPath: kubeconfig, env: {}, homeDir: folder });
    const session = await openSession(resolveContext(config, { context }), { version: 'test', env: {} });
    sessions.push(session);
    return session;
  }

  async function planAs(context: string, request: Partial<InventoryRequest> = {}) {
    const planner = new Planner(THREAD);
    planners.push(planner);
    const asked = { namespace: null, referrersEverywhere: true, retry: QUICK, ...request };
    await takeInventory(await sessionAs(context), planner, asked);
    const options = resolveOptions({ namespace: asked.namespace ?? undefined });
    const summary = await planner.plan(options, NOW, null);
    return { planner, summary, json: await text(Readable.from(planner.part('json'))) };
  }

  it('is the same in pages of any size', async () => {
    const whole = await planAs('admin');
    const paged = await planAs('admin', { pageSize: 3 });
    assert.equal(paged.json, whole.json);
    assert.equal(whole.summary.complete, true);
    assert.ok(whole.summary.counts.images > 0);
  });

  it('begins a list again when its continue token has expired', async () => {
    const whole = await planAs('admin');
    const fault = cluster.faults.add({
      path: /\/images\?.*continue=/,
      action: { kind: 'expireContinue' },
      count: 2,
      skip: 3,
    });
    const again = await planAs('admin', { pageSize: 5 });
    assert.equal(fault.hits, 2);
    assert.equal(again.json, whole.json);
  });

  it('says why a list can’t be had in words that can be said in another language', async () => {
    cluster.faults.add({ path: /\/limitranges/, action: { kind: 'reset' } });
    const { summary } = await planAs('admin');
    const [missing = assert.fail()] = summary.missing;
    assert.deepEqual([missing.resource, missing.cause], ['limitranges', 'failed']);
    assert.match(missing.message, /the connection was cut \(/);
    assert.equal(inEnglish(missing.words ?? ''), missing.message);
    assert.match(missing.words?.english ?? '', /^The API server \{0\}/);
  });

  it('gives a list up whose tokens expire again and again, and says so', async () => {
    cluster.faults.add({ path: /\/images\?.*continue=/, action: { kind: 'expireContinue' } });
    const { summary } = await planAs('admin', { pageSize: 5 });
    assert.ok(summary.missing.some(({ resource, cause }) => resource === 'images' && cause === 'failed'));
    assert.equal(summary.complete, false);
    // Without the images nothing may be called missing, let alone removed.
    assert.equal(summary.counts.tagItems, 0);
  });

  it('asks for compressed pages with a limit, and never for resourceVersion=0', async () => {
    const start = cluster.requests.length;
    await planAs('admin');
    const lists = cluster.requests.slice(start).filter((request) => !request.path.endsWith('/v1'));
    assert.ok(lists.length >= 14);
    for (const list of lists) {
      const query = JSON.stringify(list.query);
      assert.match(query, /limit/);
      assert.doesNotMatch(query, /resourceVersion/);
      assert.match(list.userAgent ?? '', /^image-hygiene\//);
    }
  });

  it('reports progress for every list up to its end', async () => {
    const last = new Map<string, Progress>();
    await planAs('admin', { pageSize: 10, onProgress: (progress) => last.set(progress.resource, progress) });
    assert.equal(last.size, 14);
    for (const progress of last.values()) assert.equal(progress.state, 'done', progress.resource);
    assert.equal(last.get('images')?.items, 72);
    assert.ok((last.get('images')?.wireBytes ?? 0) > 1000);
  });

  it('waits as long as the server asks, and gives up in the end', async () => {
    const fault = cluster.faults.add({ path: /\/pods\?/, action: { kind: 'status', code: 500 } });
    const { summary } = await planAs('admin');
    assert.equal(fault.hits, QUICK.attempts);
    assert.deepEqual(
      summary.missing.map((list) => list.resource),
      ['pods'],
    );
  });

  it('can be cancelled', async () => {
    const fault = cluster.faults.add({ path: /\/images\?/, action: { kind: 'hang' } });
    const abort = new AbortController();
    const taken = planAs('admin', { signal: abort.signal });
    await fault.struck();
    abort.abort(new Error('enough'));
    await assert.rejects(taken, /enough/);
  });

  it('shows a developer the namespace they may read, marked as incomplete', async () => {
    const { summary, json } = await planAs('developer', { namespace: 'shop' });
    assert.equal(summary.complete, false);
    assert.ok(summary.missing.some((list) => list.resource === 'images' && list.cause === 'forbidden'));
    assert.ok(summary.missing.some((list) => list.resource === 'pods'));
    assert.match(json, /"name":"storefront"/);
    // Pods of the namespace itself were seen all the same.
    assert.match(json, /storefront-7c9d5/);
  });

  it('fails as a whole where the credential is refused', async () => {
    cluster.faults.add({ path: /\/pods\?/, action: { kind: 'status', code: 401 } });
    await assert.rejects(planAs('admin'), /401/);
  });
});

describe('the head of a list', () => {
  const page = (head: string) => Buffer.from(`{"kind":"List","metadata":{${head}},"items":[{"a":1}]}`);
  it('holds the continue token', () => {
    assert.equal(continueTokenOf(page('"continue":"abc","resourceVersion":"1"')), 'abc');
    assert.equal(continueTokenOf(page('"resourceVersion":"1"')), '');
    assert.equal(continueTokenOf(page('"continue":""')), '');
  });
  it('does not tell where the items come first', () => {
    assert.equal(continueTokenOf(Buffer.from('{"items":[],"metadata":{"continue":"abc"}}')), undefined);
    assert.equal(continueTokenOf(Buffer.from('not json "items":')), undefined);
  });
});
