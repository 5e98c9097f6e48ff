import type { AddressFacts } from '../facts.ts';
import { checkProxy, otherWays, setNoProxy } from '../fixes.ts';
import { messageOf } from '../messages.ts';
import type { Detector } from './detector.ts';

/** The proxy of the environment refuses, or can’t be used itself. */
export const proxy: Detector = {
  code: 'proxy',
  suppresses: ['timeout', 'connectionCut'],
  detect(facts, around) {
    const failure = refusal(facts);
    if (!failure) return undefined;
    const status = failure.proxyStatus;
    return {
      message: messageOf(facts, failure.reference),
      ...(status === undefined ? { why: failure.words } : {}),
      arguments: { proxy: facts.proxy ?? '', ...(status === undefined ? {} : { status: String(status) }) },
      fixes: [checkProxy(facts), setNoProxy(facts), ...otherWays(facts, around)],
      rule: null,
    };
  },
};

function refusal({ proxy: used, connect, connected }: AddressFacts) {
  const failure = connect?.failure;
  return used !== null && connected === null && failure?.kind === 'proxy' ? failure : undefined;
}
