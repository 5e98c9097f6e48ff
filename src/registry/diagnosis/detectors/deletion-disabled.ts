import { statusLine } from '../../client/reference-message.ts';
import { apiObjectsOnly, enableDeletion } from '../fixes.ts';
import type { Detector } from './detector.ts';

/** The registry’s configuration forbids deletion to everybody (`storage.delete.enabled`). */
export const deletionDisabled: Detector = {
  code: 'deletionDisabled',
  suppresses: [],
  detect({ rights }) {
    const refused = [rights?.blob?.status, rights?.link?.status].find((one) => one === 405);
    if (refused === undefined) return undefined;
    return {
      message: statusLine(refused),
      arguments: { status: String(refused), deleting: 'true' },
      fixes: [enableDeletion(), apiObjectsOnly()],
      rule: null,
    };
  },
};
