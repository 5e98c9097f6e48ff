import { decidesOnAuthority } from '../authority-codes.ts';
import { decidingVerification, servedCertificate } from '../facts.ts';
import { forceInsecure, giveAuthority, otherWays, renewCertificate } from '../fixes.ts';
import { messageOf } from '../messages.ts';
import type { Detector } from './detector.ts';

/** The server’s certificate is signed by nobody but itself, and isn’t trusted. */
export const selfSigned: Detector = {
  code: 'selfSigned',
  suppresses: ['unknownAuthority', 'missingIntermediate'],
  detect(facts, around) {
    const certificate = servedCertificate(facts);
    const deciding = decidingVerification(facts);
    if (!certificate?.selfSigned || !deciding || !decidesOnAuthority(deciding.code)) return undefined;
    return {
      message: messageOf(facts, 'x509: certificate signed by unknown authority'),
      arguments: { subject: certificate.subject, fingerprint: certificate.fingerprint },
      fixes: [
        giveAuthority(certificate.subject),
        renewCertificate(facts),
        ...otherWays(facts, around),
        forceInsecure(facts, around),
      ],
      rule: 'otherAuthority',
    };
  },
};
