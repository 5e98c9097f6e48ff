import type { HeldPlan } from '../dry-run/dry-runs.ts';
import type { Services } from '../services.ts';

/** The plan that tells how things stand: the last one, unless it was carried out and so is history. */
export function currentPlan({
  dryRuns,
  pruning,
}: Pick<Services, 'dryRuns' | 'pruning'>): HeldPlan | undefined {
  const { plan } = dryRuns;
  const { state } = pruning;
  return state.kind === 'pruned' && state.plan?.id === plan?.id ? undefined : plan;
}

/** Whether a plan knows the streams of every namespace in the present scope. @param scope null for all */
export function knowsEveryStream({ summary }: Pick<HeldPlan, 'summary'>, scope: string | null): boolean {
  const { options, missing } = summary;
  const inScope = options.namespace === null || options.namespace === scope;
  return inScope && !missing.some(({ resource }) => resource === 'imagestreams');
}
