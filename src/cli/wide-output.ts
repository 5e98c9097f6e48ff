import * as l10n from '@vscode/l10n';
import type { Planner } from '../cluster/planner/planner.ts';
import type { DetailedStep, TaggedRevision } from '../engine/detailed-steps.ts';
import { ONLY_API_OBJECTS, type PlanSummary } from '../engine/plan-parts.ts';
import { lineOf, summaryLine } from '../engine/steps.ts';
import { ageInWords, bytesInWords, shortDigest } from '../shared/words/quantities.ts';
import { reasonsInWords } from '../shared/words/reasons.ts';
import { type Terminal, writeLines } from './terminal.ts';

/** Writes the plan's lines with the reasons and bytes of each, what stays and why, and the sums. */
export async function writeWide(planner: Planner, summary: PlanSummary, terminal: Terminal): Promise<void> {
  const { stdout } = terminal;
  const now = Date.parse(summary.now);
  if (!summary.options.pruneRegistry) {
    await writeLines(stdout, [ONLY_API_OBJECTS]);
  }
  for await (const steps of planner.portions('steps')) {
    await writeLines(
      stdout,
      steps.flatMap((step) => linesOfStep(step, now)),
    );
  }
  await writeLines(stdout, ['', l10n.t('Kept:')]);
  for await (const revisions of planner.portions('keptRevisions')) {
    await writeLines(
      stdout,
      revisions.map((one) => `  ${one.namespace}/${one.stream}:${revisionInWords(one, one.namespace, now)}`),
    );
  }
  for await (const images of planner.portions('keptUnnamedImages')) {
    await writeLines(
      stdout,
      images.map(
        (image) =>
          `  ${l10n.t('image {0}', shortDigest(image.name))}  ${ageInWords(image.created, now)}  ${bytesInWords(image.bytes.total)}  ${reasonsInWords(image.reasons)}`,
      ),
    );
  }
  await writeLines(stdout, ['', ...sums(summary), summaryLine(summary.counts)]);
}

function linesOfStep(step: DetailedStep, now: number): string[] {
  switch (step.kind) {
    case 'blob':
      return [`${lineOf(step)} (${sizeInWords(step.size)})`];
    case 'image': {
      const { bytes, created, reasons } = step.image;
      const details = l10n.t(
        '{0}, {1}, {2} of it alone: {3}',
        ageInWords(created, now),
        bytesInWords(bytes.total),
        bytesInWords(bytes.alone),
        reasonsInWords(reasons),
      );
      return [`${lineOf(step)} (${details})`];
    }
    case 'tagItems':
      return [
        lineOf(step),
        ...step.revisions.map((revision) => `  ${revisionInWords(revision, step.namespace, now)}`),
      ];
    default:
      return [lineOf(step)];
  }
}

function revisionInWords(revision: TaggedRevision, namespace: string, now: number): string {
  const { tag, position, image, created, size, reasons } = revision;
  return `${tag} #${position} ${shortDigest(image)}  ${ageInWords(created, now)}  ${sizeInWords(size)}  ${reasonsInWords(reasons, namespace)}`;
}

function sizeInWords(size: number | null): string {
  return size === null ? l10n.t('size unknown') : bytesInWords(size);
}

function sums({ bytes, counts }: PlanSummary): string[] {
  const lines = [
    l10n.t('{0} of {1} can go', bytesInWords(bytes.freed), bytesInWords(bytes.registry)),
    `  ${l10n.t(
      '{0} held by one image each, {1} shared by images that all go',
      bytesInWords(bytes.heldByOneImage),
      bytesInWords(bytes.sharedByImages),
    )}`,
    `  ${l10n.t(
      '{0} held by one image stream each, {1} shared by several, {2} held by none',
      bytesInWords(bytes.heldByOneStream),
      bytesInWords(bytes.sharedByStreams),
      bytesInWords(bytes.heldByNoStream),
    )}`,
  ];
  if (bytes.freedIfMirrored > 0) {
    const mirrored = bytesInWords(bytes.freedIfMirrored);
    lines.push(`  ${l10n.t('and up to {0} of imported images, where the registry mirrored them', mirrored)}`);
  }
  if (bytes.unknownSizes > 0) {
    const unknown = l10n.t(
      'and {0} of {1} blobs whose size the API doesn’t tell (mostly manifests of a few KiB)',
      bytes.unknownSizes,
      counts.blobs,
    );
    lines.push(`  ${unknown}`);
  }
  return lines;
}
