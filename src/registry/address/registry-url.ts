import { type Said, SaidError, said } from '../../engine/said.ts';

/** A registry's address as `--registry-url` gives it. */
export interface RegistryUrl {
  /** null where none was given: both may be tried. */
  scheme: 'http' | 'https' | null;
  /** Without brackets; empty means this machine. */
  hostname: string;
  /** null: the scheme's own. */
  port: number | null;
}

/** An address that `--registry-url` doesn't allow. */
export class InvalidRegistryUrlError extends SaidError {
  override name = 'InvalidRegistryUrlError';
}

/**
 * Parses a registry's address: a host or a port or both, optionally with `http://` or `https://` in front; no path, no
 * query (REFERENCE section 2).
 * @throws InvalidRegistryUrlError
 */
export function parseRegistryUrl(text: string): RegistryUrl {
  const invalid = (why: Said) =>
    new InvalidRegistryUrlError(
      said(
        'invalid --registry-url {0}: {1}. Give a host and, if need be, a port, as in https://registry.example.com:5000',
        JSON.stringify(withoutCredentials(text)),
        why,
      ),
    );
  if (/\s/.test(text)) throw invalid(said('it holds white space'));
  const [, schemeText, authority = '', path = '', query, fragment] =
    /^(?:([A-Za-z][A-Za-z0-9+.-]*):\/\/)?([^/?#]*)([^?#]*)(\?[^#]*)?(#.*)?$/.exec(text) ?? [];
  const scheme = schemeText?.toLowerCase() ?? null;
  if (scheme !== null && scheme !== 'http' && scheme !== 'https') {
    throw invalid(said('only http:// and https:// may stand in front, not {0}://', scheme));
  }
  if (query !== undefined) throw invalid(said('it has a query'));
  if (fragment !== undefined) throw invalid(said('it has a fragment'));
  if (authority === '') throw invalid(said('it names no host'));
  if (path !== '' && path !== '/') throw invalid(said('it has a path'));
  if (authority.includes('@')) throw invalid(said('it holds credentials; the API token is used'));

  const [, bracketed, plain, portText] = /^(?:\[([^\][]*)\]|([^:[\]]*))(?::(\d*))?$/.exec(authority) ?? [];
  if (bracketed === undefined && plain === undefined) throw invalid(said('its host can’t be read'));
  if (bracketed !== undefined && !isIPv6(bracketed))
    throw invalid(said('[{0}] is no IPv6 address', bracketed));
  if (plain !== undefined && !/^[A-Za-z0-9._-]*$/.test(plain)) throw invalid(said('its host can’t be read'));
  const port = portText ? Number(portText) : null;
  if (port !== null && (port < 1 || port > 65535)) throw invalid(said('its port is not between 1 and 65535'));
  const hostname = bracketed ?? plain ?? '';
  if (hostname === '' && port === null) throw invalid(said('it names no host'));
  return { scheme, hostname, port };
}

/** As a URL may have it: without a zone. Not by node:net, so that pages can check what is typed. */
function isIPv6(text: string): boolean {
  return URL.canParse(`http://[${text}]/`);
}

/** What stands before an `@` may be a password. */
function withoutCredentials(text: string): string {
  return text.replace(/^([A-Za-z][A-Za-z0-9+.-]*:\/\/)?[^/?#]*@/, '$1…@');
}
