import * as l10n from '@vscode/l10n';
import { hasBuildDate } from '../../engine/explain.ts';
import type { Referrer } from '../../engine/referrer.ts';
import { warningInWords } from '../../shared/words/explanations.ts';
import { listInWords } from '../../shared/words/joining.ts';
import { ageInWords, bytesInWords, shortDigest } from '../../shared/words/quantities.ts';
import { reasonInWords, reasonsInWords, referrerInWords } from '../../shared/words/reasons.ts';
import { code, plain } from '../runs/markdown.ts';
import type { RevisionEntry, WholeDecided } from './entries.ts';
import type {
  MoreNode,
  NamespaceNode,
  ProblemNode,
  RevisionNode,
  StreamNode,
  StreamsNode,
  TagNode,
} from './nodes.ts';
import {
  isNeverPrunable,
  revisionsGoing,
  STANDING_ICONS,
  type Standing,
  standingInWords,
  standingOfRevision,
  standingOfTag,
  standingOfWhole,
} from './standing.ts';

/** What an item of the view shows, without the editor's own types. */
export interface NodeWords {
  label: string;
  description: string;
  /** Lines of Markdown. */
  tooltip: readonly string[];
  /** A codicon; the words say the same. */
  icon: string;
  /** The id of a theme colour. */
  color?: string;
  /** What a screen reader says in place of label and description. */
  spoken: string;
  /** Whether "Explain" says more of it. */
  explainable: boolean;
}

/**
 * An item in words.
 * @param now milliseconds since the epoch
 */
export function nodeInWords(node: StreamsNode, now: number): NodeWords {
  switch (node.kind) {
    case 'namespace':
      return namespaceInWords(node);
    case 'stream':
      return streamInWords(node, now);
    case 'tag':
      return tagInWords(node);
    case 'revision':
      return revisionInWords(node, now);
    case 'more':
      return moreInWords(node);
    case 'problem':
      return problemInWords(node);
  }
}

/** Bytes to the last one. */
export function exactBytes(bytes: number): string {
  return l10n.t('{0} bytes', bytes.toLocaleString());
}

function namespaceInWords({ namespace, entry }: NamespaceNode): NodeWords {
  const { streams, bytes, decided } = entry;
  const facts = [
    ...(streams === null ? [] : [streams === 1 ? l10n.t('1 stream') : l10n.t('{0} streams', streams)]),
    ...(bytes === null ? [] : [bytesInWords(bytes)]),
    ...wholeInWords(decided),
  ];
  return {
    label: namespace,
    description: facts.join(' · '),
    tooltip: [`**${plain(namespace)}**`, ...wholeTooltip(bytes, decided)],
    ...iconOf(standingOfWhole(decided), 'folder'),
    spoken: listInWords([l10n.t('Namespace {0}', namespace), ...facts]),
    explainable: false,
  };
}

function streamInWords({ namespace, stream, entry }: StreamNode, now: number): NodeWords {
  const { bytes, created, decided } = entry;
  const facts = [...(bytes === null ? [] : [bytesInWords(bytes)]), ...wholeInWords(decided)];
  return {
    label: stream,
    description: facts.join(' · '),
    tooltip: [
      `**${plain(`${namespace}/${stream}`)}**`,
      ...wholeTooltip(bytes, decided),
      ...(created === null
        ? []
        : [plain(l10n.t('Created {0} ({1} ago)', created, ageInWords(created, now)))]),
    ],
    ...iconOf(standingOfWhole(decided), 'package'),
    spoken: listInWords([l10n.t('Image stream {0}', stream), ...facts]),
    explainable: false,
  };
}

function tagInWords({ namespace, stream, tag, entry }: TagNode): NodeWords {
  const { decided, revisions } = entry;
  const standing = standingOfTag(entry);
  const never = isNeverPrunable(entry);
  const users = usersOf(decided?.usedBy ?? []);
  const facts = [
    revisions.length === 1 ? l10n.t('1 revision') : l10n.t('{0} revisions', revisions.length),
    ...(never ? [l10n.t('never prunable')] : tagStandingInWords(standing, revisionsGoing(revisions))),
    ...(users.length === 0
      ? []
      : [users.length === 1 ? l10n.t('1 user') : l10n.t('{0} users', users.length)]),
  ];
  const tooltip = [`**${plain(`${namespace}/${stream}:${tag}`)}**`];
  if (!decided) tooltip.push(plain(beforeDryRun()));
  else {
    tooltip.push(verdictLine(standing, reasonsInWords(decided.reasons, namespace)));
    tooltip.push(plain(usedByInWords(users, namespace)));
    if (never) tooltip.push(neverLine(namespace, stream, tag));
  }
  return {
    label: tag,
    description: facts.join(' · '),
    tooltip,
    ...iconOf(standing, 'tag'),
    spoken: listInWords([l10n.t('Tag {0}', tag), ...facts]),
    explainable: true,
  };
}

function revisionInWords({ parent, namespace, stream, tag, entry }: RevisionNode, now: number): NodeWords {
  const { position, image, created, size, decided } = entry;
  const standing = standingOfRevision(entry);
  const never = isNeverPrunable(parent.entry);
  const facts = [
    ...(standing === 'unknown' ? [] : [standingInWords(standing)]),
    ageInWords(created, now),
    ...whyOrSize(entry, never, namespace),
  ];
  const tooltip = [
    `**${plain(`${namespace}/${stream}:${tag} #${position}`)}** ${code(image)}`,
    decided
      ? verdictLine(standing, reasonsInWords(decided.reasons, namespace))
      : plain(entry.missing ? l10n.t('Its Image object is missing.') : beforeDryRun()),
    plain([...(created === null ? [] : [created]), ...bytesOfRevision(size, decided?.alone)].join(' · ')),
    ...(never ? [neverLine(namespace, stream, tag)] : []),
  ];
  return {
    label: `#${position} ${shortDigest(image)}`,
    description: facts.join(' · '),
    tooltip: tooltip.filter((line) => line !== ''),
    ...iconOf(standing, 'layers'),
    spoken: listInWords([l10n.t('Revision {0}, image {1}', position, shortDigest(image)), ...facts]),
    explainable: true,
  };
}

