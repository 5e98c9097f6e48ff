// Holds package.json, its texts and src/host/manifest.ts together: an id that only one of them knows is an error.
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { isObject, type JsonObject, listAt, objectAt, textAt } from '../src/engine/shape.ts';
import { COMMANDS, CONTEXT_KEYS, RESTRICTED_SETTINGS, SETTINGS, TOOLS, VIEWS } from '../src/host/manifest.ts';

const root = join(import.meta.dirname, '..');
const manifest = json('package.json');
const contributes = objectAt(manifest, 'contributes');
const problems: string[] = [];

function json(file: string): JsonObject {
  const value: unknown = JSON.parse(readFileSync(join(root, file), 'utf8'));
  if (!isObject(value)) throw new Error(`${file} is no object`);
  return value;
}

function same(what: string, inManifest: Iterable<string>, inCode: Iterable<string>): void {
  const [left, right] = [new Set(inManifest), new Set(inCode)];
  for (const id of left) if (!right.has(id)) problems.push(`${what} ${id} is in package.json alone`);
  for (const id of right) if (!left.has(id)) problems.push(`${what} ${id} is in src/host/manifest.ts alone`);
}

const commands = listAt(contributes, 'commands').map((command) => textAt(command, 'command'));
same('command', commands, Object.values(COMMANDS));
same(
  'language model tool',
  listAt(contributes, 'languageModelTools').map((tool) => textAt(tool, 'name')),
  Object.values(TOOLS),
);
const views = Object.values(objectAt(contributes, 'views')).flatMap((list) =>
  Array.isArray(list) ? list : [],
);
same(
  'view',
  views.map((view) => textAt(view, 'id')),
  Object.values(VIEWS),
);
const properties = objectAt(objectAt(contributes, 'configuration'), 'properties');
const own = (name: string) => `imageHygiene.${name}`;
same('setting', Object.keys(properties), Object.values(SETTINGS).map(own));
for (const [name, setting] of Object.entries(properties)) {
  if (textAt(setting, 'scope') !== 'machine-overridable')
    problems.push(`setting ${name} is not machine-overridable`);
  if (!textAt(setting, 'markdownDescription'))
    problems.push(`setting ${name} has no description in Markdown`);
}
const untrusted = objectAt(objectAt(manifest, 'capabilities'), 'untrustedWorkspaces');
same(
  'restricted setting',
  listAt(untrusted, 'restrictedConfigurations').map(String),
  RESTRICTED_SETTINGS.map(own),
);

const text = JSON.stringify(contributes);
// What a `when` clause or a command link names.
const keys = new Set<string>(Object.values(CONTEXT_KEYS));
const ids = new Set<string>([...commands, ...Object.values(VIEWS), ...Object.keys(properties), ...keys]);
const named = [...text.matchAll(/imageHygiene\.\w+/g)].map(([id]) => id);
for (const id of new Set(named))
  if (!ids.has(id)) problems.push(`package.json names ${id}, which nothing defines`);
for (const key of keys) if (!named.includes(key)) problems.push(`no clause of package.json reads ${key}`);

const placeholders = [...JSON.stringify(manifest).matchAll(/%([\w.]+)%/g)].map(([, key = '']) => key);
for (const file of ['package.nls.json', 'package.nls.ja.json']) {
  if (!existsSync(join(root, file))) {
    problems.push(`${file} is missing`);
    continue;
  }
  const texts = json(file);
  for (const key of placeholders) if (!textAt(texts, key)) problems.push(`${file} has no text for ${key}`);
  for (const key of Object.keys(texts))
    if (!placeholders.includes(key)) problems.push(`${file}: nothing uses ${key}`);
  const links = JSON.stringify(texts).matchAll(/command:(imageHygiene\.[\w.]+)/g);
  for (const [, id = ''] of links) {
    // The editor makes a command of every view.
    const known = commands.includes(id) || Object.values(VIEWS).some((view) => id === `${view}.focus`);
    if (!known) problems.push(`${file} links to the command ${id}, which doesn't exist`);
  }
}

if (problems.length > 0) {
  for (const problem of problems) console.error(`error: ${problem}`);
  process.exit(1);
}
