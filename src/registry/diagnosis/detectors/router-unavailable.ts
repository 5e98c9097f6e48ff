import { statusInWords } from '../../client/reference-message.ts';
import { answersOf } from '../answers.ts';
import { checkRegistryPods, correctAddress, otherWays, retry } from '../fixes.ts';
import { messageAbout, messageOf } from '../messages.ts';
import type { Detector } from './detector.ts';

/** The cluster’s router answers in place of the registry: no pod of it is ready, or no route has this name. */
export const routerUnavailable: Detector = {
  code: 'routerUnavailable',
  suppresses: ['serverError', 'wrongService'],
  detect(facts, around) {
    const page = answersOf(facts).find(({ routerPage, status }) => routerPage && (status ?? 0) >= 500);
    if (!page) return undefined;
    return {
      message: facts.connected
        ? messageAbout(facts, page, statusInWords(page.status ?? 503))
        : messageOf(facts),
      arguments: { status: String(page.status) },
      fixes: [checkRegistryPods(), correctAddress(facts), ...otherWays(facts, around), retry()],
      rule: null,
    };
  },
};
