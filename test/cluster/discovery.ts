// What a client asks first: version, health, groups and the resources in them.
import { type Answer, type Call, json } from './call.ts';
import { RESOURCES, type Resource } from './resources.ts';

const VERBS = ['create', 'delete', 'deletecollection', 'get', 'list', 'patch', 'update', 'watch'];

const SUBRESOURCE_VERBS: Readonly<Record<string, readonly string[]>> = {
  exec: ['create', 'get'],
  portforward: ['create', 'get'],
  status: ['get', 'patch', 'update'],
  token: ['create'],
};

/** Groups without stored objects: only posted to. */
const REVIEWS: Record<string, { plural: string; kind: string }[]> = {
  'authorization.k8s.io': [
    { plural: 'selfsubjectaccessreviews', kind: 'SelfSubjectAccessReview' },
    { plural: 'selfsubjectrulesreviews', kind: 'SelfSubjectRulesReview' },
  ],
  'authentication.k8s.io': [{ plural: 'selfsubjectreviews', kind: 'SelfSubjectReview' }],
};

export function discovery(call: Call): Answer | undefined {
  if (call.method !== 'GET') return undefined;
  const path = call.path.replace(/\/$/, '');
  switch (path) {
    case '/healthz':
    case '/readyz':
    case '/livez':
      return { kind: 'text', code: 200, body: 'ok' };
    case '/version':
      return json(VERSION);
    case '/api':
      return json({ kind: 'APIVersions', versions: ['v1'], serverAddressByClientCIDRs: [] });
    case '/apis':
      return json({ kind: 'APIGroupList', apiVersion: 'v1', groups: groupNames(call).map(groupOf) });
    default:
      return groupPath(call, path);
  }
}

const VERSION = {
  major: '1',
  minor: '26',
  gitVersion: 'v1.26.15+4818370',
  gitCommit: '0000000000000000000000000000000000000000',
  gitTreeState: 'clean',
  buildDate: '2024-01-01T00:00:00Z',
  goVersion: 'go1.19.13 X:strictfipsruntime',
  compiler: 'gc',
  platform: 'linux/amd64',
};

function groupPath(call: Call, path: string): Answer | undefined {
  if (path === '/api/v1') return json(resourceList('v1', entriesOf('')));
  const [, group, version] = /^\/apis\/([^/]+)(?:\/(v1))?$/.exec(path) ?? [];
  if (group === undefined || !groupNames(call).includes(group)) return undefined;
  return json(
    version === undefined
      ? { kind: 'APIGroup', apiVersion: 'v1', ...groupOf(group) }
      : resourceList(`${group}/v1`, entriesOf(group)),
  );
}

function groupNames(call: Call): string[] {
  const stored = RESOURCES.map(({ group }) => group).filter((group) => group !== '');
  return [...new Set([...stored, ...Object.keys(REVIEWS)])].filter(
    (group) => !call.state.disabledGroups.has(group),
  );
}

function groupOf(name: string) {
  const version = { groupVersion: `${name}/v1`, version: 'v1' };
  return { name, versions: [version], preferredVersion: version };
}

function resourceList(groupVersion: string, resources: unknown[]) {
  return { kind: 'APIResourceList', apiVersion: 'v1', groupVersion, resources };
}

function entriesOf(group: string): unknown[] {
  const reviews = (REVIEWS[group] ?? []).map(({ plural, kind }) => ({
    name: plural,
    singularName: '',
    namespaced: false,
    kind,
    verbs: ['create'],
  }));
  return [...RESOURCES.filter((one) => one.group === group).flatMap(entries), ...reviews];
}

function entries(resource: Resource): unknown[] {
  const { plural, singular, namespaced, kind, shortNames, subresources } = resource;
  const own = {
    name: plural,
    singularName: singular,
    namespaced,
    kind,
    verbs: verbsOf(resource),
    ...(shortNames.length > 0 ? { shortNames } : {}),
    ...(plural === 'pods' || resource.group === 'apps' ? { categories: ['all'] } : {}),
  };
  const below = subresources.map((name) => ({
    name: `${plural}/${name}`,
    singularName: '',
    namespaced,
    kind,
    verbs: SUBRESOURCE_VERBS[name] ?? ['get'],
  }));
  return [own, ...below];
}

function verbsOf(resource: Resource): string[] {
  switch (resource.plural) {
    case 'imagestreamtags':
      return ['delete', 'get', 'list'];
    case 'imagestreamimages':
      return ['get'];
    case 'projects':
      return ['get', 'list'];
    default:
      return VERBS;
  }
}
