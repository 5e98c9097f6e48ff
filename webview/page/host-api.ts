import type { Channel } from '../../src/shared/page/channel.ts';

/** What VS Code gives a webview, once. */
export interface HostApi {
  postMessage(message: unknown): void;
  /** What `setState` was last given, also after the page was hidden or loaded again. */
  getState(): unknown;
  setState(state: unknown): void;
}

declare function acquireVsCodeApi(): HostApi;

/** @throws where it was asked for before */
export function hostApi(): HostApi {
  return acquireVsCodeApi();
}

/** The connection to the host. */
export function channelTo(api: HostApi): Channel {
  return {
    post: (message) => api.postMessage(message),
    onMessage(listener) {
      const onMessage = (event: MessageEvent<unknown>) => listener(event.data);
      window.addEventListener('message', onMessage);
      return () => window.removeEventListener('message', onMessage);
    },
  };
}
