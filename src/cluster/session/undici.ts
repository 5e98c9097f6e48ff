// The only way to undici. Nothing is loaded before the first call, and the dispatcher slots that the built-in
// `fetch` reads stay as they were: every request of ours names its own dispatcher.

export type { Agent, buildConnector, Dispatcher, Pool, ProxyAgent } from 'undici';

export type UndiciLibrary = typeof import('./undici-library.ts');

/** undici's classes, loaded once. undici's own `request` and `fetch` are missing on purpose: they use the slots. */
export function loadUndici(): Promise<UndiciLibrary> {
  return import('./undici-library.ts');
}
