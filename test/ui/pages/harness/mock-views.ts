// The views of the page's states, as a host would send them.
import { INVENTORY_RESOURCES } from '../../../../src/engine/inventory.ts';
import type { RequestedOptions } from '../../../../src/engine/options.ts';
import type { PlanSummary } from '../../../../src/engine/plan-parts.ts';
import type { PlanChanges } from '../../../../src/engine/plan-rows.ts';
import { verbatim } from '../../../../src/engine/said.ts';
import type { RunReport } from '../../../../src/prune/run/report.ts';
import type { RunOptions } from '../../../../src/shared/dry-run/run-options.ts';
import type {
  ListProgress,
  PageState,
  PageView,
  PlanView,
  Problem,
  RegistryState,
  RunProgress,
} from '../../../../src/shared/dry-run/view.ts';
import { NOW } from './mock-cluster.ts';

export const STATES = [
  'empty',
  'running',
  'deciding',
  'failed',
  'result',
  'first-result',
  'incomplete',
  'expired',
  'other-context',
  'nothing',
  'pruning',
  'pruned',
  'prune-failed',
  'prune-cancelled',
  'prune-stopped',
] as const;
export type StateName = (typeof STATES)[number];

const MINUTE = 60_000;

export const REACHED: RegistryState = {
  kind: 'reached',
  address: 'default-route-openshift-image-registry.apps.ocp-lab.example.com',
  tls: 'verified',
  mayPrune: true,
};

export function optionsOf(prune: RequestedOptions = {}): RunOptions {
  return {
    prune,
    registry: { registryUrl: null, certificateAuthority: null, forceInsecure: false, numWorkers: 5 },
  };
}

export function viewOf(state: PageState, options: RunOptions): PageView {
  const isReached = state.kind === 'result' && state.plan.changes !== null;
  return {
    cluster: { context: 'ocp-lab', server: 'https://api.ocp-lab.example.com:6443', user: 'admin' },
    state,
    registry: isReached ? REACHED : { kind: 'unchecked' },
    options,
    settings: optionsOf(),
    restricted: false,
  };
}

export function planViewOf(summary: PlanSummary, id: string, changes: PlanChanges | null): PlanView {
  return {
    id,
    summary,
    expires: new Date(NOW + 30 * MINUTE).toISOString(),
    blocked: null,
    grant: summary.complete ? null : 'oc adm policy add-cluster-role-to-user system:image-pruner developer',
    changes,
  };
}

const READ: Readonly<Record<string, number>> = {
  pods: 4_318,
  replicationcontrollers: 212,
  limitranges: 38,
  daemonsets: 41,
  deployments: 1_904,
  replicasets: 9_730,
  statefulsets: 122,
  jobs: 640,
  cronjobs: 77,
  buildconfigs: 486,
  builds: 2_209,
  deploymentconfigs: 0,
  imagestreams: 2_500,
  images: 96_204,
};

/** How far each list is at a moment of the run, from 0 to 1. */
export function listsAt(moment: number): ListProgress[] {
  return INVENTORY_RESOURCES.map((resource, place): ListProgress => {
    const total = READ[resource] ?? 0;
    const speed = resource === 'images' ? 1 : resource === 'replicasets' ? 1.5 : 2.2 - place * 0.05;
    const share = Math.min(1, moment * speed);
    const items = Math.floor(total * share);
    if (resource === 'deploymentconfigs' && moment > 0.3)
      return { resource, state: 'missing', items: 0, total: null, wireBytes: 0 };
    if (moment < place * 0.02) return { resource, state: 'waiting', items: 0, total: null, wireBytes: 0 };
    const state = share === 1 ? 'done' : 'listing';
    return { resource, state, items, total: items < 500 ? null : total, wireBytes: items * 240 };
  });
}

export function progressAt(moment: number, deciding = false): RunProgress {
  const since = new Date(NOW + 2 * MINUTE - 12_000).toISOString();
  return { since, lists: listsAt(moment), deciding, cancelling: false };
}

