/** What the holder of a token may do, as the cluster's roles say (`system:image-pusher`, `-puller`, `-pruner`). */
export type Identity = { user: string; mayPush: boolean; mayPull: boolean; mayPrune: boolean };

/** Who holds this API token; undefined if nobody does. */
export type Authorize = (token: string) => Identity | undefined | Promise<Identity | undefined>;

export type Right = 'sign in' | 'pull' | 'push' | 'prune';

/** Which right a request to the registry needs. */
export function rightNeeded(method: string, path: string): Right {
  if (path.startsWith('/admin/')) return 'prune';
  if (path === '/v2/' || path === '/v2') return 'sign in';
  if (method === 'GET' || method === 'HEAD') return 'pull';
  // DELETE of an upload cancels it.
  if (method === 'DELETE' && !path.includes('/blobs/uploads/')) return 'prune';
  return 'push';
}

export function has(identity: Identity, right: Right): boolean {
  switch (right) {
    case 'sign in':
      return true;
    case 'pull':
      return identity.mayPull;
    case 'push':
      return identity.mayPush;
    case 'prune':
      return identity.mayPrune;
  }
}

/** The password of HTTP Basic, which is the API token; the user name may be anything. */
export function tokenIn(header: string | undefined): string | undefined {
  const encoded = /^basic +([a-z0-9+/=]+)$/i.exec(header ?? '')?.[1];
  if (!encoded) return undefined;
  const pair = Buffer.from(encoded, 'base64').toString('utf8');
  const colon = pair.indexOf(':');
  return colon < 0 ? undefined : pair.slice(colon + 1) || undefined;
}

export function basicAuthorization(token: string, user = 'unused'): string {
  return `Basic ${Buffer.from(`${user}:${token}`).toString('base64')}`;
}
