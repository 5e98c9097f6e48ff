import { decidesOnAuthority } from './authority-codes.ts';
import type { DiagnosedAddress } from './registry-diagnosis.ts';

/**
 * Where the chain of an address breaks, as a prune verifies it: the place of the certificate that isn’t accepted; the
 * length of the chain where each is in order but nobody who is trusted stands above the last.
 * @param at when it was looked at, RFC 3339
 * @returns null where it doesn’t break, or wasn’t verified
 */
export function chainBreak(
  { chain, verifications }: Pick<DiagnosedAddress, 'chain' | 'verifications'>,
  at: string,
): number | null {
  const deciding = verifications.find(({ decides }) => decides);
  if (!deciding || deciding.verified) return null;
  const now = Date.parse(at);
  const outOfTime = chain.findIndex(
    ({ notBefore, notAfter }) => Date.parse(notBefore) > now || Date.parse(notAfter) < now,
  );
  if (outOfTime >= 0) return outOfTime;
  const above = decidesOnAuthority(deciding.code) || deciding.code === 'CERT_HAS_EXPIRED';
  return above ? chain.length : 0;
}
