// Passes in the extension host of an editor that has the fixture extension and FRUIT_BASKET in its environment.
import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import * as vscode from 'vscode';

describe('the extension host', () => {
  it('has the extension under test', async () => {
    await vscode.commands.executeCommand('harnessFixture.openPage');
    const labels = vscode.window.tabGroups.all.flatMap((group) => group.tabs).map((tab) => tab.label);
    assert.deepEqual(labels, ['Fruit Page']);
  });

  it('passes the environment on', () => {
    assert.equal(process.env.FRUIT_BASKET, 'wicker');
  });
});
