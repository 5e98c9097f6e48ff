import { formatInstant, parseInstant } from './instants.ts';
import type {
  ImagePlan,
  Plan,
  Position,
  Reason,
  RevisionPlan,
  StreamPlan,
  TagPlan,
  Verdict,
} from './plan.ts';
import { BEYOND_REFERENCE } from './plan.ts';
import type { Referrer } from './referrer.ts';
import { SaidError, said, saidTogether } from './said.ts';

/** What to explain: an image by digest (or a clear beginning of it), or a tag of a stream. */
export type ExplainTarget =
  | { kind: 'image'; digest: string }
  | { kind: 'tag'; namespace: string; stream: string; tag: string };

/** One place where an image stands in a tag's history. */
export interface ExplainedPlace extends Position {
  /** How many items the tag has. */
  of: number;
  verdict: Verdict;
  reasons: readonly Reason[];
}

/** A change that would let the image go (or help to), from the least to the most far-reaching. */
export type Way =
  | { code: 'nothing' }
  | { code: 'wait'; until: string }
  | { code: 'stopUsing'; by: readonly Referrer[]; beyondReference: boolean }
  | { code: 'deleteTags'; tags: readonly Position[] }
  | { code: 'moveDown'; tags: readonly (Position & { newerNeeded: number })[] }
  | { code: 'keepRevisions'; keep: number }
  | { code: 'pruneIndex'; index: string }
  | { code: 'considerAll' }
  | { code: 'everyNamespace' }
  | { code: 'pruneByAge' }
  | { code: 'completeInventory' };

export type Warning =
  /** Keeping 0 revisions removes every tag in every namespace whose image isn't young or in use. */
  | { code: 'keepZero' }
  /** A tag with a date in its name gets no second item: its position 0 protects it for ever. */
  | { code: 'datedTag'; tag: string; namespace: string; stream: string }
  /** Position 0 of a tag with one item. */
  | { code: 'onlyItem'; tag: string; namespace: string; stream: string };

export interface Explanation {
  image: string;
  /** null where the Image object is missing or not known. */
  plan: Pick<ImagePlan, 'created' | 'managed' | 'verdict' | 'reasons' | 'bytes' | 'manifests'> | null;
  places: readonly ExplainedPlace[];
  ways: readonly Way[];
  warnings: readonly Warning[];
}

/** A target that the plan doesn't hold, or that is not clear. The message says what there is instead. */
export class UnknownTargetError extends SaidError {
  override name = 'UnknownTargetError';
}

const SHORTEST_PREFIX = 4;

/**
 * Says where an image stands, what keeps it and what would let it go (REFERENCE section 6).
 * @returns one explanation for an image; for a tag one for each item of its history, newest first
 * @throws UnknownTargetError
 */
export function explain(plan: Plan, target: ExplainTarget): Explanation[] {
  if (target.kind === 'image') return [explainImage(plan, fullDigest(plan, target.digest))];
  const { namespace, stream: name, tag: tagName } = target;
  const stream = plan.streams.find((each) => each.namespace === namespace && each.name === name);
  if (!stream) {
    const elsewhere = plan.streams.filter((each) => each.name === name).map((each) => each.namespace);
    const hint =
      elsewhere.length > 0
        ? said('There is one in {0}: name it with --namespace.', elsewhere.join(', '))
        : said('List the streams with: {0}', 'oc get imagestreams --all-namespaces');
    throw new UnknownTargetError(
      saidTogether(said('there is no image stream {0} in this plan.', `${namespace}/${name}`), hint),
    );
  }
  const tag = stream.tags.find((each) => each.tag === tagName);
  if (!tag) {
    const tags = stream.tags.map((each) => each.tag).join(', ') || said('none');
    throw new UnknownTargetError(
      said('image stream {0} has no tag {1}. Its tags: {2}', `${namespace}/${name}`, tagName, tags),
    );
  }
  const digests = [...new Set(tag.revisions.map((revision) => revision.image))];
  return digests.map((digest) => explainImage(plan, digest));
}

function fullDigest(plan: Plan, text: string): string {
  const wanted = text.includes(':') ? text : `sha256:${text}`;
  const all = new Set<string>();
  for (const image of plan.images) if (image.name.startsWith(wanted)) all.add(image.name);
  for (const { revision } of revisionsOf(plan))
    if (revision.image.startsWith(wanted)) all.add(revision.image);
  if (all.has(wanted)) return wanted;
  const [only] = all;
  if (only !== undefined && all.size === 1 && wanted.length >= 'sha256:'.length + SHORTEST_PREFIX)
    return only;
  if (all.size === 0) {
    throw new UnknownTargetError(
      said('no image {0} is known: neither an Image object nor a tag item has that digest', text),
    );
  }
  throw new UnknownTargetError(
    all.size === 1
      ? said('{0} is too short: give more of the digest', text)
      : said('{0} is the beginning of {1} digests: give more of it', text, all.size),
  );
}

function* revisionsOf(plan: Plan): Generator<{ stream: StreamPlan; tag: TagPlan; revision: RevisionPlan }> {
  for (const stream of plan.streams) {
    for (const tag of stream.tags) for (const revision of tag.revisions) yield { stream, tag, revision };
  }
}

