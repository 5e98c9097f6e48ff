import * as l10n from '@vscode/l10n';
import type { Finding } from '../../registry/diagnosis/finding.ts';
import type { DiagnosedAddress, RegistryDiagnosis } from '../../registry/diagnosis/registry-diagnosis.ts';
import { findingInWords, fixInWords, ruleInWords } from './diagnosis.ts';
import {
  authorityInWords,
  certificateInWords,
  sourceInWords,
  stepInWords,
  verdictInWords,
} from './diagnosis-steps.ts';
import { inWords } from './in-words.ts';

/** A diagnosis as Markdown, for a ticket. A diagnosis holds no secret. */
export function diagnosisMarkdown(diagnosis: RegistryDiagnosis): string {
  const { at, context, server, reached, findings, addresses, unread } = diagnosis;
  return [
    `# ${l10n.t('The way to the registry of {0}', escaped(context))}`,
    '',
    `- ${l10n.t('Made {0}', at)}`,
    `- ${l10n.t('Server: {0}', escaped(server))}`,
    `- ${reached === null ? l10n.t('A prune would not reach the registry.') : l10n.t('A prune would use {0}.', escaped(reached))}`,
    '',
    ...findingsMarkdown(findings),
    ...addresses.flatMap(addressMarkdown),
    ...(unread.length === 0
      ? []
      : [
          `## ${l10n.t('Not looked at')}`,
          '',
          ...unread.map(({ what, why }) => `- ${escaped(inWords(what))}: ${escaped(inWords(why))}`),
          '',
        ]),
  ].join('\n');
}

/** Findings as Markdown: the message, the cause, what to do. */
export function findingsMarkdown(findings: readonly Finding[]): string[] {
  return findings.flatMap((finding) => {
    const { title, cause } = findingInWords(finding);
    const rule = ruleInWords(finding.rule);
    return [
      `## ${escaped(title)}`,
      '',
      ...fenced(finding.message),
      '',
      escaped(cause),
      '',
      ...finding.fixes.flatMap((fix, place) => [
        `${place + 1}. ${fix.risk === 'insecure' ? `**${l10n.t('Risky')}:** ` : ''}${escaped(fixInWords(fix))}`,
        ...(fix.command === undefined ? [] : fenced(fix.command).map((line) => `   ${line}`)),
      ]),
      '',
      ...(rule === '' ? [] : [`${l10n.t('Documented:')} ${escaped(rule)}`, '']),
    ];
  });
}

function addressMarkdown(diagnosed: DiagnosedAddress): string[] {
  const { address, steps, chain, verifications } = diagnosed;
  return [
    `## ${escaped(address)} (${escaped(sourceInWords(diagnosed))})`,
    '',
    `| ${l10n.t('Step')} | ${l10n.t('Verdict')} | ${l10n.t('Result')} | ms |`,
    '|---|---|---|---:|',
    ...steps.map((step) => {
      const { name, result } = stepInWords(step);
      return `| ${escaped(name)} | ${verdictInWords(step.verdict)} | ${escaped(result)} | ${step.ms ?? ''} |`;
    }),
    '',
    ...chain.flatMap((certificate, depth) => [
      `${'  '.repeat(depth)}- ${escaped(certificate.subject)}`,
      ...certificateInWords(certificate).map((line) => `${'  '.repeat(depth + 1)}- ${escaped(line)}`),
    ]),
    ...(chain.length === 0 ? [] : ['']),
    ...verifications.map((one) => {
      const outcome = one.verified
        ? l10n.t('verifies it')
        : l10n.t('doesn’t verify it: {0}', inWords(one.why ?? ''));
      return `- ${escaped(authorityInWords(one))}: ${escaped(outcome)}`;
    }),
    ...(verifications.length === 0 ? [] : ['']),
  ];
}

/** A text as it is, whatever it holds. */
function fenced(text: string): string[] {
  const longest = Math.max(2, ...[...text.matchAll(/`+/g)].map(([run]) => run.length));
  const fence = '`'.repeat(longest + 1);
  return [fence, text, fence];
}

/** Text that must not become Markdown or HTML: names in certificates and what servers say may hold anything. */
function escaped(text: string): string {
  return text.replaceAll(/[\\`*_{}[\]<>|~#]/g, '\\$&').replaceAll('\n', ' ');
}
