import { type AddressFacts, decidingVerification, type Surroundings } from '../facts.ts';
import { forceInsecure, otherWays, renewCertificate, setClock } from '../fixes.ts';
import { messageOf } from '../messages.ts';
import { rfc3339 } from '../rfc3339.ts';
import { verifiesCertificates } from '../verifies-certificates.ts';
import type { Detector } from './detector.ts';

/** A certificate of the chain, or the authority above it, has expired. */
export const expired: Detector = {
  code: 'expired',
  suppresses: ['unknownAuthority', 'selfSigned', 'wrongAuthorityGiven', 'missingIntermediate'],
  detect(facts, around) {
    if (!verifiesCertificates(facts)) return undefined;
    const which = expiredCertificate(facts, around);
    if (!which) return undefined;
    const { notAfter, subject } = which;
    const now = rfc3339(around.now);
    const detail = notAfter === '' ? '' : `: current time ${now} is after ${notAfter}`;
    return {
      message: messageOf(facts, `x509: certificate has expired or is not yet valid${detail}`),
      arguments: { now, ...(notAfter === '' ? { above: 'true' } : { notAfter, subject }) },
      fixes: [
        renewCertificate(facts),
        setClock('machine'),
        ...otherWays(facts, around),
        forceInsecure(facts, around),
      ],
      rule: 'secureByDefault',
    };
  },
};

function expiredCertificate(
  facts: AddressFacts,
  { now }: Surroundings,
): { notAfter: string; subject: string } | undefined {
  const served = facts.chain.find(({ notAfter }) => Date.parse(notAfter) < now);
  if (served) return served;
  return decidingVerification(facts)?.code === 'CERT_HAS_EXPIRED' ? { notAfter: '', subject: '' } : undefined;
}
