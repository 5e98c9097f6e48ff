// What the page of schedules asks, checked on arrival. Whether values go together is checked by who uses them.

import type { JsonObject } from '../../engine/shape.ts';
import type { ImagePrunerChange } from '../../schedules/image-pruner.ts';
import type { ScheduleRequest } from '../../schedules/manifests.ts';
import type { Resources } from '../../schedules/resources.ts';
import { NEXT_STEPS, pruneOptions, runOptions } from '../dry-run/requests.ts';
import {
  finiteNumber,
  flag,
  nothing,
  objectOf,
  oneOf,
  type Reader,
  requestReader,
  text,
  textIn,
  textOrNull,
} from '../page/read-request.ts';
import type { PrunerAsk, ScheduleProtocol } from './protocol.ts';

const requested: Reader<{ request: ScheduleRequest }> = (value, where) => ({
  request: scheduleRequest(objectOf(value, where).request, `${where}.request`),
});

const prunerAsk: Reader<PrunerAsk> = (value, where) => {
  const ask = objectOf(value, where);
  return {
    change: prunerChange(ask.change, `${where}.change`),
    resourceVersion: textIn(ask, 'resourceVersion', where),
  };
};

/** Reads a request of the page of schedules. @throws InvalidMessageError naming what is wrong */
export const schedulePageRequest = requestReader<ScheduleProtocol>({
  rights: (value, where) => ({ namespace: textIn(objectOf(value, where), 'namespace', where) }),
  create: requested,
  openYaml: requested,
  changePruner: prunerAsk,
  openPrunerYaml: prunerAsk,
  dryRun: (value, where) => ({ prune: pruneOptions(objectOf(value, where).prune, `${where}.prune`) }),
  refresh: nothing,
  step: (value, where) => ({ step: oneOf(NEXT_STEPS, objectOf(value, where).step, `${where}.step`) }),
});

/**
 * Reads what a prune in the cluster is to be.
 * @throws InvalidMessageError
 */
export function scheduleRequest(value: unknown, where: string): ScheduleRequest {
  const request = objectOf(value, where);
  const options = objectOf(request.options, `${where}.options`);
  return {
    name: textIn(request, 'name', where),
    namespace: textIn(request, 'namespace', where),
    kind: oneOf(['CronJob', 'Job'], request.kind, `${where}.kind`),
    schedule: textIn(request, 'schedule', where),
    timeZone: textOrNull(request.timeZone, `${where}.timeZone`),
    suspend: flag(request.suspend, `${where}.suspend`),
    serviceAccount: textIn(request, 'serviceAccount', where),
    image: textIn(request, 'image', where),
    resources: resourcesIn(request.resources, `${where}.resources`),
    options: {
      ...runOptions(options, `${where}.options`),
      confirm: flag(options.confirm, `${where}.options.confirm`),
    },
  };
}

function prunerChange(value: unknown, where: string): ImagePrunerChange {
  const given = objectOf(value, where);
  return {
    ...optional(given, where, ['schedule', 'keepYoungerThanDuration', 'logLevel'], textOrNull),
    ...optional(given, where, ['suspend', 'ignoreInvalidImageReferences'], flag),
    ...optional(
      given,
      where,
      ['keepTagRevisions', 'successfulJobsHistoryLimit', 'failedJobsHistoryLimit'],
      (number, at) => (number === null ? null : finiteNumber(number, at)),
    ),
    ...optional(given, where, ['resources'], (resources, at) =>
      resources === null ? null : resourcesIn(resources, at),
    ),
  };
}

/** What is there of some keys. */
function optional<Key extends string, T>(
  given: JsonObject,
  where: string,
  keys: readonly Key[],
  read: Reader<T>,
): { [key in Key]?: T } {
  const found: { [key in Key]?: T } = {};
  for (const key of keys) if (given[key] !== undefined) found[key] = read(given[key], `${where}.${key}`);
  return found;
}

function resourcesIn(value: unknown, where: string): Resources {
  return optional(objectOf(value, where), where, ['requests', 'limits'], (amounts, at) =>
    Object.fromEntries(
      Object.entries(objectOf(amounts, at)).map(([name, amount]) => [name, text(amount, `${at}.${name}`)]),
    ),
  );
}
