// The worker thread that reads pages and makes plans, so that neither the command line's nor the extension host's
// thread ever waits for a hundred thousand images. The inventory and the plan live here; pieces are handed out.
import { parentPort } from 'node:worker_threads';
import { explain, UnknownTargetError } from '../../engine/explain.ts';
import { Inventory } from '../../engine/inventory.ts';
import { InvalidReferencesError, makePlan } from '../../engine/make-plan.ts';
import { planChanges } from '../../engine/plan-changes.ts';
import { outlineOf } from '../../engine/plan-outline.ts';
import { summaryOf } from '../../engine/plan-parts.ts';
import { said, wordsOf } from '../../engine/said.ts';
import { isObject, listAt, numberAt, objectAt, textAt } from '../../engine/shape.ts';
import { namespacesIn, streamOf, streamsOf } from '../../engine/stream-summaries.ts';
import { MalformedAnswerError } from '../session/malformed-answer.ts';
import { MadePlan } from './made-plan.ts';
import { portionsOf } from './portions.ts';
import type { CallName, Calls, Request, Response } from './protocol.ts';

const inventory = new Inventory();
const cursors = new Map<number, Iterator<unknown>>();
let made: MadePlan | undefined;
let lastCursor = 0;

type Handlers = { [Name in CallName]: (ask: Calls[Name]['ask']) => Calls[Name]['answer'] };

const handlers: Handlers = {
  addPage({ resource, body, offset, length }) {
    const page: unknown = JSON.parse(Buffer.from(body, offset, length).toString('utf8'));
    // Megabytes that nobody needs any more: given back now, not when the garbage collector comes by.
    body.transfer(0);
    // An empty list has items all the same, if only null: what has none is no list.
    if (!isObject(page) || !('items' in page))
      throw new MalformedAnswerError(said('{0}: the answer is no list', resource));
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
      made = new MadePlan(makePlan({ inventory, options, now, origin }), inventory.blobs);
      return summaryOf(made.plan);
    } catch (error) {
      if (error instanceof InvalidReferencesError) return { invalidReferences: error.references };
      throw error;
    }
  },
  preview({ options, now }) {
    try {
      const { counts, bytes } = makePlan({ inventory, options, now, origin: null });
      return { counts, freed: bytes.freed };
    } catch (error) {
      if (error instanceof InvalidReferencesError) return null;
      throw error;
    }
  },
  open({ part, ...request }) {
    lastCursor++;
    cursors.set(lastCursor, portionsOf(part, madePlan(), request));
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
      return { explanations: explain(madePlan().plan, target) };
    } catch (error) {
      if (error instanceof UnknownTargetError) return { unknown: error.said };
      throw error;
    }
  },
  rows: ({ query, offset, limit }) => madePlan().table.window(query, offset, limit),
  row: ({ id }) => madePlan().table.row(id),
  reasonCodes: () => madePlan().table.reasonCounts(),
  namespaces: () => madePlan().table.namespaceCounts(),
  shares({ of }) {
    const { shares } = madePlan();
    if (of === undefined) return shares;
    return shares.filter(({ namespace, stream }) =>
      of === null ? stream === '' : namespace === of && stream !== '',
    );
  },
  namespacesWithBytes: () => namespacesIn(madePlan().shares),
  streamsOf: ({ namespace }) => streamsOf(madePlan().plan, namespace),
  stream: ({ namespace, name }) => streamOf(madePlan().plan, namespace, name),
  outline: () => outlineOf(madePlan().plan),
  changes: ({ before }) => planChanges(before, outlineOf(madePlan().plan)),
};

function madePlan(): MadePlan {
  if (!made) throw new Error('no plan has been made yet');
  return made;
}

function answer<Name extends CallName>(name: Name, ask: Calls[Name]['ask']): Calls[Name]['answer'] {
  return handlers[name](ask);
}

parentPort?.on('message', (request: Request) => {
  let response: Response;
  try {
    response = { id: request.id, answer: answer(request.name, request.ask) };
  } catch (error) {
    response = { id: request.id, error: wordsOf(error) };
  }
  parentPort?.postMessage(response);
});
