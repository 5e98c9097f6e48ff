import * as vscode from 'vscode';
import type { ApplyPlan, PlannedObject } from '../../cluster/schedules/apply-manifests.ts';
import type { ApiSession } from '../../cluster/session/api-session.ts';
import type { ScheduleRequest } from '../../schedules/manifests.ts';
import type { DoneObject, ScheduleOutcome } from '../../shared/schedule/view.ts';
import { isAllowed, isTrusted, userOf } from '../changes.ts';
import type { ReadyContext } from '../contexts/contexts.ts';
import type { MemoryDocuments } from '../documents/memory-documents.ts';
import { agrees } from '../question.ts';
import type { Services } from '../services.ts';
import type { ScheduleBook } from './schedule-book.ts';

/** What making objects works with. */
export interface Making {
  services: Services;
  book: ScheduleBook;
  /** Where what is and what would be is shown side by side. */
  documents: MemoryDocuments;
}

/**
 * Makes what a request asks for: tried at the server first, beside what is there where that differs, and only once the
 * user has agreed.
 * @throws ScheduleError; what the session throws
 */
export async function makeSchedule(making: Making, request: ScheduleRequest): Promise<ScheduleOutcome> {
  const { services, documents } = making;
  if (!(await isTrusted())) return { kind: 'cancelled' };
  const { context, session } = await services.connection.session();
  const { manifestsOf, planApply } = await import('./engine.ts');
  const plan = await planApply(session, manifestsOf(request));
  if (!(await isAllowed(plan.missing.map(asked), await userOf(session)))) return { kind: 'cancelled' };
  const replaced = plan.objects.filter(({ verdict }) => verdict === 'replace');
  if (plan.objects.every(({ verdict }) => verdict === 'unchanged')) return { kind: 'unchanged' };
  if (replaced.length > 0 && !(await looksGood(replaced, documents))) return { kind: 'cancelled' };
  const isRefused = plan.objects.some(({ verdict }) => verdict === 'refused');
  // What the server would not take is said by the attempt, which changes nothing then.
  if (!isRefused && !(await isAgreed(plan, request, context))) return { kind: 'cancelled' };
  return { kind: 'done', objects: await applyAgreed(making, session, plan) };
}

/** Makes what was agreed to. @throws ScheduleError; what the session throws */
export async function applyAgreed(
  { services, book }: Pick<Making, 'services' | 'book'>,
  session: ApiSession,
  plan: ApplyPlan,
): Promise<DoneObject[]> {
  const { applyPlan } = await import('./engine.ts');
  try {
    const made = await applyPlan(session, plan, { replace: true });
    services.log.info(`applied ${made.join(', ') || 'nothing'}`);
  } finally {
    book.refresh();
  }
  return plan.objects.map(({ manifest, verdict }) => ({
    kind: manifest.kind,
    namespace: manifest.metadata.namespace ?? null,
    name: manifest.metadata.name,
    what: verdict === 'create' ? 'created' : verdict === 'replace' ? 'changed' : 'unchanged',
  }));
}

/** What the modal says: the cluster, every object, and what becomes of it. */
export function makeQuestion(
  { objects }: ApplyPlan,
  request: ScheduleRequest,
  context: string,
  server: string,
): { message: string; detail: string } {
  const real = request.options.confirm && !request.suspend;
  const lines = [
    vscode.l10n.t('Cluster: {0}', server),
    ...objects.map(({ manifest, verdict }) => {
      const { name, namespace } = manifest.metadata;
      const object = `${manifest.kind} ${namespace === undefined ? name : `${namespace}/${name}`}`;
      if (verdict === 'create') return vscode.l10n.t('{0}: is made', object);
      if (verdict === 'replace') return vscode.l10n.t('{0}: is changed', object);
      return vscode.l10n.t('{0}: stays as it is', object);
    }),
    ...(real
      ? [
          '',
          request.kind === 'Job'
            ? vscode.l10n.t(
                'The Job begins to prune at once. What it deletes from the registry can’t be restored.',
              )
            : vscode.l10n.t(
                'It prunes by its schedule. What it deletes from the registry can’t be restored.',
              ),
        ]
      : []),
  ];
  const changes = objects.some(({ verdict }) => verdict === 'replace');
  return {
    message: changes
      ? vscode.l10n.t('Change what prunes in {0}?', context)
      : vscode.l10n.t('Make these objects in {0}?', context),
    detail: lines.join('\n'),
  };
}

/** Shows what would be different, and lets the user look at it as long as they like. */
async function looksGood(replaced: readonly PlannedObject[], documents: MemoryDocuments): Promise<boolean> {
  const { objectName, objectYaml, withoutBookkeeping } = await import('./engine.ts');
  for (const { manifest, versions } of replaced) {
    if (versions === null) continue;
    const [before, after] = [versions.before, versions.after].map((version) =>
      documents.add(`${manifest.metadata.name}.yaml`, objectYaml(withoutBookkeeping(version))),
    );
    const title = vscode.l10n.t('{0}: as it is ↔ as it would be', objectName(manifest));
    await vscode.commands.executeCommand('vscode.diff', before, after, title, { preview: false });
  }
  const go = vscode.l10n.t('Change…');
  const leave = vscode.l10n.t('Leave as It Is');
  const choice = await vscode.window.showInformationMessage(
    vscode.l10n.t(
      'There is already {0}, and it is different. At the right is what it would be. Change it?',
      replaced.map(({ manifest }) => objectName(manifest)).join(', '),
    ),
    go,
    leave,
  );
  return choice === go;
}

async function isAgreed(
  plan: ApplyPlan,
  request: ScheduleRequest,
  { target }: ReadyContext,
): Promise<boolean> {
  const question = makeQuestion(plan, request, target.context, target.cluster.server);
  const changes = plan.objects.some(({ verdict }) => verdict === 'replace');
  const go = changes ? vscode.l10n.t('Change') : vscode.l10n.t('Create');
  return agrees(question, go);
}

function asked({ words, allowed, grant }: ApplyPlan['missing'][number]) {
  return { words, allowed, grant };
}
