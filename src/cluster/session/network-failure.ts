import { inEnglish, type Said, said, wordsOf } from '../../engine/said.ts';
import { certificateProblem } from './certificate-problems.ts';
import { ClusterUnreachableError, type UnreachableKind } from './cluster-unreachable.ts';
import { ProxyFailure } from './proxy-failure.ts';

export interface Route {
  readonly server: string;
  readonly context: string;
  /** Without its credentials. */
  readonly proxy?: string;
}

interface Explanation {
  readonly kind: UnreachableKind;
  readonly what: Said;
  readonly next: Said;
}

/** The error of a connection or a body in words: what happened, to which server, and the next step. */
export function networkFailure(error: unknown, route: Route): ClusterUnreachableError {
  if (error instanceof ClusterUnreachableError) return error;
  const code = codeOf(error);
  const { kind, what, next } = explain(error, code, route);
  return new ClusterUnreachableError(inSentences(kind, what, next, route), {
    kind,
    server: route.server,
    context: route.context,
    code,
    cause: error,
  });
}

function inSentences(kind: UnreachableKind, what: Said, next: Said, { server, context, proxy }: Route): Said {
  if (proxy === undefined) {
    return kind === 'broken'
      ? said('The API server {0} (context “{1}”) gave no whole answer: {2}. {3}', server, context, what, next)
      : said('The API server {0} (context “{1}”) can’t be reached: {2}. {3}', server, context, what, next);
  }
  return kind === 'broken'
    ? said(
        'The API server {0} (context “{1}”) gave no whole answer through the proxy {2}: {3}. {4}',
        server,
        context,
        proxy,
        what,
        next,
      )
    : said(
        'The API server {0} (context “{1}”) can’t be reached through the proxy {2}: {3}. {4}',
        server,
        context,
        proxy,
        what,
        next,
      );
}

function explain(error: unknown, code: string, route: Route): Explanation {
  const { host, hostname } = new URL(route.server);
  const proxy = proxyExplanation(error, code, route);
  if (proxy) return proxy;
  const certificate = certificateProblem(code);
  if (certificate) {
    return { kind: 'certificate', what: said('{0} ({1})', certificate.what, code), next: certificate.next };
  }
  switch (code) {
    case 'ENOTFOUND':
    case 'EAI_AGAIN':
    case 'EAI_FAIL':
    case 'EAI_NONAME':
      return {
        kind: 'name',
        what: said('the name {0} can’t be resolved ({1})', hostname, code),
        next: said('Check the network and the VPN, and the server in the kubeconfig.'),
      };
    case 'ECONNREFUSED':
      return {
        kind: 'refused',
        what: said('nothing accepts connections on {0} ({1})', host, code),
        next: said(
          'Check that the cluster is running and that the server in the kubeconfig has the right port.',
        ),
      };
    case 'ETIMEDOUT':
    case 'UND_ERR_CONNECT_TIMEOUT':
      return {
        kind: 'timeout',
        what: said('{0} didn’t accept the connection in time ({1})', host, code),
        next: said('Check the network, the VPN and the firewall, and that the cluster is running.'),
      };
    case 'UND_ERR_HEADERS_TIMEOUT':
      return {
        kind: 'timeout',
        what: said('it accepted the request but didn’t answer in time ({0})', code),
        next: said('It may be overloaded: try again.'),
      };
    case 'UND_ERR_BODY_TIMEOUT':
      return {
        kind: 'timeout',
        what: said('its answer stopped half-way ({0})', code),
        next: said('It may be overloaded, or the network broken: try again.'),
      };
    case 'EHOSTUNREACH':
    case 'ENETUNREACH':
    case 'EADDRNOTAVAIL':
    case 'EACCES':
    case 'ENETDOWN':
      return {
        kind: 'network',
        what: said('there is no way to {0} ({1})', host, code),
        next: said('Check the network and the VPN.'),
      };
    case 'ECONNRESET':
    case 'EPIPE':
    case 'UND_ERR_SOCKET':
      return {
        kind: 'network',
        what: said('the connection was cut ({0})', code),
        next: said('Try again; if it stays so, a firewall or a load balancer in between may be cutting it.'),
      };
    case 'UND_ERR_RES_CONTENT_LENGTH_MISMATCH':
      return {
        kind: 'broken',
        what: said('the answer is shorter than announced ({0})', code),
        next: said('Try again; if it stays so, look at what is between here and the server.'),
      };
    case 'Z_BUF_ERROR':
    case 'Z_DATA_ERROR':
      return {
        kind: 'broken',
        what: said('the compressed answer is cut short or damaged ({0})', code),
        next: said('Try again; if it stays so, look at what is between here and the server.'),
      };
    case 'UND_ERR_DESTROYED':
    case 'UND_ERR_CLOSED':
      return { kind: 'closed', what: said('the session has been closed'), next: said('Connect again.') };
    default:
      return otherExplanation(error, code);
  }
}

