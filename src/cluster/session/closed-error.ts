/** The session has been closed by us. */
export class ClosedError extends Error {
  readonly code = 'UND_ERR_CLOSED';
}
