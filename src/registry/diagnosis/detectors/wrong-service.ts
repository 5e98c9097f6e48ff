import { statusInWords } from '../../client/reference-message.ts';
import { looksLikeRegistry } from '../../client/registry-api.ts';
import { answersOf } from '../answers.ts';
import { demandForCertificate } from '../asks-for-certificate.ts';
import type { AddressFacts, HttpFact, Surroundings } from '../facts.ts';
import { checkProxy, correctAddress, otherWays, useHttps, useRoute } from '../fixes.ts';
import { messageAbout, messageOf } from '../messages.ts';
import type { Detected, Detector } from './detector.ts';

/** Something answers, but it isn’t a registry. */
export const wrongService: Detector = {
  code: 'wrongService',
  suppresses: ['unknown', 'connectionCut'],
  detect(facts, around) {
    return notTls(facts, around) ?? asksForCertificate(facts, around) ?? notRegistry(facts, around);
  },
};

function notTls(facts: AddressFacts, around: Surroundings): Detected | undefined {
  if (facts.protocol?.speaks !== 'other') return undefined;
  const words = 'tls: first record does not look like a TLS handshake';
  const secure = facts.policy.attempts[0]?.scheme === 'https';
  return {
    message: messageOf(facts, secure ? words : undefined),
    arguments: { answer: facts.protocol.first },
    fixes: [correctAddress(facts), ...ways(facts, around), checkProxy(facts)],
    rule: null,
  };
}

/** A registry takes a token, never a certificate. */
function asksForCertificate(facts: AddressFacts, around: Surroundings): Detected | undefined {
  const asked = demandForCertificate(facts);
  if (!asked) return undefined;
  return {
    message: messageOf(facts, asked.reference),
    arguments: { asks: 'certificate' },
    fixes: [correctAddress(facts), ...ways(facts, around)],
    rule: null,
  };
}

function notRegistry(facts: AddressFacts, around: Surroundings): Detected | undefined {
  const strange = facts.connected ? strangeApi(facts) : answersOf(facts).findLast(isStrange);
  if (!strange) return undefined;
  const { status, said, location } = strange;
  const secure = redirectsToHttps(strange);
  return {
    message: facts.connected ? messageAbout(facts, strange, statusInWords(status ?? 0)) : messageOf(facts),
    arguments: {
      path: strange.path,
      status: String(status),
      ...(said === '' ? {} : { said }),
      ...(location === '' ? {} : { location }),
    },
    fixes: [
      ...(secure ? [useHttps(facts.address)] : []),
      correctAddress(facts),
      ...ways(facts, around),
      checkProxy(facts),
    ],
    rule: null,
  };
}

/** `/` has answered 200, as everything does; only a registry has `/v2/`. */
function strangeApi({ api }: AddressFacts): HttpFact | undefined {
  const strange = api !== null && api.failure === null && !looksLikeRegistry(api) && (api.status ?? 0) < 500;
  return strange ? api : undefined;
}

function isStrange({ status }: HttpFact): boolean {
  return status !== null && status !== 200 && status < 500;
}

function redirectsToHttps({ status, location, attempt }: HttpFact): boolean {
  const redirects = status !== null && status >= 300 && status < 400;
  return redirects && attempt.scheme === 'http' && location.startsWith('https://');
}

function ways(facts: AddressFacts, around: Surroundings) {
  const others = otherWays(facts, around);
  return others.length > 0 ? others : [useRoute(around)];
}
