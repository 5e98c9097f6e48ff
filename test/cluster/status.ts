// The errors of the API, word for word as an API server sends them.
import { qualified, type Resource } from './resources.ts';

export interface StatusBody {
  kind: 'Status';
  apiVersion: 'v1';
  metadata: Record<string, unknown>;
  status: 'Success' | 'Failure';
  message?: string;
  reason?: string;
  details?: Record<string, unknown>;
  code?: number;
}

/** Thrown by a handler to answer with a failure Status. */
export class ApiError extends Error {
  override name = 'ApiError';
  readonly code: number;
  readonly body: StatusBody;
  readonly headers: Record<string, string>;

  constructor(
    code: number,
    reason: string | undefined,
    message: string,
    more: {
      details?: Record<string, unknown>;
      metadata?: Record<string, unknown>;
      headers?: Record<string, string>;
    } = {},
  ) {
    super(message);
    this.code = code;
    this.headers = more.headers ?? {};
    this.body = {
      kind: 'Status',
      apiVersion: 'v1',
      metadata: more.metadata ?? {},
      status: 'Failure',
      message,
      ...(reason === undefined ? {} : { reason }),
      ...(more.details === undefined ? {} : { details: more.details }),
      code,
    };
  }
}

/** The Status that answers a deletion. */
export function deleted(resource: Resource, name: string, uid: string | undefined): StatusBody {
  return {
    kind: 'Status',
    apiVersion: 'v1',
    metadata: {},
    status: 'Success',
    details: { name, ...groupOf(resource), kind: resource.plural, ...(uid === undefined ? {} : { uid }) },
  };
}

export function unauthorized(): ApiError {
  return new ApiError(401, 'Unauthorized', 'Unauthorized');
}

/** A request that authorization judges. */
export interface Attributes {
  verb: string;
  group: string;
  resource: string;
  subresource?: string;
  namespace?: string;
  name?: string;
}

export function forbidden(user: string, asked: Attributes): ApiError {
  const object = qualified({ plural: asked.resource, group: asked.group });
  const name = asked.name ? ` "${asked.name}"` : '';
  const resource = asked.subresource ? `${asked.resource}/${asked.subresource}` : asked.resource;
  const scope = asked.namespace ? `in the namespace "${asked.namespace}"` : 'at the cluster scope';
  const message =
    `${object}${name} is forbidden: User "${user}" cannot ${asked.verb} resource "${resource}" ` +
    `in API group "${asked.group}" ${scope}`;
  const details = { ...(asked.name ? { name: asked.name } : {}), ...groupOf(asked), kind: asked.resource };
  return new ApiError(403, 'Forbidden', message, { details });
}

export function notFound(resource: Resource, name: string): ApiError {
  return new ApiError(404, 'NotFound', `${qualified(resource)} "${name}" not found`, {
    details: { name, ...groupOf(resource), kind: resource.plural },
  });
}

export function alreadyExists(resource: Resource, name: string): ApiError {
  return new ApiError(409, 'AlreadyExists', `${qualified(resource)} "${name}" already exists`, {
    details: { name, ...groupOf(resource), kind: resource.plural },
  });
}

export function conflict(resource: Resource, name: string): ApiError {
  const message =
    `Operation cannot be fulfilled on ${qualified(resource)} "${name}": the object has been modified; ` +
    'please apply your changes to the latest version and try again';
  return new ApiError(409, 'Conflict', message, {
    details: { name, ...groupOf(resource), kind: resource.plural },
  });
}

export function versionMissing(resource: Resource, name: string): ApiError {
  const cause = 'Invalid value: 0x0: must be specified for an update';
  return invalid(resource, name, [{ field: 'metadata.resourceVersion', why: cause }]);
}

/** @param causes at least one */
export function invalid(
  resource: Resource,
  name: string,
  causes: readonly { field: string; why: string }[],
): ApiError {
  const kind = resource.group === '' ? resource.kind : `${resource.kind}.${resource.group}`;
  const all = causes.map(({ field, why }) => `${field}: ${why}`).join(', ');
  const message = `${kind} "${name}" is invalid: ${causes.length > 1 ? `[${all}]` : all}`;
  return new ApiError(422, 'Invalid', message, {
    details: {
      name,
      ...groupOf(resource),
      kind: resource.kind,
      causes: causes.map(({ field, why }) => ({ reason: reasonOf(why), message: why, field })),
    },
  });
}

function reasonOf(why: string): string {
  if (why.startsWith('Required value')) return 'FieldValueRequired';
  if (why.startsWith('Unsupported value')) return 'FieldValueNotSupported';
  return why.startsWith('Not found') ? 'FieldValueNotFound' : 'FieldValueInvalid';
}

export function badRequest(message: string): ApiError {
  return new ApiError(400, 'BadRequest', message);
}

export function methodNotAllowed(): ApiError {
  return new ApiError(
    405,
    'MethodNotAllowed',
    'the server does not allow this method on the requested resource',
    {
      details: {},
    },
  );
}

/** @param next a token that goes on at the present state, which the real server hands out too */
export function continueExpired(next: string): ApiError {
  const message =
    'The provided continue parameter is too old to display a consistent list result. You can start a new list ' +
    'without the continue parameter, or use the continue token in this response to retrieve the remainder of the ' +
    'results. Continuing with the provided token results in an inconsistent list - objects that were created, ' +
    'modified, or deleted between the time the first chunk was returned and now may show up in the list.';
  return new ApiError(410, 'Expired', message, { metadata: { continue: next } });
}

export function versionTooOld(asked: number, oldest: number): ApiError {
  return new ApiError(410, 'Expired', `too old resource version: ${asked} (${oldest})`);
}

function groupOf(resource: { group: string }): { group?: string } {
  return resource.group === '' ? {} : { group: resource.group };
}
