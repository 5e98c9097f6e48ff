// The views of the page of schedules in its states, as a host would send them.
import { DOCUMENTED_REQUEST } from '../../../../src/schedules/schedule-request.ts';
import type { ImagePruner } from '../../../../src/schedules/schedules.ts';
import type { Problem } from '../../../../src/shared/dry-run/view.ts';
import type {
  FormStart,
  RightInWords,
  ScheduleRights,
  ScheduleState,
  ScheduleView,
} from '../../../../src/shared/schedule/view.ts';
import { NOW } from './mock-cluster.ts';

export const SCHEDULE_STATES = [
  'loading',
  'failed',
  'cron-job',
  'job',
  'pruner',
  'no-pruner',
  'unseen-pruner',
  'no-rights',
  'pruner-no-rights',
  'restricted',
] as const;
export type ScheduleStateName = (typeof SCHEDULE_STATES)[number];

const MAY: RightInWords = { may: true, role: 'edit', command: '' };
const MAY_NOT: RightInWords = {
  may: false,
  role: 'cluster-admin',
  command: 'oc adm policy add-cluster-role-to-user cluster-admin developer',
};

export const PRUNER: ImagePruner = {
  resourceVersion: '4711',
  generation: 3,
  spec: {
    schedule: '30 2 * * *',
    suspend: false,
    keepTagRevisions: 5,
    keepYoungerThanDuration: '96h',
    logLevel: 'Normal',
  },
  conditions: [
    {
      type: 'Available',
      status: 'True',
      reason: 'AsExpected',
      message: 'Pruner CronJob has been created',
      since: new Date(NOW - 86_400_000).toISOString(),
    },
  ],
  observedGeneration: 3,
  cronJob: null,
  nextRuns: [new Date(NOW + 3_600_000).toISOString()],
};

const PROBLEM: Problem = {
  what: 'The cluster can’t be reached',
  why: 'https://api.ocp-lab.example.com:6443 didn’t answer: connect ECONNREFUSED 192.0.2.7:6443',
  lines: [],
  command: null,
  steps: ['runAgain', 'chooseContext', 'openLog'],
};

/** @param state what the page is to show */
export function scheduleViewOf(state: ScheduleStateName): ScheduleView {
  return {
    cluster: { context: 'ocp-lab', server: 'https://api.ocp-lab.example.com:6443', user: 'admin' },
    state: stateOf(state),
    restricted: state === 'restricted',
    start: startOf(state),
  };
}

/** What the stand-in answers where the page asks for rights. */
export function rightsOf(state: ScheduleStateName, namespace: string): ScheduleRights {
  const lacks = state === 'no-rights' || state === 'pruner-no-rights';
  return {
    namespace,
    ServiceAccount: MAY,
    ClusterRoleBinding: lacks ? MAY_NOT : { ...MAY, role: 'cluster-admin' },
    CronJob: MAY,
    Job: MAY,
    ImagePruner: lacks ? MAY_NOT : { ...MAY, role: 'cluster-admin' },
  };
}

function stateOf(state: ScheduleStateName): ScheduleState {
  switch (state) {
    case 'loading':
      return { kind: 'loading' };
    case 'failed':
      return { kind: 'failed', problem: PROBLEM };
    case 'no-pruner':
      return { kind: 'ready', pruner: { kind: 'none' } };
    case 'unseen-pruner':
      return {
        kind: 'ready',
        pruner: {
          kind: 'unseen',
          message:
            'imagepruners.imageregistry.operator.openshift.io "cluster" is forbidden: User "developer" cannot get resource "imagepruners" in API group "imageregistry.operator.openshift.io" at the cluster scope',
          role: 'cluster-admin',
        },
      };
    default:
      return { kind: 'ready', pruner: { kind: 'there', pruner: PRUNER } };
  }
}

function startOf(state: ScheduleStateName): FormStart {
  const what = state === 'job' ? 'Job' : /pruner/.test(state) ? 'pruner' : 'CronJob';
  return { id: state, what, request: DOCUMENTED_REQUEST, editing: false };
}
