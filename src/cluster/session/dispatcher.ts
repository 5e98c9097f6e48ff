import type { Socket } from 'node:net';
import { type Said, said } from '../../engine/said.ts';
import { KubeconfigError } from '../kubeconfig/kubeconfig-error.ts';
import { ProxyFailure } from './proxy-failure.ts';
import type { TlsOptions } from './tls-trust.ts';
import type { buildConnector, Dispatcher, UndiciLibrary } from './undici.ts';

export interface DispatcherSettings {
  readonly tls: TlsOptions;
  /** With its credentials. */
  readonly proxy?: URL;
  readonly connections: number;
  readonly connectTimeoutMs: number;
}

export type Connector = buildConnector.connector;

/** Connections to one API server: HTTP/1.1, kept alive, at most `connections` at once. */
export function openDispatcher(undici: UndiciLibrary, settings: DispatcherSettings): Dispatcher {
  const { tls, proxy, connections, connectTimeoutMs } = settings;
  const pool = { connections, pipelining: 1, allowH2: false, keepAliveTimeout: 15_000 };
  const connect = { ...tls, allowH2: false, timeout: connectTimeoutMs };
  if (!proxy) return new undici.Agent({ ...pool, connect });
  if (proxy.protocol.startsWith('socks')) {
    return new undici.Agent({ ...pool, connect: throughSocks(undici, proxy, connect) });
  }
  return new undici.ProxyAgent({
    ...pool,
    uri: proxy.href,
    requestTls: connect,
    proxyTls: { allowH2: false, timeout: connectTimeoutMs },
    clientFactory: (origin, options) =>
      new undici.Pool(origin, {
        headersTimeout: connectTimeoutMs,
        connect: blamingProxy(connectorIn(options)),
      }),
  });
}

/** The URL of a proxy, checked. `source` says where it was set. The text isn't quoted: it may hold a password. */
export function proxyUrl(text: string, source: Said): URL {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (url && ['http:', 'https:'].includes(url.protocol)) return url;
  if (url && ['socks5:', 'socks5h:'].includes(url.protocol) && url.hostname !== '') {
    // The name is resolved by the proxy in either case, as in Go.
    return new URL(text.replace(/^socks5h:/i, 'socks5:'));
  }
  throw new KubeconfigError(
    'invalid-cluster',
    url
      ? said(
          'The proxy set by {0} has the unsupported scheme “{1}”. It must start with http://, https:// or socks5://.',
          source,
          url.protocol.slice(0, -1),
        )
      : said('The proxy set by {0} is not a URL. It must start with http://, https:// or socks5://.', source),
  );
}

/**
 * undici's own agent for SOCKS knows neither a limit of connections nor a server given by IP address, so only its
 * handshake is used here. That method is public but not in its types; a test holds on to it.
 */
export function throughSocks(
  undici: UndiciLibrary,
  proxy: URL,
  tls: buildConnector.BuildOptions & TlsOptions,
): Connector {
  const timeouts = { connectTimeout: tls.timeout };
  const socks = new undici.Socks5ProxyAgent(proxy, timeouts as object);
  const connectTls = undici.buildConnector(tls);
  return (options, callback) => {
    const port = Number(options.port) || (options.protocol === 'https:' ? 443 : 80);
    openTunnel(socks, options.hostname.replace(/^\[|\]$/g, ''), port).then(
      (socket) => {
        if (options.protocol === 'https:') connectTls({ ...options, httpSocket: socket }, callback);
        else callback(null, socket);
      },
      (error: unknown) => callback(new ProxyFailure(error), null),
    );
  };
}

function openTunnel(socks: object, host: string, port: number): Promise<Socket> {
  const { createSocks5Connection } = socks as {
    createSocks5Connection(host: string, port: number): Promise<Socket>;
  };
  return createSocks5Connection.call(socks, host, port);
}

function connectorIn(options: object): Connector {
  return (options as { connect: Connector }).connect;
}

/** Says of an error that it was the proxy's, which the error itself doesn't: a wrong certificate, for one. */
function blamingProxy(connect: Connector): Connector {
  return (options, callback) =>
    connect(options, (...[error, socket]) => {
      if (error) callback(new ProxyFailure(error), null);
      else if (socket) callback(null, socket);
    });
}
