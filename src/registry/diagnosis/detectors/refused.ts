import { checkRegistryPods, correctAddress, otherWays, retry } from '../fixes.ts';
import { messageOf } from '../messages.ts';
import type { Detector } from './detector.ts';

/** Nothing takes connections on the port. */
export const refused: Detector = {
  code: 'refused',
  suppresses: [],
  detect(facts, around) {
    const failure = facts.connect?.failure;
    if (failure?.kind !== 'refused') return undefined;
    return {
      message: messageOf(facts, failure.reference),
      arguments: { port: String(facts.port) },
      fixes: [...otherWays(facts, around), correctAddress(facts), checkRegistryPods(), retry()],
      rule: null,
    };
  },
};
