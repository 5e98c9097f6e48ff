import { join } from 'node:path';

/**
 * The folder that holds a folder for each run: `IMAGE_HYGIENE_RUNS`, or below the place where the platform keeps a
 * program's state (XDG_STATE_HOME, LOCALAPPDATA).
 */
export function runsFolder(
  env: Readonly<Record<string, string | undefined>>,
  homeDir: string,
  platform: NodeJS.Platform = process.platform,
): string {
  if (env.IMAGE_HYGIENE_RUNS) return env.IMAGE_HYGIENE_RUNS;
  const state =
    platform === 'win32'
      ? env.LOCALAPPDATA || join(homeDir, 'AppData', 'Local')
      : env.XDG_STATE_HOME || join(homeDir, '.local', 'state');
  return join(state, 'image-hygiene', 'runs');
}
