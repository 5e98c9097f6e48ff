import type { Plan } from './plan.ts';
import { lineOf, stepsOf, summaryLine } from './steps.ts';

/** A plan without its long lists: what the first screenful shows. */
export type PlanSummary = Omit<Plan, 'streams' | 'images' | 'blobs'>;

/** The short part of a plan. */
export function summaryOf(plan: Plan): PlanSummary {
  const { streams: _streams, images: _images, blobs: _blobs, ...summary } = plan;
  return summary;
}

/** What the reference command prints first where the registry is left alone. */
export const ONLY_API_OBJECTS =
  'Only API objects will be removed.  No modifications to the image registry will be made.';

/** The lines that the reference command prints for a dry run, without line ends. */
export function* dryRunLines(plan: Plan): Generator<string> {
  if (!plan.options.pruneRegistry) {
    yield ONLY_API_OBJECTS;
  }
  for (const step of stepsOf(plan)) yield lineOf(step);
  yield summaryLine(plan.counts);
}

/**
 * A plan as JSON, piece by piece: one line for each stream, image and blob, so that a plan of any size can be written,
 * searched and compared line by line.
 */
export function* planAsJson(plan: Plan): Generator<string> {
  const { streams, images, blobs } = plan;
  const head = Object.entries(summaryOf(plan)).map(([key, value]) => `"${key}":${JSON.stringify(value)}`);
  yield `{${head.join(',\n')},\n`;
  yield* listAsJson('streams', streams);
  yield ',\n';
  yield* listAsJson('images', images);
  yield ',\n';
  yield* listAsJson('blobs', blobs);
  yield '}\n';
}

function* listAsJson(key: string, items: readonly unknown[]): Generator<string> {
  yield `"${key}":[`;
  for (const [place, item] of items.entries()) yield `${place === 0 ? '\n' : ',\n'}${JSON.stringify(item)}`;
  yield ']';
}
