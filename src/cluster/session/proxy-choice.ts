import { BlockList, isIP } from 'node:net';
import { domainToASCII } from 'node:url';

type Environment = Readonly<Record<string, string | undefined>>;

/**
 * The proxy that the environment asks for, by the rules of Go's `golang.org/x/net/http/httpproxy`, which kubectl
 * follows: HTTPS_PROXY or HTTP_PROXY by the scheme of the URL (capitals first), unless NO_PROXY says otherwise.
 * `undefined` where the connection is to be direct.
 */
export function proxyFromEnvironment(server: URL, env: Environment): string | undefined {
  const name = server.protocol === 'https:' ? 'HTTPS_PROXY' : 'HTTP_PROXY';
  const proxy = env[name] || env[name.toLowerCase()];
  if (!proxy) return undefined;
  const noProxy = env.NO_PROXY || env.no_proxy || '';
  if (!goesThroughProxy(server, noProxy)) return undefined;
  return proxy.includes('://') ? proxy : `http://${proxy}`;
}

/**
 * Whether a connection to the URL's host and port goes through the proxy: not for localhost and loopback
 * addresses, and not for what NO_PROXY lists: `*`, IP addresses, CIDR ranges, and domains, which stand for
 * themselves and what is below them (with a leading dot or `*.`: only what is below), each with a port or without.
 */
export function goesThroughProxy(server: URL, noProxy: string): boolean {
  const host = server.hostname.replace(/^\[|\]$/g, '').toLowerCase();
  const port = server.port || (server.protocol === 'https:' ? '443' : '80');
  if (host === 'localhost' || isLoopback(host)) return false;
  const exceptions = noProxy.split(',').map((entry) => entry.trim().toLowerCase());
  return !exceptions.some((entry) => entry !== '' && covers(entry, host, port));
}

function covers(entry: string, host: string, port: string): boolean {
  if (entry === '*') return true;
  const range = rangeOf(entry);
  if (range) return isIP(host) !== 0 && range.check(host, family(host));
  const { name, onlyPort } = splitPort(entry);
  if (name === '' || (onlyPort !== '' && onlyPort !== port)) return false;
  if (isIP(name) !== 0) return isIP(host) !== 0 && sameAddress(name, host);
  const suffix = name.startsWith('*.') ? name.slice(1) : name;
  const below = suffix.startsWith('.') ? suffix : `.${suffix}`;
  const domain = `.${domainToASCII(below.slice(1)) || below.slice(1)}`;
  return host.endsWith(domain) || (!suffix.startsWith('.') && host === domain.slice(1));
}

function rangeOf(entry: string): BlockList | undefined {
  const [address = '', bits = '', ...rest] = entry.split('/');
  const version = isIP(address);
  if (rest.length > 0 || version === 0 || !/^\d{1,3}$/.test(bits)) return undefined;
  if (Number(bits) > (version === 4 ? 32 : 128)) return undefined;
  const list = new BlockList();
  list.addSubnet(address, Number(bits), family(address));
  return list;
}

/** Go's `net.SplitHostPort`, for which a bare IPv6 address has no port. */
function splitPort(entry: string): { name: string; onlyPort: string } {
  const bracketed = /^\[([^\]]*)\](?::(.*))?$/.exec(entry);
  if (bracketed) return { name: bracketed[1] ?? '', onlyPort: bracketed[2] ?? '' };
  const [name = '', onlyPort = '', ...rest] = entry.split(':');
  return rest.length > 0 ? { name: entry, onlyPort: '' } : { name, onlyPort };
}

function sameAddress(a: string, b: string): boolean {
  const list = new BlockList();
  list.addAddress(a, family(a));
  return list.check(b, family(b));
}

export function isLoopback(host: string): boolean {
  return isIP(host) !== 0 && LOOPBACK.check(host, family(host));
}

const LOOPBACK = new BlockList();
LOOPBACK.addSubnet('127.0.0.0', 8, 'ipv4');
LOOPBACK.addAddress('::1', 'ipv6');

function family(address: string): 'ipv4' | 'ipv6' {
  return isIP(address) === 6 ? 'ipv6' : 'ipv4';
}
