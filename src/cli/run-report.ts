import { summaryLine } from '../engine/steps.ts';
import { protectorInWords } from '../prune/run/protector.ts';
import type { RunReport } from '../prune/run/report.ts';
import { bytesInWords, shortDigest } from '../shared/words/quantities.ts';
import { type Terminal, writeLines } from './terminal.ts';

/** Writes what a run came to: the reference's summary on standard output, everything else on standard error. */
export async function writeRunReport(report: RunReport, terminal: Terminal): Promise<void> {
  await writeLines(terminal.stdout, [summaryLine(report.done)]);
  await writeLines(terminal.stderr, reportLines(report));
}

/** Lines for people: planned against done, what was protected, what failed. */
export function reportLines(report: RunReport): string[] {
  const { planned, done, bytes, causes, failures } = report;
  const of = (what: 'images' | 'tagItems' | 'layerLinks' | 'manifestLinks' | 'blobs', name: string) =>
    planned[what] > 0 || done[what] > 0 ? [`${done[what]} of ${planned[what]} ${name}`] : [];
  const counts = [
    ...of('images', 'images'),
    ...of('tagItems', 'tag items'),
    ...of('layerLinks', 'layer links'),
    ...of('manifestLinks', 'manifest links'),
    ...of('blobs', 'blobs'),
  ];
  const lines = [`Run ${report.run}: ${STATES[report.state]}${report.why ? `: ${report.why}` : ''}`];
  if (counts.length > 0) lines.push(`  deleted ${counts.join(', ')}`);
  if (planned.blobs > 0) {
    lines.push(`  freed ${bytesInWords(bytes.freedNow)} of ${bytesInWords(bytes.freed)}`);
  }
  for (const { image, by } of report.protected) {
    lines.push(`  protected: ${shortDigest(image)}, which ${protectorInWords(by)} names by now`);
  }
  const others = report.leftAlone.filter((image) => !report.protected.some((each) => each.image === image));
  if (others.length > 0) {
    lines.push(`  left alone: ${others.length} images that a tag history still names`);
  }
  lines.push(...failures.map((failure) => `  failed: ${failure}`));
  if (failures.length > 1) {
    lines.push(...causes.map(({ cause, failures: count }) => `  ${count} × ${cause}`));
  }
  if (report.state === 'stopped') {
    lines.push('  what was under way then may be done all the same, which resume finds out');
  }
  if (report.state !== 'done') {
    lines.push(`Go on where it ended, with: image-hygiene resume ${report.run}`);
  }
  return lines;
}

const STATES: Record<RunReport['state'], string> = {
  done: 'done',
  failed: 'everything was tried, and some of it failed',
  cancelled: 'cancelled',
  stopped: 'stopped',
};
