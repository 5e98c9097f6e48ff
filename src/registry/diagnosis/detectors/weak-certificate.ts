import { inEnglish } from '../../../engine/said.ts';
import { type AddressFacts, decidingVerification } from '../facts.ts';
import { forceInsecure, otherWays, renewCertificate } from '../fixes.ts';
import { messageOf } from '../messages.ts';
import type { ServedCertificate } from '../registry-diagnosis.ts';
import type { Detected, Detector } from './detector.ts';

/** What OpenSSL accepts by default (security level 2). */
const LEAST_BITS: Readonly<Record<string, number>> = { rsa: 2048, 'rsa-pss': 2048, dsa: 2048, ec: 224 };
const WEAK_SIGNATURE = /^(md5|sha1)With|-SHA1$/i;

/** The certificate’s key or its signature is too weak to be accepted. */
export const weakCertificate: Detector = {
  code: 'weakCertificate',
  suppresses: ['unknown'],
  detect(facts, around): Detected | undefined {
    const deciding = decidingVerification(facts);
    const weak = facts.chain.find(isWeak);
    if (!deciding?.why || !weak || !isRefusedForIt(inEnglish(deciding.why))) return undefined;
    const { subject, keyType, keyBits, signature } = weak;
    return {
      message: messageOf(facts, wordsFor(facts, weak, inEnglish(deciding.why))),
      arguments: hasWeakKey(weak)
        ? { subject, key: keyType, bits: String(keyBits ?? '') }
        : { subject, algorithm: signature },
      fixes: [renewCertificate(facts), ...otherWays(facts, around), forceInsecure(facts, around)],
      rule: 'secureByDefault',
    };
  },
};

function isWeak(certificate: ServedCertificate): boolean {
  return hasWeakKey(certificate) || hasWeakSignature(certificate);
}

function hasWeakKey({ keyType, keyBits }: ServedCertificate): boolean {
  return keyBits !== null && keyBits < (LEAST_BITS[keyType] ?? 0);
}

/** The signature of one that signed itself proves nothing, so it isn’t looked at. */
function hasWeakSignature({ signature, selfSigned }: ServedCertificate): boolean {
  return !selfSigned && WEAK_SIGNATURE.test(signature);
}

function isRefusedForIt(why: string): boolean {
  return /too weak|too small/i.test(why);
}

/** Go refuses SHA-1 and MD5; a short key it takes, so that the words are our client’s. */
function wordsFor({ chain }: AddressFacts, weak: ServedCertificate, why: string): string {
  const own = why.replace(/ \(UNSPECIFIED\)$/, '');
  if (!hasWeakSignature(weak)) return own;
  const algorithm = goName(weak.signature);
  const issuer = /CN=([^,]+)/.exec(chain[0]?.issuer ?? '')?.[1] ?? '';
  return `x509: certificate signed by unknown authority (possibly because of "x509: cannot verify signature: insecure algorithm ${algorithm}" while trying to verify candidate authority certificate "${issuer}")`;
}

function goName(signature: string): string {
  const digest = /md5/i.test(signature) ? 'MD5' : 'SHA1';
  return /ecdsa/i.test(signature) ? `ECDSA-${digest}` : `${digest}-RSA`;
}
