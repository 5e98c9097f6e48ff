import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { promisify } from 'node:util';

const run = promisify(execFile);
const ROOT = join(import.meta.dirname, '..', '..');

const session = JSON.stringify(join(ROOT, 'src/cluster/session/open-session.ts'));
const PRELUDE = `
// An import of node:http would read all its exports, WebSocket too, and so load the built-in fetch.
const { createServer } = process.getBuiltinModule('node:http');
const slots = () => [1, 2].map((n) => Object.getOwnPropertyDescriptor(globalThis, Symbol.for('undici.globalDispatcher.' + n)));
const server = createServer((request, response) => response.end('{}'));
await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
const url = 'http://127.0.0.1:' + server.address().port;
async function useSession() {
  const { openSession } = await import(${session});
  const target = { context: 'c', namespace: 'd', files: [], user: { name: 'u' },
    cluster: { name: 'c', server: url, insecureSkipTlsVerify: false } };
  const session = await openSession(target, { version: '0', env: {} });
  const middle = slots();
  await session.json({ path: '/x' });
  await session.close();
  return middle;
}
const same = (a, b) => a.every((slot, n) => slot === b[n] || (slot && b[n] && slot.value === b[n].value &&
  slot.writable === b[n].writable && slot.configurable === b[n].configurable && slot.enumerable === b[n].enumerable));
const check = (what, ok) => { if (!ok) throw new Error(what); };
`;

let folder = '';
before(async () => {
  folder = await mkdtemp(join(tmpdir(), 'session-undici-'));
});
after(() => rm(folder, { recursive: true }));

/** Runs the steps in a process of their own; fails with what they threw. */
async function inChild(steps: string): Promise<void> {
  // Not with --eval, which loads the built-in fetch by itself.
  const file = join(folder, 'steps.mjs');
  await writeFile(file, `${PRELUDE}\n${steps}\nserver.closeAllConnections(); server.close();`);
  await run(process.execPath, [file]);
}

describe('the dispatcher slots of the built-in fetch', () => {
  test('stay empty where nobody has used fetch', async () => {
    await inChild(`
      check('empty before', slots().every((slot) => slot === undefined));
      const middle = await useSession();
      check('empty once undici is loaded', middle.every((slot) => slot === undefined));
      check('empty after a request', slots().every((slot) => slot === undefined));
      check('fetch works', (await fetch(url)).status === 200);
      check('and has its own dispatcher', slots()[0].value !== undefined);`);
  });

  test('stay as they are where fetch was used before', async () => {
    await inChild(`
      await fetch(url);
      const before = slots();
      check('fetch has claimed one', before.some((slot) => slot !== undefined));
      check('the same once undici is loaded', same(before, await useSession()));
      check('the same after a request', same(before, slots()));
      await fetch(url);
      check('the same after fetch', same(before, slots()));`);
  });

  test("keep somebody else's dispatcher, which fetch goes on using", async () => {
    for (const claimed of [[1], [2], [1, 2]]) {
      await inChild(`
        let dispatched = 0;
        await fetch(url);
        const original = slots()[0].value;
        const theirs = { dispatch(...args) { dispatched++; return original.dispatch(...args); } };
        for (const n of ${JSON.stringify(claimed)}) globalThis[Symbol.for('undici.globalDispatcher.' + n)] = theirs;
        const before = slots();
        await fetch(url);
        const uses = dispatched;
        check('same once loaded', same(before, await useSession()));
        check('ours does not go through it', dispatched === uses);
        check('same after', same(before, slots()));
        await fetch(url);
        check('fetch uses it as before', dispatched === 2 * uses);`);
    }
  });

  test('are left alone with a frozen globalThis and with an empty slot of somebody', async () => {
    await inChild(`
      Object.defineProperty(globalThis, Symbol.for('undici.globalDispatcher.2'),
        { value: undefined, writable: true, configurable: false, enumerable: false });
      const before = slots();
      check('same', same(before, await useSession()));
      check('same after', same(before, slots()));`);
    await inChild(`
      Object.preventExtensions(globalThis);
      await useSession();
      check('none', slots().every((slot) => slot === undefined));`);
  });

  test('also in a bundle', async () => {
    const { build } = await import('esbuild');
    const outfile = join(folder, 'bundle.cjs');
    const entry = `import('./src/cluster/session/undici.ts').then(({ loadUndici }) => loadUndici()).then((undici) => {
      const slots = [1, 2].map((n) => Symbol.for('undici.globalDispatcher.' + n) in globalThis);
      console.log(JSON.stringify({ slots, agent: typeof undici.Agent }));
    });`;
    await build({
      stdin: { contents: entry, resolveDir: ROOT, loader: 'ts' },
      bundle: true,
      platform: 'node',
      format: 'cjs',
      outfile,
      logLevel: 'error',
    });
    const { stdout } = await run(process.execPath, [outfile]);
    assert.deepEqual(JSON.parse(stdout), { slots: [false, false], agent: 'function' });
  });
});

test('nobody else imports undici', async () => {
  const files = await readdir(join(ROOT, 'src'), { recursive: true });
  const importing: string[] = [];
  for (const file of files.filter((name) => name.endsWith('.ts'))) {
    const text = await readFile(join(ROOT, 'src', file), 'utf8');
    const statements =
      text.match(/^(?:import|export)[^;]*?from\s+'undici'|import\(\s*'undici'|^import\s+'undici'/gm) ?? [];
    if (statements.some((statement) => !/^(import|export) type/.test(statement))) importing.push(file);
  }
  assert.deepEqual(importing, [join('cluster', 'session', 'undici-library.ts')]);
});
