import { isObject } from '../../engine/shape.ts';
import { ApiError } from './api-error.ts';
import type { ApiRequest, RefusedAnswer } from './api-session.ts';
import { retryAfterSeconds } from './retry-after.ts';

const LONGEST_MESSAGE = 600;

export interface AnswerCircumstances {
  /** Named in the message. */
  readonly context?: string;
  /** Takes our credential out of what the server said. */
  readonly scrub?: (text: string) => string;
  /** Milliseconds since the epoch; the present where absent. */
  readonly now?: number;
}

/**
 * An answer outside 200–299 as an error in the words of the server: of its `Status` object where it sent one,
 * otherwise the beginning of the body.
 */
export function toApiError(
  request: ApiRequest,
  answer: RefusedAnswer,
  circumstances: AnswerCircumstances = {},
): ApiError {
  const { context, scrub = (text: string) => text, now = Date.now() } = circumstances;
  const { status } = answer;
  const details = statusObject(answer.body);
  const serverMessage = scrub(details.message ?? plainText(answer));
  const { verb, resource } = apiCall(request);
  const said = serverMessage === '' ? '.' : `: ${serverMessage.replace(/[.]?$/, '.')}`;
  const reason = details.reason ? ` ${details.reason}` : '';
  const server = context === undefined ? 'The API server' : `The API server of the context "${context}"`;
  return new ApiError(
    `${server} answered ${status}${reason} to ${verb} ${resource ?? request.path}${said}${nextStep(status)}`,
    {
      status,
      reason: details.reason,
      retryAfterSeconds: retryAfterSeconds(answer.headers['retry-after'], now) ?? details.retryAfterSeconds,
      verb,
      path: request.path,
      resource,
      serverMessage,
    },
  );
}

/** Verb and resource as RBAC names them. `resource` is absent where the path isn't one of an API resource. */
export function apiCall(request: ApiRequest): { verb: string; resource?: string } {
  const parts = request.path.split('?')[0]?.split('/').filter(Boolean) ?? [];
  const core = parts[0] === 'api' && parts.length > 2;
  const grouped = parts[0] === 'apis' && parts.length > 3;
  const method = request.method ?? 'GET';
  if (!core && !grouped) return { verb: method.toLowerCase() };
  const group = grouped ? `.${parts[1]}` : '';
  const [first, ...rest] = parts.slice(core ? 2 : 3);
  // `namespaces/<ns>/<resource>`, but `namespaces/<ns>` and its two subresources are about the namespace.
  const inNamespace = first === 'namespaces' && rest.length > 1 && !/^(status|finalize)$/.test(rest[1] ?? '');
  const [resource = '', name, subresource] = inNamespace ? rest.slice(1) : [first, ...rest];
  const below = subresource === undefined ? '' : `/${subresource}`;
  return { verb: verbOf(request, method, name !== undefined), resource: `${resource}${group}${below}` };
}

function verbOf(request: ApiRequest, method: string, named: boolean): string {
  switch (method) {
    case 'POST':
      return 'create';
    case 'PUT':
      return 'update';
    case 'PATCH':
      return 'patch';
    case 'DELETE':
      return named ? 'delete' : 'deletecollection';
    default:
      if (/^(true|1)$/.test(request.query?.watch ?? '')) return 'watch';
      return named ? 'get' : 'list';
  }
}

function nextStep(status: number): string {
  if (status === 401) return ' Log in again (oc login).';
  if (status === 403) return ' Ask for the right to do that, or use another user.';
  if (status === 429 || status >= 500) return ' Try again in a moment.';
  return '';
}

function statusObject(body: Buffer): { message?: string; reason?: string; retryAfterSeconds?: number } {
  let value: unknown;
  try {
    value = JSON.parse(body.toString('utf8'));
  } catch {
    return {};
  }
  if (!isObject(value) || value.kind !== 'Status') return {};
  const details = isObject(value.details) ? value.details : {};
  const seconds = details.retryAfterSeconds;
  return {
    message: typeof value.message === 'string' ? value.message : undefined,
    reason: typeof value.reason === 'string' && value.reason !== '' ? value.reason : undefined,
    retryAfterSeconds: typeof seconds === 'number' && seconds > 0 ? seconds : undefined,
  };
}

function plainText(answer: RefusedAnswer): string {
  if (String(answer.headers['content-type'] ?? '').includes('html'))
    return 'a page of HTML, not an answer of the API';
  const text = answer.body
    .toString('utf8', 0, LONGEST_MESSAGE * 4)
    .replaceAll(/\s+/g, ' ')
    .trim();
  return text.length > LONGEST_MESSAGE ? `${text.slice(0, LONGEST_MESSAGE)}…` : text;
}
