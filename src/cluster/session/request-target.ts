/**
 * Origin and path of a request. The path of the server's URL stays in front (a cluster behind a gateway); `query`
 * is encoded and put behind what the path already has. Throws `TypeError` for a path that isn't absolute.
 */
export function requestTarget(
  server: string,
  path: string,
  query: Readonly<Record<string, string | undefined>> = {},
): { origin: string; path: string } {
  if (!path.startsWith('/')) throw new TypeError(`The path of a request must start with a slash: ${path}`);
  const { origin, pathname } = new URL(server);
  const search = new URLSearchParams();
  for (const [name, value] of Object.entries(query)) if (value !== undefined) search.append(name, value);
  const joint = search.size === 0 ? '' : path.includes('?') ? '&' : '?';
  return { origin, path: `${pathname.replace(/\/+$/, '')}${path}${joint}${search}` };
}
