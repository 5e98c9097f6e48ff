import { constants } from 'node:fs';
import { access, stat } from 'node:fs/promises';
import { delimiter, isAbsolute, join } from 'node:path';

/**
 * The file to run for a command: an absolute path as it is, a bare name searched along `path` (Go's `exec.LookPath`;
 * on Windows with the endings of PATHEXT). `undefined` where there is none that may be run.
 */
export async function executableFor(
  command: string,
  env: Readonly<Record<string, string | undefined>>,
): Promise<string | undefined> {
  const folders = isAbsolute(command) ? [''] : searchPath(env);
  for (const folder of folders) {
    for (const ending of endings(env)) {
      const file = join(folder, command + ending);
      if (await isExecutable(file)) return file;
    }
  }
  return undefined;
}

/** The folders of PATH. A relative one is left out: what runs must not depend on the folder we happen to be in. */
export function searchPath(env: Readonly<Record<string, string | undefined>>): string[] {
  // Windows spells it "Path", and a copy of its environment is an ordinary object with that spelling.
  const name = Object.keys(env).find((key) => key.toUpperCase() === 'PATH') ?? 'PATH';
  return (env[process.platform === 'win32' ? name : 'PATH'] ?? '').split(delimiter).filter(isAbsolute);
}

function endings(env: Readonly<Record<string, string | undefined>>): string[] {
  if (process.platform !== 'win32') return [''];
  return ['', ...(env.PATHEXT || '.COM;.EXE;.BAT;.CMD').split(';')];
}

async function isExecutable(file: string): Promise<boolean> {
  try {
    await access(file, constants.X_OK);
    return (await stat(file)).isFile();
  } catch {
    return false;
  }
}
