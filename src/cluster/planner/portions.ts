import { config } from '@vscode/l10n';
import { detailedSteps, keptRevisions, keptUnnamedImages } from '../../engine/detailed-steps.ts';
import { planAsCsv, planAsMarkdown } from '../../engine/plan-exports.ts';
import { dryRunLines, planAsJson } from '../../engine/plan-parts.ts';
import { reportWords } from '../../shared/words/plan-report.ts';
import type { MadePlan } from './made-plan.ts';
import type { Part, PartRequest } from './protocol.ts';

/** Pieces are handed out in portions of about this many characters, or this many objects. */
const PORTION_TEXT = 64 * 1024;
const PORTION_OBJECTS = 200;

/** The pieces of a part of a plan, in portions that are worth a message each. */
export function portionsOf(part: Part, made: MadePlan, request: PartRequest): Iterator<unknown[]> {
  const { plan } = made;
  switch (part) {
    case 'lines':
      return textPortions(dryRunLines(plan), '\n');
    case 'json':
      return textPortions(planAsJson(plan), '');
    case 'csv':
      return textPortions(planAsCsv(made.table, request.query), '');
    case 'markdown': {
      config({ contents: request.words ?? {} });
      // At once: the next report may be in another language.
      return textPortions([...planAsMarkdown(made.table, made.shares, reportWords())], '');
    }
    case 'steps':
      return objectPortions(detailedSteps(plan));
    case 'keptRevisions':
      return objectPortions(keptRevisions(plan));
    case 'keptUnnamedImages':
      return objectPortions(keptUnnamedImages(plan));
    case 'prunedStreams':
      return objectPortions(plan.streams.filter((stream) => stream.itemsToPrune > 0));
    case 'prunedImages':
      return objectPortions(plan.images.filter((image) => image.verdict === 'prune'));
    case 'keptIndexes':
      return objectPortions(
        plan.images.filter(({ verdict, manifests }) => verdict === 'keep' && manifests.length > 0),
      );
    default:
      return objectPortions(plan[part]);
  }
}

function* textPortions(pieces: Iterable<string>, end: string): Generator<string[]> {
  let portion = '';
  for (const piece of pieces) {
    portion += piece + end;
    if (portion.length < PORTION_TEXT) continue;
    yield [portion];
    portion = '';
  }
  if (portion !== '') yield [portion];
}

function* objectPortions(objects: Iterable<unknown>): Generator<unknown[]> {
  let portion: unknown[] = [];
  for (const object of objects) {
    portion.push(object);
    if (portion.length < PORTION_OBJECTS) continue;
    yield portion;
    portion = [];
  }
  if (portion.length > 0) yield portion;
}
