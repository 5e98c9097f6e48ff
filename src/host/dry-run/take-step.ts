import * as vscode from 'vscode';
import type { NextStep } from '../../shared/dry-run/view.ts';
import { openSettings } from '../commands/settings.ts';
import { COMMANDS } from '../manifest.ts';
import type { Services } from '../services.ts';

/** What a button under a problem does. */
export async function takeStep(step: NextStep, { dryRuns, contexts, pruning, log }: Services): Promise<void> {
  const run = (command: string, ...args: unknown[]) => vscode.commands.executeCommand(command, ...args);
  switch (step) {
    case 'runAgain':
      pruning.acknowledge();
      if (dryRuns.state.kind === 'failed') {
        await contexts.reload();
        void dryRuns.run(dryRuns.state.options);
      } else await run(COMMANDS.dryRun);
      return;
    case 'ignoreInvalidRefs':
      if (dryRuns.state.kind !== 'failed') return;
      void dryRuns.run({
        ...dryRuns.state.options,
        prune: { ...dryRuns.state.options.prune, ignoreInvalidRefs: true },
      });
      return;
    case 'oneNamespace':
      await run(COMMANDS.chooseNamespace);
      return;
    case 'chooseContext':
      await run(COMMANDS.chooseContext);
      return;
    case 'openKubeconfigSetting':
      await openSettings();
      return;
    case 'openRegistry':
      await run('imageHygiene.registry.focus');
      return;
    case 'diagnose':
      await run(COMMANDS.diagnoseRegistry);
      return;
    case 'openRuns':
      await run('imageHygiene.runs.focus');
      return;
    case 'openLog':
      log.show();
  }
}
