import assert from 'node:assert/strict';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, afterEach, before, describe, it } from 'mocha';
import * as vscode from 'vscode';
import { listAt, textAt } from '../../src/engine/shape.ts';
import { planFor } from '../../src/host/documents/explain-command.ts';
import { explanationUri } from '../../src/host/documents/explain-documents.ts';
import { OBJECT_SCHEME } from '../../src/host/documents/object-documents.ts';
import type { HeldPlan } from '../../src/host/dry-run/dry-runs.ts';
import { COMMANDS } from '../../src/host/manifest.ts';
import type { Services } from '../../src/host/services.ts';
import { pullSpecOf } from '../../src/host/streams/copy-names.ts';
import { deleteQuestion, deleteTag } from '../../src/host/streams/delete-tag.ts';
import type { StreamsNode } from '../../src/host/streams/nodes.ts';
import { filterStreams, foundIn, sortStreams } from '../../src/host/streams/streams-commands.ts';
import { StreamsTree } from '../../src/host/streams/streams-tree.ts';
import type { ApiObject } from '../cluster/api-object.ts';
import { type MiniCluster, startCluster } from '../cluster/miniature.ts';
import { INTERNAL_REGISTRY, seedOf } from '../cluster/seeds/seeded.ts';
import { threeTeams } from '../cluster/seeds/three-teams.ts';
import { eventually, planOf } from './registry-scene.ts';

const ID = 'cluster-image-hygiene.cluster-image-hygiene';
const V2 = { kind: 'tag', namespace: 'shop', stream: 'storefront', tag: 'v2' } as const;

/** Waits until an event fires. */
function next(event: vscode.Event<unknown>): Promise<void> {
  return new Promise((resolve) => {
    const subscription = event(() => {
      subscription.dispose();
      resolve();
    });
  });
}

/** A namespace with more streams than are shown at first. */
function crowd(): ApiObject[] {
  const streams = Array.from({ length: 250 }, (_, index) => ({
    kind: 'ImageStream',
    apiVersion: 'image.openshift.io/v1',
    metadata: { name: `service-${String(index).padStart(3, '0')}`, namespace: 'crowd' },
    spec: {},
    status: { dockerImageRepository: `${INTERNAL_REGISTRY}/crowd/service-${index}`, tags: [] },
  }));
  return [{ kind: 'Namespace', apiVersion: 'v1', metadata: { name: 'crowd' } }, ...streams];
}

