// What F5 starts: .vscode/launch.json and tasks.json name only what exists, and what they wait for comes.
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import manifest from '../../package.json' with { type: 'json' };
import { isObject, listAt, objectAt, textAt } from '../../src/engine/shape.ts';

const root = join(import.meta.dirname, '../..');
const launch = json('.vscode/launch.json');
const tasks = listAt(json('.vscode/tasks.json'), 'tasks');

function json(file: string): unknown {
  return JSON.parse(readFileSync(join(root, file), 'utf8'));
}

function taskCalled(label: string): unknown {
  return tasks.find((task) => textAt(task, 'label') === label) ?? assert.fail(`there is no task “${label}”`);
}

/** Every path below the workspace that a value names. */
function pathsIn(value: unknown): string[] {
  return [...JSON.stringify(value).matchAll(/\$\{workspaceFolder\}\/([\w./-]+?)(?=["*])/g)].map(
    ([, path = '']) => path,
  );
}

describe('.vscode', () => {
  it('has a way to debug the extension, its tests, its pages and the command line', () => {
    const types = listAt(launch, 'configurations').map((each) => textAt(each, 'type'));
    for (const type of ['extensionHost', 'chrome', 'node']) assert.ok(types.includes(type), type);
  });

  it('names tasks, scripts and tools that exist', () => {
    for (const each of listAt(launch, 'configurations')) {
      const before = textAt(each, 'preLaunchTask');
      if (before !== '') taskCalled(before);
    }
    for (const task of tasks) {
      for (const label of listAt(task, 'dependsOn')) taskCalled(String(label));
      const script = textAt(task, 'script');
      if (script !== '') assert.ok(script in manifest.scripts, script);
      const command = textAt(task, 'command');
      for (const [file] of command.matchAll(/tools\/\S+/g)) assert.ok(existsSync(join(root, file)), file);
      for (const [, name = ''] of command.matchAll(/npm run (\S+)/g))
        assert.ok(name in manifest.scripts, name);
    }
  });

  it('prepares everything that the tests in the extension host are started with', async () => {
    const task = taskCalled('start the demo’s cluster');
    const [, tool = ''] = /(tools\/\S+\.ts)/.exec(textAt(task, 'command')) ?? [];
    const background = objectAt(isObject(task) ? task.problemMatcher : undefined, 'background');
    const ready = new RegExp(textAt(background, 'endsPattern'), 'm');
    const running = spawn(process.execPath, [join(root, tool)], { stdio: ['ignore', 'pipe', 'inherit'] });
    try {
      let output = '';
      running.stdout.setEncoding('utf8');
      for await (const piece of running.stdout.iterator({ destroyOnReturn: false })) {
        output += piece;
        if (ready.test(output)) break;
      }
      assert.match(output, ready);
      const tests = listAt(launch, 'configurations').find(
        (each) => textAt(each, 'name') === 'Tests in the extension host',
      );
      const given = pathsIn(tests).filter((path) => path.startsWith('.vscode-test/'));
      // What the run itself writes.
      const needed = given.filter((path) => !/\/(runs|results\.json)$/.test(path));
      assert.ok(needed.length >= 3, given.join());
      for (const path of needed) assert.ok(existsSync(join(root, path)), path);
    } finally {
      const ended = once(running, 'exit');
      running.kill('SIGTERM');
      assert.deepEqual(await ended, [0, null]);
    }
  });
});
