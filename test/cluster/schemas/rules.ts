// Rules that schemas can't say, as Kubernetes' own validation words them.
import { listAt, objectAt, textAt } from '../../../src/engine/shape.ts';
import type { ApiObject } from '../api-object.ts';
import { scheduleProblem } from './cron.ts';

export interface Broken {
  field: string;
  why: string;
}

/** Names of cron jobs leave room for what their jobs get appended. */
const LONGEST_CRON_JOB_NAME = 52;
const SUBDOMAIN = /^[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*$/;

/**
 * @param name the resource's qualified name
 * @param before the object as it was, where it is to be changed
 */
export function brokenRules(name: string, object: ApiObject, before: ApiObject | undefined): Broken[] {
  switch (name) {
    case 'cronjobs.batch':
      return [...nameRules(object, LONGEST_CRON_JOB_NAME), ...cronJobRules(object)];
    case 'jobs.batch':
      return [
        ...nameRules(object, 63),
        ...podRules(objectAt(object, 'spec'), 'spec'),
        ...unchanged(
          'spec.template',
          objectAt(object.spec, 'template'),
          before && objectAt(before.spec, 'template'),
        ),
      ];
    case 'serviceaccounts':
      return nameRules(object, 253);
    case 'clusterrolebindings.rbac.authorization.k8s.io':
    case 'rolebindings.rbac.authorization.k8s.io':
      return [
        ...listAt(object, 'subjects').flatMap((subject, index) =>
          textAt(subject, 'kind') === 'ServiceAccount' && textAt(subject, 'namespace') === ''
            ? [{ field: `subjects[${index}].namespace`, why: 'Required value' }]
            : [],
        ),
        ...unchanged('roleRef', object.roleRef, before?.roleRef, 'cannot change roleRef'),
      ];
    default:
      return [];
  }
}

function nameRules({ metadata }: ApiObject, longest: number): Broken[] {
  const { name } = metadata;
  if (name.length > longest) {
    return [
      { field: 'metadata.name', why: `Invalid value: "${name}": must be no more than ${longest} characters` },
    ];
  }
  if (SUBDOMAIN.test(name)) return [];
  const why =
    "a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, '-' or '.', and must start and end with an alphanumeric character";
  return [{ field: 'metadata.name', why: `Invalid value: "${name}": ${why}` }];
}

function cronJobRules(object: ApiObject): Broken[] {
  const spec = objectAt(object, 'spec');
  const schedule = textAt(spec, 'schedule');
  const problem = scheduleProblem(schedule);
  return [
    ...(problem === undefined
      ? []
      : [{ field: 'spec.schedule', why: `Invalid value: "${schedule}": ${problem}` }]),
    ...podRules(objectAt(objectAt(spec, 'jobTemplate'), 'spec'), 'spec.jobTemplate.spec'),
  ];
}

function podRules(jobSpec: unknown, at: string): Broken[] {
  const spec = objectAt(objectAt(jobSpec, 'template'), 'spec');
  const field = `${at}.template.spec`;
  const broken: Broken[] = [];
  if (!['OnFailure', 'Never'].includes(textAt(spec, 'restartPolicy'))) {
    broken.push({
      field: `${field}.restartPolicy`,
      why: 'Required value: valid values: "OnFailure", "Never"',
    });
  }
  const containers = listAt(spec, 'containers');
  if (containers.length === 0) broken.push({ field: `${field}.containers`, why: 'Required value' });
  const volumes = listAt(spec, 'volumes').map((volume) => textAt(volume, 'name'));
  for (const [index, container] of containers.entries()) {
    if (textAt(container, 'image') === '') {
      broken.push({ field: `${field}.containers[${index}].image`, why: 'Required value' });
    }
    for (const [place, mount] of listAt(container, 'volumeMounts').entries()) {
      const name = textAt(mount, 'name');
      if (volumes.includes(name)) continue;
      broken.push({
        field: `${field}.containers[${index}].volumeMounts[${place}].name`,
        why: `Not found: "${name}"`,
      });
    }
    broken.push(...quantities(objectAt(container, 'resources'), `${field}.containers[${index}].resources`));
  }
  return broken;
}

const QUANTITY = /^[+-]?(\d+(\.\d*)?|\.\d+)([KMGTPE]i|[numkMGTPE]|[eE][+-]?\d+)?$/;

function quantities(resources: unknown, at: string): Broken[] {
  return ['requests', 'limits'].flatMap((kind) =>
    Object.entries(objectAt(resources, kind)).flatMap(([resource, amount]) =>
      QUANTITY.test(String(amount))
        ? []
        : [
            {
              field: `${at}.${kind}[${resource}]`,
              why: `Invalid value: "${amount}": quantities must match the regular expression '^([+-]?[0-9.]+)([eEinumkKMGTP]*[-+]?[0-9]*)$'`,
            },
          ],
    ),
  );
}

function unchanged(field: string, now: unknown, before: unknown, why = 'field is immutable'): Broken[] {
  if (before === undefined || sorted(now) === sorted(before)) return [];
  return [{ field, why: `Invalid value: ${JSON.stringify(now)}: ${why}` }];
}

/** JSON in which the order of keys doesn't show. */
function sorted(value: unknown): string {
  return JSON.stringify(value, (_key, one: unknown) =>
    typeof one === 'object' && one !== null && !Array.isArray(one)
      ? Object.fromEntries(Object.entries(one).sort(([a], [b]) => (a < b ? -1 : 1)))
      : one,
  );
}
