import type { FindingCode } from '../finding.ts';

/** A finding before what follows from it is worked out. */
export interface Recognised {
  code: FindingCode;
  /** `host:port`, a host alone where the port can’t be told, or empty. */
  address: string;
  /** The piece of the text. */
  message: string;
  arguments: Readonly<Record<string, string>>;
}
