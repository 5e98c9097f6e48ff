import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, describe, it } from 'mocha';
import * as vscode from 'vscode';
import { listAt, objectAt, textAt } from '../../src/engine/shape.ts';
import { type OwnScene, startOwnScene } from './registry-scene.ts';

const LINK = /\[[^\]]+\]\(command:([\w.]+)\)/g;

describe('the walkthrough', () => {
  let own: OwnScene;
  let folder: string;
  let steps: readonly unknown[];
  before(async function () {
    this.timeout(60_000);
    own = await startOwnScene();
    const { packageJSON, extensionPath } = own.services.extension.extension;
    folder = extensionPath;
    // The texts stand in it as the editor shows them.
    const [walkthrough] = listAt(objectAt(packageJSON, 'contributes'), 'walkthroughs');
    steps = listAt(walkthrough, 'steps');
  });
  after(() => own.close());

  it('has a picture and words for each step', () => {
    assert.ok(steps.length >= 5);
    for (const step of steps) {
      const media = objectAt(step, 'media');
      assert.ok(existsSync(join(folder, textAt(media, 'svg'))), textAt(media, 'svg'));
      for (const text of [textAt(step, 'title'), textAt(step, 'description'), textAt(media, 'altText')]) {
        assert.ok(text !== '' && !text.startsWith('%'), text);
      }
    }
  });

  it('ticks steps off by what exists', async () => {
    const known = new Set(await vscode.commands.getCommands(true));
    for (const step of steps) {
      const events = listAt(step, 'completionEvents').map(String);
      assert.ok(events.length > 0, textAt(step, 'id'));
      for (const event of events) {
        const [, kind, what = ''] = /^(onCommand|onView|onContext):(.+)$/.exec(event) ?? [];
        assert.ok(kind, event);
        if (kind === 'onCommand') assert.ok(known.has(what), event);
        if (kind === 'onView') assert.ok(known.has(`${what}.focus`), event);
      }
    }
  });

  it('links to commands that work', async function () {
    this.timeout(60_000);
    const linked = steps.flatMap((step) =>
      [...textAt(step, 'description').matchAll(LINK)].map(([, command = '']) => command),
    );
    assert.ok(linked.length >= steps.length, linked.join());
    for (const command of new Set(linked)) {
      let settled = false;
      const done = Promise.resolve(vscode.commands.executeCommand(command)).finally(() => {
        settled = true;
      });
      // What asks something is answered with Escape.
      while (!settled) {
        await Promise.race([done, vscode.commands.executeCommand('workbench.action.closeQuickOpen')]);
        await new Promise((resolve) => setImmediate(resolve));
      }
      await done;
    }
  });
});
