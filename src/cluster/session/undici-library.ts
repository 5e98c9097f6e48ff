// Loads undici and leaves the global dispatcher slots alone. The order is what matters: dispatcher-slots.ts is
// evaluated first, then undici, then this body, all in one synchronous go (also when bundled), so that nobody
// sees the slots in between. Import this file through `loadUndici` only.
import './dispatcher-slots.ts';
import undici from 'undici';
import { releaseDispatcherSlots } from './dispatcher-slots.ts';

releaseDispatcherSlots();

const { Agent, buildConnector, Pool, ProxyAgent, Socks5ProxyAgent } = undici;

export { Agent, buildConnector, Pool, ProxyAgent, Socks5ProxyAgent };
