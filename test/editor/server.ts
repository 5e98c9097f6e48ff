// A VS Code server of its own for each test: own settings, extensions and logs, nothing of the user's.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { globSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { prepareEditor } from '../../tools/editor/prepare.ts';

export interface EditorOptions {
  /** The folder that is opened, an absolute path. */
  folder: string;
  /** User settings, on top of those that keep the editor quiet. */
  settings?: Settings;
  /** What the server and the extension host find in their environment besides PATH, LANG, HOME and TMPDIR. */
  env?: NodeJS.ProcessEnv;
  /** The folder of an extension, an absolute path: it is taken from there as if it had been installed. */
  extensionDevelopmentPath?: string;
  /** The package of an extension: it is installed as by a user. */
  vsix?: string;
  /**
   * A CommonJS module that exports `run()`: every page runs it in its extension host, as in `extensionDevelopmentPath`'s
   * own tests. VS Code then shows no notifications and refuses modal questions, so this is not for looking at.
   */
  extensionTests?: string;
  /** Default true. False: the folder is opened in restricted mode, without asking. */
  trusted?: boolean;
  /** What `vscode.env.language` says, as `ja`; default `en`. A page can be opened in another one. */
  locale?: string;
}

export type Settings = Readonly<Record<string, unknown>>;

export interface RunningEditor {
  /** Without a slash at the end. */
  readonly url: string;
  readonly port: number;
  /** Holds user data, extensions and the home folder; gone once the editor is closed. */
  readonly dataFolder: string;
  readonly options: EditorOptions;
  /**
   * Changes settings; `undefined` takes a change back. Open pages follow at once. The changes win over the user's settings;
   * those that hold for the whole application (few do) can only be given at the start.
   */
  changeSettings(changes: Settings): void;
  /** Makes pages able to open in a language. */
  addLanguage(locale: string): void;
  /** What the server printed, and its log files, those of extension hosts and extensions among them, so far. */
  logs(): string;
  /** Ends every process of it and removes its folders. */
  close(): Promise<void>;
}

/** Whatever would move, ask, call home or change from run to run. */
const QUIET: Settings = {
  'chat.disableAIFeatures': true,
  'editor.cursorBlinking': 'solid',
  'extensions.autoCheckUpdates': false,
  'extensions.autoUpdate': 'off',
  'extensions.ignoreRecommendations': true,
  'remote.autoForwardPorts': false,
  'security.workspace.trust.startupPrompt': 'never',
  'telemetry.telemetryLevel': 'off',
  'update.mode': 'none',
  'workbench.enableExperiments': false,
  'workbench.reduceMotion': 'on',
  'workbench.secondarySideBar.defaultVisibility': 'hidden',
  'workbench.settings.enableNaturalLanguageSearch': false,
  'workbench.startupEditor': 'none',
  'workbench.tips.enabled': false,
};

/** Instead of open-vsx.org, which the server would ask. */
const NO_GALLERY = JSON.stringify({ serviceUrl: '' });

/**
 * Starts an editor, which is prepared first where that hasn't been done.
 * Throws where it doesn't start or doesn't take the package, with what it printed.
 */