function proxyExplanation(error: unknown, code: string, route: Route): Explanation | undefined {
  const refusal = /Proxy response \((\d{3})\)/.exec(messageOf(error))?.[1];
  const status = refusal ?? (messageOf(error).includes('(407)') ? '407' : undefined);
  if (status === '407') {
    return {
      kind: 'proxy',
      what: said('the proxy asks for a user name and password (407)'),
      next: said('Put them into the URL of the proxy: proxy-url in the kubeconfig, or HTTPS_PROXY.'),
    };
  }
  if (status !== undefined) {
    return {
      kind: 'proxy',
      what: said('the proxy refused to connect to it ({0})', status),
      next: said(
        'Check that the proxy may reach the server; add the server to NO_PROXY where it is to be reached directly.',
      ),
    };
  }
  const fromProxy =
    error instanceof ProxyFailure || code === 'UND_ERR_PRX_TLS' || code === 'UND_ERR_PRX_CONN';
  if (!fromProxy) return undefined;
  const certificate = certificateProblem(code);
  const what = certificate
    ? said('its certificate isn’t accepted: {0}', certificate.what)
    : proxyTrouble(code);
  return {
    kind: 'proxy',
    what: said('the proxy itself can’t be used, {0} ({1})', what, code),
    next: said(
      'Check {0}: proxy-url in the kubeconfig, or HTTPS_PROXY and NO_PROXY.',
      route.proxy ?? said('the proxy'),
    ),
  };
}

function proxyTrouble(code: string): Said {
  if (code === 'ENOTFOUND' || code === 'EAI_AGAIN') return said('its name can’t be resolved');
  if (code === 'ECONNREFUSED') return said('nothing accepts connections there');
  if (code === 'UND_ERR_CONNECT_TIMEOUT' || code === 'ETIMEDOUT') return said('it doesn’t answer');
  return said('the connection to it broke');
}

function otherExplanation(error: unknown, code: string): Explanation {
  if (/ALERT/.test(code)) {
    return {
      kind: 'tls',
      what: said('it ended the TLS handshake ({0})', code),
      next: said('It may not accept the client certificate of the kubeconfig: log in again.'),
    };
  }
  if (code.startsWith('ERR_SSL') || code === 'EPROTO') {
    return {
      kind: 'tls',
      what: said('it doesn’t speak TLS as expected ({0})', code),
      next: said(
        'Check whether the server in the kubeconfig has the right port, and https rather than http.',
      ),
    };
  }
  if (code.startsWith('HPE_')) {
    return {
      kind: 'broken',
      what: said('what it sent isn’t HTTP ({0})', code),
      next: said(
        'Check whether the server in the kubeconfig has the right port, and http or https as it speaks.',
      ),
    };
  }
  return {
    kind: 'network',
    what: inEnglish(wordsOf(error)) === '' ? said('the connection failed') : wordsOf(error),
    next: said('Check the network and the server in the kubeconfig.'),
  };
}

/** The code of the error, or of the first one below that has one. */
function codeOf(error: unknown, depth = 0): string {
  if (!(error instanceof Error) || depth > 4) return '';
  if ('code' in error && typeof error.code === 'string') return error.code;
  const below: unknown = error instanceof AggregateError ? error.errors[0] : error.cause;
  return codeOf(below, depth + 1);
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
