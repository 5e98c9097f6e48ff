import { decidesOnAuthority } from '../authority-codes.ts';
import { type AddressFacts, decidingVerification, servedCertificate } from '../facts.ts';
import { checkProxy, forceInsecure, giveAuthority, otherWays, setNoProxy } from '../fixes.ts';
import { messageOf } from '../messages.ts';
import { issuerOf } from '../who-verifies.ts';
import type { Detector } from './detector.ts';

/** Products that open TLS and sign again, by the names that they sign with. */
const INTERCEPTORS =
  /zscaler|netskope|forti(gate|net)|palo ?alto|blue ?coat|mcafee web|skyhigh|sophos|cisco umbrella|watchguard|check ?point|barracuda|mitmproxy|charles proxy|fiddler|portswigger|kaspersky|untangle|iboss|menlo security|forcepoint|websense|squid/i;

/** What answers isn’t the registry but a proxy that opens TLS and signs with an authority of its own. */
export const interceptingProxy: Detector = {
  code: 'interceptingProxy',
  suppresses: [
    'unknownAuthority',
    'selfSigned',
    'wrongAuthorityGiven',
    'missingIntermediate',
    'nameMismatch',
  ],
  detect(facts, around) {
    const deciding = decidingVerification(facts);
    if (!deciding || !decidesOnAuthority(deciding.code) || !isIntercepted(facts)) return undefined;
    return {
      message: messageOf(facts, 'x509: certificate signed by unknown authority'),
      arguments: { issuer: issuerOf(facts), ...(facts.proxy === null ? {} : { proxy: facts.proxy }) },
      fixes: [
        ...(facts.proxy === null ? [checkProxy(facts)] : [setNoProxy(facts)]),
        ...otherWays(facts, around),
        giveAuthority(issuerOf(facts)),
        forceInsecure(facts, around),
      ],
      rule: 'otherAuthority',
    };
  },
};

/** Past the proxy another certificate is served; or its issuer says who it is. */
function isIntercepted(facts: AddressFacts): boolean {
  const { pastProxy, chain } = facts;
  if (pastProxy !== null && pastProxy !== servedCertificate(facts)?.fingerprint) return true;
  return chain.some(({ issuer }) => INTERCEPTORS.test(issuer));
}
