import * as l10n from '@vscode/l10n';
import { isMissing, staysBeyondReference } from '../../engine/row-facts.ts';
import type { RevisionDecided, RevisionEntry, TagEntry, WholeDecided } from './entries.ts';

/**
 * How something stands, as people are told: `partly` is a tag, stream or namespace of which something goes, `protected`
 * stays although the reference command would have removed it, `unknown` is everything without a dry run.
 */
export type Standing = 'goes' | 'partly' | 'stays' | 'missing' | 'protected' | 'unknown';

/** The codicon of a standing, and how it is coloured. */
export const STANDING_ICONS: Readonly<
  Record<Exclude<Standing, 'unknown'>, { icon: string; color?: string }>
> = {
  goes: { icon: 'trash', color: 'gitDecoration.deletedResourceForeground' },
  partly: { icon: 'trash' },
  stays: { icon: 'check', color: 'testing.iconPassed' },
  missing: { icon: 'warning', color: 'problemsWarningIcon.foreground' },
  protected: { icon: 'shield', color: 'charts.blue' },
};

/** A standing in one word; a colour never says it alone. */
export function standingInWords(standing: Exclude<Standing, 'unknown' | 'partly'>): string {
  switch (standing) {
    case 'goes':
      return l10n.t('goes');
    case 'stays':
      return l10n.t('stays');
    case 'missing':
      return l10n.t('missing');
    case 'protected':
      return l10n.t('protected');
  }
}

export function standingOfRevision({ decided, missing }: RevisionEntry): Exclude<Standing, 'partly'> {
  if (!decided) return missing ? 'missing' : 'unknown';
  if (decided.verdict === 'prune') return isMissing(decided) ? 'missing' : 'goes';
  return staysBeyondReference(decided) ? 'protected' : 'stays';
}

export function standingOfTag({ decided, revisions }: TagEntry): Exclude<Standing, 'missing'> {
  if (!decided) return 'unknown';
  if (decided.verdict === 'prune') return 'goes';
  if (revisionsGoing(revisions) > 0) return 'partly';
  const isProtected =
    revisions.length > 0 && revisions.every((one) => standingOfRevision(one) === 'protected');
  return isProtected ? 'protected' : 'stays';
}

/** Of a stream, or of a namespace with its streams. */
export function standingOfWhole(decided: WholeDecided | null): 'goes' | 'partly' | 'stays' | 'unknown' {
  if (!decided) return 'unknown';
  if (decided.revisionsGoing === 0) return 'stays';
  return decided.revisionsGoing === decided.revisions ? 'goes' : 'partly';
}

export function revisionsGoing(revisions: readonly RevisionEntry[]): number {
  return revisions.filter(({ decided }) => decided?.verdict === 'prune').length;
}

/**
 * Whether a tag's only item stays for ever: nothing but its position keeps it, and it moves down only if something newer is
 * pushed (REFERENCE section 6).
 */
export function isNeverPrunable({ revisions }: TagEntry): boolean {
  const [only, second] = revisions;
  return only !== undefined && second === undefined && isKeptByPositionAlone(only.decided);
}

function isKeptByPositionAlone(decided: RevisionDecided | null): boolean {
  if (decided?.verdict !== 'keep') return false;
  const keeping = decided.reasons.filter(({ code }) => code !== 'imageMissing');
  return keeping.length > 0 && keeping.every(({ code }) => code === 'withinRevisions');
}