describe('the Image Streams view', () => {
  let services: Services;
  let cluster: MiniCluster;
  let folder: string;
  let kubeconfig: string;
  let kubeconfigBefore: string | undefined;
  let tree: StreamsTree;

  before(async () => {
    const extension = vscode.extensions.getExtension<{ services: Services }>(ID);
    assert.ok(extension, 'the extension is not there');
    ({ services } = await extension.activate());
    cluster = await startCluster({ seed: seedOf(threeTeams) });
    cluster.seed(crowd());
    folder = await mkdtemp(join(tmpdir(), 'image-hygiene-streams-'));
    kubeconfig = await cluster.writeKubeconfig(folder);
    kubeconfigBefore = process.env.KUBECONFIG;
    process.env.KUBECONFIG = kubeconfig;
    await services.contexts.reload();
    tree = new StreamsTree(services);
  });
  after(async () => {
    tree?.dispose();
    if (kubeconfigBefore === undefined) delete process.env.KUBECONFIG;
    else process.env.KUBECONFIG = kubeconfigBefore;
    await services?.contexts.chooseContext(undefined);
    await cluster?.close();
    if (folder) await rm(folder, { recursive: true, force: true });
    await vscode.commands.executeCommand('workbench.action.closeAllEditors');
  });
  afterEach(() => cluster.faults.clear());

  /** The item at the end of a way of labels. */
  const at = async (...labels: string[]): Promise<StreamsNode> => {
    let node: StreamsNode | undefined;
    for (const label of labels) {
      const children: StreamsNode[] = await tree.getChildren(node);
      node = children.find((child) => tree.getTreeItem(child).label === label);
      assert.ok(node, `${label} among ${children.map((child) => tree.getTreeItem(child).label)}`);
    }
    assert.ok(node);
    return node;
  };
  const described = async (...labels: string[]) => tree.getTreeItem(await at(...labels)).description;
  const streamObject = (name: string) => cluster.object('imagestreams', 'image.openshift.io', 'shop', name);
  /** The tags that the cluster has for a stream, with how many items each has. */
  const tagsOf = (name: string): Map<string, number> => {
    const histories = listAt(streamObject(name)?.status, 'tags');
    return new Map(histories.map((history) => [textAt(history, 'tag'), listAt(history, 'items').length]));
  };
  const digestOf = async (stream: string, tag: string, position: number): Promise<string> => {
    const revisions = await tree.getChildren(await at('shop', stream, tag));
    const node = revisions[position];
    assert.ok(node?.kind === 'revision');
    return node.image;
  };

  it('shows the cluster’s image streams before any dry run', async () => {
    const nodes = await tree.getChildren();
    assert.deepEqual(
      nodes.map((node) => [tree.getTreeItem(node).label, tree.getTreeItem(node).description]),
      [
        ['crowd', '250 streams'],
        ['data', '8 streams'],
        ['payments', '1 stream'],
        ['shop', '3 streams'],
      ],
    );
    assert.equal(tree.state, 'ready');
    assert.equal(await described('shop', 'storefront', 'v2'), '3 revisions');
    const revision = tree.getTreeItem(await at('shop', 'storefront', 'v2')).tooltip;
    assert.ok(revision instanceof vscode.MarkdownString);
    assert.match(revision.value, /known after a dry run/);
  });

  it('tells a stream’s bytes when they are known', async () => {
    await tree.getChildren(await at('shop'));
    await eventually(tree.onDidChangeTreeData, async () =>
      /\d MiB$/.test(String(await described('shop', 'storefront'))),
    );
    await eventually(tree.onDidChangeTreeData, async () =>
      /^3 streams · [\d.]+ MiB$/.test(String(await described('shop'))),
    );
  });

  it('gives every item an id, an icon, words for screen readers and what menus go by', async () => {
    const way = ['shop', 'storefront', 'v2'];
    for (let length = 1; length <= way.length; length++) {
      const node = await at(...way.slice(0, length));
      const item = tree.getTreeItem(node);
      assert.equal(item.id, ['shop', 'shop/storefront', 'shop/storefront:v2'][length - 1]);
      assert.equal(item.contextValue, ['namespace', 'stream', 'tag'][length - 1]);
      assert.ok(item.iconPath instanceof vscode.ThemeIcon);
      assert.ok(item.accessibilityInformation?.label);
      assert.equal(item.collapsibleState, vscode.TreeItemCollapsibleState.Collapsed);
    }
    const [revision] = await tree.getChildren(await at(...way));
    assert.ok(revision);
    const { tooltip, collapsibleState } = tree.getTreeItem(revision);
    assert.equal(collapsibleState, vscode.TreeItemCollapsibleState.None);
    assert.ok(tooltip instanceof vscode.MarkdownString);
    assert.deepEqual(tooltip.isTrusted, { enabledCommands: [COMMANDS.explain] });
    assert.match(tooltip.value, /\[Explain\]\(command:imageHygiene\.explain\?/);
  });

  it('shows a hundred at a time, and the next when asked', async () => {
    const children = await tree.getChildren(await at('crowd'));
    assert.equal(children.length, 101);
    const more = children.at(-1);
    assert.ok(more?.kind === 'more');
    assert.equal(tree.getTreeItem(more).command?.command, 'imageHygiene.streams.showMore');
    tree.showAnew(tree.model.showMore(more));
    assert.equal((await tree.getChildren(await at('crowd'))).length, 201);
  });

  it('filters and sorts, and keeps the order for the workspace', async () => {
    filterStreams(tree, 'gate');
    assert.deepEqual(
      (await tree.getChildren()).map(({ id }) => id),
      ['payments'],
    );
    filterStreams(tree, '');
    await sortStreams(services, tree, 'age');
    assert.deepEqual(
      (await tree.getChildren(await at('shop'))).map(({ id }) => id),
      ['shop/storefront', 'shop/cart', 'shop/search'],
    );
    assert.equal(services.extension.workspaceState.get('sortStreams'), 'age');
    await sortStreams(services, tree, 'name');
  });

  it('reveals what is asked for, on whichever page', async () => {
    await vscode.commands.executeCommand(COMMANDS.revealInStreams, V2);
    const inCrowd = (stream: string) => ({ kind: 'stream', namespace: 'crowd', stream });
    // The first page is there then, and the last one has to take its place.
    await vscode.commands.executeCommand(COMMANDS.revealInStreams, inCrowd('service-000'));
    await vscode.commands.executeCommand(COMMANDS.revealInStreams, inCrowd('service-249'));
    const image = await digestOf('storefront', 'v2', 1);
    await vscode.commands.executeCommand(COMMANDS.revealInStreams, { ...V2, kind: 'revision', image });
    filterStreams(tree, 'gate');
    assert.equal((await foundIn(tree, { ...V2, kind: 'revision', image }))?.kind, 'revision');
    assert.equal(tree.model.filter, '');
  });

  it('copies pull specs and digests', async () => {
    const repository = `${INTERNAL_REGISTRY}/shop/storefront`;
    const image = await digestOf('storefront', 'v2', 1);
    const copied = async (command: string, given: unknown) => {
      await vscode.commands.executeCommand(command, given);
      return vscode.env.clipboard.readText();
    };
    assert.equal(await copied(COMMANDS.copyPullSpec, await at('shop', 'storefront')), repository);
    assert.equal(await copied(COMMANDS.copyPullSpec, V2), `${repository}:v2`);
    assert.equal(
      await copied(COMMANDS.copyPullSpec, { ...V2, kind: 'revision', image }),
      `${repository}@${image}`,
    );
    assert.equal(await copied(COMMANDS.copyPullSpec, { kind: 'image', image }), `${repository}@${image}`);
    assert.equal(await copied(COMMANDS.copyDigest, { ...V2, kind: 'revision', image }), image);
  });

  it('copies where an imported image comes from', async () => {
    const [revision] = await tree.getChildren(await at('data', 'postgresql', '15'));
    assert.ok(revision?.kind === 'revision');
    const spec = await pullSpecOf(services, revision);
    assert.equal(spec, `quay.io/sclorg/postgresql-15-c9s@${revision.image}`);
  });

  describe('objects', () => {
    const shown = () => {
      const { activeTextEditor } = vscode.window;
      assert.equal(activeTextEditor?.document.uri.scheme, OBJECT_SCHEME);
      return activeTextEditor.document;
    };

    it('open as YAML, and as they are now when opened again', async () => {
      await vscode.commands.executeCommand(COMMANDS.openObject, await at('shop', 'search'));
      const document = shown();
      assert.equal(document.languageId, 'yaml');
      assert.ok(document.fileName.endsWith('/search.yaml'), document.fileName);
      assert.match(document.getText(), /^kind: ImageStream$/m);
      assert.doesNotMatch(document.getText(), /relabelled/);
      const object = streamObject('search');
      assert.ok(object);
      const managedFields = [{ manager: 'somebody' }];
      const metadata = { ...object.metadata, labels: { state: 'relabelled' }, managedFields };
      const kinds = { kind: 'ImageStream', apiVersion: 'image.openshift.io/v1' };
      cluster.seed([{ ...object, ...kinds, metadata }]);
      const changed = eventually(vscode.workspace.onDidChangeTextDocument, () =>
        document.getText().includes('relabelled'),
      );
      await vscode.commands.executeCommand(COMMANDS.openObject, {
        kind: 'stream',
        namespace: 'shop',
        stream: 'search',
      });
      await changed;
      assert.equal(shown(), document);
      assert.doesNotMatch(document.getText(), /managedFields/);
    });

    it('open for a developer through the stream that has them', async () => {
      const image = await digestOf('storefront', 'v2', 0);
      await services.contexts.chooseContext('developer');
      await vscode.commands.executeCommand(COMMANDS.openObject, { ...V2, kind: 'revision', image });
      assert.match(shown().getText(), /^kind: ImageStreamImage$/m);
      assert.ok(shown().getText().includes(image));
      await services.contexts.chooseContext(undefined);
      await vscode.commands.executeCommand(COMMANDS.openObject, { ...V2, kind: 'revision', image });
      assert.match(shown().getText(), /^kind: Image$/m);
      assert.ok(shown().fileName.endsWith(`/${image.slice(7, 19)}.yaml`));
    });

    it('that a link makes up are not read', async () => {
      const read = async (query: Record<string, string>) => {
        const uri = vscode.Uri.from({
          scheme: OBJECT_SCHEME,
          path: '/x.yaml',
          query: new URLSearchParams(query).toString(),
        });
        return (await vscode.workspace.openTextDocument(uri)).getText();
      };
      cluster.requests.length = 0;
      const server = cluster.url;
      assert.match(
        await read({ server, path: '/api/v1/namespaces/shop/secrets/x' }),
        /^# This is not the name of an object/,
      );
      const path = '/apis/image.openshift.io/v1/namespaces/shop/imagestreams/cart';
      assert.match(
        await read({ server, path: `${path}/../../../../../../api/v1/secrets` }),
        /^# This is not the name/,
      );
      assert.match(
        await read({ server: 'https://elsewhere', path }),
        /^# This is an object of https:\/\/elsewhere/,
      );
      const asked = cluster.requests.filter(
        (request) => request.path === path || /secrets/.test(request.path),
      );
      assert.deepEqual(asked, []);
      assert.match(await read({ server, path }), /^kind: ImageStream$/m);
    });
  });

  describe('states', () => {
    const chosen = async (name: string | undefined) => {
      await services.contexts.chooseContext(name);
      return tree.getChildren();
    };

    it('say why there is nothing to see', async () => {
      assert.deepEqual(await chosen('nobody'), []);
      assert.equal(tree.state, 'forbidden');
      assert.deepEqual(
        (await chosen('developer')).map(({ id }) => id),
        ['data', 'shop'],
      );
      assert.equal(tree.state, 'ready');
      cluster.disabledGroups.add('image.openshift.io');
      tree.refresh();
      assert.deepEqual(await tree.getChildren(), []);
      assert.equal(tree.state, 'notOpenShift');
      const fired = next(tree.onDidChangeTreeData);
      cluster.disabledGroups.clear();
      assert.ok(await planFor(services, V2), 'a dry run of the namespace');
      await fired;
      assert.deepEqual(
        (await tree.getChildren()).map(({ id }) => id),
        ['shop', 'data'].sort(),
      );
      assert.equal(tree.state, 'ready');
      await chosen(undefined);
    });

    it('tell a kubeconfig that is missing from one that is broken and a server that is gone', async () => {
      const pointed = async (path: string) => {
        process.env.KUBECONFIG = path;
        await services.contexts.reload();
        assert.deepEqual(await tree.getChildren(), []);
        return tree.state;
      };
      assert.equal(await pointed(join(folder, 'nothing')), 'noKubeconfig');
      const broken = join(folder, 'broken');
      await writeFile(broken, 'contexts: [');
      assert.equal(await pointed(broken), 'badKubeconfig');
      const gone = await cluster.writeKubeconfig(folder, {
        fileName: 'gone',
        server: 'https://127.0.0.1:1',
      });
      assert.equal(await pointed(gone), 'unreachable');
      process.env.KUBECONFIG = kubeconfig;
      await vscode.commands.executeCommand(COMMANDS.refreshStreams);
      assert.equal((await tree.getChildren()).length, 4);
    });

    it('of a branch stand in its place, with another try', async () => {
      const stream = await at('shop', 'cart');
      const fault = cluster.faults.add({ path: /imagestreams\/cart$/, action: { kind: 'forbidden' } });
      const [problem] = await tree.getChildren(stream);
      assert.ok(problem);
      const item = tree.getTreeItem(problem);
      assert.match(String(item.label), /cannot get resource "imagestreams"/);
      assert.equal(item.command?.command, 'imageHygiene.streams.retry');
      fault.remove();
      await vscode.commands.executeCommand('imageHygiene.streams.retry', problem);
      assert.equal((await tree.getChildren(stream))[0]?.kind, 'tag');
    });

    it('of a namespace scope show that namespace alone', async () => {
      await services.contexts.chooseNamespace('payments');
      assert.deepEqual(
        (await tree.getChildren()).map(({ id }) => id),
        ['payments'],
      );
      await services.contexts.chooseNamespace(null);
    });
  });

  describe('with a dry run', () => {
    it('explains a tag by a dry run of its namespace, and leaves the others as they are', async () => {
      await services.dryRuns.forget();
      await tree.getChildren();
      await vscode.commands.executeCommand(COMMANDS.explain, V2);
      const made: HeldPlan | undefined = services.dryRuns.plan;
      assert.equal(made?.summary.options.namespace, 'shop');
      const tabs = () => vscode.window.tabGroups.all.flatMap((group) => group.tabs);
      await eventually(vscode.window.tabGroups.onDidChangeTabs, () =>
        tabs().some(({ input, label }) => {
          const isPreview = input instanceof vscode.TabInputWebview && /markdown/.test(input.viewType);
          return isPreview && label.includes('Explain storefront:v2.md');
        }),
      );
      const document = await vscode.workspace.openTextDocument(explanationUri(V2));
      assert.match(document.getText(), /^# shop\/storefront:v2$/m);
      assert.match(document.getText(), /### What would let it go/);
      assert.match(String(await described('shop')), /revisions go$/);
      assert.equal(await described('payments'), '1 stream');
      assert.ok(await at('payments', 'gateway', 'latest'));
    });

    it('uses the plan that is there for what it knows, and makes another for what it doesn’t', async () => {
      const plan = services.dryRuns.plan;
      const search = { ...V2, stream: 'search', tag: 'latest' } as const;
      assert.equal(await planFor(services, search), plan);
      const other = { kind: 'tag', namespace: 'payments', stream: 'gateway', tag: 'latest' } as const;
      const made = await planFor(services, other);
      assert.notEqual(made, plan);
      assert.equal(made?.summary.options.namespace, 'payments');
    });

    it('shows verdicts everywhere once the whole cluster was looked at', async () => {
      let changes = 0;
      const counting = tree.onDidChangeTreeData(() => changes++);
      await tree.getChildren();
      changes = 0;
      const plan = await planOf(services);
      counting.dispose();
      // Once for the new plan, and not for its progress.
      assert.equal(changes, 1);
      assert.equal(plan.summary.options.namespace, null);
      for (const node of await tree.getChildren()) {
        assert.match(String(tree.getTreeItem(node).description), /can go$|stays$|go$|goes$/);
      }
      assert.equal(await described('shop', 'storefront', 'v2.1-may-2016'), '1 revision · never prunable');
      const revisions = await tree.getChildren(await at('shop', 'storefront', 'latest'));
      const icons = revisions.map((node) => tree.getTreeItem(node).iconPath);
      assert.deepEqual(
        new Set(icons.map((icon) => (icon instanceof vscode.ThemeIcon ? icon.id : ''))),
        new Set(['check', 'trash']),
      );
      await vscode.commands.executeCommand(COMMANDS.revealInStreams, V2);
    });

    it('keeps ids, so that what is open stays open', async () => {
      const idsOf = async () => {
        const ids: string[] = [];
        const walk = async (node?: StreamsNode) => {
          for (const child of await tree.getChildren(node)) {
            ids.push(child.id);
            if (child.kind !== 'stream' || child.namespace !== 'crowd') await walk(child);
          }
        };
        await walk(await at('shop'));
        return ids;
      };
      const planned = await idsOf();
      await services.dryRuns.forget();
      const live = await idsOf();
      assert.deepEqual([...live].sort(), [...planned].sort());
      assert.ok(live.length > 20);
      await planOf(services);
    });
  });

  describe('deleting a tag', () => {
    it('asks with the cluster, the tag and who uses it', async () => {
      const context = await services.connection.context();
      const latest = { ...V2, tag: 'latest' };
      const { message, detail } = await deleteQuestion(services, latest, context);
      assert.equal(message, 'Delete the tag shop/storefront:latest?');
      assert.ok(detail.includes(cluster.url));
      assert.match(detail, /Used by deployment\/storefront/);
      assert.match(detail, /10 revisions/);
    });

    it('deletes it in the cluster and takes it out of the view', async () => {
      const context = await services.connection.context();
      await at('shop', 'storefront', 'v2');
      const fired = next(tree.onDidChangeTreeData);
      await deleteTag(services, tree, V2, context);
      await fired;
      assert.equal(tagsOf('storefront').has('v2'), false);
      const left = await tree.getChildren(await at('shop', 'storefront'));
      assert.deepEqual(
        left.map(({ id }) => id),
        ['shop/storefront:latest', 'shop/storefront:multiarch', 'shop/storefront:v2.1-may-2016'],
      );
      // Somebody else was faster: it is gone all the same.
      await deleteTag(services, tree, V2, context);
    });

    it('does nothing without agreement, and what was agreed to with it', async () => {
      const stable = { kind: 'tag', namespace: 'shop', stream: 'search', tag: 'stable' } as const;
      const asked: string[] = [];
      const real = vscode.window.showWarningMessage;
      const answering = (answer: string | undefined) => {
        const show = async (message: string) => {
          asked.push(message);
          return answer;
        };
        Reflect.set(vscode.window, 'showWarningMessage', show);
      };
      try {
        answering(undefined);
        await vscode.commands.executeCommand(COMMANDS.deleteTag, stable);
        assert.deepEqual([...tagsOf('search').keys()], ['latest', 'stable']);
        answering('Delete Tag');
        await vscode.commands.executeCommand(COMMANDS.deleteTag, stable);
        assert.deepEqual([...tagsOf('search').keys()], ['latest']);
        assert.deepEqual(asked, Array(2).fill('Delete the tag shop/search:stable?'));
      } finally {
        Reflect.set(vscode.window, 'showWarningMessage', real);
      }
    });

    it('says why it could not', async () => {
      const context = await services.connection.context();
      cluster.faults.add({ method: 'DELETE', path: /imagestreamtags/, action: { kind: 'forbidden' } });
      const cart = { kind: 'tag', namespace: 'shop', stream: 'cart', tag: 'latest' } as const;
      await assert.rejects(deleteTag(services, tree, cart, context), {
        name: 'ApiError',
        message: /delete imagestreamtags.*Ask for the right to do that/s,
      });
      assert.ok(await at('shop', 'cart', 'latest'));
    });

    it('does nothing in a context that was chosen meanwhile', async () => {
      const context = await services.connection.context();
      await services.contexts.chooseContext('developer');
      cluster.requests.length = 0;
      const cart = { kind: 'tag', namespace: 'shop', stream: 'cart', tag: 'latest' } as const;
      await assert.rejects(
        deleteTag(services, tree, cart, context),
        /was not deleted: another context than admin/,
      );
      assert.ok(!cluster.requests.some(({ method }) => method === 'DELETE'));
      await services.contexts.chooseContext(undefined);
    });
  });

  describe('after a prune', () => {
    it('shows the cluster as it is', async function () {
      this.timeout(60_000);
      const settings = vscode.workspace.getConfiguration('imageHygiene');
      await settings.update('pruneRegistry', false, vscode.ConfigurationTarget.Global);
      try {
        const plan = await planOf(services);
        assert.match(String(await described('shop')), /revisions go$/);
        const report = await services.pruning.prune(plan);
        assert.equal(report?.state, 'done', JSON.stringify(services.pruning.state));
        assert.equal(await described('payments'), '1 stream');
        const left = await tree.getChildren(await at('shop', 'storefront', 'latest'));
        assert.equal(left.length, tagsOf('storefront').get('latest'));
        assert.ok(left.length < 10);
      } finally {
        await settings.update('pruneRegistry', undefined, vscode.ConfigurationTarget.Global);
      }
    });
  });
});
