import * as vscode from 'vscode';
import { TOOLS } from '../manifest.ts';
import type { Services } from '../services.ts';
import type { ReadOnlyTool } from './read-only-tool.ts';
import { inputWith, textIn } from './tool-input.ts';

interface Input {
  /** The output of a failed run, to be explained without a cluster. */
  errorText?: string;
}

/**
 * Says what is in the way to the registry. Where the registry is, and how it may be spoken to, the settings alone say. Its
 * look shows nobody an address, so that the token goes only to one that the user gave or has seen on a page.
 */
export function diagnoseTool({ connection, diagnoses }: Services): ReadOnlyTool<Input> {
  return {
    name: TOOLS.diagnoseRegistry,
    read: (given) => ({ errorText: textIn(inputWith(given, ['errorText']), 'errorText') }),
    async announce({ errorText }) {
      if (errorText !== undefined) {
        return {
          doing: vscode.l10n.t('Explaining the text of a failed run'),
          title: vscode.l10n.t('Explain the text of a failed run?'),
          message: vscode.l10n.t('No cluster is asked.'),
        };
      }
      const { target } = await connection.context();
      return {
        doing: vscode.l10n.t('Diagnosing the registry of {0}', target.context),
        title: vscode.l10n.t('Diagnose the registry of {0}?', target.context),
        message: vscode.l10n.t(
          'It looks at every way to the registry and changes nothing. The language model gets addresses and certificates, and no secret.',
        ),
      };
    },
    async run({ errorText }, signal) {
      const { diagnosisMarkdown, findingsMarkdown } = await import(
        '../../shared/words/diagnosis-markdown.ts'
      );
      if (errorText === undefined) return diagnosisMarkdown(await diagnoses.aside(signal));
      const { recogniseText } = await import('../diagnosis/diagnosing.ts');
      return findingsMarkdown(recogniseText(errorText)).join('\n');
    },
  };
}
