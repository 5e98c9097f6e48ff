import { decidesOnAuthority } from '../authority-codes.ts';
import { decidingVerification } from '../facts.ts';
import { forceInsecure, otherWays } from '../fixes.ts';
import { messageOf } from '../messages.ts';
import { authorityFixes, issuerOf, whoVerifies } from '../who-verifies.ts';
import type { Detector } from './detector.ts';

/** The file that was given holds another authority than the one that signed (REFERENCE section 6). */
export const wrongAuthorityGiven: Detector = {
  code: 'wrongAuthorityGiven',
  suppresses: ['unknownAuthority', 'selfSigned'],
  detect(facts, around) {
    const deciding = decidingVerification(facts);
    if (deciding?.source !== 'file' || !decidesOnAuthority(deciding.code)) return undefined;
    const fits = whoVerifies(facts);
    return {
      message: messageOf(facts, 'x509: certificate signed by unknown authority'),
      arguments: { issuer: issuerOf(facts), ...(fits ? { fits: fits.source } : {}) },
      fixes: [...authorityFixes(facts, around), ...otherWays(facts, around), forceInsecure(facts, around)],
      rule: 'wrongAuthority',
    };
  },
};
