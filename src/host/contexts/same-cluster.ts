import type { ContextState, ReadyContext } from './contexts.ts';

/** Whether a context means the cluster that another one meant: its credential or its scope may be another by now. */
export function isSameCluster(state: ContextState, { target }: ReadyContext): boolean {
  if (state.kind !== 'ready') return false;
  const { context, cluster } = state.target;
  return context === target.context && cluster.server === target.cluster.server;
}
