import { forceInsecure, otherWays, renewCertificate, setClock } from '../fixes.ts';
import { messageOf } from '../messages.ts';
import { rfc3339 } from '../rfc3339.ts';
import { verifiesCertificates } from '../verifies-certificates.ts';
import type { Detector } from './detector.ts';

/** A certificate of the chain begins in the future. */
export const notYetValid: Detector = {
  code: 'notYetValid',
  suppresses: ['unknownAuthority', 'selfSigned', 'wrongAuthorityGiven', 'missingIntermediate'],
  detect(facts, around) {
    if (!verifiesCertificates(facts)) return undefined;
    const certificate = facts.chain.find(({ notBefore }) => Date.parse(notBefore) > around.now);
    if (!certificate) return undefined;
    const { notBefore, subject } = certificate;
    const now = rfc3339(around.now);
    const words = `x509: certificate has expired or is not yet valid: current time ${now} is before ${notBefore}`;
    return {
      message: messageOf(facts, words),
      arguments: { now, notBefore, subject },
      fixes: [
        setClock('machine'),
        renewCertificate(facts),
        ...otherWays(facts, around),
        forceInsecure(facts, around),
      ],
      rule: 'secureByDefault',
    };
  },
};
