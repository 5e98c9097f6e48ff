// Stands in for the extension on the page of schedules.

import type { Handlers } from '../../src/shared/page/protocol.ts';
import type { ScheduleProtocol } from '../../src/shared/schedule/protocol.ts';
import { schedulePageRequest } from '../../src/shared/schedule/requests.ts';
import type { ScheduleOutcome, ScheduleView } from '../../src/shared/schedule/view.ts';
import { NOW } from '../../test/ui/pages/harness/mock-cluster.ts';
import {
  rightsOf,
  type ScheduleStateName,
  scheduleViewOf,
} from '../../test/ui/pages/harness/mock-schedules.ts';
import { StandIn } from './stand-in.ts';

declare global {
  /** What tests reach in the page. */
  var mock: unknown;
}

const query = new URLSearchParams(location.search);
Date.now = () => NOW;

class ScheduleStandIn {
  readonly #standIn = new StandIn<ScheduleProtocol>(schedulePageRequest, this.#answers());
  #state = (query.get('state') ?? 'cron-job') as ScheduleStateName;
  #view: ScheduleView = scheduleViewOf(this.#state);
  /** What the next change comes to. */
  outcome: ScheduleOutcome = {
    kind: 'done',
    objects: [
      { kind: 'ServiceAccount', namespace: 'openshift-image-registry', name: 'pruner', what: 'unchanged' },
      {
        kind: 'ClusterRoleBinding',
        namespace: null,
        name: 'openshift-image-registry-pruner',
        what: 'created',
      },
      {
        kind: 'CronJob',
        namespace: 'openshift-image-registry',
        name: 'image-hygiene-pruner',
        what: 'created',
      },
    ],
  };

  get requests(): readonly unknown[] {
    return this.#standIn.requests;
  }

  get failing(): Set<string> {
    return this.#standIn.failing;
  }

  show(view: Partial<ScheduleView>): void {
    this.#view = { ...this.#view, ...view };
    this.#standIn.send('view', this.#view);
  }

  go(state: ScheduleStateName): void {
    this.#state = state;
    this.show(scheduleViewOf(state));
  }

  #answers(): Handlers<ScheduleProtocol> {
    const nothing = () => null;
    return {
      ready: () => ({
        words: globalThis.mockWords,
        // After a reload of the window nobody has opened it.
        view: query.has('reloaded') ? { ...this.#view, start: null } : this.#view,
      }),
      copy: nothing,
      rights: ({ namespace }) => rightsOf(this.#state, namespace),
      create: () => this.outcome,
      changePruner: () => this.outcome,
      openYaml: nothing,
      openPrunerYaml: nothing,
      dryRun: nothing,
      refresh: nothing,
      step: nothing,
    };
  }
}

globalThis.mock = new ScheduleStandIn();
