import { statusLine } from '../../client/reference-message.ts';
import { login, useServiceAccount } from '../fixes.ts';
import type { Detector } from './detector.ts';

/** The registry doesn’t know the holder of the token: it has expired, or belongs to another cluster. */
export const unauthorized: Detector = {
  code: 'unauthorized',
  suppresses: ['forbidden'],
  detect({ rights }, { user }) {
    const status = rights?.blob?.status;
    if (status !== 401 || rights?.signIn !== 401) return undefined;
    return {
      message: statusLine(status),
      arguments: { status: String(status), deleting: 'true', ...(user === '' ? {} : { user }) },
      fixes: [login(), useServiceAccount()],
      rule: 'needsToken',
    };
  },
};
