import { connectionFailure } from '../../client/connection-failure.ts';
import { type RegistryAnswer, type RegistryConnection, shortText } from '../../client/registry-connection.ts';
import type { UnansweredRequest } from '../../client/registry-unreachable.ts';
import type { HttpFact } from '../facts.ts';
import { plainText } from '../plain-text.ts';

/** The page that OpenShift’s router shows for an application without a ready pod. */
const ROUTER_PAGE = /Application is not available/i;

/** Asks for a path without any credential. */
export async function ask(
  connection: RegistryConnection,
  path: string,
  signal: AbortSignal | undefined,
): Promise<HttpFact> {
  const { attempt } = connection;
  const began = performance.now();
  const sent = Date.now();
  try {
    const answer = await connection.send('GET', path, { signal });
    const middle = (sent + Date.now()) / 2;
    return {
      path,
      attempt,
      ms: performance.now() - began,
      failure: null,
      ...answered(answer, middle),
    };
  } catch (error) {
    signal?.throwIfAborted();
    return { path, attempt, ms: performance.now() - began, failure: connectionFailure(error), ...NO_ANSWER };
  }
}

/** A ping that got no good answer, as a fact. */
export function unansweredPing({ url, attempt, ms = 0, answer, cause }: UnansweredRequest): HttpFact {
  const { pathname: path, hostname } = new URL(url);
  if (answer) return { path, attempt, ms, failure: null, ...answered(answer, Date.now()) };
  return { path, attempt, ms, failure: connectionFailure(cause, hostname), ...NO_ANSWER };
}

const NO_ANSWER = {
  status: null,
  said: '',
  routerPage: false,
  apiVersion: '',
  challenge: '',
  location: '',
  aheadMs: null,
} as const;

function answered({ status, headers, body }: RegistryAnswer, received: number) {
  const header = (name: string) => plainText([headers[name]].flat().join(', '));
  const date = Date.parse(header('date'));
  return {
    status,
    said: plainText(shortText(body) ?? ''),
    routerPage: ROUTER_PAGE.test(body),
    apiVersion: header('docker-distribution-api-version'),
    challenge: header('www-authenticate'),
    location: header('location'),
    aheadMs: Number.isNaN(date) ? null : date - received,
  };
}
