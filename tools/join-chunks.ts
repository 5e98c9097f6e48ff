// Joins what the extension loads at its start into two files. esbuild makes a chunk for every set of entries that share
// something, about forty at the start, and an extension host takes a while for each file.
import { join } from 'node:path';
import { type GetModuleInfo, rollup } from 'rollup';

/** What the extension's start needs, whatever else needs it. */
const STARTS = 'extension';
/** What runs without an editor: what these reach may not import `vscode`. */
const OUTSIDE = ['cli', 'planner-thread'] as const;

/**
 * Joins the chunks that the extension imports at its start: into `extension.js`, and what the command line and the thread
 * may load too into `chunks/shared-….js`. Other chunks stay what they are, loaded when needed.
 * @param from where esbuild left `extension.js`, `cli.js` and `planner-thread.js` with their chunks
 * @param to where all of them go, under the same names
 * @throws Error with Rollup's warning, where there is one
 */
export async function joinChunks(from: string, to: string): Promise<void> {
  const entry = (name: string) => join(from, `${name}.js`);
  const bundle = await rollup({
    input: Object.fromEntries([STARTS, ...OUTSIDE].map((name) => [name, entry(name)])),
    external: (id) => !id.startsWith('.') && !id.startsWith(from),
    // The chunks import from the extension's file what only it and they need.
    preserveEntrySignatures: 'allow-extension',
    treeshake: false,
    onLog: (_level, log) => {
      throw new Error(`The chunks can't be joined: ${log.message}`);
    },
  });
  await bundle.write({
    dir: to,
    format: 'esm',
    compact: true,
    entryFileNames: '[name].js',
    chunkFileNames: 'chunks/[name].js',
    manualChunks: (id, { getModuleInfo }) => {
      if (!reached(getModuleInfo, entry(STARTS), 'now').has(id)) return undefined;
      const outside = OUTSIDE.some((name) => reached(getModuleInfo, entry(name), 'ever').has(id));
      return outside ? 'shared' : STARTS;
    },
  });
  await bundle.close();
}

/** What a module imports, directly or not: when it is loaded, or ever. */
function reached(moduleInfo: GetModuleInfo, from: string, when: 'now' | 'ever'): ReadonlySet<string> {
  const seen = new Set<string>();
  const walk = (id: string) => {
    const info = moduleInfo(id);
    if (!info || info.isExternal || seen.has(id)) return;
    seen.add(id);
    for (const imported of info.importedIds) walk(imported);
    if (when === 'ever') for (const imported of info.dynamicallyImportedIds) walk(imported);
  };
  walk(from);
  return seen;
}
