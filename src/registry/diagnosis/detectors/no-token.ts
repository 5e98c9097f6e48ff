import { login, useServiceAccount } from '../fixes.ts';
import type { Detected, Detector } from './detector.ts';

/** The user has nothing that the registry takes as a password (REFERENCE section 9). */
export const noToken: Detector = {
  code: 'noToken',
  suppresses: [],
  detect({ rights }, { user }): Detected | undefined {
    if (rights?.token.state !== 'absent') return undefined;
    return {
      message: 'you must use a client config with a token',
      arguments: user === '' ? {} : { user },
      fixes: [useServiceAccount(), login()],
      rule: 'needsToken',
    };
  },
};
