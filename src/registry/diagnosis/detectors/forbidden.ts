import { statusLine } from '../../client/reference-message.ts';
import { grantPruner, useServiceAccount } from '../fixes.ts';
import type { Detector } from './detector.ts';

/** The registry knows the user, who may not prune. It says 401 for that, too (REFERENCE section 9). */
export const forbidden: Detector = {
  code: 'forbidden',
  suppresses: [],
  detect({ rights }, around) {
    const refused = [rights?.blob?.status, rights?.link?.status].find((one) => one === 401 || one === 403);
    if (refused === undefined) return undefined;
    return {
      message: statusLine(refused),
      arguments: {
        status: String(refused),
        deleting: 'true',
        ...(around.user === '' ? {} : { user: around.user }),
      },
      fixes: [grantPruner(around), useServiceAccount()],
      rule: 'needsPruner',
    };
  },
};
