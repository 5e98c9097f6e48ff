import type { ClusterLabel } from '../../shared/dry-run/view.ts';
import type { ContextState } from './contexts.ts';

/** The cluster that a page is about; null where none is chosen. */
export function clusterLabel(context: ContextState): ClusterLabel | null {
  if (context.kind !== 'ready') return null;
  const { target } = context;
  return { context: target.context, server: target.cluster.server, user: target.user.name };
}
