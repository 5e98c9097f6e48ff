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
  await writeLines(stdout, ['', 'Kept:']);
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
          `  image ${shortDigest(image.name)}  ${ageInWords(image.created, now)}  ${bytesInWords(image.bytes.total)}  ${reasonsInWords(image.reasons)}`,
      ),
    );
  }
  await writeLines(stdout, ['', ...sums(summary), summaryLine(summary.counts)]);
}

function linesOfStep(step: DetailedStep, now: number): string[] {
  switch (step.kind) {
    case 'blob':
      return [`${lineOf(step)} (${step.size === null ? 'size unknown' : bytesInWords(step.size)})`];
    case 'image': {
      const { bytes, created, reasons } = step.image;
      return [
        `${lineOf(step)} (${ageInWords(created, now)}, ${bytesInWords(bytes.total)}, ${bytesInWords(bytes.alone)} of it alone: ${reasonsInWords(reasons)})`,
      ];
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
  const bytes = size === null ? 'size unknown' : bytesInWords(size);
  return `${tag} #${position} ${shortDigest(image)}  ${ageInWords(created, now)}  ${bytes}  ${reasonsInWords(reasons, namespace)}`;
}

function sums({ bytes, counts }: PlanSummary): string[] {
  const lines = [
    `${bytesInWords(bytes.freed)} of ${bytesInWords(bytes.registry)} can go`,
    `  ${bytesInWords(bytes.heldByOneImage)} held by one image each, ${bytesInWords(bytes.sharedByImages)} shared by images that all go`,
    `  ${bytesInWords(bytes.heldByOneStream)} held by one image stream each, ${bytesInWords(bytes.sharedByStreams)} shared by several, ${bytesInWords(bytes.heldByNoStream)} held by none`,
  ];
  if (bytes.freedIfMirrored > 0) {
    lines.push(
      `  and up to ${bytesInWords(bytes.freedIfMirrored)} of imported images, where the registry mirrored them`,
    );
  }
  if (bytes.unknownSizes > 0) {
    lines.push(
      `  and ${bytes.unknownSizes} of ${counts.blobs} blobs whose size the API doesn’t tell (mostly manifests of a few KiB)`,
    );
  }
  return lines;
}
