import * as vscode from 'vscode';
import type { HardPruneStage } from '../../prune/hard-prune/hard-prune.ts';
import {
  hardPruneStageInWords,
  hardPruneSums,
  whenHardPruned,
  whileHardPruned,
} from '../../shared/words/hard-prune.ts';
import { inWords } from '../../shared/words/in-words.ts';
import { asSentence } from '../../shared/words/joining.ts';
import { isAllowed, isTrusted, showFailure, userOf } from '../changes.ts';
import type { MemoryDocuments } from '../documents/memory-documents.ts';
import { showMarkdown } from '../documents/show-markdown.ts';
import { agrees } from '../question.ts';
import type { Services } from '../services.ts';
import type { HardPruneFacts } from './hard-prune-report.ts';

/** What a hard prune works with. */
export interface HardPruning {
  services: Services;
  documents: MemoryDocuments;
  /** Told when the registry’s read-only mode may be another. */
  onChange(): void;
}

/**
 * Explains what a hard prune is, has the registry look what would go, shows that, and deletes only once the registry’s
 * name was typed.
 */
export async function hardPruneCommand(pruning: HardPruning): Promise<void> {
  const { services } = pruning;
  if (!(await isTrusted())) return;
  try {
    const { context } = await services.connection.session();
    if (!(await isWanted(context.target.context, context.target.cluster.server))) return;
    const found = await checkWithProgress(services);
    if (!found) return;
    const { isNothing } = await import('./engine.ts');
    if (isNothing(found.output)) {
      await vscode.window.showInformationMessage(
        vscode.l10n.t('Nothing to delete: no hard prune of {0} is needed.', found.registry),
      );
      return;
    }
    await show(pruning, found);
    const go = vscode.l10n.t('Delete…');
    const choice = await vscode.window.showInformationMessage(
      vscode.l10n.t('A hard prune of {0} would delete {1}.', found.registry, hardPruneSums(found.output)),
      go,
      vscode.l10n.t('Not Now'),
    );
    if (choice !== go || !(await mayDelete(services))) return;
    if (!(await isNameTyped(found.registry))) return;
    await deleteWithProgress(pruning, found.registry);
  } catch (error) {
    await showFailure(services.log, 'hard prune', error);
  }
}

/** Has the registry look what would go. Nothing is changed. @returns undefined where the user may not, or cancelled */
async function checkWithProgress(services: Services): Promise<HardPruneFacts | undefined> {
  const { context, session } = await services.connection.session();
  const { askRights, RIGHTS_TO_CHECK } = await import('./engine.ts');
  if (!(await isAllowed(await askRights(session, RIGHTS_TO_CHECK), await userOf(session)))) return undefined;
  return vscode.window
    .withProgress(
      {
        location: vscode.ProgressLocation.Notification,
        title: vscode.l10n.t('The registry looks for data that nothing names'),
        cancellable: true,
      },
      async (progress, token) => {
        const abort = new AbortController();
        token.onCancellationRequested(() => abort.abort(new Error('cancelled')));
        try {
          return await checkRegistry(services, abort.signal, (named) =>
            progress.report({ message: vscode.l10n.t('{0} so far', named) }),
          );
        } catch (error) {
          if (abort.signal.aborted) return undefined;
          throw error;
        }
      },
    )
    .then((found) => found && { ...found, context: context.target.context });
}

/**
 * What a hard prune of the present context’s registry would delete.
 * @throws Error where the registry’s own program fails; what the session throws
 */
export async function checkRegistry(
  services: Services,
  signal: AbortSignal,
  onProgress: (named: number) => void = () => {},
): Promise<HardPruneFacts> {
  const { context, session } = await services.connection.session();
  const { pruneInPod, registryName, registryPod } = await import('./engine.ts');
  const registry = await registryName(session, signal);
  const pod = await registryPod(session, signal);
  const { exitCode, output } = await pruneInPod(session, pod, 'check', { signal, onProgress });
  if (exitCode !== 0) throw new Error(failureOf(exitCode, output.errors));
  return { registry, context: context.target.context, pod, what: 'check', output };
}

/** Deletes, with the registry read-only meanwhile, and says what became of it. */
async function deleteWithProgress(pruning: HardPruning, registry: string): Promise<void> {
  const done = await vscode.window.withProgress(
    {
      location: vscode.ProgressLocation.Notification,
      title: vscode.l10n.t('Hard prune of {0}', registry),
      cancellable: true,
    },
    async (progress, token) => {
      const abort = new AbortController();
      token.onCancellationRequested(() => {
        progress.report({ message: vscode.l10n.t('Cancelling: the registry is put back as it was…') });
        abort.abort(new Error('cancelled'));
      });
      return deleteFromRegistry(pruning, abort.signal, (stage) =>
        progress.report({ message: hardPruneStageInWords(stage) }),
      );
    },
  );
  await show(pruning, { ...done.facts, registry });
  if (done.owed !== undefined) {
    const restore = vscode.l10n.t('Make It Writable Again');
    const choice = await vscode.window.showErrorMessage(stillReadOnly(done.owed), restore);
    if (choice === restore) await restoreRegistryCommand(pruning);
  }
}

