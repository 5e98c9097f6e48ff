import { dirname, resolve, sep } from 'node:path';
import { said } from '../../engine/said.ts';
import type { ExecPlugin, Impersonation, KeySource, PemSource } from './cluster-target.ts';
import type { ClusterEntry, ContextEntry, KubeconfigEntries, UserEntry } from './kubeconfig.ts';
import { Secret } from './secret.ts';
import { readYamlMapping, type YamlMapping } from './yaml-mapping.ts';

const EXEC_EXTENSION = 'client.authentication.k8s.io/exec';

/**
 * Reads one kubeconfig file. `file` is its absolute path: relative paths in it are relative to its folder. A name
 * that stands twice in a list is an error, as in kubectl ("duplicate name … in list").
 * Throws `KubeconfigError`, naming file and line.
 */
export function parseKubeconfig(text: string, file: string): KubeconfigEntries {
  const root = readYamlMapping(text, file);
  if ((root.text('kind') ?? 'Config') !== 'Config')
    throw root.problem('kind', (field) => said('{0} must be {1}', field, 'Config'));
  if ((root.text('apiVersion') ?? 'v1') !== 'v1')
    throw root.problem('apiVersion', (field) => said('{0} must be {1}', field, 'v1'));
  return {
    currentContext: root.text('current-context'),
    contexts: namedEntries(root, 'contexts', 'context', (name, fields) => contextEntry(name, fields, file)),
    clusters: namedEntries(root, 'clusters', 'cluster', (name, fields) => clusterEntry(name, fields, file)),
    users: namedEntries(root, 'users', 'user', (name, fields) => userEntry(name, fields, file)),
  };
}

function namedEntries<Entry>(
  root: YamlMapping,
  list: string,
  field: string,
  read: (name: string, fields: YamlMapping) => Entry,
): Map<string, Entry> {
  const entries = new Map<string, Entry>();
  for (const item of root.mappings(list)) {
    const name = item.text('name') ?? '';
    if (entries.has(name))
      throw item.problem('name', (field) => said('{0} is a second “{1}” in this file', field, name));
    entries.set(name, read(name, item.mapping(field)));
  }
  return entries;
}

function contextEntry(name: string, fields: YamlMapping, file: string): ContextEntry {
  return {
    name,
    cluster: fields.text('cluster') ?? '',
    user: fields.text('user') ?? '',
    namespace: fields.text('namespace'),
    file,
  };
}

function clusterEntry(name: string, fields: YamlMapping, file: string): ClusterEntry {
  const proxyUrl = fields.text('proxy-url');
  const execConfig = fields
    .mappings('extensions')
    .find((extension) => extension.text('name') === EXEC_EXTENSION)
    ?.raw('extension');
  return {
    name,
    server: fields.text('server'),
    certificateAuthority: pemSource(fields, 'certificate-authority', file),
    insecureSkipTlsVerify: fields.flag('insecure-skip-tls-verify'),
    tlsServerName: fields.text('tls-server-name'),
    proxyUrl: secretOf(proxyUrl),
    execConfig: execConfig === undefined ? undefined : new Secret(JSON.stringify(execConfig)),
    file,
  };
}

function userEntry(name: string, fields: YamlMapping, file: string): UserEntry {
  const tokenFile = fields.text('tokenFile');
  return {
    name,
    token: secretOf(fields.text('token')),
    tokenFile: tokenFile === undefined ? undefined : besideFile(file, tokenFile),
    username: fields.text('username'),
    password: secretOf(fields.text('password')),
    clientCertificate: pemSource(fields, 'client-certificate', file),
    clientKey: keySource(fields, file),
    exec: fields.has('exec') ? execPlugin(fields.mapping('exec'), file) : undefined,
    authProvider: fields.has('auth-provider')
      ? (fields.mapping('auth-provider').text('name') ?? 'unnamed')
      : undefined,
    impersonate: impersonation(fields),
    file,
  };
}

function execPlugin(fields: YamlMapping, file: string): ExecPlugin {
  const command = fields.text('command');
  if (command === undefined)
    throw fields.problem('command', (field) => said('{0} must name the command to run', field));
  return {
    apiVersion: fields.text('apiVersion') ?? '',
    // The rule of client-go: a command with a path separator is a path, and a relative one is beside the file.
    command: hasSeparator(command) ? besideFile(file, command) : command,
    args: fields.texts('args').map((value) => new Secret(value)),
    env: fields.mappings('env').map((variable) => {
      const name = variable.text('name');
      if (name === undefined)
        throw variable.problem('name', (field) => said('{0} must name an environment variable', field));
      return { name, value: new Secret(variable.text('value') ?? '') };
    }),
    installHint: fields.text('installHint'),
    provideClusterInfo: fields.flag('provideClusterInfo'),
    interactiveMode: interactiveMode(fields),
  };
}

function interactiveMode(fields: YamlMapping): ExecPlugin['interactiveMode'] {
  const mode = fields.text('interactiveMode') ?? 'IfAvailable';
  if (mode === 'Never' || mode === 'IfAvailable' || mode === 'Always') return mode;
  throw fields.problem('interactiveMode', (field) => said('{0} must be Never, IfAvailable or Always', field));
}

function impersonation(fields: YamlMapping): Impersonation | undefined {
  const extraFields = fields.mapping('as-user-extra');
  const extra = Object.fromEntries(extraFields.names().map((name) => [name, extraFields.texts(name)]));
  const found: Impersonation = {
    user: fields.text('as'),
    uid: fields.text('as-uid'),
    groups: fields.texts('as-groups'),
    extra,
  };
  const empty = !found.user && !found.uid && found.groups.length === 0 && Object.keys(extra).length === 0;
  return empty ? undefined : found;
}

/** Inline data wins over the file of the same kind. */
function pemSource(fields: YamlMapping, name: string, file: string): PemSource | undefined {
  const pem = fields.base64(`${name}-data`);
  if (pem !== undefined) return { kind: 'data', pem };
  const path = fields.text(name);
  return path === undefined ? undefined : { kind: 'file', path: besideFile(file, path) };
}

function keySource(fields: YamlMapping, file: string): KeySource | undefined {
  const source = pemSource(fields, 'client-key', file);
  return source?.kind === 'data' ? { kind: 'data', pem: new Secret(source.pem) } : source;
}

function besideFile(file: string, path: string): string {
  return resolve(dirname(file), path);
}

function hasSeparator(command: string): boolean {
  // On Windows people write both kinds of slash.
  return command.includes(sep) || (sep === '\\' && command.includes('/'));
}

function secretOf(value: string | undefined): Secret | undefined {
  return value === undefined ? undefined : new Secret(value);
}
