import * as l10n from '@vscode/l10n';
import { type Command, Option } from 'commander';
import type { ApiSession } from '../cluster/session/api-session.ts';
import { commandHere } from '../shared/words/same-cluster.ts';
import { redisAsWell, rollOutAndRecord } from './rollout-registry.ts';
import { type Terminal, writeLines } from './terminal.ts';
import { warning } from './words.ts';

export type RolloutChoice = 'ask' | 'always' | 'never';

/** Adds `--rollout` to a command that prunes. */
export function withRolloutOption(command: Command): Command {
  return command.addOption(
    new Option(
      '--rollout <when>',
      l10n.t('restart the registry afterwards, so that its cache forgets what is gone'),
    )
      .choices(['ask', 'always', 'never'])
      .default('ask'),
  );
}

/**
 * Rolls the registry out after a run, or says that it is owed, with the command for the same cluster.
 * @returns whether it is done
 * @throws UserError where the rollout failed; it stays owed
 */
export async function rolloutAfterRun(
  session: ApiSession,
  runs: string,
  { rollout, kubeconfig }: { rollout: RolloutChoice; kubeconfig?: string },
  terminal: Terminal,
): Promise<boolean> {
  if (!(await isWanted(rollout, terminal))) {
    const redis = terminal.signal.aborted ? [] : await redisAsWell(session, terminal.signal);
    await writeLines(terminal.stderr, [
      warning(
        l10n.t(
          'the registry’s rollout is owed: until it is restarted, its cache believes in layers that are gone, and images pushed with them are broken. Do it with:',
        ),
      ),
      `  ${commandHere('rollout registry', { kubeconfig, context: session.target.context })}`,
      ...redis,
    ]);
    return false;
  }
  await rollOutAndRecord(session, runs, terminal);
  return true;
}

async function isWanted(choice: RolloutChoice, terminal: Terminal): Promise<boolean> {
  if (choice !== 'ask') return choice === 'always';
  const answer = await terminal.ask?.(
    `${l10n.t('Restart the registry now, so that its cache forgets what is gone?')} [Y/n] `,
  );
  return answer !== undefined && /^(y|yes|)$/i.test(answer.trim());
}
