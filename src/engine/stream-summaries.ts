import type { Plan, StreamBytes, StreamPlan, Verdict } from './plan.ts';
import type { BytesShare } from './plan-rows.ts';

/** A stream without its histories and links: one item of a tree. */
export interface StreamSummary {
  namespace: string;
  name: string;
  verdict: Verdict;
  itemsToPrune: number;
  /** How many items its tags have together. */
  revisions: number;
  bytes: StreamBytes;
}

/** A namespace with what its streams come to. */
export interface NamespaceSummary {
  namespace: string;
  streams: number;
  revisions: number;
  revisionsGoing: number;
  /** As in its share. */
  bytes: Pick<BytesShare, 'total' | 'goes' | 'stays'>;
}

/** The streams of a namespace, by name; none where the plan has no such namespace. */
export function streamsOf(plan: Plan, namespace: string): StreamSummary[] {
  return plan.streams
    .filter((stream) => stream.namespace === namespace)
    .map(({ name, verdict, itemsToPrune, tags, bytes }) => {
      const revisions = tags.reduce((sum, tag) => sum + tag.revisions.length, 0);
      return { namespace, name, verdict, itemsToPrune, revisions, bytes };
    });
}

/** The plan of one stream. */
export function streamOf(plan: Plan, namespace: string, name: string): StreamPlan | undefined {
  return plan.streams.find((stream) => stream.namespace === namespace && stream.name === name);
}

/**
 * The namespaces of a plan, by name.
 * @param shares those of the plan, in their order
 */
export function namespacesIn(shares: readonly BytesShare[]): NamespaceSummary[] {
  const namespaces: NamespaceSummary[] = [];
  for (const { namespace, stream, total, goes, stays, revisions, revisionsGoing } of shares) {
    const last = namespaces.at(-1);
    if (stream !== '' && last) last.streams++;
    else if (namespace !== '') {
      namespaces.push({ namespace, streams: 0, revisions, revisionsGoing, bytes: { total, goes, stays } });
    }
  }
  return namespaces;
}
