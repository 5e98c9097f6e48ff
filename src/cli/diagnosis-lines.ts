import * as l10n from '@vscode/l10n';
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
import { inWords } from '../shared/words/in-words.ts';
import { type ChosenCluster, lineHere } from '../shared/words/same-cluster.ts';
import { padded, widthOf } from './table.ts';

const ICONS: Record<Step['verdict'], string> = { ok: '✓', failed: '✗', skipped: '–' };

/** A diagnosis for a terminal, with commands for the same cluster: the way that a prune takes, the others in short, what is wrong and what to do. */
export function diagnosisLines(diagnosis: RegistryDiagnosis, chosen: ChosenCluster): string[] {
  const { at, context, server, addresses, unread, findings } = diagnosis;
  const others = addresses.filter(({ chosen }) => !chosen);
  return [
    l10n.t('The way to the registry of {0} ({1})', context, server),
    '',
    ...addresses.filter(({ chosen }) => chosen).flatMap((one) => [...addressLines(one, at), '']),
    ...section(l10n.t('Other ways:'), others.map(otherWayLine)),
    ...(findings.length === 0
      ? []
      : section(
          l10n.t('Not looked at:'),
          unread.map(({ what, why }) => l10n.t('{0}: {1}', inWords(what), inWords(why))),
        )),
    ...findingLines(findings, chosen),
  ];
}

function section(head: string, lines: readonly string[]): string[] {
  return lines.length === 0 ? [] : [head, ...lines.map((line) => `  ${line}`), ''];
}

function otherWayLine(diagnosed: DiagnosedAddress): string {
  const failed = diagnosed.steps.find(({ verdict }) => verdict === 'failed');
  const which = `${diagnosed.address} (${sourceInWords(diagnosed)})`;
  if (!failed) return `${ICONS.ok} ${l10n.t('{0}: a registry answers', which)}`;
  const { name, result } = stepInWords(failed);
  return `${ICONS.failed} ${which}: ${name}: ${result}`;
}

/** Findings for a terminal: what the reference prints, what it means, what to do, the risky last and marked. */
export function findingLines(findings: readonly Finding[], chosen: ChosenCluster): string[] {
  return findings.flatMap((finding) => {
    const { title, cause } = findingInWords(finding);
    const rule = ruleInWords(finding.rule);
    const where = finding.address === '' ? '' : ` (${finding.address})`;
    return [
      `✗ ${title}${where}`,
      ...finding.message.split('\n').map((line) => `    ${line}`),
      `  ${cause}`,
      `  ${l10n.t('What to do, best first:')}`,
      ...finding.fixes.flatMap((fix, place) => fixLines(fix, place + 1, chosen)),
      ...(rule === '' ? [] : [`  ${l10n.t('Documented:')} ${rule}`]),
      '',
    ];
  });
}

function fixLines(fix: Fix, number: number, chosen: ChosenCluster): string[] {
  const mark = markOf(fix.risk);
  return [
    `    ${number}. ${mark}${fixInWords(fix)}`,
    ...(fix.command === undefined ? [] : [`         ${lineHere(fix.command, chosen)}`]),
  ];
}

function markOf(risk: Fix['risk']): string {
  if (risk === 'insecure') return `${l10n.t('RISKY:')} `;
  return risk === 'cluster' ? `${l10n.t('(changes the cluster)')} ` : '';
}

function addressLines(diagnosed: DiagnosedAddress, at: string): string[] {
  const { address, steps, verifications } = diagnosed;
  return [
    l10n.t('{0} ({1}); a prune takes this way', address, sourceInWords(diagnosed)),
    ...stepLines(steps),
    ...chainLines(diagnosed, at),
    ...verifications.map(verificationLine),
  ];
}

function stepLines(steps: readonly Step[]): string[] {
  const named = steps.map((step) => ({ step, words: stepInWords(step) }));
  const width = Math.max(...named.map(({ words }) => widthOf(words.name)));
  const verdicts = Math.max(...named.map(({ step }) => widthOf(verdictInWords(step.verdict))));
  return named.map(({ step: { verdict, ms }, words: { name, result } }) => {
    const took = ms === null ? '' : `  ${ms} ms`;
    const start = `  ${ICONS[verdict]} ${padded(verdictInWords(verdict), verdicts)}  ${padded(name, width)}  ${result}`;
    return `${start.trimEnd()}${took}`;
  });
}

/** The chain as a tree, each certificate above the one that signed it; the break is marked. */
function chainLines(diagnosed: DiagnosedAddress, at: string): string[] {
  const { chain, verifications } = diagnosed;
  if (chain.length === 0) return [];
  const gap = chainBreak(diagnosed, at);
  const why = inWords(verifications.find(({ decides }) => decides)?.why ?? '');
  const branch = (depth: number) => (depth === 0 ? '' : `${'   '.repeat(depth - 1)}└─ `);
  return [
    `  ${l10n.t('Certificates as served:')}`,
    ...chain.flatMap((certificate, depth) => [
      `    ${branch(depth)}${certificate.subject}${gap === depth ? `   ${ICONS.failed} ${why}` : ''}`,
      ...certificateInWords(certificate).map((line) => `    ${'   '.repeat(depth + 1)}${line}`),
    ]),
    ...(gap === chain.length
      ? [`    ${branch(gap)}${ICONS.failed} ${l10n.t('nobody who is trusted: {0}', why)}`]
      : []),
  ];
}

/** Only one of them decides; that others don’t fit is no failure. */
function verificationLine(one: Verification): string {
  const authority = authorityInWords(one);
  const which = one.decides ? l10n.t('{0} (a prune goes by this)', authority) : authority;
  if (one.verified) return `  ${ICONS.ok} ${l10n.t('verified with {0}', which)}`;
  const icon = one.decides ? ICONS.failed : ICONS.skipped;
  return `  ${icon} ${l10n.t('not verified with {0}: {1}', which, inWords(one.why ?? ''))}`;
}
