import type { ConnectionFailure } from '../client/connection-failure.ts';
import type { AddressFacts, HandshakeFact } from './facts.ts';

/** More than the alert of a server that has not even answered the greeting. */
const AFTER_GREETING = 64;

/**
 * How a server said that it takes nobody without a client certificate; undefined where it didn’t. TLS 1.3 has an alert for
 * it; before, it is a handshake that fails after the server has shown its own.
 */
export function demandForCertificate({ tls, leniently }: AddressFacts): ConnectionFailure | undefined {
  return [tls, leniently].find(demands)?.failure ?? undefined;
}

function demands(handshake: HandshakeFact | null): boolean {
  const code = handshake?.failure?.code ?? '';
  if (/CERTIFICATE_REQUIRED|ALERT_BAD_CERTIFICATE/.test(code)) return true;
  return /HANDSHAKE_FAILURE/.test(code) && (handshake?.received ?? 0) > AFTER_GREETING;
}
