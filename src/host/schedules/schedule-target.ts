import { isObject, textAt } from '../../engine/shape.ts';

/** What a command of the Schedules view is about. */
export type ScheduleTarget =
  /** The one ImagePruner that there is. */
  { kind: 'pruner' } | { kind: 'cronJob' | 'job'; namespace: string; name: string };

/** What the lines of the view hand to their commands. */
export interface Targeted {
  target: ScheduleTarget;
}

/** Reads what a command was given: a line of the view, or a target by itself; undefined where it is neither. */
export function scheduleTargetOf(given: unknown): ScheduleTarget | undefined {
  if (!isObject(given)) return undefined;
  if (isObject(given.target)) return scheduleTargetOf(given.target);
  const [namespace, name] = [textAt(given, 'namespace'), textAt(given, 'name')];
  switch (given.kind) {
    case 'pruner':
      return { kind: 'pruner' };
    case 'cronJob':
    case 'job':
      return namespace === '' || name === '' ? undefined : { kind: given.kind, namespace, name };
    default:
      return undefined;
  }
}

/** A target as people read it. */
export function scheduleTargetInWords(target: ScheduleTarget): string {
  switch (target.kind) {
    case 'pruner':
      return 'imagepruner/cluster';
    case 'cronJob':
      return `cronjob/${target.name}`;
    case 'job':
      return `job/${target.name}`;
  }
}
