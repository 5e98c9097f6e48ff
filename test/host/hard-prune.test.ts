import assert from 'node:assert/strict';
import { after, before, describe, it } from 'mocha';
import * as vscode from 'vscode';
import { Connection } from '../../src/host/contexts/connection.ts';
import {
  checkRegistry,
  deleteFromRegistry,
  restoreRegistry,
} from '../../src/host/hard-prune/hard-prune-command.ts';
import { hardPruneReport } from '../../src/host/hard-prune/hard-prune-report.ts';
import { COMMANDS } from '../../src/host/manifest.ts';
import { ScheduleBook } from '../../src/host/schedules/schedule-book.ts';
import { ScheduleTree } from '../../src/host/schedules/schedule-tree.ts';
import type { Services } from '../../src/host/services.ts';
import { resourceNamed } from '../cluster/resources.ts';
import type { Scene } from '../scene.ts';
import { type OwnScene, startOwnScene } from './registry-scene.ts';

const IMAGES = resourceNamed('images', 'image.openshift.io');

describe('the hard prune', () => {
  let own: OwnScene;
  let scene: Scene;
  let services: Services;
  let connection: Connection;
  let book: ScheduleBook;
  let tree: ScheduleTree;
  let orphan: string;
  const never = new AbortController().signal;

  before(async () => {
    own = await startOwnScene();
    ({ scene } = own);
    // The suite is a bundle of its own, and knows the errors of its own session alone.
    connection = new Connection(own.services.contexts, 'test', own.services.log);
    services = { ...own.services, connection };
    book = new ScheduleBook(services);
    tree = new ScheduleTree(services, book);
    // As after a prune with --prune-registry=false: the object is gone, its data is not.
    const pushed = scene.pushed.get('orphan') ?? assert.fail();
    orphan = pushed.digest;
    scene.cluster.store.remove(IMAGES, undefined, orphan);
  });
  after(async () => {
    tree?.dispose();
    book?.dispose();
    connection?.dispose();
    await own?.close();
  });

  const hasOrphan = async () => (await scene.registry.blobs()).some(({ digest }) => digest === orphan);
  const ids = async () => (await tree.getChildren()).map(({ id }) => id);

  it('shows what would go, with its size, and changes nothing', async () => {
    const facts = await checkRegistry(services, never);
    assert.match(facts.registry, /^image-registry@127\.0\.0\.1:\d+$/);
    assert.ok(facts.output.blobs.includes(orphan), facts.output.blobs.join());
    assert.ok((facts.output.bytes ?? 0) > 0);
    assert.ok(await hasOrphan());
    assert.equal(scene.registry.readOnly, false);
    const report = hardPruneReport(facts);
    assert.match(report, /^# Hard prune of image\\-registry@.*: what would go\n/);
    assert.ok(report.includes(orphan));
  });

  it('is read-only, deletes, and is writable again', async function () {
    this.timeout(60_000);
    const stages: string[] = [];
    const { facts, owed } = await deleteFromRegistry({ services, onChange: () => {} }, never, ({ stage }) =>
      stages.push(stage),
    );
    assert.equal(owed, undefined);
    assert.deepEqual([...new Set(stages)], ['read-only', 'deleting', 'putting-back']);
    assert.ok(facts.output.blobs.includes(orphan));
    assert.equal(await hasOrphan(), false);
    assert.equal(scene.registry.readOnly, false);
    book.refresh();
    assert.ok(!(await ids()).includes('readOnlyOwed'));
  });

  it('is put back where it is cancelled', async function () {
    this.timeout(60_000);
    const abort = new AbortController();
    await assert.rejects(
      deleteFromRegistry({ services, onChange: () => book.refresh() }, abort.signal, () => abort.abort()),
      /put back as it was/,
    );
    assert.ok(!(await ids()).includes('readOnlyOwed'));
  });

  it('shows what is owed where it could not be put back, with the way to do so', async function () {
    this.timeout(60_000);
    const path = /configs\/cluster/;
    let patches = 0;
    const abort = new AbortController();
    await assert.rejects(
      deleteFromRegistry({ services, onChange: () => book.refresh() }, never, ({ stage }) => {
        if (stage !== 'deleting' || patches++ > 0) return;
        scene.cluster.faults.add({ method: 'PATCH', path, action: { kind: 'forbidden' } });
      }).then(({ owed }) => {
        if (owed !== undefined) throw new Error(owed);
      }),
    );
    abort.abort();
    const [first] = await tree.getChildren();
    assert.equal(first?.id, 'readOnlyOwed');
    assert.equal(first?.kind, 'readOnlyOwed');
    assert.equal(first?.command?.id, COMMANDS.makeRegistryWritable);
    assert.ok(tree.getTreeItem(first ?? assert.fail()).iconPath instanceof vscode.ThemeIcon);
    scene.cluster.faults.clear();
    assert.equal(await restoreRegistry({ services, onChange: () => book.refresh() }), 1);
    assert.ok(!(await ids()).includes('readOnlyOwed'));
  });
});
