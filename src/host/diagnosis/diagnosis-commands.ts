import * as vscode from 'vscode';
import { COMMANDS } from '../manifest.ts';
import { PagePanel } from '../page-panel.ts';
import type { Services } from '../services.ts';
import { DiagnosisHost } from './diagnosis-host.ts';
import { DIAGNOSIS_PAGE } from './diagnosis-page.ts';

/** The diagnosis page and its commands. */
export function registerDiagnosis(services: Services): vscode.Disposable[] {
  const { extension, contexts, diagnoses, log } = services;
  const host = new DiagnosisHost(services);
  const panel = new PagePanel(extension.extensionUri, DIAGNOSIS_PAGE, host, log);
  const command = (id: string, work: () => unknown) => vscode.commands.registerCommand(id, work);
  return [
    host,
    panel.register(),
    command(COMMANDS.diagnoseRegistry, async () => {
      panel.open();
      const { kind } = await contexts.ready();
      if (kind === 'ready' && diagnoses.state.kind !== 'running') await diagnoses.run();
    }),
    command(COMMANDS.openDiagnosis, () => panel.open()),
    command(COMMANDS.explainError, async () => {
      // A browser lets its clipboard be read only while the page that asks has the focus: before ours takes it.
      const text = await vscode.env.clipboard.readText();
      panel.open();
      await host.explain(errorIn(text));
    }),
  ];
}

/** What is on the clipboard is taken where it looks like the text of a failed run; other things are nobody’s business. */
function errorIn(text: string): string {
  const telling =
    /x509|certificate|tls|error|fail|refused|denied|forbidden|unauthorized|timeout|no such host|malformed/i;
  return telling.test(text) ? text : '';
}
