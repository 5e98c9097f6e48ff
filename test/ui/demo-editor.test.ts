import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { openDemoEditor } from '../../tools/demo/editor.ts';
import { until } from '../cluster/client.ts';

describe('the demo, where the reader has a VS Code', { timeout: 120_000 }, () => {
  let folder: string;
  before(() => {
    folder = mkdtempSync(join(tmpdir(), 'image-hygiene-demo-editor-'));
  });
  after(() => rmSync(folder, { recursive: true, force: true }));

  it('installs the extension there and opens it on the cluster, apart from the reader’s own settings', async () => {
    const calls = join(folder, 'calls');
    writeFileSync(calls, '');
    // Notes how it was called; the one that waits for the window to be closed never ends by itself.
    const code = `#!/bin/sh
echo "$KUBECONFIG $IMAGE_HYGIENE_RUNS $*" >> '${calls}'
case "$*" in *--wait*) exec sleep 3600;; esac
`;
    writeFileSync(join(folder, 'code'), code, { mode: 0o755 });
    const editor = await openDemoEditor(
      { kubeconfig: join(folder, 'kubeconfig'), runs: join(folder, 'runs') },
      `${folder}${delimiter}${process.env.PATH}`,
      (into) => join(into, 'the-extension.vsix'),
    );
    try {
      const lines = await until(
        () => readFileSync(calls, 'utf8').trimEnd().split('\n'),
        ({ length }) => length === 3,
      );
      const [asked = '', installed = '', shown = ''] = lines;
      assert.match(asked, /--version$/);
      assert.match(installed, /--install-extension .*the-extension\.vsix$/);
      assert.match(shown, /--new-window --wait .*workspace$/);
      for (const line of [installed, shown]) {
        assert.ok(line.startsWith(`${join(folder, 'kubeconfig')} ${join(folder, 'runs')} `), line);
        assert.match(line, /--extensions-dir=.* --user-data-dir=/);
      }
      assert.match(editor.words, /^VS Code opens/);
    } finally {
      await editor.close();
    }
  });
});
