import type { Finding } from '../../registry/diagnosis/finding.ts';
import type { RunOptions } from '../../shared/dry-run/run-options.ts';
import type {
  PageState,
  PageView,
  PlanView,
  Problem,
  RegistryState,
  RunProgress,
} from '../../shared/dry-run/view.ts';
import { findingInWords } from '../../shared/words/diagnosis.ts';
import { inSettings } from '../../shared/words/in-settings.ts';
import { grantCommand } from '../../shared/words/missing.ts';
import { clusterLabel } from '../contexts/cluster-label.ts';
import type { ContextState } from '../contexts/contexts.ts';
import { isSameCluster } from '../contexts/same-cluster.ts';
import { problemOf } from '../problems.ts';
import type { PruningState } from '../prune/pruning.ts';
import type { DryRunState, HeldPlan } from './dry-runs.ts';

/** As long as the engine accepts a plan after it was made. */
const EXPIRES_MS = 30 * 60_000;

/** What a page's view is made of. */
export interface ViewParts {
  context: ContextState;
  dryRun: DryRunState;
  progress: RunProgress;
  pruning: PruningState;
  registry: RegistryState;
  /** What the settings say. */
  settings: RunOptions;
  restricted: boolean;
}

/** Puts together what the dry-run page shows. */
export function pageView(parts: ViewParts): PageView {
  const { context, dryRun, settings, restricted } = parts;
  return {
    cluster: clusterLabel(underWay(parts.pruning)?.context ?? context),
    state: stateOf(parts),
    registry: settings.prune.pruneRegistry === false ? { kind: 'unused' } : parts.registry,
    options: optionsOf(dryRun) ?? settings,
    settings,
    restricted,
  };
}

function stateOf(parts: ViewParts): PageState {
  const { pruning, dryRun, context } = parts;
  if (pruning.kind === 'pruning' && pruning.plan) {
    return { kind: 'pruning', plan: planView(pruning.plan, parts), progress: pruning.progress };
  }
  if (pruning.kind === 'pruned' && pruning.plan && isSameCluster(context, pruning.plan.context)) {
    const { plan, report, rollout } = pruning;
    return { kind: 'pruned', plan: planView(plan, parts), report, rollout };
  }
  if (pruning.kind === 'failed' && pruning.plan && isSameCluster(context, pruning.plan.context)) {
    return { kind: 'failed', problem: problemWith(pruning.finding, problemOf(pruning.error)) };
  }
  switch (dryRun.kind) {
    case 'none':
      if (context.kind === 'broken') return { kind: 'failed', problem: problemOf(context.error) };
      // What was pruned is shown again once its context is chosen again.
      if (pruning.kind === 'pruned' && pruning.plan) return { kind: 'empty', why: 'contextChanged' };
      return { kind: 'empty', why: dryRun.why };
    case 'running':
      return { kind: 'running', progress: parts.progress };
    case 'failed':
      return { kind: 'failed', problem: problemOf(dryRun.error) };
    case 'done':
      return { kind: 'result', plan: planView(dryRun.plan, parts) };
  }
}

/** The plan that is being carried out, whatever context is chosen meanwhile. */
function underWay(pruning: PruningState): HeldPlan | undefined {
  return pruning.kind === 'pruning' ? pruning.plan : undefined;
}

function planView(plan: HeldPlan, { context, restricted, registry }: ViewParts): PlanView {
  const { id, summary, changes } = plan;
  const same = context.kind === 'ready' && context.generation === plan.context.generation;
  return {
    id,
    summary,
    expires: new Date(Date.parse(summary.now) + EXPIRES_MS).toISOString(),
    blocked: same
      ? restricted
        ? 'restricted'
        : summary.options.pruneRegistry && registry.kind === 'problem'
          ? 'registryProblem'
          : null
      : 'contextChanged',
    grant: summary.missing.some((list) => list.cause === 'forbidden')
      ? grantCommand(summary.origin?.user ?? '')
      : null,
    changes,
  };
}

function optionsOf(dryRun: DryRunState): RunOptions | undefined {
  switch (dryRun.kind) {
    case 'running':
    case 'failed':
      return dryRun.options;
    case 'done':
      return dryRun.plan.options;
    case 'none':
      return undefined;
  }
}

/** What is wrong on the way to the registry says more than that it could not be pruned. */
function problemWith(finding: Finding | undefined, problem: Problem): Problem {
  if (!finding || !problem.steps.includes('diagnose')) return problem;
  const { title, cause } = findingInWords(finding);
  return { ...problem, what: title, why: inSettings(cause), lines: [problem.why, ...problem.lines] };
}
