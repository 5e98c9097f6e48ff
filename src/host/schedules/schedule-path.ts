import { IMAGE_PRUNER_PATH } from '../../schedules/image-pruner.ts';
import type { ScheduleTarget } from './schedule-target.ts';

/** Where an object is that prunes. Names are encoded, so that none leads elsewhere. */
export function schedulePath(target: ScheduleTarget): string {
  if (target.kind === 'pruner') return IMAGE_PRUNER_PATH;
  const { kind, namespace, name } = target;
  const resource = kind === 'cronJob' ? 'cronjobs' : 'jobs';
  return `/apis/batch/v1/namespaces/${encodeURIComponent(namespace)}/${resource}/${encodeURIComponent(name)}`;
}

export function isSchedulePath(path: string): boolean {
  return (
    path === IMAGE_PRUNER_PATH ||
    /^\/apis\/batch\/v1\/namespaces\/[^/]+\/(?:cronjobs|jobs)\/[^/]+$/.test(path)
  );
}
