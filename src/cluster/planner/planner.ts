import { Worker } from 'node:worker_threads';
import { type ExplainTarget, type Explanation, UnknownTargetError } from '../../engine/explain.ts';
import type { InventoryResource, MissingList } from '../../engine/inventory.ts';
import { InvalidReferencesError } from '../../engine/make-plan.ts';
import type { PruneOptions } from '../../engine/options.ts';
import type { Counts, PlanOrigin, StreamPlan } from '../../engine/plan.ts';
import type { PlanOutline } from '../../engine/plan-outline.ts';
import type { PlanSummary } from '../../engine/plan-parts.ts';
import type { BytesShare, PlanChanges, PlanRow, RowQuery, RowWindow } from '../../engine/plan-rows.ts';
import type { NamespaceCount, ReasonCount } from '../../engine/plan-table.ts';
import { SaidError, said } from '../../engine/said.ts';
import type { NamespaceSummary, StreamSummary } from '../../engine/stream-summaries.ts';
import type { PageFacts, PageReader } from '../inventory/take-inventory.ts';
import type { CallName, Calls, Part, PartRequest, Parts, Response } from './protocol.ts';

/**
 * How much the planner thread may take. A page is garbage once it is read, so that a small young generation is enough,
 * and a stated limit keeps the old one from growing far beyond what is in it. 1.8 KB an image make this half a million
 * images.
 */
const MEMORY = { maxYoungGenerationSizeMb: 24, maxOldGenerationSizeMb: 1024 };

interface Waiting {
  resolve(answer: unknown): void;
  reject(error: Error): void;
}

/** Reads an inventory and makes plans from it on a thread of its own, where both then stay until it is closed. */
export class Planner implements PageReader {
  readonly #worker: Worker;
  readonly #waiting = new Map<number, Waiting>();
  #lastId = 0;
  #ended: Error | undefined;

  /** @param script the module of the planner thread, as this host has it (bundled or not) */
  constructor(script: URL) {
    this.#worker = new Worker(script, { name: 'planner', resourceLimits: MEMORY });
    this.#worker.on('message', (response: Response) => this.#settle(response));
    this.#worker.on('error', (error) => this.#end(plannerFailure(error)));
    this.#worker.on('exit', () => this.#end(new SaidError(said('the planner thread has ended'))));
    // A planner that nobody waits for doesn't keep the process alive.
    this.#worker.unref();
  }

  /** @throws Error where the page is no list of such objects */
  addPage(resource: InventoryResource, body: Buffer): Promise<PageFacts> {
    const own = ownBuffer(body);
    const ask = { resource, body: own.buffer, offset: own.byteOffset, length: own.byteLength };
    return this.#call('addPage', ask, [own.buffer]);
  }

  async drop(resource: InventoryResource): Promise<void> {
    await this.#call('drop', { resource });
  }

  async addMissing(list: MissingList): Promise<void> {
    await this.#call('addMissing', list);
  }

  /**
   * Makes the plan; a plan made before is gone.
   * @throws InvalidReferencesError where references can't be parsed and that is not ignored
   */
  async plan(options: PruneOptions, now: number, origin: PlanOrigin | null): Promise<PlanSummary> {
    const answer = await this.#call('plan', { options, now, origin });
    if ('invalidReferences' in answer) throw new InvalidReferencesError(answer.invalidReferences);
    return answer;
  }

  /** A part of the plan, piece by piece, as fast as it is taken. */
  async *part<Name extends Part>(part: Name, request: PartRequest = {}): AsyncGenerator<Parts[Name]> {
    for await (const portion of this.portions(part, request)) yield* portion;
  }

