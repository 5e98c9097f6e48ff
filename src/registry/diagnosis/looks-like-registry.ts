import { looksLikeRegistry } from '../client/registry-api.ts';
import type { AddressFacts } from './facts.ts';

/** Whether a registry answers at an address, over a connection that the transport policy allows. */
export function isRegistry({ connected, api }: AddressFacts): boolean {
  return connected !== null && api !== null && looksLikeRegistry(api);
}
