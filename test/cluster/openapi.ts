// /openapi/v3, as far as kubectl asks it: which resources can be patched, and that dryRun and fieldValidation are understood.
import { type Answer, type Call, json } from './call.ts';
import { apiVersionOf, RESOURCES, type Resource } from './resources.ts';

export function openapi(call: Call): Answer | undefined {
  if (call.method !== 'GET' || !call.path.startsWith('/openapi/v3')) return undefined;
  const served = RESOURCES.filter(({ group }) => !call.state.disabledGroups.has(group));
  if (/^\/openapi\/v3\/?$/.test(call.path)) {
    const paths = new Set(served.map(pathOf));
    return json({
      paths: Object.fromEntries(
        [...paths].map((path) => [path, { serverRelativeURL: `/openapi/v3/${path}?hash=1` }]),
      ),
    });
  }
  const asked = call.path.slice('/openapi/v3/'.length);
  const resources = served.filter((one) => pathOf(one) === asked);
  return resources.length === 0 ? undefined : json(documentOf(resources));
}

/** `apis/batch/v1` */
function pathOf(resource: Resource): string {
  return `${resource.group === '' ? 'api' : 'apis'}/${apiVersionOf(resource)}`;
}

function documentOf(resources: readonly Resource[]) {
  return {
    openapi: '3.0.0',
    info: { title: 'Kubernetes', version: 'v1.26.15' },
    paths: Object.fromEntries(
      resources.map((resource) => {
        const { group, version, kind, namespaced, plural } = resource;
        const within = namespaced ? '/namespaces/{namespace}' : '';
        return [
          `/${pathOf(resource)}${within}/${plural}/{name}`,
          {
            patch: {
              parameters: ['dryRun', 'fieldManager', 'fieldValidation', 'force'].map((name) => ({
                name,
                in: 'query',
                schema: { type: 'string', uniqueItems: true },
              })),
              responses: {},
              'x-kubernetes-action': 'patch',
              'x-kubernetes-group-version-kind': { group, version, kind },
            },
          },
        ];
      }),
    ),
    components: {},
  };
}
