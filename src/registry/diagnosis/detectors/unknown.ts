import { inEnglish } from '../../../engine/said.ts';
import { askForHelp, otherWays, retry } from '../fixes.ts';
import { messageOf } from '../messages.ts';
import type { Detector } from './detector.ts';

/** It doesn’t work, and nothing else here says why. Only shown where it is the only finding. */
export const unknown: Detector = {
  code: 'unknown',
  suppresses: [],
  detect(facts, around) {
    const failure =
      facts.connect?.failure ?? facts.pings.find((ping) => ping.failure)?.failure ?? facts.api?.failure;
    const token = facts.rights?.token;
    if (token?.state === 'failed') {
      return {
        message: inEnglish(token.why),
        why: token.why,
        arguments: {},
        fixes: [retry(), askForHelp()],
        rule: null,
      };
    }
    const status = facts.rights?.blob?.status ?? null;
    const oddStatus = status !== null && status !== 404 && status >= 300;
    if (facts.connected && !failure && !oddStatus) return undefined;
    return {
      message: oddStatus ? String(status) : messageOf(facts),
      ...(failure ? { why: failure.words } : {}),
      arguments: { ...(oddStatus ? { status: String(status) } : {}) },
      fixes: [retry(), ...otherWays(facts, around), askForHelp()],
      rule: null,
    };
  },
};
