import { decidesOnAuthority } from '../authority-codes.ts';
import { type AddressFacts, decidingVerification } from '../facts.ts';
import { forceInsecure, giveAuthority, otherWays, serveIntermediates } from '../fixes.ts';
import { messageOf } from '../messages.ts';
import type { Detector } from './detector.ts';

/**
 * The server doesn’t send the certificate between its own and the authority. That can only be told from an unknown
 * authority where the certificate says where its issuer’s own can be had: an authority at the top has no need to be
 * fetched, one in between does (RFC 5280, 4.2.2.1); or where its issuer belongs to an organization that is trusted.
 */
export const missingIntermediate: Detector = {
  code: 'missingIntermediate',
  suppresses: ['unknownAuthority', 'wrongAuthorityGiven'],
  detect(facts, around) {
    const deciding = decidingVerification(facts);
    const last = facts.chain.at(-1);
    if (!deciding || !decidesOnAuthority(deciding.code) || !last || last.selfSigned) return undefined;
    if (facts.verifications.some(({ verified }) => verified)) return undefined;
    if (!last.namesIssuerUrl && !belongsToTrusted(facts, around.trustedOrganizations)) return undefined;
    return {
      message: messageOf(facts, 'x509: certificate signed by unknown authority'),
      arguments: { issuer: last.issuer, sent: String(facts.chain.length) },
      fixes: [
        serveIntermediates(last.issuer),
        giveAuthority(last.issuer),
        ...otherWays(facts, around),
        forceInsecure(facts, around),
      ],
      rule: 'otherAuthority',
    };
  },
};

function belongsToTrusted({ chain }: AddressFacts, organizations: readonly string[]): boolean {
  const own = organizationIn(chain.at(-1)?.issuer ?? '');
  return own !== '' && organizations.includes(own);
}

/** `acme` of `O=acme, CN=issuing authority 2`; empty where none is named. */
export function organizationIn(name: string): string {
  return /(?:^|, )O=([^,]+)/.exec(name)?.[1] ?? '';
}
