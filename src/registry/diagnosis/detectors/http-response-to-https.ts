import { correctAddress, forceInsecure, otherWays, secureRegistry } from '../fixes.ts';
import { messageOf } from '../messages.ts';
import type { Detector } from './detector.ts';

/** A secure client, an insecure registry (REFERENCE section 6). */
export const httpResponseToHttps: Detector = {
  code: 'httpResponseToHttps',
  suppresses: ['connectionCut', 'timeout', 'wrongService', 'serverError', 'routerUnavailable', 'unknown'],
  detect(facts, around) {
    const secureFirst = facts.policy.attempts[0]?.scheme === 'https';
    if (!secureFirst || facts.protocol?.speaks !== 'http') return undefined;
    // A server that hangs up on a handshake says nothing that Go could know it by.
    const failure = facts.leniently?.failure;
    const said =
      failure?.kind === 'notTls' || !failure
        ? 'http: server gave HTTP response to HTTPS client'
        : failure.reference;
    return {
      message: messageOf(facts, said),
      arguments: {},
      fixes: [
        secureRegistry(),
        ...otherWays(facts, around),
        correctAddress(facts),
        forceInsecure(facts, around),
      ],
      rule: 'insecureRegistry',
    };
  },
};
