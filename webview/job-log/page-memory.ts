import { textAt } from '../../src/engine/shape.ts';
import type { JobName } from '../../src/shared/job-log/view.ts';

/** What the page remembers of itself while it is hidden: the Job that it shows. */
export interface PageMemory {
  job: JobName | null;
}

/** What an earlier version wrote may look different: what can't be read is forgotten. */
export function readMemory(state: unknown): PageMemory {
  const job = Object(state).job as unknown;
  const [namespace, name] = [textAt(job, 'namespace'), textAt(job, 'name')];
  return { job: namespace === '' || name === '' ? null : { namespace, name } };
}
