import * as vscode from 'vscode';
import { listAt, objectAt, textAt } from '../../engine/shape.ts';
import { imagePath, streamPath } from '../documents/object-path.ts';
import { messageOf } from '../problems.ts';
import type { Services } from '../services.ts';
import { currentPlan } from './current-plan.ts';
import { type Target, targetInWords, targetOf } from './target.ts';

/** Copies what `podman pull` takes: of a revision or an image by digest, of a tag by tag, of a stream its repository. */
export async function copyPullSpecCommand(services: Services, given: unknown): Promise<void> {
  const target = targetOf(given);
  if (!target) return;
  try {
    const spec = await pullSpecOf(services, target);
    if (spec !== undefined) await copy(spec);
    else {
      await vscode.window.showWarningMessage(
        vscode.l10n.t(
          'The cluster names no registry for {0}, so that there is no pull spec.',
          targetInWords(target),
        ),
      );
    }
  } catch (error) {
    services.log.failure('pull spec', error);
    await vscode.window.showErrorMessage(messageOf(error));
  }
}

/** Copies the digest of a revision or an image. */
export async function copyDigestCommand(given: unknown): Promise<void> {
  const target = targetOf(given);
  if (target && 'image' in target) await copy(target.image);
}

/**
 * A pull spec.
 * @returns undefined where the cluster doesn't say by which registry
 * @throws what the session throws
 */
export async function pullSpecOf(services: Services, target: Target): Promise<string | undefined> {
  const { session } = await services.connection.session();
  if (target.kind === 'namespace') return undefined;
  if (target.kind === 'image' && target.stream === undefined) {
    const image = await session.json({ path: imagePath(target.image) });
    return textAt(image, 'dockerImageReference') || undefined;
  }
  const { namespace = '', stream = '' } = target;
  const object = await session.json({ path: streamPath(namespace, stream) }).catch(async (error: unknown) => {
    // A plan remembers the repository, also without a cluster.
    const repository = await plannedRepository(services, namespace, stream);
    if (repository === undefined) throw error;
    return { status: { dockerImageRepository: repository } };
  });
  return specWithin(objectAt(object, 'status'), target);
}

/** @param status of the image stream that the target is in */
function specWithin(status: unknown, target: Exclude<Target, { kind: 'namespace' }>): string | undefined {
  const repository = textAt(status, 'dockerImageRepository');
  if (target.kind === 'revision' || target.kind === 'image') {
    const items = listAt(status, 'tags').flatMap((history) => listAt(history, 'items'));
    const item = items.find((one) => textAt(one, 'image') === target.image);
    const reference = textAt(item, 'dockerImageReference');
    if (reference !== '') return reference;
    return repository === '' ? undefined : `${repository}@${target.image}`;
  }
  if (repository === '') return undefined;
  return target.kind === 'tag' ? `${repository}:${target.tag}` : repository;
}

async function plannedRepository(
  services: Services,
  namespace: string,
  stream: string,
): Promise<string | undefined> {
  const plan = await currentPlan(services)?.planner.stream(namespace, stream);
  return plan?.repository || undefined;
}

async function copy(text: string): Promise<void> {
  await vscode.env.clipboard.writeText(text);
  vscode.window.setStatusBarMessage(vscode.l10n.t('$(copy) Copied: {0}', text), 4000);
}