function moreInWords({ hidden, next }: MoreNode): NodeWords {
  const label = next === 1 ? l10n.t('Show 1 more') : l10n.t('Show {0} more', next);
  const description = l10n.t('{0} not shown', hidden);
  return {
    label,
    description,
    tooltip: [plain(l10n.t('A filter finds those that are not shown, too.'))],
    icon: 'ellipsis',
    spoken: `${label}, ${description}`,
    explainable: false,
  };
}

function problemInWords({ message }: ProblemNode): NodeWords {
  const description = l10n.t('Try again');
  return {
    label: message,
    description,
    tooltip: [plain(message)],
    icon: 'error',
    color: 'problemsErrorIcon.foreground',
    spoken: l10n.t('Error: {0} {1}', message, description),
    explainable: false,
  };
}

/** `620.0 MiB can go`, `3 revisions go`, `stays`; nothing without a plan. */
function wholeInWords(decided: WholeDecided | null): string[] {
  if (!decided) return [];
  const { goes, revisionsGoing: going } = decided;
  if (goes > 0) return [l10n.t('{0} can go', bytesInWords(goes))];
  if (going === 0) return [l10n.t('stays')];
  return [going === 1 ? l10n.t('1 revision goes') : l10n.t('{0} revisions go', going)];
}

function wholeTooltip(bytes: number | null, decided: WholeDecided | null): string[] {
  const lines = bytes === null ? [] : [l10n.t('{0} in all', exactBytes(bytes))];
  if (decided) {
    const { revisionsGoing: going, revisions, goes } = decided;
    lines.push(l10n.t('{0} of {1} revisions go, and {2} with them', going, revisions, exactBytes(goes)));
  } else lines.push(l10n.t('What can go is known after a dry run.'));
  return lines.map(plain);
}

function tagStandingInWords(standing: Exclude<Standing, 'missing'>, going: number): string[] {
  switch (standing) {
    case 'unknown':
      return [];
    case 'partly':
      return [going === 1 ? l10n.t('1 goes') : l10n.t('{0} go', going)];
    default:
      return [standingInWords(standing)];
  }
}

/** What follows the age: of what stays, who or what keeps it; of everything else, how large it is. */
function whyOrSize({ size, decided }: RevisionEntry, never: boolean, namespace: string): string[] {
  if (never) return [l10n.t('never prunable')];
  const bytes = size === null ? [] : [bytesInWords(size)];
  if (decided?.verdict !== 'keep') return bytes;
  const users = usersOf(decided.usedBy);
  const [user] = users;
  if (user) {
    const name = referrerInWords(user, namespace);
    const more = users.length - 1;
    return [more > 0 ? l10n.t('{0} and {1} more', name, more) : name];
  }
  const [reason] = decided.reasons;
  return reason ? [reasonInWords(reason, namespace)] : bytes;
}

function bytesOfRevision(size: number | null, alone: number | null | undefined): string[] {
  if (size === null) return [];
  const lines = [exactBytes(size)];
  if (alone !== null && alone !== undefined && alone > 0) {
    lines.push(l10n.t('{0} of them are freed with it alone', exactBytes(alone)));
  }
  return lines;
}

function verdictLine(standing: Standing, reasons: string): string {
  switch (standing) {
    case 'unknown':
      return plain(reasons);
    case 'partly':
      return `$(${STANDING_ICONS.partly.icon}) ${plain(l10n.t('Goes in part: {0}', reasons))}`;
    case 'goes':
      return `$(${STANDING_ICONS.goes.icon}) ${plain(l10n.t('Goes: {0}', reasons))}`;
    case 'missing':
      return `$(${STANDING_ICONS.missing.icon}) ${plain(l10n.t('Goes: {0}', reasons))}`;
    case 'protected':
      return `$(${STANDING_ICONS.protected.icon}) ${plain(l10n.t('Stays: {0}', reasons))}`;
    case 'stays':
      return `$(${STANDING_ICONS.stays.icon}) ${plain(l10n.t('Stays: {0}', reasons))}`;
  }
}

function neverLine(namespace: string, stream: string, tag: string): string {
  const warning = { code: hasBuildDate(tag) ? 'datedTag' : 'onlyItem', tag, namespace, stream } as const;
  return `$(warning) ${plain(warningInWords(warning))}`;
}

function beforeDryRun(): string {
  return l10n.t('Who uses it, and whether it can go, is known after a dry run.');
}

/** Objects, each once: a deployment with two containers of an image is one user. */
function usersOf(referrers: readonly Referrer[]): Referrer[] {
  return [...new Map(referrers.map((by) => [`${by.resource}/${by.namespace}/${by.name}`, by])).values()];
}

const NAMED = 3;

function usedByInWords(users: readonly Referrer[], namespace: string): string {
  if (users.length === 0) return l10n.t('Nothing uses the tag.');
  const named = users.slice(0, NAMED).map((by) => referrerInWords(by, namespace));
  const more = users.length - named.length;
  const names = listInWords(named);
  return l10n.t('Used by {0}', more > 0 ? l10n.t('{0} and {1} more', names, more) : names);
}

function iconOf(standing: Standing, otherwise: string): Pick<NodeWords, 'icon' | 'color'> {
  return standing === 'unknown' ? { icon: otherwise } : STANDING_ICONS[standing];
}
