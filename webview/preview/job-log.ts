// Stands in for the extension on the page of a Job's log.

import type { JobLogProtocol } from '../../src/shared/job-log/protocol.ts';
import { jobLogRequest } from '../../src/shared/job-log/requests.ts';
import type { JobLogView } from '../../src/shared/job-log/view.ts';
import type { Handlers } from '../../src/shared/page/protocol.ts';
import { NOW } from '../../test/ui/pages/harness/mock-cluster.ts';
import { type JobLogStateName, jobLogViewOf } from '../../test/ui/pages/harness/mock-job-logs.ts';
import { StandIn } from './stand-in.ts';

declare global {
  /** What tests reach in the page. */
  var mock: unknown;
}

const query = new URLSearchParams(location.search);
Date.now = () => NOW;

class JobLogStandIn {
  readonly #standIn = new StandIn<JobLogProtocol>(jobLogRequest, this.#answers());
  #view: JobLogView = jobLogViewOf((query.get('state') ?? 'running') as JobLogStateName);

  get requests(): readonly unknown[] {
    return this.#standIn.requests;
  }

  get failing(): Set<string> {
    return this.#standIn.failing;
  }

  get send(): StandIn<JobLogProtocol>['send'] {
    return this.#standIn.send;
  }

  go(state: JobLogStateName): void {
    this.#view = jobLogViewOf(state);
    this.send('view', this.#view);
  }

  #answers(): Handlers<JobLogProtocol> {
    const nothing = () => null;
    return {
      ready: () => ({ words: globalThis.mockWords, view: this.#view }),
      copy: nothing,
      follow: nothing,
      stop: nothing,
      deleteJob: nothing,
      rollOut: nothing,
      explain: nothing,
      diagnose: nothing,
      step: nothing,
    };
  }
}

globalThis.mock = new JobLogStandIn();
