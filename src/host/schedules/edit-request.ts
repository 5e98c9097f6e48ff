import { pruningContainer } from '../../cluster/schedules/pruning-pod.ts';
import { isObject, type JsonObject, listAt, objectAt, textAt } from '../../engine/shape.ts';
import type { ScheduleRequest } from '../../schedules/manifests.ts';
import type { Resources } from '../../schedules/resources.ts';

/**
 * What a CronJob was made of, so that the form can be filled in with it.
 * @param object a `batch/v1` CronJob
 * @returns undefined where it prunes no images
 */
export function requestOfCronJob(object: JsonObject): ScheduleRequest | undefined {
  const metadata = objectAt(object, 'metadata');
  const spec = objectAt(object, 'spec');
  const template = objectAt(objectAt(objectAt(spec, 'jobTemplate'), 'spec'), 'template');
  const container = pruningContainer(template);
  if (container === undefined) return undefined;
  const own = listAt(objectAt(template, 'spec'), 'containers').find(
    (one) => textAt(one, 'name') === container.name,
  );
  const { prune, registry, confirm } = container.command;
  return {
    name: textAt(metadata, 'name'),
    namespace: textAt(metadata, 'namespace'),
    kind: 'CronJob',
    schedule: textAt(spec, 'schedule'),
    timeZone: textAt(spec, 'timeZone') || null,
    suspend: spec.suspend === true,
    serviceAccount: container.serviceAccount,
    image: container.image,
    resources: resourcesOf(objectAt(own, 'resources')),
    options: { prune, registry, confirm },
  };
}

function resourcesOf(resources: JsonObject): Resources {
  const amounts = (key: string): Readonly<Record<string, string>> | undefined => {
    const given = resources[key];
    if (!isObject(given)) return undefined;
    return Object.fromEntries(Object.entries(given).map(([name, amount]) => [name, String(amount)]));
  };
  const [requests, limits] = [amounts('requests'), amounts('limits')];
  return { ...(requests ? { requests } : {}), ...(limits ? { limits } : {}) };
}
