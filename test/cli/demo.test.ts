import assert from 'node:assert/strict';
import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it } from 'node:test';

const DEMO = join(import.meta.dirname, '../../tools/demo.ts');

describe('the demo', () => {
  it('makes a dry run, says how to go on, serves until it is ended, and cleans up', async () => {
    const demo = spawn(process.execPath, [DEMO, '--cli'], { stdio: ['ignore', 'pipe', 'pipe'] });
    let output = '';
    demo.stdout.setEncoding('utf8');
    for await (const piece of demo.stdout) {
      output += piece;
      if (output.includes('until you press Ctrl-C')) break;
    }
    assert.match(output, /\nSummary: deleted 19 image object\(s\)/);
    const kubeconfig = /Its kubeconfig: (\S+)/.exec(output)?.[1] ?? '';
    assert.ok(existsSync(kubeconfig), kubeconfig);
    const kubectl = spawnSync('kubectl', ['--kubeconfig', kubeconfig, 'get', 'is', '-A'], {
      encoding: 'utf8',
    });
    if (!kubectl.error) assert.match(kubectl.stdout, /^shop +storefront /m);

    const ended = once(demo, 'exit');
    demo.kill('SIGINT');
    assert.deepEqual(await ended, [0, null]);
    assert.ok(!existsSync(kubeconfig));
  });

  it('refuses what it does not know', () => {
    const { status, stderr } = spawnSync(process.execPath, [DEMO, '--nope'], { encoding: 'utf8' });
    assert.equal(status, 1);
    assert.match(stderr, /error: --nope/);
  });
});
