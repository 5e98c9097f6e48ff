import { statusInWords, statusLine } from '../../client/reference-message.ts';
import { answersOf } from '../answers.ts';
import type { AddressFacts } from '../facts.ts';
import { checkRegistryPods, otherWays, retry } from '../fixes.ts';
import { messageAbout, messageOf } from '../messages.ts';
import type { Detector } from './detector.ts';

/** The registry, or what stands in front of it, is in trouble. */
export const serverError: Detector = {
  code: 'serverError',
  suppresses: ['wrongService'],
  detect(facts, around) {
    const failed = failedAnswer(facts);
    if (!failed) return undefined;
    const { status, said, message } = failed;
    return {
      message,
      arguments: { status: String(status), ...(said === '' ? {} : { said }) },
      fixes: [checkRegistryPods(), retry(), ...otherWays(facts, around)],
      rule: null,
    };
  },
};

function failedAnswer(facts: AddressFacts): { status: number; said: string; message: string } | undefined {
  const answer = answersOf(facts).find(({ status }) => isServerError(status));
  if (answer && isServerError(answer.status)) {
    const { status, said } = answer;
    const words = statusInWords(status);
    return { status, said, message: facts.connected ? messageAbout(facts, answer, words) : messageOf(facts) };
  }
  const refused = [facts.rights?.blob, facts.rights?.link].find((one) => isServerError(one?.status ?? null));
  const status = refused?.status ?? null;
  return isServerError(status) ? { status, said: '', message: statusLine(status) } : undefined;
}

function isServerError(status: number | null): status is number {
  return status !== null && status >= 500;
}
