import { decidesOnAuthority } from '../authority-codes.ts';
import { decidingVerification } from '../facts.ts';
import { forceInsecure, otherWays } from '../fixes.ts';
import { messageOf } from '../messages.ts';
import { authorityFixes, issuerOf } from '../who-verifies.ts';
import type { Detector } from './detector.ts';

/** Another authority has signed the certificate than those that are trusted here (REFERENCE sections 5 and 6). */
export const unknownAuthority: Detector = {
  code: 'unknownAuthority',
  suppresses: [],
  detect(facts, around) {
    const deciding = decidingVerification(facts);
    if (!deciding || !decidesOnAuthority(deciding.code)) return undefined;
    return {
      message: messageOf(facts, 'x509: certificate signed by unknown authority'),
      arguments: { issuer: issuerOf(facts), trusted: deciding.source },
      fixes: [...authorityFixes(facts, around), ...otherWays(facts, around), forceInsecure(facts, around)],
      rule: 'otherAuthority',
    };
  },
};
