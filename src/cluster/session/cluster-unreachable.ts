import { type Said, SaidError } from '../../engine/said.ts';

/** Where on the way to the API server it broke. `broken`: there was an answer, but not a whole or sensible one. */
export type UnreachableKind =
  | 'name'
  | 'refused'
  | 'timeout'
  | 'certificate'
  | 'tls'
  | 'proxy'
  | 'network'
  | 'broken'
  | 'closed';

/** There was no answer, or only a part of one. `cause` is the error below. */
export class ClusterUnreachableError extends SaidError {
  override readonly name = 'ClusterUnreachableError';
  readonly kind: UnreachableKind;
  readonly server: string;
  readonly context: string;
  /** Code of the error below, such as `ECONNREFUSED`, `CERT_HAS_EXPIRED`. */
  readonly code?: string;

  constructor(
    message: Said,
    fields: { kind: UnreachableKind; server: string; context: string; code?: string; cause?: unknown },
  ) {
    super(message, fields.cause === undefined ? undefined : { cause: fields.cause });
    this.kind = fields.kind;
    this.server = fields.server;
    this.context = fields.context;
    this.code = fields.code;
  }
}
