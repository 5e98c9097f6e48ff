import * as l10n from '@vscode/l10n';
import type { Explanation } from '../../engine/explain.ts';
import type { PlanSummary } from '../../engine/plan-parts.ts';
import { placeInWords, warningInWords, wayInWords } from '../../shared/words/explanations.ts';
import { missingInWords } from '../../shared/words/missing.ts';
import { ageInWords, bytesInWords, shortDigest } from '../../shared/words/quantities.ts';
import { reasonsInWords } from '../../shared/words/reasons.ts';
import { code, plain, table, unbroken } from '../runs/markdown.ts';

/** What is explained, and from which plan. */
export interface Explained {
  /** Such as `shop/web:latest`. */
  title: string;
  /** One for an image; for a tag one for each image of its history, the newest first. */
  explanations: readonly Explanation[];
  summary: Pick<PlanSummary, 'now' | 'origin' | 'options' | 'complete' | 'missing'>;
}

/** Says of every image where it stands, what keeps it, and what would let it go. */
export function explanationMarkdown({ title, explanations, summary }: Explained): string {
  const lines = [`# ${plain(title)}`, ...contextLines(summary)];
  if (explanations.length === 0) lines.push('', plain(l10n.t('The tag has no revisions.')));
  const now = Date.parse(summary.now);
  for (const explanation of explanations) lines.push('', ...imageLines(explanation, now));
  return `${lines.join('\n')}\n`;
}

function contextLines({ now, origin, options, complete, missing }: Explained['summary']): string[] {
  const where = options.namespace === null ? l10n.t('all namespaces') : options.namespace;
  const lines = [
    '',
    plain(
      origin
        ? l10n.t('By the dry run of {0}, {1}, of {2}', origin.context, where, now)
        : l10n.t('By the dry run of {0}, of {1}', where, now),
    ),
  ];
  if (complete) return lines;
  lines.push('', `**${plain(l10n.t('The dry run is incomplete: more may be in use than it shows.'))}**`, '');
  lines.push(...missingInWords(missing, origin?.user ?? '').map((line) => `- ${plain(line)}`));
  return lines;
}

function imageLines({ image, plan, places, ways, warnings }: Explanation, now: number): string[] {
  const goes = plan ? plan.verdict === 'prune' : places.every(({ verdict }) => verdict === 'prune');
  const facts = [
    `**${plain(goes ? l10n.t('Goes') : l10n.t('Stays'))}**`,
    ...(plan
      ? [
          plain(l10n.t('{0} ({1} bytes)', bytesInWords(plan.bytes.total), plan.bytes.total.toLocaleString())),
          plain(l10n.t('{0} old', ageInWords(plan.created, now))),
        ]
      : [plain(l10n.t('its Image object is missing or can’t be seen'))]),
  ];
  const own = plan?.reasons.filter(({ code: reason }) => reason !== 'namedByStream') ?? [];
  const lines = [
    `## ${plain(l10n.t('Image {0}', shortDigest(image)))}`,
    '',
    code(image),
    '',
    facts.join(' · '),
    '',
    `### ${plain(l10n.t('Where it stands'))}`,
    '',
  ];
  if (places.length === 0) lines.push(plain(l10n.t('No tag names it.')));
  else {
    const rows = places.map((place) => [
      plain(placeInWords(place)),
      plain(place.namespace),
      unbroken(plain(place.verdict === 'prune' ? l10n.t('goes') : l10n.t('stays'))),
      plain(reasonsInWords(place.reasons, place.namespace)),
    ]);
    lines.push(...table([l10n.t('Where'), l10n.t('Namespace'), l10n.t('Verdict'), l10n.t('Why')], rows));
  }
  if (own.length > 0) lines.push('', plain(l10n.t('The image itself: {0}', reasonsInWords(own))));
  lines.push('', `### ${plain(l10n.t('What would let it go'))}`, '');
  lines.push(...ways.map((way) => `- ${plain(wayInWords(way))}`));
  for (const warning of warnings) {
    lines.push('', `> **${plain(l10n.t('Warning'))}** ${plain(warningInWords(warning))}`);
  }
  return lines;
}
