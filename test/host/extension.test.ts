import assert from 'node:assert/strict';
import { copyFile, readFile, rm, writeFile } from 'node:fs/promises';
import { delimiter, dirname, join } from 'node:path';
import { after, before, describe, it } from 'mocha';
import * as vscode from 'vscode';
import { COMMANDS } from '../../src/host/manifest.ts';
import type { Services } from '../../src/host/services.ts';

const ID = 'cluster-image-hygiene.cluster-image-hygiene';
const SLOTS = ['undici.globalDispatcher.1', 'undici.globalDispatcher.2'].map((name) => Symbol.for(name));

function slots(): unknown[] {
  return SLOTS.map((slot) => Reflect.get(globalThis, slot));
}

/** Waits for an event that brings a state. */
function next<T>(event: vscode.Event<T>, wanted: (value: T) => boolean): Promise<T> {
  return new Promise((resolve) => {
    const subscription = event((value) => {
      if (!wanted(value)) return;
      subscription.dispose();
      resolve(value);
    });
  });
}

describe('the extension', () => {
  let services: Services;
  /** Makes a dry run by its command, and waits for its end. */
  const dryRun = async () => {
    const { dryRuns } = services;
    const ended = next(dryRuns.onDidChange, ({ kind }) => kind === 'done' || kind === 'failed');
    await vscode.commands.executeCommand(COMMANDS.dryRun);
    return ended;
  };
  let slotsBefore: unknown[];

  before(async () => {
    const extension = vscode.extensions.getExtension<{ services: Services }>(ID);
    assert.ok(extension, 'the extension is not there');
    // Files come in the order of their names, and this has to be the first.
    assert.equal(extension.isActive, false, 'another test has activated it already');
    slotsBefore = slots();
    ({ services } = await extension.activate());
  });

  it('has activated without looking at a kubeconfig or a network', () => {
    assert.equal(services.contexts.state.kind, 'loading');
    assert.equal(services.dryRuns.state.kind, 'none');
  });

  it('has registered every command of its manifest', async () => {
    const known = new Set(await vscode.commands.getCommands(true));
    for (const id of Object.values(COMMANDS)) assert.ok(known.has(id), `${id} is not registered`);
  });

  it('reads the kubeconfig that the shell would', async () => {
    const state = await services.contexts.ready();
    assert.ok(state.kind === 'ready', JSON.stringify(state));
    assert.equal(state.target.context, 'admin');
    assert.equal(state.namespace, null);
  });

  it('makes a dry run off the main thread, with progress', async () => {
    const progress: string[] = [];
    const listening = services.dryRuns.onDidProgress(({ lists }) => {
      progress.push(...lists.filter((list) => list.state !== 'waiting').map((list) => list.resource));
    });
    const state = await dryRun();
    listening.dispose();
    assert.ok(state.kind === 'done', JSON.stringify(state));
    assert.equal(state.plan.summary.complete, true);
    assert.ok(state.plan.summary.counts.images > 0);
    assert.ok(progress.includes('images'), progress.join());
    const window = await state.plan.planner.rows(
      { search: '', verdict: 'prune', namespace: null, stream: null, reason: null, sort: null },
      0,
      10,
    );
    assert.equal(window.rows[0]?.verdict, 'prune');
  });

  it('makes a dry run by the size limit, whatever the settings keep', async () => {
    const ended = next(services.dryRuns.onDidChange, ({ kind }) => kind === 'done' || kind === 'failed');
    await vscode.commands.executeCommand(COMMANDS.dryRunBySize);
    const state = await ended;
    assert.ok(state.kind === 'done', JSON.stringify(state));
    const { pruneOverSizeLimit, keepTagRevisions, keepYoungerThanMs } = state.plan.summary.options;
    assert.equal(pruneOverSizeLimit, true);
    assert.deepEqual([keepTagRevisions, keepYoungerThanMs], [null, null]);
    assert.ok(state.plan.summary.counts.images > 0, 'the demo has images above the limit');
    await dryRun();
  });

  it('says what changed since the last dry run', async () => {
    const done = next(services.dryRuns.onDidChange, (state) => state.kind === 'done');
    await vscode.commands.executeCommand(COMMANDS.dryRun);
    const state = await done;
    assert.ok(state.kind === 'done');
    assert.equal(state.plan.changes?.newlyGoing, 0);
    assert.equal(state.plan.changes?.newImages, 0);
  });

  it('checks the registry, and says by what it was verified', async () => {
    const { state, authority, source } = await services.registry.check();
    assert.ok(state.kind === 'reached', JSON.stringify(state));
    assert.equal(state.tls, 'verified');
    assert.equal(state.mayPrune, true);
    assert.equal(authority, 'kubeconfig');
    assert.equal(source, 'youngestImage');
  });

  it('lets go of a plan when another context is chosen, and takes none back', async () => {
    assert.ok(services.dryRuns.plan);
    const file = process.env.KUBECONFIG ?? assert.fail('no KUBECONFIG');
    const written = await readFile(file, 'utf8');
    await services.contexts.chooseContext('developer');
    assert.equal(await readFile(file, 'utf8'), written, 'the kubeconfig is only read');
    assert.equal(services.dryRuns.plan, undefined);
    assert.deepEqual(services.dryRuns.state, { kind: 'none', why: 'contextChanged' });
    const state = services.contexts.state;
    assert.ok(state.kind === 'ready');
    assert.equal(state.target.user.name, 'developer');
  });

  it('shows a developer what they may see, and that it is not everything', async () => {
    const state = await dryRun();
    assert.ok(state.kind === 'done', JSON.stringify(state));
    assert.equal(state.plan.summary.complete, false);
    assert.ok(state.plan.summary.missing.some((list) => list.resource === 'pods'));
    await services.contexts.chooseContext(undefined);
  });

  describe('a kubeconfig that changes', () => {
    let path: string;
    let original: string;
    before(async () => {
      path = process.env.KUBECONFIG ?? assert.fail('no KUBECONFIG');
      original = await readFile(path, 'utf8');
    });
    after(async () => {
      const back = next(services.contexts.onDidChange, (state) => state.kind === 'ready');
      await writeFile(path, original);
      await back;
    });

    it('is read again when it is written, taken away, and brought back', async () => {
      await services.contexts.ready();
      const changed = next(services.contexts.onDidChange, () => true);
      await writeFile(path, original.replace(/^current-context: .*$/m, 'current-context: pruner'));
      const state = await changed;
      assert.ok(state.kind === 'ready', JSON.stringify(state));
      assert.equal(state.target.context, 'pruner');

      const gone = next(services.contexts.onDidChange, (now) => now.kind !== 'ready');
      const aside = join(dirname(path), 'aside');
      await copyFile(path, aside);
      await rm(path);
      assert.equal((await gone).kind, 'none');

      const back = next(services.contexts.onDidChange, (now) => now.kind === 'ready');
      await copyFile(aside, path);
      assert.equal((await back).kind, 'ready');

      const broken = next(services.contexts.onDidChange, (now) => now.kind === 'broken');
      await writeFile(path, 'contexts: [');
      assert.equal((await broken).kind, 'broken');
    });

    it('may be several files, each of them watched, also before it is there', async () => {
      const second = join(dirname(path), 'second');
      process.env.KUBECONFIG = `${path}${delimiter}${second}`;
      try {
        await writeFile(path, original.replace(/^current-context: .*$/m, ''));
        await services.contexts.reload();
        assert.equal(services.contexts.state.kind, 'none', 'no file names a context');

        const named = next(services.contexts.onDidChange, (now) => now.kind === 'ready');
        await writeFile(second, 'current-context: pruner');
        const state = await named;
        assert.ok(state.kind === 'ready');
        assert.equal(state.target.context, 'pruner');

        const gone = next(services.contexts.onDidChange, (now) => now.kind !== 'ready');
        await rm(second);
        assert.equal((await gone).kind, 'none');
      } finally {
        process.env.KUBECONFIG = path;
      }
    });
  });

  it('prunes a plan, writes the run down, and rolls the registry out', async function () {
    this.timeout(60_000);
    const state = await dryRun();
    assert.ok(state.kind === 'done', JSON.stringify(state));
    const report = await services.pruning.prune(state.plan);
    assert.equal(report?.state, 'done', JSON.stringify(services.pruning.state));
    assert.equal(report?.done.images, state.plan.summary.counts.images);
    assert.equal(report?.rolloutOwed, true);
    await services.pruning.rollOut(await services.connection.context());
    const after = services.pruning.state;
    assert.ok(after.kind === 'pruned', after.kind);
    assert.equal(after.rollout.kind, 'done');
  });

  it('finds nothing more afterwards', async () => {
    const state = await dryRun();
    assert.ok(state.kind === 'done', JSON.stringify(state));
    assert.equal(state.plan.summary.counts.images, 0);
  });

  it('has left the dispatchers that the whole host shares as they were, after all of this', () => {
    assert.deepEqual(slots(), slotsBefore);
  });
});
