// What the page of a Job's log asks, checked on arrival.

import { NEXT_STEPS } from '../dry-run/requests.ts';
import { nothing, objectOf, oneOf, requestReader, textIn } from '../page/read-request.ts';
import type { JobLogProtocol } from './protocol.ts';

/** Reads a request of the page of a Job's log. @throws InvalidMessageError naming what is wrong */
export const jobLogRequest = requestReader<JobLogProtocol>({
  follow: (value, where) => {
    const job = objectOf(value, where);
    return { namespace: textIn(job, 'namespace', where), name: textIn(job, 'name', where) };
  },
  stop: nothing,
  deleteJob: nothing,
  rollOut: nothing,
  explain: nothing,
  diagnose: nothing,
  step: (value, where) => ({ step: oneOf(NEXT_STEPS, objectOf(value, where).step, `${where}.step`) }),
});
