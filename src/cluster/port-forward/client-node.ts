import { loadUndici } from '../session/undici.ts';

export type ClientNode = typeof import('./client-node-library.ts');

/**
 * @kubernetes/client-node, 2 MB, loaded when it is first needed. It brings undici with it: ours goes first, so that the
 * global dispatcher slots stay as they were (see dispatcher-slots.ts).
 */
export async function loadClientNode(): Promise<ClientNode> {
  await loadUndici();
  return import('./client-node-library.ts');
}
