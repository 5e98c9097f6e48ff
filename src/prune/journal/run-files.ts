/** The files of a run's folder. */
export const FILES = {
  /** The run's head and the order, a line for each stream, image and blob. */
  order: 'plan.jsonl',
  /** The API objects about to change, as they were before the first change. */
  objects: 'objects.jsonl',
  /** What was done, a line for each acknowledged deletion. */
  log: 'log.jsonl',
  /** Which process works on it. */
  lock: 'lock',
} as const;
