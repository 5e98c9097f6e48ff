// The worker thread that reads pages and makes plans, so that neither the command line's nor the extension host's
// thread ever waits for a hundred thousand images. The inventory and the plan live here; pieces are handed out.
import { parentPort } from 'node:worker_threads';
import { detailedSteps, keptRevisions, keptUnnamedImages } from '../../engine/detailed-steps.ts';
import { explain, UnknownTargetError } from '../../engine/explain.ts';
import { Inventory } from '../../engine/inventory.ts';
import { InvalidReferencesError, makePlan } from '../../engine/make-plan.ts';
import type { Plan } from '../../engine/plan.ts';
import { dryRunLines, planAsJson, summaryOf } from '../../engine/plan-parts.ts';
import { listAt, numberAt, objectAt, textAt } from '../../engine/shape.ts';
import type { CallName, Calls, Part, Request, Response } from './protocol.ts';

/** Pieces are handed out in portions of about this many characters, or this many objects. */
const PORTION_TEXT = 64 * 1024;
const PORTION_OBJECTS = 200;

const inventory = new Inventory();
const cursors = new Map<number, Iterator<unknown>>();
let plan: Plan | undefined;
let lastCursor = 0;

type Handlers = { [Name in CallName]: (ask: Calls[Name]['ask']) => Calls[Name]['answer'] };

const handlers: Handlers = {
  addPage({ resource, body, offset, length }) {
    const page: unknown = JSON.parse(Buffer.from(body, offset, length).toString('utf8'));
    // Megabytes that nobody needs any more: given back now, not when the garbage collector comes by.
    body.transfer(0);
    const metadata = objectAt(page, 'metadata');
    const items = listAt(page, 'items');
    inventory.addPage(resource, items);
    return {
      items: items.length,
      continueToken: textAt(metadata, 'continue'),
      remaining: numberAt(metadata, 'remainingItemCount'),
    };
  },
  drop({ resource }) {
    inventory.drop(resource);
    return null;
  },
  addMissing(list) {
    inventory.missing.push(list);
    return null;
  },
  plan({ options, now, origin }) {
    try {
      plan = makePlan({ inventory, options, now, origin });
      return summaryOf(plan);
    } catch (error) {
      if (error instanceof InvalidReferencesError) return { invalidReferences: error.references };
      throw error;
    }
  },
  open({ part }) {
    lastCursor++;
    cursors.set(lastCursor, portions(part, madePlan()));
    return lastCursor;
  },
  next({ cursor }) {
    const step = cursors.get(cursor)?.next();
    if (!step || step.done) {
      cursors.delete(cursor);
      return [];
    }
    return Array.isArray(step.value) ? step.value : [];
  },
  explain(target) {
    try {
      return { explanations: explain(madePlan(), target) };
    } catch (error) {
      if (error instanceof UnknownTargetError) return { unknown: error.message };
      throw error;
    }
  },
};

function madePlan(): Plan {
  if (!plan) throw new Error('no plan has been made yet');
  return plan;
}

function portions(part: Part, of: Plan): Iterator<unknown[]> {
  switch (part) {
    case 'lines':
      return textPortions(dryRunLines(of), '\n');
    case 'json':
      return textPortions(planAsJson(of), '');
    case 'steps':
      return objectPortions(detailedSteps(of));
    case 'keptRevisions':
      return objectPortions(keptRevisions(of));
    case 'keptUnnamedImages':
      return objectPortions(keptUnnamedImages(of));
    case 'prunedStreams':
      return objectPortions(of.streams.filter((stream) => stream.itemsToPrune > 0));
    case 'prunedImages':
      return objectPortions(of.images.filter((image) => image.verdict === 'prune'));
    default:
      return objectPortions(of[part]);
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

function answer<Name extends CallName>(name: Name, ask: Calls[Name]['ask']): Calls[Name]['answer'] {
  return handlers[name](ask);
}

parentPort?.on('message', (request: Request) => {
  let response: Response;
  try {
    response = { id: request.id, answer: answer(request.name, request.ask) };
  } catch (error) {
    response = { id: request.id, error: error instanceof Error ? error.message : String(error) };
  }
  parentPort?.postMessage(response);
});