function explainImage(plan: Plan, digest: string): Explanation {
  const image = plan.images.find((each) => each.name === digest);
  const places: ExplainedPlace[] = [];
  for (const { stream, tag, revision } of revisionsOf(plan)) {
    if (revision.image !== digest) continue;
    places.push({
      namespace: stream.namespace,
      stream: stream.name,
      tag: tag.tag,
      position: revision.position,
      of: tag.revisions.length,
      verdict: revision.verdict,
      reasons: revision.reasons,
    });
  }
  const ways = waysToLetGo(plan, image, places);
  return {
    image: digest,
    plan: image
      ? {
          created: image.created,
          managed: image.managed,
          verdict: image.verdict,
          reasons: image.reasons,
          bytes: image.bytes,
          manifests: image.manifests,
        }
      : null,
    places,
    ways,
    warnings: warningsFor(places, ways),
  };
}

function waysToLetGo(plan: Plan, image: ImagePlan | undefined, places: readonly ExplainedPlace[]): Way[] {
  const keptPlaces = places.filter((place) => place.verdict === 'keep');
  if (keptPlaces.length === 0 && image?.verdict !== 'keep') return [{ code: 'nothing' }];

  const ways: Way[] = [];
  const reasons = [...keptPlaces.flatMap((place) => place.reasons), ...(image?.reasons ?? [])];
  const has = (code: Reason['code']) => reasons.some((reason) => reason.code === code);
  if (has('imageUnknown')) ways.push({ code: 'completeInventory' });

  const until = latestYouth(plan, reasons);
  if (until !== undefined) ways.push({ code: 'wait', until });
  const users = (beyond: boolean) =>
    referrersIn(reasons.filter((r) => BEYOND_REFERENCE.has(r.code) === beyond));
  for (const beyondReference of [false, true]) {
    const by = users(beyondReference);
    if (by.length > 0) ways.push({ code: 'stopUsing', by, beyondReference });
  }
  ways.push(...waysOutOfHistory(keptPlaces, plan));
  for (const reason of image?.reasons ?? []) {
    if (reason.code === 'partOfIndex') ways.push({ code: 'pruneIndex', index: reason.index });
  }
  if (has('notManaged')) ways.push({ code: 'considerAll' });
  if (has('namespaceOnly')) ways.push({ code: 'everyNamespace' });
  if (has('withinLimit') || has('noLimit')) ways.push({ code: 'pruneByAge' });
  return ways;
}

/** REFERENCE section 6: delete the tags that hold it, move it down their histories, or keep fewer revisions. */
function waysOutOfHistory(keptPlaces: readonly ExplainedPlace[], plan: Plan): Way[] {
  const keep = plan.options.keepTagRevisions;
  const held = keptPlaces.filter((place) =>
    place.reasons.some((reason) => reason.code === 'withinRevisions'),
  );
  if (keep === null || held.length === 0) return [];
  const at = held.map(({ namespace, stream, tag, position }) => ({ namespace, stream, tag, position }));
  const highest = Math.min(...held.map((place) => place.position));
  return [
    { code: 'deleteTags', tags: at },
    { code: 'moveDown', tags: at.map((place) => ({ ...place, newerNeeded: keep - place.position })) },
    { code: 'keepRevisions', keep: highest },
  ];
}

function latestYouth(plan: Plan, reasons: readonly Reason[]): string | undefined {
  const span = plan.options.keepYoungerThanMs;
  let latest: number | undefined;
  for (const reason of reasons) {
    if (reason.code !== 'young' && reason.code !== 'streamYoung') continue;
    if (reason.created === null || span === null) continue;
    const end = parseInstant(reason.created) + span;
    if (latest === undefined || end > latest) latest = end;
  }
  return latest === undefined ? undefined : (formatInstant(latest) ?? undefined);
}

function referrersIn(reasons: readonly Reason[]): Referrer[] {
  const found = new Map<string, Referrer>();
  for (const reason of reasons) {
    if (!('by' in reason)) continue;
    for (const by of reason.by) found.set(JSON.stringify(by), by);
  }
  return [...found.values()];
}

function warningsFor(places: readonly ExplainedPlace[], ways: readonly Way[]): Warning[] {
  const warnings: Warning[] = [];
  if (ways.some((way) => way.code === 'keepRevisions' && way.keep === 0)) warnings.push({ code: 'keepZero' });
  for (const { namespace, stream, tag, position, of, verdict } of places) {
    if (verdict !== 'keep' || position !== 0 || of !== 1) continue;
    warnings.push({ code: hasBuildDate(tag) ? 'datedTag' : 'onlyItem', tag, namespace, stream });
  }
  return warnings;
}

const MONTHS =
  'jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?|sept?(?:ember)?|oct(?:ober)?|nov(?:ember)?|dec(?:ember)?';
const YEAR = '(?:19|20)\\d{2}';
const NUMBERS = `${YEAR}[-_.]?(?:0[1-9]|1[0-2])(?:[-_.]?(?:0[1-9]|[12]\\d|3[01]))?`;
const DATE_IN_TAG = new RegExp(
  `(?:^|[^0-9])${NUMBERS}(?:[^0-9]|$|\\d{4,6})|(?:^|[^a-z])(?:${MONTHS})[-_.]?(?:\\d{1,2}[-_.])?${YEAR}(?:[^0-9]|$)`,
  'i',
);

/** Whether a tag's name holds a date: a build with a new date makes a new tag instead of a new item. */
export function hasBuildDate(tag: string): boolean {
  return DATE_IN_TAG.test(tag);
}
