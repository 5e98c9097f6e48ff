import type { RequestedOptions } from '../../engine/options.ts';
import type { ImagePrunerChange } from '../../schedules/image-pruner.ts';
import type { ScheduleRequest } from '../../schedules/manifests.ts';
import type { NextStep } from '../dry-run/view.ts';
import type { CommonEvents, CommonRequests, Protocol } from '../page/protocol.ts';
import type { ScheduleOutcome, ScheduleRights, ScheduleView } from './view.ts';

/** A change of the ImagePruner, bound to the object that was looked at. */
export interface PrunerAsk {
  change: ImagePrunerChange;
  resourceVersion: string;
}

/** What the page of schedules can ask. */
export interface ScheduleRequests extends CommonRequests<ScheduleView> {
  /** What this user may do in a namespace. */
  rights: { ask: { namespace: string }; answer: ScheduleRights };
  /** Tries it at the server, shows what would change, asks, and makes it. */
  create: { ask: { request: ScheduleRequest }; answer: ScheduleOutcome };
  /** The objects as an untitled document. */
  openYaml: { ask: { request: ScheduleRequest }; answer: null };
  /** Likewise for the ImagePruner. */
  changePruner: { ask: PrunerAsk; answer: ScheduleOutcome };
  openPrunerYaml: { ask: PrunerAsk; answer: null };
  /** Shows what a prune with these options would do today. */
  dryRun: { ask: { prune: RequestedOptions }; answer: null };
  /** Asks the cluster again. */
  refresh: { ask: null; answer: null };
  step: { ask: { step: NextStep }; answer: null };
}

export interface ScheduleProtocol extends Protocol {
  requests: ScheduleRequests;
  events: CommonEvents<ScheduleView>;
}
