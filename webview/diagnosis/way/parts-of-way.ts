import * as l10n from '@vscode/l10n';
import type { Step, StepName } from '../../../src/registry/diagnosis/registry-diagnosis.ts';

/** A part of the way as the page draws it: one mark for steps that belong together. */
export type PartName = 'name' | 'tcp' | 'tls' | 'certificate' | 'http' | 'rights';

export interface WayPart {
  name: PartName;
  verdict: Step['verdict'];
  steps: readonly Step[];
  /** Milliseconds; null where nothing was measured. */
  ms: number | null;
}

const PARTS: readonly { name: PartName; steps: readonly StepName[] }[] = [
  { name: 'name', steps: ['name'] },
  { name: 'tcp', steps: ['proxy', 'tcp'] },
  { name: 'tls', steps: ['protocol', 'tls'] },
  { name: 'certificate', steps: ['certificate'] },
  { name: 'http', steps: ['root', 'healthz', 'api', 'clock'] },
  { name: 'rights', steps: ['token', 'rights', 'deletion'] },
];

/** The way in its parts, in order. */
export function partsOfWay(steps: readonly Step[]): WayPart[] {
  return PARTS.map(({ name, steps: names }) => {
    const own = steps.filter(({ step }) => names.includes(step));
    const measured = own.flatMap(({ ms }) => (ms === null ? [] : [ms]));
    return {
      name,
      verdict: verdictOf(own),
      steps: own,
      ms: measured.length === 0 ? null : measured.reduce((sum, ms) => sum + ms, 0),
    };
  });
}

/** The part that breaks; where none does, the last that was taken. */
export function tellingPart(parts: readonly WayPart[]): PartName {
  const broken = parts.find(({ verdict }) => verdict === 'failed');
  return (broken ?? parts.findLast(({ verdict }) => verdict === 'ok') ?? parts[0])?.name ?? 'name';
}

function verdictOf(steps: readonly Step[]): Step['verdict'] {
  if (steps.some(({ verdict }) => verdict === 'failed')) return 'failed';
  return steps.some(({ verdict }) => verdict === 'ok') ? 'ok' : 'skipped';
}

export function partInWords(name: PartName): string {
  switch (name) {
    case 'name':
      return l10n.t('Name');
    case 'tcp':
      return 'TCP';
    case 'tls':
      return l10n.t('TLS');
    case 'certificate':
      return l10n.t('Certificate');
    case 'http':
      return 'HTTP';
    case 'rights':
      return l10n.t('Rights');
  }
}

/** In the units that people read: `1.2 ms`, `3 s`. */
export function millisecondsInWords(ms: number): string {
  if (ms >= 1000) return l10n.t('{0} s', (ms / 1000).toFixed(1));
  return l10n.t('{0} ms', ms < 10 ? ms.toFixed(1) : String(Math.round(ms)));
}
