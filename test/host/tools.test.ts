import assert from 'node:assert/strict';
import { after, before, describe, it } from 'mocha';
import * as vscode from 'vscode';
import { TOOLS, type ToolName } from '../../src/host/manifest.ts';
import { USERS } from '../cluster/seeds/roles.ts';
import { type OwnScene, startOwnScene } from './registry-scene.ts';

/** What a tool answers, as one text. */
async function ask(name: ToolName, input: object, token?: vscode.CancellationToken): Promise<string> {
  const { content } = await vscode.lm.invokeTool(name, { input, toolInvocationToken: undefined }, token);
  return content.map((part) => (part instanceof vscode.LanguageModelTextPart ? part.value : '?')).join('');
}

/** The cluster was asked to change nothing. */
function changes({ scene }: OwnScene): string[] {
  return scene.cluster.requests
    .map(({ method, path }) => `${method} ${path}`)
    .filter((request) => !/^(GET|HEAD) |selfsubject(access|rules)reviews|selfsubjectreviews/.test(request));
}

describe('the tools for language models', () => {
  let own: OwnScene;
  before(async function () {
    this.timeout(60_000);
    // The Registry view shows an address to whoever looks at it, which is another matter.
    await vscode.commands.executeCommand('workbench.view.explorer');
    own = await startOwnScene();
  });
  after(() => own.close());

  it('are those of the manifest, and say that they only read', () => {
    const offered = vscode.lm.tools.filter(({ name }) => name.startsWith('imageHygiene_'));
    assert.deepEqual(offered.map(({ name }) => name).sort(), Object.values(TOOLS).sort());
    for (const { description, name } of offered) assert.match(description, /Reads only/, name);
  });

  it('summarise a dry run, and leave the page’s plan and the cluster as they are', async () => {
    const { dryRuns } = own.services;
    const before = dryRuns.state;
    const text = await ask(TOOLS.dryRunSummary, {});
    assert.match(text, /^# Dry run of admin$/m);
    assert.match(text, /^- 4 of \d+ images go$/m);
    assert.match(text, /oc adm prune images --context=admin --keep-tag-revisions=3/);
    assert.match(text, /Nothing was changed\./);
    assert.equal(dryRuns.state, before);
    assert.deepEqual(changes(own), []);
    for (const { token } of Object.values(USERS)) if (token) assert.ok(!text.includes(token));
  });

  it('take the options that a model may choose', async () => {
    const text = await ask(TOOLS.dryRunSummary, {
      namespace: 'shop',
      keepTagRevisions: 1,
      keepYoungerThan: '0',
    });
    assert.match(text, /--namespace=shop --keep-tag-revisions=1 --keep-younger-than=0/);
    // Where one namespace is pruned, images stay.
    assert.match(text, /^- 0 of \d+ images go$/m);
    const bySize = await ask(TOOLS.dryRunSummary, { pruneOverSizeLimit: true });
    assert.match(bySize, /--prune-over-size-limit/);
  });

  it('refuse what a model may not choose, and what is no value', async () => {
    const refused: [ToolName, object, RegExp][] = [
      [
        TOOLS.dryRunSummary,
        { registryUrl: 'https://evil.example' },
        /registryUrl can’t be given|additional/i,
      ],
      [TOOLS.dryRunSummary, { keepTagRevisions: -1 }, /keepTagRevisions/],
      [TOOLS.dryRunSummary, { keepYoungerThan: 'yesterday' }, /keepYoungerThan must be a duration/],
      [TOOLS.dryRunSummary, { namespace: '../secrets' }, /no name of a namespace/],
      [TOOLS.dryRunSummary, { keepTagRevisions: 1, pruneOverSizeLimit: true }, /by size alone/],
      [TOOLS.explainImage, {}, /image/],
      [TOOLS.explainImage, { image: 'web latest' }, /neither an image nor a tag/],
    ];
    const before = own.scene.cluster.requests.length;
    for (const [name, input, why] of refused) {
      await assert.rejects(ask(name, input), why, `${name} ${JSON.stringify(input)}`);
    }
    assert.equal(own.scene.cluster.requests.length, before);
  });

  it('explain a tag and an image', async () => {
    const tag = await ask(TOOLS.explainImage, { image: 'shop/web:latest' });
    assert.match(tag, /^# shop\/web:latest$/m);
    assert.match(tag, /web:latest at position 4 out of 5/);
    assert.equal(
      await ask(TOOLS.explainImage, { image: 'web:latest', namespace: 'shop' }).then(title),
      title(tag),
    );
    const digest = own.scene.pushed.get('web:latest#4')?.digest ?? assert.fail();
    const image = await ask(TOOLS.explainImage, { image: digest });
    assert.match(image, new RegExp(`^# ${digest}$`, 'm'));
    assert.match(image, /\*\*Goes\*\*/);
  });

  it('diagnose the registry, and send the token to no address that nobody has seen', async () => {
    const { diagnoses, registry } = own.services;
    const { host } = own.scene.registry;
    assert.equal(registry.wasShown(host), false);
    const before = diagnoses.state;
    const asked = own.scene.registry.requests.length;
    for (let times = 0; times < 2; times++) {
      const text = await ask(TOOLS.diagnoseRegistry, {});
      assert.match(text, /^# The way to the registry of admin$/m);
      assert.match(text, /A prune would use /);
    }
    assert.equal(diagnoses.state, before);
    assert.equal(registry.wasShown(host), false);
    const since = own.scene.registry.requests.slice(asked);
    assert.ok(since.length > 0);
    assert.deepEqual(
      since.filter(({ method }) => method === 'DELETE'),
      [],
    );
    await assert.rejects(ask(TOOLS.diagnoseRegistry, { registryUrl: 'evil.example' }), /registryUrl/);
  });

  it('explain the text of a failed run without a cluster', async () => {
    const before = own.scene.cluster.requests.length;
    const text = await ask(TOOLS.diagnoseRegistry, {
      errorText: 'Get https://172.30.30.30:5000/: x509: certificate signed by unknown authority',
    });
    assert.match(text, /signed by an unknown authority/);
    assert.match(text, /--certificate-authority/);
    assert.equal(own.scene.cluster.requests.length, before);
  });

  it('say what there is instead, where there is no such image', async () => {
    await assert.rejects(ask(TOOLS.explainImage, { image: 'shop/web:nope' }), /has no tag nope\. Its tags: /);
  });

  it('stop when they are cancelled', async () => {
    const cancel = new vscode.CancellationTokenSource();
    const held = own.scene.cluster.faults.add({ path: /\/images\?/, action: { kind: 'hang' } });
    const asked = ask(TOOLS.dryRunSummary, {}, cancel.token);
    await held.struck();
    cancel.cancel();
    await assert.rejects(asked);
    held.remove();
  });
});

function title(text: string): string {
  return text.split('\n')[0] ?? '';
}
