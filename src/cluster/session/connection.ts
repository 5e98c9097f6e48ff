import { isIPv6, Socket } from 'node:net';
import { type Connector, type DispatcherSettings, throughSocks } from './dispatcher.ts';
import { ProxyFailure } from './proxy-failure.ts';
import type { UndiciLibrary } from './undici.ts';

export type ConnectionSettings = Omit<DispatcherSettings, 'connections'>;

/** One connection to a server, made as a dispatcher makes its own. It is the caller's to end. */
export function openConnection(
  undici: UndiciLibrary,
  server: URL,
  settings: ConnectionSettings,
): Promise<Socket> {
  const { protocol, host, hostname, port } = server;
  const address = { protocol, host, hostname: hostname.replace(/^\[|\]$/g, ''), port };
  return new Promise((resolve, reject) => {
    connectorOf(undici, settings)(address, (...[error, socket]) => (error ? reject(error) : resolve(socket)));
  });
}

function connectorOf(undici: UndiciLibrary, settings: ConnectionSettings): Connector {
  const { tls, proxy, connectTimeoutMs } = settings;
  const connect = { ...tls, allowH2: false, timeout: connectTimeoutMs };
  if (!proxy) return undici.buildConnector(connect);
  if (proxy.protocol.startsWith('socks')) return throughSocks(undici, proxy, connect);
  const connectTls = undici.buildConnector(connect);
  return (options, callback) => {
    const port = Number(options.port) || (options.protocol === 'https:' ? 443 : 80);
    openTunnel(undici, proxy, options.hostname, port, connectTimeoutMs).then(
      (socket) => {
        if (options.protocol === 'https:') connectTls({ ...options, httpSocket: socket }, callback);
        else callback(null, socket);
      },
      (error: Error) => callback(error, null),
    );
  };
}

/** CONNECT (RFC 9110, 9.3.6) to a host and port. For other requests undici's own agent does it. */
async function openTunnel(
  undici: UndiciLibrary,
  proxy: URL,
  hostname: string,
  port: number,
  timeout: number,
): Promise<Socket> {
  const connect = undici.buildConnector({ allowH2: false, timeout });
  const pool = new undici.Pool(proxy.origin, { headersTimeout: timeout, connect });
  const host = `${isIPv6(hostname) ? `[${hostname}]` : hostname}:${port}`;
  try {
    const { statusCode, socket } = await pool
      .connect({ path: host, headers: { host, ...proxyAuthorization(proxy) } })
      .catch((error: unknown) => {
        throw new ProxyFailure(error);
      });
    if (statusCode === 200 && socket instanceof Socket) return socket;
    socket.on('error', () => {}).destroy();
    // network-failure.ts knows the refusal by these words, which are those of undici's agent.
    throw new Error(`Proxy response (${statusCode}) !== 200 when HTTP Tunneling`);
  } finally {
    // The socket is no longer the pool's.
    await pool.destroy();
  }
}

function proxyAuthorization({ username, password }: URL): Record<string, string> {
  if (username === '') return {};
  const userInfo = `${decodeURIComponent(username)}:${decodeURIComponent(password)}`;
  return { 'proxy-authorization': `Basic ${Buffer.from(userInfo).toString('base64')}` };
}
