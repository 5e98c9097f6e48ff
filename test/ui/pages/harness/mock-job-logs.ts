// The views of the page of a Job's log in its states, as a host would send them.
import type { JobFacts, JobLogState, JobLogView, LogSoFar } from '../../../../src/shared/job-log/view.ts';
import { NOW } from './mock-cluster.ts';

export const JOB_LOG_STATES = [
  'none',
  'starting',
  'waiting',
  'running',
  'left',
  'succeeded',
  'dry-run',
  'failed',
  'gone',
  'rolling-out',
  'rolled-out',
  'rollout-failed',
  'restricted',
] as const;
export type JobLogStateName = (typeof JOB_LOG_STATES)[number];

const SECOND = 1_000;
const at = (seconds: number) => new Date(NOW + seconds * SECOND).toISOString();
const digest = (number: number) => `sha256:${String(number).padStart(4, '0').repeat(16)}`;

const JOB: JobFacts = {
  namespace: 'openshift-image-registry',
  name: 'image-pruner-manual-4f2a1c',
  cronJob: 'image-pruner',
  state: 'running',
  outcome: 'It is running; deleted so far: 24 images, 61 tag revisions, 40 blobs.',
  waiting: '',
  startedAt: at(-72),
  endedAt: null,
  options: ['keeps the 3 newest revisions of each tag'],
  causes: [],
};

/** @param count of its lines, in the words of `oc` */
export function logOf(count: number, dryRun = false): LogSoFar {
  const lines = Array.from({ length: count }, (_, number) =>
    number % 3 === 0
      ? `Deleting ${(number % 4) + 1} items from image stream team-a/web`
      : number % 3 === 1
        ? `Deleting blob ${digest(number)}`
        : `Deleting image ${digest(number)}`,
  );
  const third = Math.floor(count / 3);
  const counts = {
    images: third,
    tagItems: third * 2,
    streams: 4,
    layerLinks: 0,
    manifestLinks: 0,
    blobs: third,
  };
  return { counts, dryRun, first: 0, lines };
}

const FAILED: JobFacts = {
  ...JOB,
  state: 'failed',
  endedAt: at(-60),
  outcome: 'It failed: The certificate was signed by an unknown authority',
  causes: [
    {
      title: 'The certificate was signed by an unknown authority',
      cause:
        'What image-registry.openshift-image-registry.svc:5000 serves was signed by an authority that is not trusted here.',
    },
  ],
};

export function jobLogViewOf(state: JobLogStateName): JobLogView {
  return {
    cluster: { context: 'ocp-lab', server: 'https://api.ocp-lab.example.com:6443', user: 'admin' },
    state: stateOf(state),
    restricted: state === 'restricted',
  };
}

function stateOf(name: JobLogStateName): JobLogState {
  const state = {
    kind: 'job',
    job: JOB,
    following: false,
    log: logOf(120),
    rollout: { kind: 'notNeeded' },
  } as const;
  const done: JobFacts = {
    ...JOB,
    state: 'succeeded',
    endedAt: at(-3),
    outcome: 'It deleted: 40 images, 80 tag revisions, 40 blobs.',
  };
  switch (name) {
    case 'none':
      return { kind: 'none' };
    case 'starting':
      return { kind: 'starting', job: { namespace: JOB.namespace, name: JOB.name } };
    case 'waiting':
      return {
        ...state,
        following: true,
        log: logOf(0),
        job: {
          ...JOB,
          state: 'waiting',
          outcome: 'Its pod doesn’t run yet.',
          waiting: 'ImagePullBackOff: Back-off pulling image "quay.io/openshift/origin-cli:4.99"',
          startedAt: null,
        },
      };
    case 'running':
      return { ...state, following: true };
    case 'left':
      return state;
    case 'succeeded':
    case 'restricted':
      return { ...state, job: done, rollout: { kind: 'owed' } };
    case 'dry-run':
      return {
        ...state,
        job: { ...done, outcome: 'A dry run; it would delete: 40 images, 80 tag revisions, 40 blobs.' },
        log: logOf(120, true),
      };
    case 'failed':
      return {
        ...state,
        job: FAILED,
        log: {
          ...logOf(0),
          lines: [
            'error: error communicating with registry https://image-registry.openshift-image-registry.svc:5000: Get "https://image-registry.openshift-image-registry.svc:5000/": x509: certificate signed by unknown authority',
          ],
        },
      };
    case 'gone':
      return {
        kind: 'failed',
        job: { namespace: JOB.namespace, name: JOB.name },
        problem: {
          what: 'That failed',
          why: `There is no Job ${JOB.name} in the namespace ${JOB.namespace} (any more). What its log said can’t be had.`,
          lines: [],
          command: null,
          steps: ['runAgain', 'openLog'],
        },
      };
    case 'rolling-out':
      return { ...state, job: done, rollout: { kind: 'running', updated: 0, desired: 0 } };
    case 'rolled-out':
      return { ...state, job: done, rollout: { kind: 'done' } };
    case 'rollout-failed':
      return {
        ...state,
        job: done,
        rollout: { kind: 'failed', message: 'deployments.apps "image-registry" is forbidden' },
      };
  }
}
