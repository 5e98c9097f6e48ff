import type { X509Certificate } from 'node:crypto';
import type { LookupFunction, Socket } from 'node:net';
import tls from 'node:tls';
import type { RegistryUrl } from '../../address/registry-url.ts';
import { connectionFailure } from '../../client/connection-failure.ts';
import { shakeHands } from '../../client/handshake.ts';
import { openRawConnection } from '../../client/raw-connection.ts';
import { hostOf } from '../../client/registry-connection.ts';
import type { Environment } from '../../client/registry-proxy.ts';
import type { AddressFacts, ConnectFact, HandshakeFact, ProtocolFact } from '../facts.ts';
import { lookAtPort } from './look-at-port.ts';
import { resolveName } from './resolve-name.ts';
import { servedCertificateOf } from './served-certificate.ts';

export interface LookOptions {
  /** How host names are resolved; the machine’s way where absent. */
  lookup?: LookupFunction;
  /** For its proxies. */
  env: Environment;
  /** For each step. */
  timeoutMs: number;
  signal?: AbortSignal;
  /** Told what has been seen so far, whenever it is more. */
  onSeen?: (seen: SeenOfAddress) => void;
}

export interface LookedAt {
  url: RegistryUrl;
  /** The name to verify and to ask for. */
  hostname: string;
  /** What is spoken first there. */
  scheme: 'http' | 'https';
  /** Through a proxy, which resolves the name. */
  proxied: boolean;
}

/** Everything that can be seen of an address without verifying anything, and without a request of HTTP to TLS. */
export type SeenOfAddress = Pick<
  AddressFacts,
  'name' | 'connect' | 'protocol' | 'leniently' | 'tls' | 'chain' | 'nameFits'
>;

export const NOTHING_SEEN: SeenOfAddress = {
  name: null,
  connect: null,
  protocol: null,
  leniently: null,
  tls: null,
  chain: [],
  nameFits: null,
};

/**
 * Looks at the way to an address and at what answers there: the name, the connection, the protocol, the certificates as
 * served. Only handshakes, and on a port that doesn’t shake hands one `GET /`; no credential is sent.
 * @throws the signal’s reason
 */
export async function lookAtAddress(at: LookedAt, options: LookOptions): Promise<SeenOfAddress> {
  const name = at.proxied ? null : await resolveName(at.url.hostname || 'localhost', options);
  if (name?.failure) return { ...NOTHING_SEEN, name };
  options.onSeen?.({ ...NOTHING_SEEN, name });
  const { connect, socket } = await connected(at, options);
  if (!socket) return { ...NOTHING_SEEN, name, connect };
  options.onSeen?.({ ...NOTHING_SEEN, name, connect });
  const began = performance.now();
  const lenient = await handshake(socket, at, lenientContext(), options);
  const port = speaksTls(lenient) ? TLS : await whatElse(at, options);
  const protocol: ProtocolFact = { ms: performance.now() - began, ...port };
  const seen = { ...NOTHING_SEEN, name, connect, protocol, leniently: lenient.fact };
  if (protocol.speaks !== 'tls') return seen;
  options.onSeen?.(seen);
  const ordinary = await ordinaryHandshake(at, options);
  return {
    ...seen,
    tls: ordinary.fact,
    chain: lenient.chain.map(servedCertificateOf),
    nameFits: lenient.nameFits,
  };
}

/**
 * The fingerprint of the certificate that is served without a proxy in between; null where there is no way without it.
 * @throws the signal’s reason
 */
export async function fingerprintPastProxy(at: LookedAt, options: LookOptions): Promise<string | null> {
  const past = { ...options, env: {} };
  const { socket } = await connected(at, past);
  if (!socket) return null;
  const { chain } = await handshake(socket, at, lenientContext(), past);
  return chain[0]?.fingerprint256 ?? null;
}

const TLS = { speaks: 'tls', first: '' } as const;

interface Handshake {
  fact: HandshakeFact;
  chain: readonly X509Certificate[];
  nameFits: boolean | null;
}

async function connected(
  { url, scheme }: LookedAt,
  options: LookOptions,
): Promise<{ connect: ConnectFact; socket: Socket | undefined }> {
  const began = performance.now();
  try {
    const socket = await openRawConnection(url, scheme, options);
    // Whoever uses it hears of its errors; until then nobody does.
    socket.on('error', () => {});
    const connect = {
      ms: performance.now() - began,
      failure: null,
      remote: endOf(socket.remoteAddress, socket.remotePort),
      local: endOf(socket.localAddress, socket.localPort),
    };
    return { connect, socket };
  } catch (error) {
    options.signal?.throwIfAborted();
    const failure = connectionFailure(error, url.hostname);
    return {
      connect: { ms: performance.now() - began, failure, remote: '', local: '' },
      socket: undefined,
    };
  }
}

function endOf(address: string | undefined, port: number | undefined): string {
  if (address === undefined || port === undefined) return '';
  return address.includes(':') ? `[${address}]:${port}` : `${address}:${port}`;
}

/** With everything that this machine’s OpenSSL can, and trusting nobody, so that the chain is as it was sent. */
function lenientContext(): tls.SecureContext {
  return tls.createSecureContext({ ca: [], minVersion: 'TLSv1', ciphers: 'ALL:@SECLEVEL=0' });
}

async function ordinaryHandshake(at: LookedAt, options: LookOptions): Promise<Handshake> {
  const { connect, socket } = await connected(at, options);
  if (socket) return handshake(socket, at, tls.createSecureContext({ ca: [] }), options, true);
  const fact = { ms: connect.ms, failure: connect.failure, version: '', cipher: '', received: 0 };
  return { fact, chain: [], nameFits: null };
}

async function handshake(
  socket: Socket,
  { hostname: name }: LookedAt,
  secureContext: tls.SecureContext,
  { timeoutMs, signal }: LookOptions,
  hearOut = false,
): Promise<Handshake> {
  const began = performance.now();
  const taken = () => ({ ms: performance.now() - began, received: socket.bytesRead });
  try {
    const settings = { name, secureContext, verify: false, hearOut, timeoutMs, signal };
    const { version, cipher, chain, nameFits } = await shakeHands(socket, settings);
    return { fact: { ...taken(), failure: null, version, cipher }, chain, nameFits };
  } catch (error) {
    signal?.throwIfAborted();
    const failure = connectionFailure(error, name);
    return { fact: { ...taken(), failure, version: '', cipher: '' }, chain: [], nameFits: null };
  }
}

/** An alert comes from nobody else. */
function speaksTls({ fact: { failure } }: Handshake): boolean {
  return failure === null || failure.kind === 'tls';
}

async function whatElse(at: LookedAt, options: LookOptions): Promise<Pick<ProtocolFact, 'speaks' | 'first'>> {
  const { socket } = await connected(at, options);
  if (!socket) return { speaks: 'closed', first: '' };
  return lookAtPort(socket, hostOf(at.url), options);
}
