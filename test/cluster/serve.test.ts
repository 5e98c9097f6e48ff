import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { it } from 'node:test';
import { ask } from './client.ts';

it('runs as a process of its own that ends with its parent', async () => {
  const directory = await mkdtemp(join(tmpdir(), 'miniature-serve-'));
  const script = join(import.meta.dirname, 'serve.ts');
  const args = ['--seed', 'many-images', '--images', '1200', '--warm', '500', '--kubeconfig-dir', directory];
  const child = spawn(process.execPath, [script, ...args, '--until-stdin-closes'], {
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  try {
    const [line] = await once(createInterface({ input: child.stdout }), 'line');
    const ready = JSON.parse(line);
    const page = await ask(ready, 'GET', '/apis/image.openshift.io/v1/images?limit=500', { as: 'pruner' });
    assert.equal(page.json.metadata.remainingItemCount, 700);
    const bytes = page.text.length / 500;
    assert.ok(bytes > 3_700 && bytes < 4_000, `${bytes} bytes an image, as on a real cluster`);
    assert.equal(ready.kubeconfig, join(directory, 'kubeconfig'));
  } finally {
    const exit = once(child, 'exit');
    child.stdin.end();
    assert.deepEqual(await exit, [0, null]);
    await rm(directory, { recursive: true });
  }
});
