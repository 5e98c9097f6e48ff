import { IMAGE_API } from '../../cluster/inventory/lists.ts';
import { ApiError, type ApiSession } from '../../cluster/session/api-session.ts';
import { MalformedAnswerError } from '../../cluster/session/malformed-answer.ts';
import { readStream } from '../../engine/intake.ts';
import type { StreamPlan } from '../../engine/plan.ts';
import { asSentence, SaidError, said, saidTogether, wordsOf } from '../../engine/said.ts';
import { isObject, type JsonObject } from '../../engine/shape.ts';
import { repositoryOf } from '../../engine/steps.ts';
import { type Trim, type TrimGrounds, trimOf } from '../../engine/trim.ts';
import { NotTriedError, NotWantedError, type StreamOutcome } from '../carry-out.ts';
import type { SavedItem } from '../journal/entries.ts';
import type { ImageNeeds } from './image-needs.ts';
import type { Recorder } from './recorder.ts';
import type { Server } from './server.ts';
import { distinctItems, hasItem, withoutItems } from './stream-status.ts';

/** Who uses what now, as far as trimming asks. */
export interface PresentUsers {
  usersOfTag(namespace: string, stream: string, tag: string): readonly unknown[];
  usersOfImage(namespace: string, stream: string, digest: string): readonly unknown[];
  isProtected(image: string): boolean;
}

export interface TrimParts {
  session: ApiSession;
  api: Server;
  journal: Recorder;
  users: PresentUsers;
  needs: ImageNeeds;
  keepTagRevisions: number | null;
  /** Every image that the order removes. */
  goingImages: ReadonlySet<string>;
}

/** How often a stream is fetched again because somebody else changed it meanwhile. */
const CONFLICTS = 20;

/**
 * Fetches a stream afresh, decides again within its plan, and updates its status; after a conflict all of that again
 * (REFERENCE section 3, step 5).
 * @param intended items that an earlier process meant to remove and may have removed
 * @param isWanted asked right before the update is sent
 * @throws where the stream can't be read or updated; it is then as it was
 */
export async function trimStream(
  stream: StreamPlan,
  intended: readonly SavedItem[],
  isWanted: () => boolean,
  parts: TrimParts,
): Promise<StreamOutcome> {
  const repository = repositoryOf(stream);
  const path = streamPath(stream);
  // Items that may have been removed without our having heard of it.
  let unclear = [...intended];
  for (let conflicts = 0; ; conflicts++) {
    let present: JsonObject;
    try {
      present = await parts.api.ask(async () => asObject(await parts.session.json({ path }), repository));
    } catch (error) {
      if (!isStatus(error, 404)) throw unclear.length > 0 ? unclearError(error) : error;
      await parts.journal.acknowledge({ event: 'streamGone', repository });
      return { status: 'gone' };
    }
    const { trim, needs } = await decided(stream, present, parts);
    const gone = distinctItems(unclear).filter((item) => !hasItem(present, item));
    const outcome = {
      items: gone.length + trim.items.length,
      ...linksOf(stream, trim, needs),
      stillNamed: trim.remaining.filter((image) => parts.goingImages.has(image)),
    };
    if (trim.items.length > 0) {
      const { stream: updated, removed } = withoutItems(present, trim.items);
      await parts.journal.intend({ event: 'trimming', repository, items: removed });
      try {
        await parts.api.ask(
          async () => {
            if (!isWanted()) throw new NotWantedError();
            return await parts.session.json({ method: 'PUT', path: `${path}/status`, body: updated });
          },
          () => {
            unclear = [...unclear, ...removed];
          },
        );
      } catch (error) {
        if (isStatus(error, 409) && conflicts < CONFLICTS) continue;
        if (!isStatus(error, 404)) throw unclear.length > 0 ? unclearError(error) : error;
        await parts.journal.acknowledge({ event: 'streamGone', repository });
        return { status: 'gone' };
      }
    }
    await parts.journal.acknowledge({ event: 'trimmed', repository, ...outcome });
    return { status: 'trimmed', ...outcome };
  }
}

async function decided(stream: StreamPlan, present: JsonObject, parts: TrimParts) {
  const { namespace, name } = stream;
  const { users, needs } = parts;
  const record = readStream(present);
  const found = new Set<string>();
  for (const image of missedImages(stream)) if (await needs.exists(image)) found.add(image);
  const grounds: TrimGrounds = {
    keepTagRevisions: parts.keepTagRevisions,
    isTagUsed: (tag) => users.usersOfTag(namespace, name, tag).length > 0,
    isImageUsed: (digest) =>
      users.isProtected(digest) || users.usersOfImage(namespace, name, digest).length > 0,
    exists: (digest) => found.has(digest),
  };
  const trim = trimOf(stream, record, grounds);
  const expected = keptImages(stream);
  const unexpected = trim.remaining.filter((image) => !expected.has(image));
  const hasLinks = stream.layerLinks.length + stream.manifestLinks.length > 0;
  return { trim, needs: hasLinks && unexpected.length > 0 ? await needs.of(unexpected) : undefined };
}

/** The plan's links but for what an image needs that the plan didn't expect to stay. */
function linksOf(
  stream: StreamPlan,
  { replaced }: Trim,
  needs: Awaited<ReturnType<ImageNeeds['of']>> | undefined,
) {
  if (replaced) return { layerLinks: [], manifestLinks: [] };
  return {
    layerLinks: stream.layerLinks.filter((digest) => !needs?.blobs.has(digest)),
    manifestLinks: stream.manifestLinks.filter((digest) => !needs?.manifests.has(digest)),
  };
}

function missedImages(stream: StreamPlan): Set<string> {
  const missed = new Set<string>();
  for (const { revisions } of stream.tags) {
    for (const { verdict, image, reasons } of revisions) {
      if (verdict === 'prune' && reasons.some((reason) => reason.code === 'imageMissing')) missed.add(image);
    }
  }
  return missed;
}

function keptImages(stream: StreamPlan): Set<string> {
  const kept = new Set<string>();
  for (const { revisions } of stream.tags) {
    for (const { verdict, image } of revisions) if (verdict === 'keep') kept.add(image);
  }
  return kept;
}

/** The path of an ImageStream object. */
export function streamPath({ namespace, name }: { namespace: string; name: string }): string {
  return `${IMAGE_API}/namespaces/${encodeURIComponent(namespace)}/imagestreams/${encodeURIComponent(name)}`;
}

/** The server may have done what it gave no answer to. */
function unclearError(error: unknown): unknown {
  if (error instanceof NotTriedError || error instanceof NotWantedError || !(error instanceof Error))
    return error;
  const words = said('Its history may be trimmed all the same, which resume finds out.');
  return new SaidError(saidTogether(asSentence(wordsOf(error)), words), { cause: error });
}

function asObject(value: unknown, repository: string): JsonObject {
  if (isObject(value)) return value;
  throw new MalformedAnswerError(said('{0}: the server’s answer is no object', `imagestream ${repository}`));
}

function isStatus(error: unknown, status: number): boolean {
  return error instanceof ApiError && error.status === status;
}
