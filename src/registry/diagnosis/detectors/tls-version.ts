import { demandForCertificate } from '../asks-for-certificate.ts';
import type { AddressFacts } from '../facts.ts';
import { checkProxy, correctAddress, otherWays, secureRegistry } from '../fixes.ts';
import { messageOf } from '../messages.ts';
import type { Detector } from './detector.ts';

/** What clients accept today. */
const LEAST_VERSION = 'TLSv1.2';
const OLD_VERSIONS: readonly string[] = ['SSLv3', 'TLSv1', 'TLSv1.1'];
/** Alerts, and OpenSSL’s own words, for a version or a cipher that isn’t shared. */
const NOT_SHARED = /PROTOCOL_VERSION|UNSUPPORTED_PROTOCOL|HANDSHAKE_FAILURE|INSUFFICIENT_SECURITY|NO_SHARED/;

/** It speaks TLS, but no version or no cipher that a client of today accepts. */
export const tlsVersion: Detector = {
  code: 'tlsVersion',
  suppresses: ['unknown', 'connectionCut'],
  detect(facts, around) {
    const failure = facts.tls?.failure;
    if (!failure || !isNotShared(facts) || demandForCertificate(facts)) return undefined;
    const { version = '', cipher = '' } = facts.leniently ?? {};
    return {
      message: messageOf(facts, failure.reference),
      arguments: {
        least: LEAST_VERSION,
        why: failure.code,
        ...(version === '' ? {} : { version, cipher }),
        ...(OLD_VERSIONS.includes(version) ? { old: 'version' } : version === '' ? {} : { old: 'cipher' }),
      },
      fixes: [secureRegistry(), ...otherWays(facts, around), correctAddress(facts), checkProxy(facts)],
      rule: 'secureByDefault',
    };
  },
};

/** It can be done with everything that there ever was, or it is said in so many words. */
function isNotShared({ leniently, tls }: AddressFacts): boolean {
  return leniently?.failure === null || NOT_SHARED.test(tls?.failure?.code ?? '');
}
