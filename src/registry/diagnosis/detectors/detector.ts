import type { AddressFacts, Surroundings } from '../facts.ts';
import type { Finding, FindingCode } from '../finding.ts';

/** What a detector says; the address is known. */
export type Detected = Omit<Finding, 'code' | 'address'>;

/** Recognises one thing that is wrong, from the facts alone. */
export interface Detector {
  code: FindingCode;
  /** What it explains, and what therefore isn’t shown at the same address. */
  suppresses: readonly FindingCode[];
  /** undefined where that isn’t what is wrong. */
  detect(facts: AddressFacts, around: Surroundings): Detected | undefined;
}
