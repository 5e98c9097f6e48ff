// The READMEs say what is true: their commands run, their options exist, and both languages say the same.
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { PassThrough } from 'node:stream';
import { text } from 'node:stream/consumers';
import { after, before, describe, it } from 'node:test';
import type { Command } from 'commander';
import manifest from '../../package.json' with { type: 'json' };
import { programFor } from '../../src/cli/program.ts';
import { COMMANDS, SETTINGS, VIEWS } from '../../src/host/manifest.ts';
import { grantCommand } from '../../src/shared/words/missing.ts';
import { buildIfNeeded } from '../../tools/build-if-needed.ts';
import { CLI } from '../cli/run-cli.ts';
import { type Scene, startScene } from '../scene.ts';
import { codeIn, commandsIn, headingsIn, optionsIn, tablesIn } from './markdown.ts';

const root = join(import.meta.dirname, '../..');
const read = (file: string) => readFileSync(join(root, file), 'utf8');
const PAGES = ['README.md', 'README.ja.md'];
const OURS = 'node dist/cli.js ';
/** Every command has them. */
const COMMON = ['--kubeconfig', '--context', '--namespace', '--help'];

/** Where the scripts that the pages name are really run by a test; the others are short, and run here. */
const SCRIPTS_RUN_IN: Record<string, string> = {
  'npm run demo': 'test/cli/demo.test.ts',
  'npm run demo -- --cli': 'test/cli/demo.test.ts',
  'npm run package': 'test/ui/package.test.ts',
  'npm run build': 'tools/build-if-needed.ts',
  'npm run sbom': 'test/docs/packages.test.ts',
  'npm test': 'tools/test.ts',
  'npm run bench': 'tools/bench.ts',
};

/** The commands that do something, by the words after the program's name. */
function leavesOf(command: Command, path: readonly string[] = []): Map<string, string[]> {
  if (command.commands.length === 0) {
    const options = command.options.map(({ long }) => long ?? '').filter((long) => !COMMON.includes(long));
    return new Map([[path.join(' '), options.sort()]]);
  }
  return new Map(command.commands.flatMap((child) => [...leavesOf(child, [...path, child.name()])]));
}

function program(): Command {
  const nowhere = () => new PassThrough().resume();
  const terminal = {
    stdout: nowhere(),
    stderr: nowhere(),
    drawsProgress: false,
    env: {},
    homeDir: '/nonexistent',
    signal: new AbortController().signal,
  };
  return programFor(new URL('file:///nowhere.js'), terminal);
}

