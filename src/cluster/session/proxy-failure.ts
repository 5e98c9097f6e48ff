/** The way to the API server broke at the proxy. `cause` is the error below. */
export class ProxyFailure extends Error {
  override readonly name = 'ProxyFailure';

  constructor(cause: unknown) {
    super('The connection to the proxy failed.', { cause });
  }
}
