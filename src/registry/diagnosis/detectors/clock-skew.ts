import type { AddressFacts, Surroundings } from '../facts.ts';
import { setClock } from '../fixes.ts';
import { messageOf } from '../messages.ts';
import { rfc3339 } from '../rfc3339.ts';
import type { Detector } from './detector.ts';

/** Clocks of machines that ask the time of others differ by less; certificates and tokens bear this much. */
const TOLERATED_MS = 5 * 60_000;

/** This machine’s clock is wrong, or the registry’s. */
export const clockSkew: Detector = {
  code: 'clockSkew',
  suppresses: ['expired', 'notYetValid'],
  detect(facts, around) {
    const skew = skewOf(facts, around);
    if (!skew) return undefined;
    const { whose, aheadMs } = skew;
    const invalid = invalidNow(facts, around);
    const now = rfc3339(around.now);
    const there = rfc3339(around.now + aheadMs);
    // Without a certificate that it makes invalid, the reference command doesn’t notice.
    const message = invalid
      ? messageOf(facts, `x509: certificate has expired or is not yet valid${invalid(now)}`)
      : `the Date header says ${there}, the clock here ${now}`;
    return {
      message,
      arguments: {
        whose,
        now,
        there,
        seconds: String(Math.round(aheadMs / 1000)),
      },
      fixes: [setClock(whose)],
      rule: 'secureByDefault',
    };
  },
};

/** Where the API server and the registry agree, it is this machine that is wrong. */
function skewOf(
  facts: AddressFacts,
  { clusterAheadMs, now }: Surroundings,
): { whose: 'machine' | 'registry'; aheadMs: number } | undefined {
  const registryAheadMs = [facts.root, facts.api, ...facts.pings].find(
    (one) => one?.aheadMs != null,
  )?.aheadMs;
  if (registryAheadMs != null && Math.abs(registryAheadMs) > TOLERATED_MS) {
    const alone = clusterAheadMs !== null && Math.abs(clusterAheadMs) <= TOLERATED_MS;
    return { whose: alone ? 'registry' : 'machine', aheadMs: registryAheadMs };
  }
  if (clusterAheadMs === null || Math.abs(clusterAheadMs) <= TOLERATED_MS || registryAheadMs != null) {
    return undefined;
  }
  // The API’s clock alone is a finding only where it makes the difference.
  const wrongHere = facts.chain.some((one) => !isValidAt(one, now));
  const rightThere = facts.chain.every((one) => isValidAt(one, now + clusterAheadMs));
  return wrongHere && rightThere ? { whose: 'machine', aheadMs: clusterAheadMs } : undefined;
}

function isValidAt({ notBefore, notAfter }: { notBefore: string; notAfter: string }, at: number): boolean {
  return Date.parse(notBefore) <= at && at <= Date.parse(notAfter);
}

function invalidNow({ chain }: AddressFacts, { now }: Surroundings): ((at: string) => string) | undefined {
  const invalid = chain.find((one) => !isValidAt(one, now));
  if (!invalid) return undefined;
  const { notBefore, notAfter } = invalid;
  const expired = Date.parse(notAfter) < now;
  return (at) => `: current time ${at} is ${expired ? `after ${notAfter}` : `before ${notBefore}`}`;
}
