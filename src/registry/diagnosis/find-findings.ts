import { clockSkew } from './detectors/clock-skew.ts';
import { connectionCut } from './detectors/connection-cut.ts';
import { deletionDisabled } from './detectors/deletion-disabled.ts';
import type { Detector } from './detectors/detector.ts';
import { expired } from './detectors/expired.ts';
import { forbidden } from './detectors/forbidden.ts';
import { httpResponseToHttps } from './detectors/http-response-to-https.ts';
import { interceptingProxy } from './detectors/intercepting-proxy.ts';
import { malformedHttpResponse } from './detectors/malformed-http-response.ts';
import { missingIntermediate } from './detectors/missing-intermediate.ts';
import { nameMismatch } from './detectors/name-mismatch.ts';
import { noRouteFromOutside } from './detectors/no-route-from-outside.ts';
import { noSuchHost } from './detectors/no-such-host.ts';
import { noToken } from './detectors/no-token.ts';
import { notYetValid } from './detectors/not-yet-valid.ts';
import { proxy } from './detectors/proxy.ts';
import { refused } from './detectors/refused.ts';
import { routerUnavailable } from './detectors/router-unavailable.ts';
import { selfSigned } from './detectors/self-signed.ts';
import { serverError } from './detectors/server-error.ts';
import { timeout } from './detectors/timeout.ts';
import { tlsVersion } from './detectors/tls-version.ts';
import { unauthorized } from './detectors/unauthorized.ts';
import { unknown } from './detectors/unknown.ts';
import { unknownAuthority } from './detectors/unknown-authority.ts';
import { weakCertificate } from './detectors/weak-certificate.ts';
import { wrongAuthorityGiven } from './detectors/wrong-authority-given.ts';
import { wrongService } from './detectors/wrong-service.ts';
import type { AddressFacts, Surroundings } from './facts.ts';
import type { Finding } from './finding.ts';

/**
 * The decisive first: in the order of the way, and for a certificate in the order in which Go looks at it, so that the
 * first message is the one that the reference command would print.
 */
export const DETECTORS: readonly Detector[] = [
  proxy,
  noRouteFromOutside,
  noSuchHost,
  refused,
  timeout,
  httpResponseToHttps,
  malformedHttpResponse,
  tlsVersion,
  clockSkew,
  expired,
  notYetValid,
  interceptingProxy,
  nameMismatch,
  weakCertificate,
  missingIntermediate,
  wrongAuthorityGiven,
  selfSigned,
  unknownAuthority,
  routerUnavailable,
  serverError,
  wrongService,
  connectionCut,
  noToken,
  unauthorized,
  forbidden,
  deletionDisabled,
  unknown,
];

/** What is wrong at one address, the decisive first; what gives up verification last among the fixes of each. */
export function findingsOf(facts: AddressFacts, around: Surroundings): Finding[] {
  const detected = DETECTORS.flatMap((detector) => {
    const one = detector.detect(facts, around);
    return one ? [{ detector, one }] : [];
  });
  const explained = new Set(detected.flatMap(({ detector }) => detector.suppresses));
  const left = detected.filter(({ detector: { code } }) => !explained.has(code));
  return left
    .filter(({ detector }) => detector !== unknown || left.length === 1)
    .map(({ detector: { code }, one }) => ({
      code,
      address: facts.address,
      ...one,
      fixes: [...one.fixes].sort((a, b) => Number(a.risk === 'insecure') - Number(b.risk === 'insecure')),
    }));
}
