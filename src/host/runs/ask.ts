// What the commands of the Runs view ask before they do anything.
import * as vscode from 'vscode';
import type { ReadyContext } from '../contexts/contexts.ts';
import { agrees } from '../question.ts';
import type { Services } from '../services.ts';
import { contextOfRun } from './run-context.ts';
import type { RunFacts } from './run-facts.ts';
import { runIdOf } from './run-nodes.ts';
import { runLine } from './run-words.ts';
import type { Runs } from './runs.ts';

/**
 * The run that a command is about; without one, a choice of those that fit.
 * @param given an id, or a line of the view
 */
export async function askForRun(
  runs: Runs,
  given: unknown,
  placeHolder: string,
  fits: (facts: RunFacts) => boolean,
): Promise<RunFacts | undefined> {
  const id = runIdOf(given);
  if (id !== undefined) {
    const entry = await runs.entry(id);
    if (entry?.kind === 'run') return entry.facts;
    await vscode.window.showErrorMessage(
      entry?.why ?? vscode.l10n.t('There is no run {0} on this machine.', id),
    );
    return undefined;
  }
  const book = await runs.book();
  const entries = await book.entries(await book.ids());
  const now = Date.now();
  const items = entries.flatMap((entry) => {
    if (entry.kind !== 'run' || !fits(entry.facts)) return [];
    const { label, description } = runLine(entry.facts, undefined, now);
    return [{ label, description, detail: entry.id, facts: entry.facts }];
  });
  if (items.length === 0) {
    await vscode.window.showInformationMessage(vscode.l10n.t('There is no run for that.'));
    return undefined;
  }
  const chosen = await vscode.window.showQuickPick(items, { placeHolder, matchOnDetail: true });
  return chosen?.facts;
}

/** The run's own context; where another one is looked at, after an offer to change it. */
export async function askForContext(
  { contexts }: Services,
  { origin }: RunFacts,
): Promise<ReadyContext | undefined> {
  const found = contextOfRun(origin, await contexts.ready());
  switch (found.kind) {
    case 'present':
      return found.context;
    case 'unknown':
      await vscode.window.showErrorMessage(
        vscode.l10n.t('This run doesn’t say which cluster it is of, so nothing can be done with it here.'),
      );
      return undefined;
    case 'missing': {
      const { name, server, leadsTo } = found;
      await vscode.window.showErrorMessage(
        leadsTo === undefined
          ? vscode.l10n.t(
              'The run is of the context {0} ({1}), which the kubeconfig doesn’t have. Log in there again with oc login.',
              name,
              server,
            )
          : vscode.l10n.t(
              'The run is of {1}, but the context {0} leads to {2} by now. Use the kubeconfig that it was made with.',
              name,
              server,
              leadsTo,
            ),
      );
      return undefined;
    }
    case 'other': {
      const { name, present, current } = found;
      const go = vscode.l10n.t('Switch to {0}', name);
      const detail =
        present === undefined
          ? vscode.l10n.t('No context is in use now.')
          : vscode.l10n.t('The context in use is {0}. What its dry run shows is let go of.', present);
      const message = vscode.l10n.t('The run is of the context {0}.', name);
      if (!(await agrees({ message, detail }, go))) return undefined;
      await contexts.chooseContext(current ? undefined : name);
      const now = contextOfRun(origin, await contexts.ready());
      return now.kind === 'present' ? now.context : undefined;
    }
  }
}
