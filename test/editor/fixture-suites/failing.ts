// Fails on purpose, in each way that has to be noticed.
import assert from 'node:assert/strict';
import { before, describe, it } from 'mocha';
import * as vscode from 'vscode';

describe('a suite that fails', () => {
  it('passes once', () => assert.ok(vscode.version));
  it('fails by assertion', () => assert.equal(vscode.workspace.name, 'no such name'));
  it.skip('is skipped');
});

describe('a suite whose hook fails', () => {
  before(() => {
    throw new Error('the hook broke');
  });
  it('is never reached', () => {});
});
