import { absoluteServerUrl } from '../../cluster/kubeconfig/server-url.ts';
import type { PlanOrigin } from '../../engine/plan.ts';
import type { ContextState, ReadyContext } from '../contexts/contexts.ts';

/** How the present context stands to the one that a run belongs to. */
export type RunContext =
  | { kind: 'present'; context: ReadyContext }
  /** Another one is looked at, but the kubeconfig has the run's. */
  | { kind: 'other'; name: string; present: string | undefined; current: boolean }
  /** The kubeconfig has no such context, or it leads to another server by now. */
  | { kind: 'missing'; name: string; server: string; leadsTo: string | undefined }
  /** The run doesn't say which it is of. */
  | { kind: 'unknown' };

/** A run is gone on with, or taken back, only in the context that it was made in. */
export function contextOfRun(origin: PlanOrigin | null, state: ContextState): RunContext {
  if (!origin) return { kind: 'unknown' };
  const { context: name, server } = origin;
  if (state.kind === 'ready' && state.target.context === name && state.target.cluster.server === server) {
    return { kind: 'present', context: state };
  }
  const known = state.kind === 'loading' ? [] : state.contexts;
  const own = known.find((each) => each.name === name);
  if (!own || !leadsTo(own.server, server)) {
    return { kind: 'missing', name, server, leadsTo: own?.server };
  }
  const present = state.kind === 'ready' ? state.target.context : undefined;
  return { kind: 'other', name, present, current: own.current };
}

/** @param written as it stands in a kubeconfig, which may leave the scheme out */
function leadsTo(written: string | undefined, server: string): boolean {
  return [true, false].some((speaksOfTls) => {
    const absolute = absoluteServerUrl(written ?? '', speaksOfTls);
    return 'url' in absolute && absolute.url === server;
  });
}
