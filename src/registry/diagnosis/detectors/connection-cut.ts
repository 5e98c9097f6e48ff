import type { AddressFacts, HttpFact } from '../facts.ts';
import { checkProxy, checkRegistryPods, correctAddress, otherWays, retry } from '../fixes.ts';
import { messageAbout, messageOf } from '../messages.ts';
import type { Detector } from './detector.ts';

/** Something takes the connection and ends it: in the handshake, or in place of an answer. */
export const connectionCut: Detector = {
  code: 'connectionCut',
  suppresses: [],
  detect(facts, around) {
    const cut = cutIn(facts);
    if (!cut) return undefined;
    const { phase, answer } = cut;
    const failure = phase === 'handshake' ? facts.leniently?.failure : undefined;
    const words = failure?.kind === 'cut' ? withEnds(facts, failure.reference) : undefined;
    return {
      message: answer
        ? messageAbout(facts, answer, answer.failure?.reference ?? 'EOF')
        : messageOf(facts, words),
      arguments: { phase },
      fixes: [
        retry(),
        checkProxy(facts),
        correctAddress(facts),
        checkRegistryPods(),
        ...otherWays(facts, around),
      ],
      rule: null,
    };
  },
};

/** Go names both ends of a connection that was reset. */
function withEnds({ connect }: AddressFacts, words: string): string {
  const known = connect !== null && connect.local !== '' && words !== 'EOF';
  return known ? `read tcp ${connect.local}->${connect.remote}: ${words}` : words;
}

/** `answer`: the request that was cut on a connection that had worked before. */
function cutIn(
  facts: AddressFacts,
): { phase: 'connect' | 'handshake' | 'answer'; answer?: HttpFact } | undefined {
  const { connect, protocol, pings, connected, root, api } = facts;
  if (connect?.failure?.kind === 'cut') return { phase: 'connect' };
  if (protocol?.speaks === 'closed') return { phase: 'handshake' };
  if (protocol?.speaks !== 'tls' && protocol?.speaks !== 'http') return undefined;
  const isCut = (one: HttpFact | null) => one?.failure?.kind === 'cut';
  const later = connected ? [root, api].find(isCut) : undefined;
  if (later) return { phase: 'answer', answer: later };
  return pings.some(isCut) ? { phase: 'answer' } : undefined;
}
