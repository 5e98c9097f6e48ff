import { chainBreak } from '../registry/diagnosis/chain-break.ts';
import type { Finding, Fix } from '../registry/diagnosis/finding.ts';
import type {
  DiagnosedAddress,
  RegistryDiagnosis,
  Step,
  Verification,
} from '../registry/diagnosis/registry-diagnosis.ts';
import { findingInWords, fixInWords, ruleInWords } from '../shared/words/diagnosis.ts';
import {
  authorityInWords,
  certificateInWords,
  sourceInWords,
  stepInWords,
  verdictInWords,
} from '../shared/words/diagnosis-steps.ts';

const ICONS: Record<Step['verdict'], string> = { ok: '✓', failed: '✗', skipped: '–' };

/** A diagnosis for a terminal: the way that a prune takes, the others in short, what is wrong and what to do. */
export function diagnosisLines(diagnosis: RegistryDiagnosis): string[] {
  const { at, context, server, addresses, unread, findings } = diagnosis;
  const others = addresses.filter(({ chosen }) => !chosen);
  return [
    `The way to the registry of ${context} (${server})`,
    '',
    ...addresses.filter(({ chosen }) => chosen).flatMap((one) => [...addressLines(one, at), '']),
    ...section('Other ways:', others.map(otherWayLine)),
    ...(findings.length === 0
      ? []
      : section(
          'Not looked at:',
          unread.map(({ what, why }) => `${what}: ${why}`),
        )),
    ...findingLines(findings),
  ];
}

function section(head: string, lines: readonly string[]): string[] {
  return lines.length === 0 ? [] : [head, ...lines.map((line) => `  ${line}`), ''];
}

function otherWayLine(diagnosed: DiagnosedAddress): string {
  const failed = diagnosed.steps.find(({ verdict }) => verdict === 'failed');
  const which = `${diagnosed.address} (${sourceInWords(diagnosed)})`;
  if (!failed) return `${ICONS.ok} ${which}: a registry answers`;
  const { name, result } = stepInWords(failed);
  return `${ICONS.failed} ${which}: ${name}: ${result}`;
}

/** Findings for a terminal: what the reference prints, what it means, what to do, the risky last and marked. */
export function findingLines(findings: readonly Finding[]): string[] {
  return findings.flatMap((finding) => {
    const { title, cause } = findingInWords(finding);
    const rule = ruleInWords(finding.rule);
    const where = finding.address === '' ? '' : ` (${finding.address})`;
    return [
      `✗ ${title}${where}`,
      ...finding.message.split('\n').map((line) => `    ${line}`),
      `  ${cause}`,
      '  What to do, best first:',
      ...finding.fixes.flatMap((fix, place) => fixLines(fix, place + 1)),
      ...(rule === '' ? [] : [`  Documented: ${rule}`]),
      '',
    ];
  });
}

function fixLines(fix: Fix, number: number): string[] {
  const mark = fix.risk === 'insecure' ? 'RISKY: ' : fix.risk === 'cluster' ? '(changes the cluster) ' : '';
  return [
    `    ${number}. ${mark}${fixInWords(fix)}`,
    ...(fix.command === undefined ? [] : [`         ${fix.command}`]),
  ];
}

function addressLines(diagnosed: DiagnosedAddress, at: string): string[] {
  const { address, steps, verifications } = diagnosed;
  return [
    `${address} (${sourceInWords(diagnosed)}); a prune takes this way`,
    ...stepLines(steps),
    ...chainLines(diagnosed, at),
    ...verifications.map(verificationLine),
  ];
}

function stepLines(steps: readonly Step[]): string[] {
  const named = steps.map((step) => ({ step, words: stepInWords(step) }));
  const width = Math.max(...named.map(({ words }) => words.name.length));
  const verdicts = Math.max(...named.map(({ step }) => verdictInWords(step.verdict).length));
  return named.map(({ step: { verdict, ms }, words: { name, result } }) => {
    const took = ms === null ? '' : `  ${ms} ms`;
    const start = `  ${ICONS[verdict]} ${verdictInWords(verdict).padEnd(verdicts)}  ${name.padEnd(width)}  ${result}`;
    return `${start.trimEnd()}${took}`;
  });
}

/** The chain as a tree, each certificate above the one that signed it; the break is marked. */
function chainLines(diagnosed: DiagnosedAddress, at: string): string[] {
  const { chain, verifications } = diagnosed;
  if (chain.length === 0) return [];
  const gap = chainBreak(diagnosed, at);
  const why = verifications.find(({ decides }) => decides)?.why ?? '';
  const branch = (depth: number) => (depth === 0 ? '' : `${'   '.repeat(depth - 1)}└─ `);
  return [
    '  Certificates as served:',
    ...chain.flatMap((certificate, depth) => [
      `    ${branch(depth)}${certificate.subject}${gap === depth ? `   ${ICONS.failed} ${why}` : ''}`,
      ...certificateInWords(certificate).map((line) => `    ${'   '.repeat(depth + 1)}${line}`),
    ]),
    ...(gap === chain.length ? [`    ${branch(gap)}${ICONS.failed} nobody who is trusted: ${why}`] : []),
  ];
}

/** Only one of them decides; that others don’t fit is no failure. */
function verificationLine(one: Verification): string {
  const which = `${authorityInWords(one)}${one.decides ? ' (a prune goes by this)' : ''}`;
  if (one.verified) return `  ${ICONS.ok} verified with ${which}`;
  return `  ${one.decides ? ICONS.failed : ICONS.skipped} not verified with ${which}: ${one.why}`;
}
