import { type Said, said } from '../../engine/said.ts';

/** What a code of Node's certificate verification means, and what to do about it. */
export interface CertificateProblem {
  readonly what: Said;
  readonly next: Said;
}

const WRONG_AUTHORITY: CertificateProblem = {
  what: said('its certificate was signed by an authority that is not trusted here'),
  next: said(
    'Set the right certificate-authority in the kubeconfig’s cluster entry (log in again with oc login), or check that no proxy in between intercepts TLS.',
  ),
};

const PROBLEMS: Readonly<Record<string, CertificateProblem>> = {
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: WRONG_AUTHORITY,
  UNABLE_TO_GET_ISSUER_CERT: WRONG_AUTHORITY,
  UNABLE_TO_GET_ISSUER_CERT_LOCALLY: WRONG_AUTHORITY,
  SELF_SIGNED_CERT_IN_CHAIN: WRONG_AUTHORITY,
  CERT_UNTRUSTED: WRONG_AUTHORITY,
  CERT_SIGNATURE_FAILURE: WRONG_AUTHORITY,
  DEPTH_ZERO_SELF_SIGNED_CERT: {
    what: said('its certificate is self-signed and not trusted here'),
    next: said(
      'Set that certificate as certificate-authority in the cluster entry of the kubeconfig, if you know it to be the right one.',
    ),
  },
  CERT_HAS_EXPIRED: {
    what: said('its certificate, or one in the chain, has expired'),
    next: said(
      'Check the clock of this machine; if it is right, the certificate must be renewed on the cluster.',
    ),
  },
  CERT_NOT_YET_VALID: {
    what: said('its certificate, or one in the chain, is not valid yet'),
    next: said('Check the clock of this machine; if it is right, the certificate must be issued anew.'),
  },
  ERR_TLS_CERT_ALTNAME_INVALID: {
    what: said('its certificate was issued for another name'),
    next: said(
      'Use a server name that the certificate holds, or set tls-server-name in the cluster entry of the kubeconfig.',
    ),
  },
  CERT_REVOKED: {
    what: said('its certificate has been revoked'),
    next: said('The certificate must be replaced on the cluster.'),
  },
  INVALID_PURPOSE: {
    what: said('its certificate was not issued for a server'),
    next: said('The certificate must be issued anew, for server authentication.'),
  },
  CERT_CHAIN_TOO_LONG: {
    what: said('its certificate chain is too long'),
    next: said('The chain must be shortened on the server.'),
  },
  INVALID_CA: {
    what: said('a certificate in its chain was used as an authority without being one'),
    next: said('The chain must be corrected on the server.'),
  },
};

/** `undefined` for a code that isn't about a certificate. */
export function certificateProblem(code: string): CertificateProblem | undefined {
  return Object.hasOwn(PROBLEMS, code) ? PROBLEMS[code] : undefined;
}
