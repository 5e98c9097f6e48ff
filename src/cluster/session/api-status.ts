import { type Said, said, saidTogether } from '../../engine/said.ts';
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
  const refused = refusal(
    context,
    details.reason ? `${status} ${details.reason}` : String(status),
    `${verb} ${resource ?? request.path}`,
    serverMessage,
  );
  const next = nextStep(status);
  return new ApiError(next === undefined ? refused : saidTogether(refused, next), {
    status,
    reason: details.reason,
    retryAfterSeconds: retryAfterSeconds(answer.headers['retry-after'], now) ?? details.retryAfterSeconds,
    verb,
    path: request.path,
    resource,
    serverMessage,
  });
}

/** What the server answered to what, in one sentence. */
function refusal(context: string | undefined, answered: string, asked: string, message: string): Said {
  const words = message.replace(/[.]?$/, '.');
  if (context === undefined) {
    return message === ''
      ? said('The API server answered {0} to {1}.', answered, asked)
      : said('The API server answered {0} to {1}: {2}', answered, asked, words);
  }
  return message === ''
    ? said('The API server of the context “{0}” answered {1} to {2}.', context, answered, asked)
    : said('The API server of the context “{0}” answered {1} to {2}: {3}', context, answered, asked, words);
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

function nextStep(status: number): Said | undefined {
  if (status === 401) return said('Log in again (oc login).');
  if (status === 403) return said('Ask for the right to do that, or use another user.');
  if (status === 429 || status >= 500) return said('Try again in a moment.');
  return undefined;
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
