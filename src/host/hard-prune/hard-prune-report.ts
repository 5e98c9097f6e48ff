import * as l10n from '@vscode/l10n';
import type { HardPruneOutput } from '../../hard-prune/output.ts';
import { hardPruneSums, whenHardPruned, whileHardPruned } from '../../shared/words/hard-prune.ts';
import { code, plain } from '../runs/markdown.ts';

/** Longer lists are cut, and say how much longer they are. */
const LISTED = 500;

export interface HardPruneFacts {
  /** The registry’s name, as people know it. */
  registry: string;
  context: string;
  /** The pod in which it ran. */
  pod: string;
  /** What was looked at, or deleted. */
  what: 'check' | 'delete';
  output: HardPruneOutput;
  /** After a deletion: whether the registry takes pushes again. */
  after?: string;
}

/** What a hard prune would delete, or has deleted, as a Markdown document. */
export function hardPruneReport({ registry, context, pod, what, output, after }: HardPruneFacts): string {
  const title =
    what === 'check'
      ? l10n.t('Hard prune of {0}: what would go', plain(registry))
      : l10n.t('Hard prune of {0}: what went', plain(registry));
  const sections = [
    [`# ${title}`, '', plain(hardPruneSums(output)), ...(after === undefined ? [] : ['', plain(after)])],
    [
      `- ${l10n.t('Context: {0}', plain(context))}`,
      `- ${l10n.t('Pod: {0}', code(pod))}`,
      ...(what === 'check' ? ['', plain(whenHardPruned()), '', plain(whileHardPruned())] : []),
    ],
    listed(l10n.t('What it says of errors'), output.errors),
    listed(l10n.t('Repositories without an image stream'), output.repositories),
    listed(
      l10n.t('Manifest links'),
      output.manifestLinks.map(({ repository, digest }) => `${repository} ${digest}`),
    ),
    listed(l10n.t('Blobs'), output.blobs),
  ];
  return `${sections
    .filter((lines) => lines.length > 0)
    .map((lines) => lines.join('\n'))
    .join('\n\n')}\n`;
}

function listed(title: string, lines: readonly string[]): string[] {
  if (lines.length === 0) return [];
  const more = lines.length - LISTED;
  return [
    `## ${title} (${lines.length})`,
    '',
    ...lines.slice(0, LISTED).map((line) => `- ${code(line)}`),
    ...(more > 0 ? [`- ${l10n.t('and {0} more', more)}`] : []),
  ];
}
