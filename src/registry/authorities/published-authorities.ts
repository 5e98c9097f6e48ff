import type { ApiSession } from '../../cluster/session/api-session.ts';
import { type Said, said, wordsOf } from '../../engine/said.ts';
import { objectAt, textAt } from '../../engine/shape.ts';
import { certificatesIn, pemOf, subjectOf } from './certificates.ts';

/** Certificate authorities that the cluster publishes in one key of a ConfigMap. */
export interface PublishedAuthority {
  /** What it is for, in a few words. */
  name: Said;
  namespace: string;
  configMap: string;
  key: string;
  pem: string;
  /** Of its certificates, such as `CN=openshift-service-serving-signer@1700000000`. */
  subjects: readonly string[];
}

/** A place where an authority may be published, but none could be read. */
export interface UnreadAuthority {
  name: Said;
  namespace: string;
  /** Empty where the place that names it couldn’t be read. */
  configMap: string;
  why: Said;
}

export interface PublishedAuthorities {
  found: readonly PublishedAuthority[];
  unread: readonly UnreadAuthority[];
}

interface Place {
  name: Said;
  namespace: string;
  configMap: string;
  /** Undefined: every key. */
  key: string | undefined;
}

/** Signs the certificates of services, the registry’s too; put into every namespace. */
const SERVICE_CA: Place = {
  name: said('the authority of the cluster’s services'),
  namespace: 'openshift-image-registry',
  configMap: 'openshift-service-ca.crt',
  key: 'service-ca.crt',
};
/** Signs the certificate that routes have where nobody has set another. */
const INGRESS_CA: Place = {
  name: said('the authority of the cluster’s routes'),
  namespace: 'openshift-config-managed',
  configMap: 'default-ingress-cert',
  key: 'ca-bundle.crt',
};
const IMAGE_CONFIG = '/apis/config.openshift.io/v1/images/cluster';
const ADDITIONAL = {
  name: said('an authority that administrators have added for registries'),
  namespace: 'openshift-config',
};
/** Names and keys come to stand in commands that people copy. */
const PLAIN = /^[A-Za-z0-9][-._A-Za-z0-9]*$/;

/**
 * The certificate authorities that the cluster publishes and that may have signed the registry’s certificate: to be
 * offered, never to be trusted unasked. What can’t be read is not an error, but stands in `unread`.
 * @throws the signal’s reason, where it is aborted
 */
export async function publishedAuthorities(
  session: Pick<ApiSession, 'json'>,
  { signal }: { signal?: AbortSignal } = {},
): Promise<PublishedAuthorities> {
  const found: PublishedAuthority[] = [];
  const unread: UnreadAuthority[] = [];
  const places = await Promise.all([
    authoritiesAt(session, SERVICE_CA, signal),
    authoritiesAt(session, INGRESS_CA, signal),
    additionalAuthorities(session, signal),
  ]);
  for (const place of places) {
    found.push(...place.found);
    unread.push(...place.unread);
  }
  return { found, unread };
}

/** `spec.additionalTrustedCA` of the cluster’s image config: a ConfigMap with a key for each registry, `host..port`. */
async function additionalAuthorities(
  session: Pick<ApiSession, 'json'>,
  signal: AbortSignal | undefined,
): Promise<PublishedAuthorities> {
  let config: unknown;
  try {
    config = await session.json({ path: IMAGE_CONFIG, signal });
  } catch (error) {
    return { found: [], unread: [{ ...ADDITIONAL, configMap: '', why: whyNot(error, signal) }] };
  }
  const configMap = textAt(objectAt(objectAt(config, 'spec'), 'additionalTrustedCA'), 'name');
  if (configMap === '') return { found: [], unread: [] };
  return authoritiesAt(session, { ...ADDITIONAL, configMap, key: undefined }, signal);
}

async function authoritiesAt(
  session: Pick<ApiSession, 'json'>,
  { name, namespace, configMap, key: onlyKey }: Place,
  signal: AbortSignal | undefined,
): Promise<PublishedAuthorities> {
  const unread = (why: Said) => ({ found: [], unread: [{ name, namespace, configMap, why }] });
  if (!PLAIN.test(configMap)) return unread(said('its name is not one that a ConfigMap can have'));
  let data: ReturnType<typeof objectAt>;
  try {
    const path = `/api/v1/namespaces/${namespace}/configmaps/${configMap}`;
    data = objectAt(await session.json({ path, signal }), 'data');
  } catch (error) {
    return unread(whyNot(error, signal));
  }
  const keys = onlyKey === undefined ? Object.keys(data).filter((key) => PLAIN.test(key)) : [onlyKey];
  const found = keys.flatMap((key) => {
    const certificates = certificatesIn(textAt(data, key));
    if (certificates.length === 0) return [];
    const subjects = certificates.map(subjectOf);
    return [{ name, namespace, configMap, key, pem: pemOf(certificates), subjects }];
  });
  if (found.length > 0) return { found, unread: [] };
  return unread(
    onlyKey === undefined
      ? said('it holds no certificate')
      : said('its key {0} holds no certificate', onlyKey),
  );
}

function whyNot(error: unknown, signal: AbortSignal | undefined): Said {
  signal?.throwIfAborted();
  return wordsOf(error);
}