export async function startEditor(options: EditorOptions): Promise<RunningEditor> {
  const { serverMain, node } = await prepareEditor();
  const dataFolder = mkdtempSync(join(tmpdir(), 'image-hygiene-editor-'));
  const inside = (path: string) => join(dataFolder, path);
  for (const folder of ['user/User', 'user/Machine', 'extensions', 'home', 'tmp']) {
    mkdirSync(inside(folder), { recursive: true });
  }
  writeJson(inside('user/User/settings.json'), { ...QUIET, ...options.settings });
  // External changes to the user's settings go unnoticed after some seconds; those of the machine are watched for good.
  writeJson(inside('user/Machine/settings.json'), {});
  // With this file missing every page is English, whatever it asks for.
  writeJson(inside('user/User/argv.json'), {});
  writeJson(inside('no-translations.json'), { contents: {} });
  const languages: Record<string, unknown> = {};
  const addLanguage = (locale: string) => {
    if (locale === 'en' || locale in languages) return;
    languages[locale] = emptyLanguagePack(inside('no-translations.json'));
    writeJson(inside('user/languagepacks.json'), languages);
  };
  addLanguage(options.locale ?? 'en');
  if (options.extensionDevelopmentPath !== undefined && options.extensionTests === undefined) {
    symlinkSync(options.extensionDevelopmentPath, inside('extensions/under-test'), 'junction');
  }

  const start = (args: readonly string[]) => {
    const folders = { 'user-data-dir': 'user', 'extensions-dir': 'extensions', 'server-data-dir': 'server' };
    const child = spawn(
      node,
      [
        join(import.meta.dirname, 'server-process.ts'),
        serverMain,
        '--accept-server-license-terms',
        '--telemetry-level=off',
        ...Object.entries(folders).map(([name, folder]) => `--${name}=${inside(folder)}`),
        ...args,
      ],
      {
        cwd: dataFolder,
        detached: true,
        stdio: 'pipe',
        env: {
          PATH: process.env.PATH,
          LANG: 'C.UTF-8',
          HOME: inside('home'),
          TMPDIR: inside('tmp'),
          EXTENSIONS_GALLERY: NO_GALLERY,
          ...options.env,
        },
      },
    );
    // It may be gone before its standard input is.
    child.stdin.on('error', () => {});
    return child;
  };
  const removeFolders = () => rmSync(dataFolder, { recursive: true, force: true, maxRetries: 5 });

  try {
    if (options.vsix !== undefined) await install(options.vsix, start);
  } catch (error) {
    removeFolders();
    throw error;
  }

  const child = start([
    '--host=127.0.0.1',
    '--port=0',
    '--without-connection-token',
    // Without it a page heeds no `payload`, hence runs no tests; with it, it shows no notifications.
    ...(options.extensionTests === undefined ? [] : ['--enable-smoke-test-driver']),
    ...(options.trusted === false ? [] : ['--disable-workspace-trust']),
  ]);
  let printed = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8').on('data', (chunk: string) => {
      printed += chunk;
    });
  }
  const closed = once(child, 'close');
  const close = async () => {
    child.stdin.destroy();
    await closed;
    removeFolders();
  };

  try {
    const port = await new Promise<number>((resolve, reject) => {
      child.stdout.on('data', () => {
        const announced = /agent listening on (\d+)/.exec(printed);
        if (announced) resolve(Number(announced[1]));
      });
      closed.then(
        ([code]) => reject(new Error(`The editor ended with ${code} before it listened:\n${printed}`)),
        reject,
      );
    });
    const url = `http://127.0.0.1:${port}`;
    const version = await fetch(`${url}/version`);
    if (!version.ok) throw new Error(`The editor answers ${version.status} at ${version.url}:\n${printed}`);
    let changed: Settings = {};
    return {
      url,
      port,
      dataFolder,
      options,
      changeSettings(changes) {
        // JSON leaves out what is undefined.
        changed = { ...changed, ...changes };
        writeJson(inside('user/Machine/settings.json'), changed);
      },
      addLanguage,
      logs() {
        const files = globSync(inside('user/logs/**/*.log')).sort();
        return [printed, ...files.map((file) => `== ${file}\n${readFileSync(file, 'utf8')}`)].join('\n');
      },
      close,
    };
  } catch (error) {
    await close();
    throw error;
  }
}

async function install(vsix: string, start: (args: string[]) => ReturnType<typeof spawn>): Promise<void> {
  const installing = start([`--install-extension=${vsix}`, '--force']);
  const { stdout, stderr } = installing;
  const [said, complaint, [code]] = await Promise.all([
    stdout === null ? '' : text(stdout),
    stderr === null ? '' : text(stderr),
    once(installing, 'close'),
  ]);
  if (code !== 0 || !said.includes('was successfully installed')) {
    throw new Error(`The editor did not install ${vsix}:\n${said}${complaint}`);
  }
}

/** What the editor notes of an installed language pack. This one translates nothing: its own words stay English. */
function emptyLanguagePack(translations: string) {
  const extension = { extensionIdentifier: { id: 'image-hygiene.no-translations' }, version: '1.0.0' };
  return {
    hash: 'empty',
    label: 'Untranslated',
    extensions: [extension],
    translations: { vscode: translations },
  };
}

function writeJson(file: string, content: unknown): void {
  writeFileSync(file, JSON.stringify(content, null, 2));
}
