// Who am I, what may I do, what may I see: reviews, tokens, the own user, projects.
import { listAt, objectAt, textAt } from '../../src/engine/shape.ts';
import { allows, rulesOf, sees } from './access.ts';
import { type ApiObject, timestampOf } from './api-object.ts';
import { type Answer, type Call, json, jsonBody, type Target } from './call.ts';
import { existing } from './objects.ts';
import { apiVersionOf, resourceNamed, typed } from './resources.ts';
import { methodNotAllowed, notFound } from './status.ts';
import { tableOf, wantsTable } from './tables.ts';

const NAMESPACES = resourceNamed('namespaces');

/** Reviews are posted to paths that hold no objects. */
export function reviews(call: Call): Answer | undefined {
  if (call.method !== 'POST') return undefined;
  switch (call.path) {
    case '/apis/authorization.k8s.io/v1/selfsubjectaccessreviews':
      return accessReview(call);
    case '/apis/authorization.k8s.io/v1/selfsubjectrulesreviews':
      return rulesReview(call);
    case '/apis/authentication.k8s.io/v1/selfsubjectreviews':
      return subjectReview(call);
    default:
      return undefined;
  }
}

function accessReview(call: Call): Answer {
  const body = jsonBody(call);
  const asked = objectAt(body.spec, 'resourceAttributes');
  const allowed =
    'nonResourceAttributes' in objectAt(body, 'spec') ||
    allows(call.state.store, call.user, {
      verb: textAt(asked, 'verb'),
      group: textAt(asked, 'group'),
      resource: textAt(asked, 'resource'),
      subresource: textAt(asked, 'subresource'),
      namespace: textAt(asked, 'namespace'),
      name: textAt(asked, 'name'),
    });
  return json({ ...body, metadata: { creationTimestamp: null }, status: { allowed } }, 201);
}

function rulesReview(call: Call): Answer {
  const body = jsonBody(call);
  const rules = rulesOf(call.state.store, call.user, textAt(body.spec, 'namespace'));
  const status = {
    resourceRules: rules.filter((rule) => listAt(rule, 'resources').length > 0),
    nonResourceRules: rules.filter((rule) => listAt(rule, 'nonResourceURLs').length > 0),
    incomplete: false,
  };
  return json({ ...body, metadata: { creationTimestamp: null }, status }, 201);
}

function subjectReview(call: Call): Answer {
  const { name, uid, groups } = call.user;
  const userInfo = { username: name, uid, groups };
  const kind = { kind: 'SelfSubjectReview', apiVersion: 'authentication.k8s.io/v1' };
  return json(
    { ...kind, metadata: { creationTimestamp: timestampOf(call.state.clock()) }, status: { userInfo } },
    201,
  );
}

export function identity(call: Call): Answer | undefined {
  const { target } = call;
  switch (target?.resource.plural) {
    case 'users':
      return target.name === '~' ? ownUser(call) : undefined;
    case 'serviceaccounts':
      return target.subresource === 'token' ? token(call, target) : undefined;
    case 'projects':
      return projects(call, target);
    default:
      return undefined;
  }
}

function ownUser(call: Call): Answer {
  const metadata = { name: call.user.name, uid: call.user.uid, creationTimestamp: null };
  return json({
    kind: 'User',
    apiVersion: 'user.openshift.io/v1',
    metadata,
    identities: null,
    groups: call.user.groups,
  });
}

function token(call: Call, target: Target): Answer {
  if (call.method !== 'POST') throw methodNotAllowed();
  const account = existing(call, target);
  const body = jsonBody(call);
  const asked = objectAt(body, 'spec').expirationSeconds;
  const seconds = typeof asked === 'number' ? asked : 3600;
  const { name, namespace = '', uid = '' } = account.metadata;
  const issued = call.state.tokens.issueFor(namespace, name, uid, seconds);
  return json(
    {
      kind: 'TokenRequest',
      apiVersion: 'authentication.k8s.io/v1',
      metadata: { name, namespace, creationTimestamp: timestampOf(call.state.clock()) },
      spec: {
        audiences: ['https://kubernetes.default.svc'],
        ...objectAt(body, 'spec'),
        expirationSeconds: seconds,
      },
      status: { token: issued.token, expirationTimestamp: timestampOf(issued.expires) },
    },
    201,
  );
}

/** Projects are namespaces; the list holds those that the user may see. */
function projects(call: Call, target: Target): Answer {
  if (call.method !== 'GET') throw methodNotAllowed();
  const { store } = call.state;
  const { resource } = target;
  if (target.name !== undefined) {
    const namespace = store.get(NAMESPACES, undefined, target.name);
    if (namespace === undefined) throw notFound(resource, target.name);
    const project = projectOf(namespace);
    return json(wantsTable(call.headers) ? tableOf(resource, [project], {}, call) : typed(resource, project));
  }
  const items = store
    .list(NAMESPACES)
    .filter(({ metadata }) => sees(store, call.user, metadata.name))
    .map(projectOf);
  const metadata = { resourceVersion: String(store.revision) };
  const body = wantsTable(call.headers)
    ? tableOf(resource, items, metadata, call)
    : { kind: 'ProjectList', apiVersion: apiVersionOf(resource), metadata, items };
  return { kind: 'json', code: 200, body, list: true };
}

function projectOf(namespace: ApiObject): ApiObject {
  return {
    metadata: namespace.metadata,
    spec: { finalizers: ['kubernetes'] },
    status: namespace.status ?? { phase: 'Active' },
  };
}