  /** A part of the plan in portions that are handed over quickly. */
  async *portions<Name extends Part>(
    part: Name,
    request: PartRequest = {},
  ): AsyncGenerator<readonly Parts[Name][]> {
    const cursor = await this.#call('open', { ...request, part });
    for (;;) {
      const portion = (await this.#call('next', { cursor })) as readonly Parts[Name][];
      if (portion.length === 0) return;
      yield portion;
    }
  }

  /** @throws UnknownTargetError */
  async explain(target: ExplainTarget): Promise<Explanation[]> {
    const answer = await this.#call('explain', target);
    if ('unknown' in answer) throw new UnknownTargetError(answer.unknown);
    return answer.explanations;
  }

  /** The rows of the plan's table that a query finds, from an offset on, at most so many. */
  rows(query: RowQuery, offset: number, limit: number): Promise<RowWindow> {
    return this.#call('rows', { query, offset, limit });
  }

  /** @throws Error where the plan has no row with this id */
  row(id: number): Promise<PlanRow> {
    return this.#call('row', { id });
  }

  /** The reasons that any row has, from the most frequent to the rarest. */
  reasonCodes(): Promise<ReasonCount[]> {
    return this.#call('reasonCodes', null);
  }

  /** How many rows each namespace has; the images that no stream names come last, without a name. */
  namespaces(): Promise<NamespaceCount[]> {
    return this.#call('namespaces', null);
  }

  /**
   * Where the bytes are.
   * @param of a namespace: its streams; null: the namespaces as wholes and the images that no stream names; left out: all
   */
  shares(of?: string | null): Promise<readonly BytesShare[]> {
    return this.#call('shares', of === undefined ? {} : { of });
  }

  /** The namespaces of the plan, by name. */
  namespacesWithBytes(): Promise<NamespaceSummary[]> {
    return this.#call('namespacesWithBytes', null);
  }

  /** The streams of a namespace, by name. */
  streamsOf(namespace: string): Promise<StreamSummary[]> {
    return this.#call('streamsOf', { namespace });
  }

  /** The plan of one stream, with its tags and their histories; undefined where the plan has no such stream. */
  stream(namespace: string, name: string): Promise<StreamPlan | undefined> {
    return this.#call('stream', { namespace, name });
  }

  /** What other options would come to over the same inventory; null where references can't be parsed. */
  preview(options: PruneOptions, now: number): Promise<{ counts: Counts; freed: number } | null> {
    return this.#call('preview', { options, now });
  }

  /** What a later plan can be compared with once this planner is closed. */
  outline(): Promise<PlanOutline> {
    return this.#call('outline', null);
  }

  /** What changed since an earlier plan of the same context. */
  changes(before: PlanOutline): Promise<PlanChanges> {
    return this.#call('changes', { before });
  }

  async close(): Promise<void> {
    await this.#worker.terminate();
  }

  #call<Name extends CallName>(
    name: Name,
    ask: Calls[Name]['ask'],
    transfer: ArrayBuffer[] = [],
  ): Promise<Calls[Name]['answer']> {
    if (this.#ended) return Promise.reject(this.#ended);
    const id = ++this.#lastId;
    if (this.#waiting.size === 0) this.#worker.ref();
    const promise = new Promise<unknown>((resolve, reject) => this.#waiting.set(id, { resolve, reject }));
    this.#worker.postMessage({ id, name, ask }, transfer);
    return promise as Promise<Calls[Name]['answer']>;
  }

  #settle(response: Response): void {
    const waiting = this.#waiting.get(response.id);
    this.#waiting.delete(response.id);
    if (this.#waiting.size === 0) this.#worker.unref();
    if ('error' in response) waiting?.reject(new SaidError(response.error));
    else waiting?.resolve(response.answer);
  }

  #end(error: Error): void {
    this.#ended ??= error;
    for (const { reject } of this.#waiting.values()) reject(this.#ended);
    this.#waiting.clear();
  }
}

function plannerFailure(error: unknown): Error {
  if (error instanceof Error && 'code' in error && error.code === 'ERR_WORKER_OUT_OF_MEMORY') {
    return new SaidError(
      said(
        'the cluster has more images than fit into the {0} MB that planning may take. Prune one namespace at a time with --namespace, or prune inside the cluster.',
        MEMORY.maxOldGenerationSizeMb,
      ),
      { cause: error },
    );
  }
  return error instanceof Error ? error : new Error(String(error));
}

/** A buffer over memory of its own, which can be handed to another thread without a copy. */
function ownBuffer(body: Buffer): { buffer: ArrayBuffer; byteOffset: number; byteLength: number } {
  const { buffer, byteOffset, byteLength } = body;
  // A small buffer is a slice of memory that others use too.
  const shared = !(buffer instanceof ArrayBuffer) || byteLength * 2 < buffer.byteLength;
  if (!shared) return { buffer, byteOffset, byteLength };
  const copy = new ArrayBuffer(byteLength);
  new Uint8Array(copy).set(body);
  return { buffer: copy, byteOffset: 0, byteLength };
}
