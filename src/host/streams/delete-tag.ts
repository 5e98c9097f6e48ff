import * as vscode from 'vscode';
import type { ReadyContext } from '../contexts/contexts.ts';
import { tagPath } from '../documents/object-path.ts';
import { messageOf } from '../problems.ts';
import { agrees } from '../question.ts';
import type { Services } from '../services.ts';
import { answerStatus } from './answer-status.ts';
import { currentPlan } from './current-plan.ts';
import { deletionInWords } from './deletion-words.ts';
import type { StreamsTree } from './streams-tree.ts';
import { type Target, targetInWords, targetOf } from './target.ts';

type Tag = Extract<Target, { kind: 'tag' }>;

/** Asks, deletes the tag, and shows what is left. */
export async function deleteTagCommand(services: Services, tree: StreamsTree, given: unknown): Promise<void> {
  const target = targetOf(given);
  if (target?.kind !== 'tag') return;
  if (!vscode.workspace.isTrusted) {
    await vscode.window.showWarningMessage(
      vscode.l10n.t('This workspace isn’t trusted, so nothing is deleted from it.'),
    );
    return;
  }
  try {
    const context = await services.connection.context();
    const question = await deleteQuestion(services, target, context);
    if (await agrees(question, vscode.l10n.t('Delete Tag'))) await deleteTag(services, tree, target, context);
  } catch (error) {
    services.log.failure('delete tag', error);
    const again = vscode.l10n.t('Refresh');
    const choice = await vscode.window.showErrorMessage(messageOf(error), again);
    if (choice === again) tree.refresh();
  }
}

/** What the modal says: cluster, tag, who uses it, and what that means. */
export async function deleteQuestion(
  services: Services,
  { namespace, stream, tag }: Tag,
  { target }: ReadyContext,
): Promise<{ message: string; detail: string }> {
  const plan = await currentPlan(services)?.planner.stream(namespace, stream);
  const planned = plan?.tags.find((one) => one.tag === tag);
  return {
    message: vscode.l10n.t('Delete the tag {0}?', `${namespace}/${stream}:${tag}`),
    detail: [
      vscode.l10n.t('Cluster: {0}', target.cluster.server),
      ...deletionInWords(planned, namespace),
    ].join('\n'),
  };
}

/**
 * Deletes a tag with its history and its place in the stream's spec. One that is gone already counts as deleted.
 * @param context the one that the user was asked about
 * @throws Error where that isn't the present context any more; what the session throws
 */
export async function deleteTag(
  services: Services,
  tree: StreamsTree,
  target: Tag,
  { generation, target: asked }: ReadyContext,
): Promise<void> {
  const { context, session } = await services.connection.session();
  if (context.generation !== generation) {
    throw new Error(
      vscode.l10n.t(
        'The tag {0} was not deleted: another context than {1} was chosen meanwhile. Delete it again where it is meant.',
        targetInWords(target),
        asked.context,
      ),
    );
  }
  const { namespace, stream, tag } = target;
  services.log.info(`delete tag ${targetInWords(target)} of ${asked.context}`);
  try {
    await session.json({ method: 'DELETE', path: tagPath(namespace, stream, tag) });
  } catch (error) {
    if (answerStatus(error) !== 404) throw error;
  }
  tree.tagDeleted(namespace, stream, tag);
}
