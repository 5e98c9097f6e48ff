import * as l10n from '@vscode/l10n';
import type { Finding, Fix } from '../../registry/diagnosis/finding.ts';
import { mayPrune } from '../../registry/diagnosis/registry-diagnosis.ts';
import { findingInWords, fixInWords } from '../../shared/words/diagnosis.ts';
import { inSettings } from '../../shared/words/in-settings.ts';
import type { DiagnosesState } from '../diagnosis/diagnoses.ts';
import { COMMANDS } from '../manifest.ts';
import type { RegistryReport } from './registry-check.ts';
import type { RegistryRow } from './row.ts';

/** What is wrong on the way to the registry, and what to do first; what a diagnosis saw counts before what an error says. */
export function diagnosisRows(state: DiagnosesState, { finding }: RegistryReport): RegistryRow[] {
  switch (state.kind) {
    case 'running':
      return [row({ icon: 'loading~spin', description: l10n.t('looking…') }, COMMANDS.openDiagnosis)];
    case 'done': {
      if (state.stale) return finding ? [findingRow(finding, COMMANDS.diagnoseRegistry)] : [];
      const [first] = state.diagnosis.findings;
      if (first) return [findingRow(first, COMMANDS.openDiagnosis)];
      const good = mayPrune(state.diagnosis);
      return [
        row(
          good
            ? { icon: 'pass', mood: 'good', description: l10n.t('nothing is in the way') }
            : { icon: 'question', description: l10n.t('reached; not asked whether it would delete') },
          COMMANDS.openDiagnosis,
        ),
      ];
    }
    default:
      return finding ? [findingRow(finding, COMMANDS.diagnoseRegistry)] : [];
  }
}

function findingRow(finding: Finding, command: string): RegistryRow {
  const { title, cause } = findingInWords(finding);
  const [best] = finding.fixes;
  return {
    ...row({ icon: 'pulse', mood: 'bad', description: title }, command),
    tooltip: inSettings([title, cause].join('\n')),
    children: best ? [nextStepRow(best, command)] : [],
    open: true,
  };
}

function nextStepRow(fix: Fix, command: string): RegistryRow {
  const words = inSettings(fixInWords(fix));
  return {
    id: 'diagnosis next',
    icon: 'lightbulb',
    label: l10n.t('Next step'),
    description: words,
    tooltip: `${words}\n${l10n.t('Click to see the whole diagnosis.')}`,
    command: { id: command },
  };
}

function row(more: Pick<RegistryRow, 'icon' | 'mood' | 'description'>, command: string): RegistryRow {
  return { id: 'diagnosis', label: l10n.t('Diagnosis'), ...more, command: { id: command } };
}
