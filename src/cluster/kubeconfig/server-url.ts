import { type Said, said } from '../../engine/said.ts';

/** `url` without a trailing slash, or why it can't be used. */
export type ServerUrl = { readonly url: string } | { readonly problem: Said };

/**
 * Makes a cluster's `server` absolute as client-go's `DefaultServerURL` does: without a scheme it is `https` where
 * the kubeconfig says anything about TLS, otherwise `http`. Query and fragment are dropped.
 */
export function absoluteServerUrl(server: string, speaksOfTls: boolean): ServerUrl {
  const withScheme = /^[a-z][a-z0-9+.-]*:\/\//i.test(server)
    ? server
    : `${speaksOfTls ? 'https' : 'http'}://${server}`;
  if (!URL.canParse(withScheme)) return { problem: said('it is not a URL') };
  const url = new URL(withScheme);
  if (url.protocol !== 'https:' && url.protocol !== 'http:') {
    return {
      problem: said(
        'it has the unsupported scheme “{0}”; it must be https or http',
        url.protocol.slice(0, -1),
      ),
    };
  }
  if (url.username || url.password) {
    return { problem: said('it holds a user name or password; those belong into the user entry') };
  }
  return { url: url.origin + url.pathname.replace(/\/+$/, '') };
}