for (const page of PAGES) {
  describe(page, () => {
    const markdown = read(page);
    const commands = commandsIn(markdown);

    it('has every option of every command, and no other', () => {
      const leaves = leavesOf(program());
      const documented = new Map<string, string[]>();
      for (const [first = '', second = ''] of tablesIn(markdown)) {
        const [, name = ''] = /^`([a-z-]+(?: [a-z]+)?)(?: [<[].*)?`$/.exec(first) ?? [];
        if (leaves.has(name)) documented.set(name, optionsIn(second).sort());
        const isOption = /^`--[a-z-]+`(?:[,、] ?`-{1,2}[a-z-]+`)*$/.test(first);
        for (const option of isOption ? optionsIn(first) : []) {
          if (!COMMON.includes(option)) {
            documented.set('prune images', [...(documented.get('prune images') ?? []), option].sort());
          }
        }
      }
      assert.deepEqual(Object.fromEntries(documented), Object.fromEntries(leaves));
    });

    it('names no option, setting, command or file that doesn’t exist', () => {
      const known = new Set([...leavesOf(program()).values()].flat().concat(COMMON));
      // Of other programs.
      for (const option of ['--install-extension', '--cli']) known.add(option);
      for (const option of optionsIn(markdown)) assert.ok(known.has(option), option);
      const ids = new Set<string>([
        ...Object.values(COMMANDS),
        ...Object.values(VIEWS),
        ...Object.values(SETTINGS).map((name) => `imageHygiene.${name}`),
      ]);
      for (const code of codeIn(markdown)) {
        if (code.startsWith('imageHygiene.')) assert.ok(ids.has(code), code);
        if (/^(src|test|tools|docs)\//.test(code)) assert.ok(existsSync(join(root, code)), code);
      }
    });

    it('names scripts and files that exist', () => {
      for (const command of commands) {
        if (command.startsWith(OURS)) continue;
        const [, script = ''] = /^npm (?:run )?([\w:]+)/.exec(command) ?? [];
        if (script !== '') {
          assert.ok(script in manifest.scripts, command);
          const [, stages = ''] = /^npm test -- (.*)$/.exec(command) ?? [];
          for (const stage of stages.split(' ').filter(Boolean)) {
            assert.ok(read('tools/test.ts').includes(`name: '${stage}'`), command);
          }
          const where = SCRIPTS_RUN_IN[stages === '' ? command : 'npm test'];
          assert.ok(where !== undefined && existsSync(join(root, where)), `nothing runs: ${command}`);
        } else if (command.startsWith('code ')) {
          assert.ok(command.endsWith(` ${manifest.name}-${manifest.version}.vsix`), command);
        } else assert.equal(command, grantCommand('<user>'));
      }
    });

    describe('its command lines, one after the other', { timeout: 120_000 }, () => {
      let scene: Scene;
      before(async () => {
        buildIfNeeded();
        scene = await startScene({ kind: 'embedded', by: 'http' });
      });
      after(() => scene.close());

      /** Runs one as a reader would, with a real run where it says `<run>`. */
      const runLine = async (line: string) => {
        const runs = await started(['runs', '-o', 'json']);
        const ids = [...runs.stdout.matchAll(/"id": "([^"]+)"/g)].map(([, id = '']) => id);
        return started(
          line
            .slice(OURS.length)
            .replace('<run>', ids[0] ?? '<run>')
            .split(' '),
        );
      };
      const started = async (args: readonly string[]) => {
        const child = spawn(process.execPath, [CLI, ...args], {
          env: { PATH: process.env.PATH, HOME: '/nonexistent', KUBECONFIG: scene.kubeconfig, ...scene.env },
        });
        child.stdin.end('error: x509: certificate signed by unknown authority\n');
        const [stdout, stderr, [status]] = await Promise.all([
          text(child.stdout),
          text(child.stderr),
          once(child, 'exit'),
        ]);
        return { status, stdout, stderr };
      };

      for (const line of commands.filter((command) => command.startsWith(OURS))) {
        it(line, async () => {
          const { status, stdout, stderr } = await runLine(line);
          // A run that is done has nothing to go on with, and data that is deleted can't be put back: it is said.
          // Nor does anything delete whole repositories where nobody types the registry's name.
          const declined = / (resume <run>|restore <run>|hard-prune delete)$/.test(line) && status === 1;
          assert.ok(status === 0 || declined, `${status}\n${stdout}\n${stderr}`);
          assert.doesNotMatch(stderr, /unknown (option|command)|missing required|too many arguments/);
          assert.ok(stdout.length + stderr.length > 0, 'it says nothing');
        });
      }
    });
  });
}

describe('README.ja.md', () => {
  const [english = '', japanese = ''] = PAGES.map(read);

  it('has the headings, tables and commands of README.md', () => {
    assert.deepEqual(headingsIn(japanese), headingsIn(english));
    assert.deepEqual(commandsIn(japanese), commandsIn(english));
    const shapes = (markdown: string) => tablesIn(markdown).map((cells) => cells.length);
    assert.deepEqual(shapes(japanese), shapes(english));
  });

  it('names the same options, settings and files', () => {
    const named = (markdown: string) => [...new Set(codeIn(markdown))].sort();
    assert.deepEqual(named(japanese), named(english));
  });

  it('is Japanese: every paragraph and heading is', () => {
    const prose = japanese
      .replaceAll(/^```[\s\S]*?^```$/gm, '')
      .split('\n\n')
      .slice(1);
    for (const paragraph of prose.filter((each) => /\p{L}{3}/u.test(each) && !each.startsWith('['))) {
      assert.match(paragraph, /[\p{Script=Hiragana}\p{Script=Katakana}]/u, paragraph);
    }
  });
});
