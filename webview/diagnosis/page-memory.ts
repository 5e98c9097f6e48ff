import { isObject, numberAt, textAt } from '../../src/engine/shape.ts';

/** What the page remembers of itself while it is hidden. */
export interface PageMemory {
  /** The diagnosis that address and step belong to. */
  diagnosis: string;
  /** The place of the address that is looked at; null for the one that a prune uses. */
  address: number | null;
  /** The step that is open; empty for the one that breaks. */
  step: string;
  /** The text to explain, without secrets. */
  text: string;
  explainOpen: boolean;
  /** The last text that came from elsewhere. */
  given: number;
}

/** Makes sense of what the page last remembered. What can’t be read is forgotten. */
export function readMemory(state: unknown): PageMemory {
  const known = isObject(state) ? state : {};
  return {
    diagnosis: textAt(known, 'diagnosis'),
    address: numberAt(known, 'address') ?? null,
    step: textAt(known, 'step'),
    text: textAt(known, 'text'),
    explainOpen: known.explainOpen === true,
    given: numberAt(known, 'given') ?? 0,
  };
}
