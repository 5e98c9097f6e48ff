import { type Said, SaidError } from '../../engine/said.ts';

/** The API server answered with a status outside 200–299. */
export class ApiError extends SaidError {
  override readonly name = 'ApiError';
  readonly status: number;
  /** `reason` of the Status object, such as `Forbidden`, `NotFound`, `Conflict`, `Expired`. */
  readonly reason?: string;
  /** From Retry-After, in seconds or as a date, or from the Status object's details. */
  readonly retryAfterSeconds?: number;
  /** The verb of the Kubernetes API: get, list, create, update, patch, delete. */
  readonly verb: string;
  readonly path: string;
  /** Such as `imagestreams.image.openshift.io` or `pods/log`; absent where the path names none. */
  readonly resource?: string;
  /** What the server said, in its words. */
  readonly serverMessage: string;

  constructor(
    message: Said,
    fields: {
      status: number;
      reason?: string;
      retryAfterSeconds?: number;
      verb: string;
      path: string;
      resource?: string;
      serverMessage: string;
    },
  ) {
    super(message);
    this.status = fields.status;
    this.reason = fields.reason;
    this.retryAfterSeconds = fields.retryAfterSeconds;
    this.verb = fields.verb;
    this.path = fields.path;
    this.resource = fields.resource;
    this.serverMessage = fields.serverMessage;
  }
}
