// Who asks, and whether they may: bearer tokens, client certificates and RBAC objects read from the store.
import type { IncomingMessage } from 'node:http';
import type { TLSSocket } from 'node:tls';
import { type JsonObject, listAt, objectAt, textAt } from '../../src/engine/shape.ts';
import type { ApiObject } from './api-object.ts';
import { resourceNamed } from './resources.ts';
import { type Attributes, unauthorized } from './status.ts';
import type { Store } from './store.ts';

export interface User {
  name: string;
  uid: string;
  groups: readonly string[];
}

export const ANONYMOUS: User = { name: 'system:anonymous', uid: '', groups: ['system:unauthenticated'] };

interface Grant {
  user: User;
  expires: number;
}

/** The bearer tokens that are good, each with its user. */
export class TokenTable {
  readonly #grants = new Map<string, Grant>();
  readonly #clock: () => Date;
  #serial = 0;

  constructor(clock: () => Date) {
    this.#clock = clock;
  }

  /** Makes a token of ours good for a user. */
  grant(token: string, user: User, expires: Date | undefined = undefined): void {
    this.#grants.set(token, { user, expires: expires?.getTime() ?? Number.POSITIVE_INFINITY });
  }

  revoke(token: string): void {
    this.#grants.delete(token);
  }

  userOf(token: string): User | undefined {
    const grant = this.#grants.get(token);
    return grant !== undefined && grant.expires > this.#clock().getTime() ? grant.user : undefined;
  }

  /** A service account token as TokenRequest gives it: a JWT, though nobody checks its signature. */
  issueFor(namespace: string, name: string, uid: string, seconds: number): { token: string; expires: Date } {
    const issued = this.#clock().getTime();
    const expires = new Date(issued + seconds * 1000);
    this.#serial += 1;
    const claims = {
      aud: ['https://kubernetes.default.svc'],
      exp: Math.floor(expires.getTime() / 1000),
      iat: Math.floor(issued / 1000),
      jti: String(this.#serial),
      'kubernetes.io': { namespace, serviceaccount: { name, uid } },
      sub: `system:serviceaccount:${namespace}:${name}`,
    };
    const part = (value: unknown) => Buffer.from(JSON.stringify(value)).toString('base64url');
    const token = `${part({ alg: 'RS256', typ: 'JWT' })}.${part(claims)}.${part({ unsigned: true })}`;
    this.grant(token, serviceAccountUser(namespace, name, uid), expires);
    return { token, expires };
  }
}

export function serviceAccountUser(namespace: string, name: string, uid: string): User {
  return {
    name: `system:serviceaccount:${namespace}:${name}`,
    uid,
    groups: ['system:serviceaccounts', `system:serviceaccounts:${namespace}`, 'system:authenticated'],
  };
}

/** @throws ApiError 401 for a token or a certificate that is not ours */
export function userOfRequest(request: IncomingMessage, tokens: TokenTable): User {
  const header = request.headers.authorization;
  if (header !== undefined) {
    const token = /^Bearer\s+(.+)$/i.exec(header)?.[1]?.trim();
    const user = token === undefined ? undefined : tokens.userOf(token);
    if (user === undefined) throw unauthorized();
    return user;
  }
  return userOfCertificate(request.socket as TLSSocket) ?? ANONYMOUS;
}

function userOfCertificate(socket: TLSSocket): User | undefined {
  const certificate = socket.getPeerCertificate();
  if (certificate.subject === undefined) return undefined;
  if (!socket.authorized) throw unauthorized();
  const { CN, O } = certificate.subject as { CN?: string | string[]; O?: string | string[] };
  const names = (value: string | string[] | undefined) => (value === undefined ? [] : [value].flat());
  return { name: names(CN)[0] ?? '', uid: '', groups: [...names(O), 'system:authenticated'] };
}

/** What a user may do, as the RBAC objects in the store say now. `system:masters` may do everything. */
export function allows(store: Store, user: User, asked: Attributes): boolean {
  if (user.groups.includes('system:masters')) return true;
  if (isOpenToAll(user, asked)) return true;
  return rulesOf(store, user, asked.namespace).some((rule) => ruleAllows(rule, asked));
}

/** Projects that a user may see: those in which any rule at all is theirs, beyond what everybody has. */
export function sees(store: Store, user: User, namespace: string): boolean {
  return allows(store, user, { verb: 'get', group: '', resource: 'namespaces', namespace, name: namespace });
}

export function rulesOf(store: Store, user: User, namespace: string | undefined): JsonObject[] {
  const rules: JsonObject[] = [];
  const collect = (bindings: ApiObject[]) => {
    for (const binding of bindings) {
      if (listAt(binding, 'subjects').some((subject) => names(subject, user)))
        rules.push(...rulesBehind(store, binding));
    }
  };
  collect(store.list(resourceNamed('clusterrolebindings', RBAC)));
  if (namespace) collect(store.list(resourceNamed('rolebindings', RBAC), namespace));
  return rules;
}

const RBAC = 'rbac.authorization.k8s.io';

function rulesBehind(store: Store, binding: ApiObject): JsonObject[] {
  const reference = objectAt(binding, 'roleRef');
  const name = textAt(reference, 'name');
  const role =
    textAt(reference, 'kind') === 'Role'
      ? store.get(resourceNamed('roles', RBAC), binding.metadata.namespace, name)
      : store.get(resourceNamed('clusterroles', RBAC), undefined, name);
  return listAt(role, 'rules') as JsonObject[];
}

function names(subject: unknown, user: User): boolean {
  const name = textAt(subject, 'name');
  switch (textAt(subject, 'kind')) {
    case 'User':
      return name === user.name;
    case 'Group':
      return user.groups.includes(name);
    case 'ServiceAccount':
      return user.name === `system:serviceaccount:${textAt(subject, 'namespace')}:${name}`;
    default:
      return false;
  }
}

function ruleAllows(rule: JsonObject, asked: Attributes): boolean {
  const resource = asked.subresource ? `${asked.resource}/${asked.subresource}` : asked.resource;
  const has = (field: string, ...values: string[]) =>
    listAt(rule, field).some((value) => value === '*' || values.includes(String(value)));
  const resourceNames = listAt(rule, 'resourceNames');
  if (resourceNames.length > 0 && !resourceNames.includes(asked.name)) return false;
  return has('verbs', asked.verb) && has('apiGroups', asked.group) && has('resources', resource);
}

/** What every authenticated user of an OpenShift cluster may do (the role basic-user). */
function isOpenToAll(user: User, asked: Attributes): boolean {
  if (!user.groups.includes('system:authenticated')) return false;
  if (asked.group === 'authorization.k8s.io' || asked.group === 'authentication.k8s.io') return true;
  if (asked.resource === 'projects' && asked.group === 'project.openshift.io') return asked.verb === 'list';
  return asked.group === 'user.openshift.io' && asked.verb === 'get' && asked.name === '~';
}
