import type { Said } from '../../engine/said.ts';
import type { EndState, LogLine, SavedItem } from './entries.ts';

export type Trimmed = Extract<LogLine, { event: 'trimmed' }>;
type Ended = Extract<LogLine, { event: 'ended' }>;
type Rollout = Extract<LogLine, { event: 'rollout' }>;

/** What a run's log comes to. */
export interface RunProgress {
  /** Items that were about to go, by repository, in the order of the intentions. */
  trimming: Map<string, SavedItem[]>;
  trimmed: Map<string, Trimmed>;
  goneStreams: Set<string>;
  /** By linkKey. The value says whether it was gone before. */
  links: Map<string, boolean>;
  /** Images whose deletion was begun. */
  turns: Set<string>;
  blobs: Map<string, boolean>;
  images: Map<string, boolean>;
  /** Deletions that no answer came for: blobs, and links by `<repository> <digest>`. */
  unclear: Set<string>;
  /** Turns and repositories that a process had begun with when it ended without saying so. */
  brokenOff: Set<string>;
  /** Why an image was left alone, in words. */
  spared: Map<string, Said>;
  /** Of the last process that ended on purpose; undefined where the last one did not. */
  ended: Ended | undefined;
  rollout: Rollout | undefined;
  /** Whether putting things back was begun. */
  restored: boolean;
  began: number;
}

export function linkKey(kind: 'layerLink' | 'manifestLink', repository: string, digest: string): string {
  return `${kind} ${repository} ${digest}`;
}

export function noProgress(): RunProgress {
  return {
    trimming: new Map(),
    trimmed: new Map(),
    goneStreams: new Set(),
    links: new Map(),
    turns: new Set(),
    blobs: new Map(),
    images: new Map(),
    unclear: new Set(),
    brokenOff: new Set(),
    spared: new Map(),
    ended: undefined,
    rollout: undefined,
    restored: false,
    began: 0,
  };
}

/** Adds a line of the log to what came before it. */
export function addToProgress(progress: RunProgress, line: LogLine): void {
  switch (line.event) {
    case 'began':
      if (progress.began > 0 && !progress.ended) {
        for (const begun of begunIn(progress)) progress.brokenOff.add(begun);
      }
      progress.began++;
      progress.ended = undefined;
      return;
    case 'trimming': {
      const before = progress.trimming.get(line.repository) ?? [];
      progress.trimming.set(line.repository, [...before, ...line.items]);
      return;
    }
    case 'trimmed':
      progress.trimmed.set(line.repository, line);
      return;
    case 'streamGone':
      progress.goneStreams.add(line.repository);
      return;
    case 'layerLink':
    case 'manifestLink':
      progress.links.set(linkKey(line.event, line.repository, line.digest), line.gone);
      return;
    case 'turn':
      progress.turns.add(line.image);
      return;
    case 'blob':
      // Deleting data makes the registry's cache wrong again.
      progress.rollout = undefined;
      progress.blobs.set(line.digest, line.gone);
      return;
    case 'image':
      progress.images.set(line.image, line.gone);
      return;
    case 'unclear':
      if (!line.repository) progress.rollout = undefined;
      progress.unclear.add(line.repository ? `${line.repository} ${line.digest}` : line.digest);
      return;
    case 'spared':
      progress.spared.set(line.image, line.by);
      return;
    case 'ended':
      progress.ended = line;
      return;
    case 'rollout':
      progress.rollout = line;
      return;
    case 'restoring':
    case 'restored':
      progress.restored = true;
      return;
    case 'failed':
      return;
  }
}

/** Turns and repositories of which something may be deleted that the log doesn't say. */
export function unclearIn(progress: RunProgress): Set<string> {
  return stateOf(progress) === 'interrupted' ? begunIn(progress) : progress.brokenOff;
}

function begunIn({ turns, trimmed }: RunProgress): Set<string> {
  return new Set([...turns, ...trimmed.keys()]);
}

/** Whether the registry's cache may still believe in blobs that this run deleted. */
export function owesRollout({ blobs, unclear, rollout }: RunProgress): boolean {
  const touched = blobs.size > 0 || [...unclear].some((key) => !key.includes(' '));
  return touched && rollout?.state !== 'done';
}

/** `interrupted`: the process ended without saying so. */
export function stateOf(progress: RunProgress): EndState | 'interrupted' {
  return progress.ended?.state ?? 'interrupted';
}
