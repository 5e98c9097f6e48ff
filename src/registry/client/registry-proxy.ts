import { proxyUrl } from '../../cluster/session/dispatcher.ts';
import { proxyFromEnvironment } from '../../cluster/session/proxy-choice.ts';
import { said } from '../../engine/said.ts';

/** Variables of the environment, as `process.env`. */
export type Environment = Readonly<Record<string, string | undefined>>;

/**
 * The proxy between here and a registry, with its credentials; undefined where the connection is direct. The rules are
 * Go’s, which the reference command follows: HTTPS_PROXY or HTTP_PROXY, unless NO_PROXY says otherwise. A `proxy-url` of
 * the kubeconfig is for the API server alone.
 * @param origin such as `https://registry.example.com:5000`
 * @throws KubeconfigError where it can’t be used; its message holds no secret
 */
export function registryProxy(origin: string, env: Environment): URL | undefined {
  const url = URL.canParse(origin) ? new URL(origin) : undefined;
  const proxy = url && proxyFromEnvironment(url, env);
  return proxy === undefined ? undefined : proxyUrl(proxy, said('HTTPS_PROXY or HTTP_PROXY'));
}

/** A proxy as it may be shown: without its credentials. */
export function shownProxy({ protocol, host }: URL): string {
  return `${protocol}//${host}`;
}
