import { correctAddress, otherWays, retry, useRoute } from '../fixes.ts';
import { messageOf } from '../messages.ts';
import type { Detector } from './detector.ts';

/** The host’s name can’t be resolved. */
export const noSuchHost: Detector = {
  code: 'noSuchHost',
  suppresses: [],
  detect(facts, around) {
    const failure = facts.name?.failure;
    if (!failure) return undefined;
    const ways = otherWays(facts, around);
    return {
      message: messageOf(facts, failure.reference),
      arguments: { host: facts.hostname, why: failure.code },
      fixes: [...ways, correctAddress(facts), ...(ways.length > 0 ? [] : [useRoute(around)]), retry()],
      rule: null,
    };
  },
};
