import type { Impersonation } from '../kubeconfig/cluster-target.ts';

/** Headers by which the API server lets us act as somebody else (client-go `impersonatingRoundTripper`). */
export function impersonationHeaders(as: Impersonation | undefined): Record<string, string | string[]> {
  if (!as) return {};
  return {
    ...(as.user ? { 'impersonate-user': as.user } : {}),
    ...(as.uid ? { 'impersonate-uid': as.uid } : {}),
    ...(as.groups.length > 0 ? { 'impersonate-group': [...as.groups] } : {}),
    ...Object.fromEntries(
      Object.entries(as.extra).map(([key, values]) => [`impersonate-extra-${escapedKey(key)}`, [...values]]),
    ),
  };
}

/** A header name holds no slash, for one: such characters are percent-encoded. */
function escapedKey(key: string): string {
  return key.replaceAll(/[^!#$&'*+\-.^_`|~0-9A-Za-z]/g, (character) =>
    [...Buffer.from(character)]
      .map((byte) => `%${byte.toString(16).toUpperCase().padStart(2, '0')}`)
      .join(''),
  );
}
