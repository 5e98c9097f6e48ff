import { communicationError, requestInWords, statusInWords } from '../client/reference-message.ts';
import type { AddressFacts, HttpFact } from './facts.ts';

/**
 * The line that the reference command prints for an address that it can’t speak to: what each protocol met, two in
 * brackets (REFERENCE section 6).
 * @param words of the failure of the protocol that is tried first, in place of what the connection itself could say
 */
export function messageOf(facts: AddressFacts, words?: string): string {
  const [first] = facts.policy.attempts;
  const scheme = first?.scheme ?? 'https';
  const met = facts.pings.flatMap((ping, place) => {
    const url = urlAt(facts, ping.attempt.scheme, ping.path);
    if (ping.failure) {
      const own = words !== undefined && ping.attempt.scheme === scheme;
      return [requestInWords(url, own ? words : ping.failure.reference)];
    }
    return isLastOfAttempt(facts.pings, place) && ping.status !== null ? [statusInWords(ping.status)] : [];
  });
  if (met.length > 0) return communicationError(met);
  return communicationError([requestInWords(urlAt(facts, scheme, '/'), words ?? failureOf(facts))]);
}

function failureOf({ connect, tls, leniently }: AddressFacts): string {
  const failure = connect?.failure ?? tls?.failure ?? leniently?.failure;
  return failure?.reference ?? 'EOF';
}

/** A request that the reference doesn’t make, in its words. */
export function messageAbout(facts: AddressFacts, { path, attempt }: HttpFact, words: string): string {
  return communicationError([requestInWords(urlAt(facts, attempt.scheme, path), words)]);
}

function urlAt({ address }: AddressFacts, scheme: 'http' | 'https', path: string): string {
  return `${scheme}://${address}${path}`;
}

/** The reference command goes on to another path after a wrong status, and reports the last. */
function isLastOfAttempt(pings: readonly HttpFact[], place: number): boolean {
  const attempt = pings[place]?.attempt;
  return pings.findLastIndex((other) => other.attempt === attempt) === place;
}