/**
 * Has the registry delete what nothing names, read-only meanwhile, and put back as it was whatever happens.
 * @returns what went, and why the registry is still read-only, where it is
 * @throws HardPruneError, which says whether it was put back; what the session throws
 */
export async function deleteFromRegistry(
  { services, onChange }: Pick<HardPruning, 'services' | 'onChange'>,
  signal: AbortSignal,
  onStage: (stage: HardPruneStage) => void = () => {},
): Promise<{ facts: HardPruneFacts; owed: string | undefined }> {
  const context = await services.connection.context();
  const { hardPrune, registryName } = await import('./engine.ts');
  // It must be put back even where the context is left meanwhile.
  const session = await services.connection.open(context);
  try {
    services.log.info(`hard prune of the registry of ${context.target.context}`);
    const registry = await registryName(session, signal);
    const { runs } = services.pruning;
    const { pod, exitCode, output, putBack } = await hardPrune({ session, runs, signal, onStage });
    services.log.info(`hard prune ended with ${exitCode}, read-only mode: ${putBack.state}`);
    const owed = putBack.state === 'owed' ? inWords(putBack.why) : undefined;
    if (exitCode !== 0) {
      const failures = [
        failureOf(exitCode, output.errors),
        ...(owed === undefined ? [] : [stillReadOnly(owed)]),
      ];
      throw new Error(failures.join('\n'));
    }
    const after =
      owed === undefined ? vscode.l10n.t('The registry is as it was before.') : stillReadOnly(owed);
    return { facts: { registry, context: context.target.context, pod, what: 'delete', output, after }, owed };
  } finally {
    onChange();
    await session.close();
  }
}

/** Puts the registry’s read-only mode back where a hard prune has left it. */
export async function restoreRegistryCommand(pruning: HardPruning): Promise<void> {
  const { services } = pruning;
  if (!(await isTrusted())) return;
  try {
    const count = await vscode.window.withProgress(
      {
        location: vscode.ProgressLocation.Notification,
        title: vscode.l10n.t('Making the registry writable again'),
      },
      () => restoreRegistry(pruning),
    );
    await vscode.window.showInformationMessage(
      count === 0
        ? vscode.l10n.t('No hard prune of this machine has left the registry read-only.')
        : vscode.l10n.t('The registry takes pushes again.'),
    );
  } catch (error) {
    await showFailure(services.log, 'hard prune restore', error);
  }
}

/** @returns how many hard prunes had left it read-only. @throws HardPruneError; what the session throws */
export async function restoreRegistry({
  services,
  onChange,
}: Pick<HardPruning, 'services' | 'onChange'>): Promise<number> {
  const context = await services.connection.context();
  const { restoreReadOnly } = await import('./engine.ts');
  const session = await services.connection.open(context);
  try {
    const { signal } = new AbortController();
    return await restoreReadOnly({ session, runs: services.pruning.runs, signal });
  } finally {
    onChange();
    await session.close();
  }
}

async function isWanted(context: string, server: string): Promise<boolean> {
  const go = vscode.l10n.t('Look What Would Go');
  const detail = [vscode.l10n.t('Cluster: {0}', server), '', whenHardPruned(), '', whileHardPruned()].join(
    '\n',
  );
  const message = vscode.l10n.t('Hard prune of the registry of {0}', context);
  return agrees({ message, detail }, go);
}

async function mayDelete(services: Services): Promise<boolean> {
  const { session } = await services.connection.session();
  const { askRights, RIGHTS_TO_DELETE } = await import('./engine.ts');
  return isAllowed(await askRights(session, RIGHTS_TO_DELETE), await userOf(session));
}

function stillReadOnly(why: string): string {
  return vscode.l10n.t('The registry is still read-only, so that pushes fail: {0}', asSentence(why));
}

async function isNameTyped(registry: string): Promise<boolean> {
  const typed = await vscode.window.showInputBox({
    title: vscode.l10n.t('Hard prune of {0}', registry),
    prompt: vscode.l10n.t(
      'What is deleted can’t be restored, and pushes fail meanwhile. Type the registry’s name to delete: {0}',
      registry,
    ),
    placeHolder: registry,
    ignoreFocusOut: true,
    validateInput: (text) =>
      text.trim() === registry
        ? undefined
        : vscode.l10n.t(
            'This is not the name of the registry. What is deleted can’t be restored, and pushes fail meanwhile.',
          ),
  });
  return typed?.trim() === registry;
}

async function show({ services, documents }: HardPruning, facts: HardPruneFacts): Promise<void> {
  const { hardPruneReport } = await import('./engine.ts');
  const uri = documents.add(`${vscode.l10n.t('Hard prune')}.md`, hardPruneReport(facts));
  await showMarkdown(uri, services.log);
}

function failureOf(exitCode: number, errors: readonly string[]): string {
  const last = errors.at(-1);
  return last === undefined
    ? vscode.l10n.t('The registry’s own prune failed with exit status {0}.', exitCode)
    : vscode.l10n.t('The registry’s own prune failed with exit status {0}: {1}', exitCode, last);
}