export function runningAt(moment: number, deciding = false): PageState {
  return { kind: 'running', progress: progressAt(moment, deciding) };
}

export const PROBLEM: Problem = {
  what: 'The dry run found references to images that can’t be parsed',
  why: 'What such a reference protects can’t be told, so nothing was decided. Correct the references or delete the objects; or ignore them, so that they protect nothing.',
  lines: [
    'deployment/web namespace=checkout: container app: invalid image reference "registry.example.com/Team/Web:latest": repository name must be lowercase',
    'cronjob/reports-nightly namespace=team-a: container run: invalid image reference "::": invalid reference format',
  ],
  command: null,
  steps: ['runAgain', 'ignoreInvalidRefs', 'openLog'],
};

export function pruningOf(plan: PlanView, share: number): PageState {
  const { counts } = plan.summary;
  const of = (count: number, from: number, to: number) =>
    Math.round(count * Math.max(0, Math.min(1, (share - from) / (to - from))));
  return {
    kind: 'pruning',
    plan,
    progress: {
      stage: share === 0 ? 'checking' : 'pruning',
      since: new Date(NOW - 75_000).toISOString(),
      planned: counts,
      done: {
        streams: of(counts.streams, 0, 0.4),
        tagItems: of(counts.tagItems, 0, 0.4),
        layerLinks: of(counts.layerLinks, 0, 0.45),
        manifestLinks: of(counts.manifestLinks, 0, 0.45),
        blobs: of(counts.blobs, 0.4, 1),
        images: of(counts.images, 0.4, 1),
      },
      protections: 2,
      last: 'Deleting blob sha256:41c7f2d0c0e1a55b28bcfa2b0d2bbf0f7f2a1f3aa6d2b1bd0a7c54f1f6a7d2e9',
      cancelling: false,
    },
  };
}

export function reportOf(plan: PlanView, state: RunReport['state'], samples: readonly string[]): RunReport {
  const { counts, bytes } = plan.summary;
  const share = state === 'done' || state === 'failed' ? 1 : 0.4;
  const failed = state === 'failed' ? 14 : 0;
  const of = (count: number) => Math.round(count * share);
  const [first = '', second = ''] = samples;
  return {
    kind: 'PruneReport',
    version: 1,
    run: '2026-05-20T09-31-00Z-ocp-lab',
    state,
    ...(state === 'stopped'
      ? {
          why: verbatim(
            'What happens to pods could not be followed since 2026-05-20T09:33:10Z, so an image that is newly used would go unnoticed.',
          ),
        }
      : {}),
    planned: counts,
    done: {
      images: of(counts.images) - 2,
      tagItems: of(counts.tagItems),
      streams: of(counts.streams),
      layerLinks: of(counts.layerLinks),
      manifestLinks: of(counts.manifestLinks),
      blobs: of(counts.blobs) - failed - 3,
    },
    bytes: {
      freed: bytes.freed,
      unknownSizes: bytes.unknownSizes,
      freedNow: Math.round(bytes.freed * share * 0.99),
    },
    failures: Array.from({ length: failed }, (_, n) =>
      verbatim(
        `image ${first}: failed to delete blob ${samples[n % samples.length]}: 503 Service Unavailable`,
      ),
    ),
    causes:
      failed > 0
        ? [
            { cause: verbatim('503 Service Unavailable'), failures: 12 },
            { cause: verbatim('401 Unauthorized: authentication required'), failures: 2 },
          ]
        : [],
    protected: [
      {
        image: first,
        by: {
          resource: 'pod',
          namespace: 'checkout',
          name: 'web-6f9c7b-x2v4q',
          place: 'container',
          at: 'app',
        },
        at: '2026-05-20T09:31:20Z',
      },
      {
        image: second,
        by: { namespace: 'team-a', stream: 'api', tag: 'stable', position: 0 },
        at: '2026-05-20T09:31:24Z',
      },
    ],
    leftAlone: [first, second],
    rolloutOwed: true,
  };
}
