/** The part of a test registry that stores: it speaks plain HTTP on loopback to the front, and only to it. */
export interface Backend {
  readonly kind: 'docker-registry' | 'embedded';
  /** Starts with an empty cache on the store as it is; gives the port once `/v2/` answers. */
  start(): Promise<number>;
  /** Ends it and waits until it is gone. Fine when it isn't running. */
  stop(signal: 'SIGTERM' | 'SIGKILL'): Promise<void>;
}
