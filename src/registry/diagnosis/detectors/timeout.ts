import type { AddressFacts, HttpFact, Surroundings } from '../facts.ts';
import { checkProxy, checkRegistryPods, correctAddress, otherWays, retry, runInCluster } from '../fixes.ts';
import { messageAbout, messageOf } from '../messages.ts';
import type { Detected, Detector } from './detector.ts';

/** Nothing answers within the time: to the connection, to the handshake, or to a request. */
export const timeout: Detector = {
  code: 'timeout',
  suppresses: [],
  detect(facts, around) {
    return atConnection(facts, around) ?? atHandshake(facts, around) ?? atAnswer(facts, around);
  },
};

function atConnection(facts: AddressFacts, around: Surroundings): Detected | undefined {
  const failure = facts.connect?.failure;
  if (failure?.kind !== 'timeout' && failure?.kind !== 'noRoute') return undefined;
  const words = failure.code === 'UND_ERR_CONNECT_TIMEOUT' ? `dial tcp ${dialled(facts)}: i/o timeout` : '';
  return {
    message: messageOf(facts, words || failure.reference),
    arguments: { phase: 'connect', why: failure.code },
    fixes: [...otherWays(facts, around), checkProxy(facts), runInCluster(), retry()],
    rule: null,
  };
}

function atHandshake(facts: AddressFacts, around: Surroundings): Detected | undefined {
  if (facts.protocol?.speaks !== 'silent') return undefined;
  const failure = facts.leniently?.failure;
  return {
    message: messageOf(facts, failure?.reference),
    arguments: { phase: 'handshake' },
    fixes: [
      correctAddress(facts),
      ...otherWays(facts, around),
      checkProxy(facts),
      checkRegistryPods(),
      retry(),
    ],
    rule: null,
  };
}

function atAnswer(facts: AddressFacts, around: Surroundings): Detected | undefined {
  const silent = unanswered(facts);
  if (!silent) return undefined;
  const words = silent.failure?.reference ?? '';
  return {
    message: facts.connected ? messageAbout(facts, silent, words) : messageOf(facts, words),
    arguments: { phase: 'answer', path: silent.path },
    fixes: [checkRegistryPods(), checkProxy(facts), retry(), ...otherWays(facts, around)],
    rule: null,
  };
}

function unanswered({ protocol, pings, root, healthz, api }: AddressFacts): HttpFact | undefined {
  if (protocol?.speaks !== 'tls' && protocol?.speaks !== 'http') return undefined;
  const asked = [...pings, root, healthz, api];
  return asked.find((one) => one?.failure?.kind === 'silent') ?? undefined;
}

/** Go names the address that it tried. */
function dialled({ name, hostname, port }: AddressFacts): string {
  const address = name?.addresses[0] ?? hostname;
  return address.includes(':') ? `[${address}]:${port}` : `${address}:${port}`;
}
