import * as vscode from 'vscode';
import type { ImagePrunerChange } from '../../schedules/image-pruner.ts';
import type { ImagePruner } from '../../schedules/schedules.ts';
import type { PrunerAsk } from '../../shared/schedule/protocol.ts';
import type { ScheduleOutcome } from '../../shared/schedule/view.ts';
import { prunerFieldInWords } from '../../shared/words/pruner-fields.ts';
import { isAllowed, isTrusted, userOf } from '../changes.ts';
import { agrees } from '../question.ts';
import type { Making } from './make-schedule.ts';

/**
 * Changes the ImagePruner as the page saw it: tried at the server first, and only once the user has agreed.
 * @throws ScheduleError, also where somebody else has changed it meanwhile; what the session throws
 */
export async function changeImagePruner(
  making: Pick<Making, 'services' | 'book'>,
  { change, resourceVersion }: PrunerAsk,
): Promise<ScheduleOutcome> {
  const { services, book } = making;
  if (!(await isTrusted())) return { kind: 'cancelled' };
  const { context, session } = await services.connection.session();
  const { askRights, changePruner, prunerDifferences, RIGHT_TO_CHANGE_PRUNER } = await import('./engine.ts');
  const rights = await askRights(session, [RIGHT_TO_CHANGE_PRUNER]);
  if (!(await isAllowed(rights, await userOf(session)))) return { kind: 'cancelled' };
  const { pruner } = (await book.read()).schedules;
  if (!pruner) throw new Error(vscode.l10n.t('There is no ImagePruner any more.'));
  const seen: ImagePruner = { ...pruner, resourceVersion };
  const differences = prunerDifferences(pruner.spec, change);
  if (differences.length === 0) return { kind: 'unchanged' };
  await changePruner(session, seen, change, { dryRun: true });
  const question = prunerQuestion(
    differences.map(({ field, before, after }) => ({
      what: prunerFieldInWords(field),
      before: before || vscode.l10n.t('the operator’s default'),
      after: after || vscode.l10n.t('the operator’s default'),
    })),
    context.target.context,
    context.target.cluster.server,
  );
  const go = vscode.l10n.t('Change');
  if (!(await agrees(question, go))) return { kind: 'cancelled' };
  await applyPrunerChange(making, seen, change);
  return {
    kind: 'done',
    objects: [{ kind: 'ImagePruner', namespace: null, name: 'cluster', what: 'changed' }],
  };
}

/** Changes the ImagePruner as it was looked at. @throws ScheduleError; what the session throws */
export async function applyPrunerChange(
  { services, book }: Pick<Making, 'services' | 'book'>,
  seen: ImagePruner,
  change: ImagePrunerChange,
): Promise<void> {
  const { session } = await services.connection.session();
  const { changePruner } = await import('./engine.ts');
  try {
    await changePruner(session, seen, change);
    services.log.info(`changed imagepruner/cluster: ${Object.keys(change).join(', ')}`);
  } finally {
    book.refresh();
  }
}

/** What the modal says: the cluster, the object, and every field before and after. */
export function prunerQuestion(
  changes: readonly { what: string; before: string; after: string }[],
  context: string,
  server: string,
): { message: string; detail: string } {
  const lines = [
    vscode.l10n.t('Cluster: {0}', server),
    vscode.l10n.t('Object: {0}', 'imagepruner/cluster'),
    ...changes.map(({ what, before, after }) => vscode.l10n.t('{0}: {1} → {2}', what, before, after)),
    '',
    vscode.l10n.t('The registry’s operator prunes by it from then on.'),
  ];
  return { message: vscode.l10n.t('Change the ImagePruner of {0}?', context), detail: lines.join('\n') };
}
