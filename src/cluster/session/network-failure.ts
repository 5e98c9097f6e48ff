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
  readonly what: string;
  readonly next: string;
}

/** The error of a connection or a body in words: what happened, to which server, and the next step. */
export function networkFailure(error: unknown, route: Route): ClusterUnreachableError {
  if (error instanceof ClusterUnreachableError) return error;
  const code = codeOf(error);
  const { kind, what, next } = explain(error, code, route);
  const via = route.proxy === undefined ? '' : ` through the proxy ${route.proxy}`;
  const subject = `The API server ${route.server} (context "${route.context}")`;
  const verb = kind === 'broken' ? 'gave no whole answer' : "can't be reached";
  return new ClusterUnreachableError(`${subject} ${verb}${via}: ${what}. ${next}`, {
    kind,
    server: route.server,
    context: route.context,
    code,
    cause: error,
  });
}

function explain(error: unknown, code: string, route: Route): Explanation {
  const { host, hostname } = new URL(route.server);
  const proxy = proxyExplanation(error, code, route);
  if (proxy) return proxy;
  const certificate = certificateProblem(code);
  if (certificate) {
    return { kind: 'certificate', what: `${certificate.what} (${code})`, next: certificate.next };
  }
  switch (code) {
    case 'ENOTFOUND':
    case 'EAI_AGAIN':
    case 'EAI_FAIL':
    case 'EAI_NONAME':
      return {
        kind: 'name',
        what: `the name ${hostname} can't be resolved (${code})`,
        next: 'Check the network and the VPN, and the server in the kubeconfig.',
      };
    case 'ECONNREFUSED':
      return {
        kind: 'refused',
        what: `nothing accepts connections on ${host} (${code})`,
        next: 'Check that the cluster is running and that the server in the kubeconfig has the right port.',
      };
    case 'ETIMEDOUT':
    case 'UND_ERR_CONNECT_TIMEOUT':
      return {
        kind: 'timeout',
        what: `${host} didn't accept the connection in time (${code})`,
        next: 'Check the network, the VPN and the firewall, and that the cluster is running.',
      };
    case 'UND_ERR_HEADERS_TIMEOUT':
      return {
        kind: 'timeout',
        what: `it accepted the request but didn't answer in time (${code})`,
        next: 'It may be overloaded: try again.',
      };
    case 'UND_ERR_BODY_TIMEOUT':
      return {
        kind: 'timeout',
        what: `its answer stopped half-way (${code})`,
        next: 'It may be overloaded, or the network broken: try again.',
      };
    case 'EHOSTUNREACH':
    case 'ENETUNREACH':
    case 'EADDRNOTAVAIL':
    case 'EACCES':
    case 'ENETDOWN':
      return {
        kind: 'network',
        what: `there is no way to ${host} (${code})`,
        next: 'Check the network and the VPN.',
      };
    case 'ECONNRESET':
    case 'EPIPE':
    case 'UND_ERR_SOCKET':
      return {
        kind: 'network',
        what: `the connection was cut (${code})`,
        next: 'Try again; if it stays so, a firewall or a load balancer in between may be cutting it.',
      };
    case 'UND_ERR_RES_CONTENT_LENGTH_MISMATCH':
      return {
        kind: 'broken',
        what: `the answer is shorter than announced (${code})`,
        next: 'Try again; if it stays so, look at what is between here and the server.',
      };
    case 'Z_BUF_ERROR':
    case 'Z_DATA_ERROR':
      return {
        kind: 'broken',
        what: `the compressed answer is cut short or damaged (${code})`,
        next: 'Try again; if it stays so, look at what is between here and the server.',
      };
    case 'UND_ERR_DESTROYED':
    case 'UND_ERR_CLOSED':
      return { kind: 'closed', what: 'the session has been closed', next: 'Connect again.' };
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
      what: 'the proxy asks for a user name and password (407)',
      next: 'Put them into the URL of the proxy: proxy-url in the kubeconfig, or HTTPS_PROXY.',
    };
  }
  if (status !== undefined) {
    return {
      kind: 'proxy',
      what: `the proxy refused to connect to it (${status})`,
      next: 'Check that the proxy may reach the server; add the server to NO_PROXY where it is to be reached directly.',
    };
  }
  const fromProxy =
    error instanceof ProxyFailure || code === 'UND_ERR_PRX_TLS' || code === 'UND_ERR_PRX_CONN';
  if (!fromProxy) return undefined;
  const certificate = certificateProblem(code);
  const what = certificate ? `its certificate isn't accepted: ${certificate.what}` : proxyTrouble(code);
  return {
    kind: 'proxy',
    what: `the proxy itself can't be used, ${what} (${code})`,
    next: `Check ${route.proxy ?? 'the proxy'}: proxy-url in the kubeconfig, or HTTPS_PROXY and NO_PROXY.`,
  };
}

function proxyTrouble(code: string): string {
  if (code === 'ENOTFOUND' || code === 'EAI_AGAIN') return "its name can't be resolved";
  if (code === 'ECONNREFUSED') return 'nothing accepts connections there';
  if (code === 'UND_ERR_CONNECT_TIMEOUT' || code === 'ETIMEDOUT') return "it doesn't answer";
  return 'the connection to it broke';
}

function otherExplanation(error: unknown, code: string): Explanation {
  if (/ALERT/.test(code)) {
    return {
      kind: 'tls',
      what: `it ended the TLS handshake (${code})`,
      next: 'It may not accept the client certificate of the kubeconfig: log in again.',
    };
  }
  if (code.startsWith('ERR_SSL') || code === 'EPROTO') {
    return {
      kind: 'tls',
      what: `it doesn't speak TLS as expected (${code})`,
      next: 'Check whether the server in the kubeconfig has the right port, and https rather than http.',
    };
  }
  if (code.startsWith('HPE_')) {
    return {
      kind: 'broken',
      what: `what it sent isn't HTTP (${code})`,
      next: 'Check whether the server in the kubeconfig has the right port, and http or https as it speaks.',
    };
  }
  return {
    kind: 'network',
    what: messageOf(error) || 'the connection failed',
    next: 'Check the network and the server in the kubeconfig.',
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
