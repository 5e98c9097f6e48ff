import { otherWays, useHttps } from '../fixes.ts';
import { messageOf } from '../messages.ts';
import type { Detector } from './detector.ts';

/** An insecure client, a secure registry (REFERENCE section 6). */
export const malformedHttpResponse: Detector = {
  code: 'malformedHttpResponse',
  suppresses: ['connectionCut', 'timeout', 'wrongService', 'serverError', 'unknown'],
  detect(facts, around) {
    const clearOnly = facts.policy.attempts[0]?.scheme === 'http';
    if (!clearOnly || facts.protocol?.speaks !== 'tls' || facts.connected) return undefined;
    const [ping] = facts.pings;
    return {
      message: messageOf(facts),
      arguments: {
        ...(ping?.status ? { status: String(ping.status) } : {}),
        ...(ping?.said ? { said: ping.said } : {}),
      },
      fixes: [useHttps(facts.address), ...otherWays(facts, around)],
      rule: 'secureRegistryInsecureClient',
    };
  },
};
