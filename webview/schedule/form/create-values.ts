import type { ScheduleRequest } from '../../../src/schedules/manifests.ts';
import { requestProblems } from '../../../src/schedules/schedule-request.ts';
import { problemInWords } from '../../../src/shared/words/schedule-problems.ts';
import {
  DOCUMENTED,
  type FormKey,
  type FormValues,
  formOf,
  readForm,
  readFormValues,
} from '../../prune-options/form-values.ts';
import { AMOUNT_PLACES, AMOUNTS_NOTHING, type Amounts, amountsOf, resourcesOf } from './amounts.ts';
import { readFlat } from './read-flat.ts';

/** The objects’ part of the form for a CronJob or a Job: texts as typed, valid or not. */
export interface ObjectValues extends Amounts {
  name: string;
  namespace: string;
  schedule: string;
  /** Empty: the cluster’s. */
  timeZone: string;
  suspend: boolean;
  serviceAccount: string;
  image: string;
  confirm: boolean;
}

export interface CreateValues {
  object: ObjectValues;
  options: FormValues;
}

/** Where a value stands in the form. Options of the prune have a namespace too, so that they are told apart. */
export type CreateKey = keyof ObjectValues | `options.${FormKey}`;

export type CreateReading = {
  /** With what can’t be read left at its default: good for a picture of it, not to be made. */
  request: ScheduleRequest;
  problems: ReadonlyMap<string, string>;
};

/** Fills the form in. */
export function createValuesOf(request: ScheduleRequest): CreateValues {
  const { prune, registry, confirm } = request.options;
  return {
    object: {
      name: request.name,
      namespace: request.namespace,
      schedule: request.schedule,
      timeZone: request.timeZone ?? '',
      suspend: request.suspend,
      serviceAccount: request.serviceAccount,
      image: request.image,
      confirm,
      ...amountsOf(request.resources),
    },
    options: formOf({ prune, registry }),
  };
}

/** Reads the form, with the same checks as the command line. */
export function readCreate({ object, options }: CreateValues, kind: ScheduleRequest['kind']): CreateReading {
  const reading = readForm(options);
  const { prune, registry } = reading.valid ? reading.options : valuesOf(DOCUMENTED);
  // oc decides by the reference’s rules alone.
  const { rules: _rules, ...known } = prune;
  const request: ScheduleRequest = {
    name: object.name.trim(),
    namespace: object.namespace.trim(),
    kind,
    schedule: object.schedule.trim(),
    timeZone: object.timeZone.trim() || null,
    suspend: object.suspend,
    serviceAccount: object.serviceAccount.trim(),
    image: object.image.trim(),
    resources: resourcesOf(object),
    options: { prune: known, registry, confirm: object.confirm },
  };
  const problems = new Map<string, string>();
  for (const problem of requestProblems(request)) {
    const key = keyOf(problem.field);
    if (!problems.has(key)) problems.set(key, problemInWords(problem));
  }
  if (!reading.valid) for (const [key, message] of reading.problems) problems.set(`options.${key}`, message);
  return { request, problems };
}

/** The form with another value; as it was where the value is none for that key. */
export function withCreateValue(values: CreateValues, key: CreateKey, value: string | boolean): CreateValues {
  const { object, options } = values;
  const [, option] = /^options\.(.*)$/.exec(key) ?? [];
  const changed =
    option === undefined
      ? { options, object: { ...object, [key]: value } }
      : { object, options: { ...options, [option]: value } };
  return readCreateValues(changed) ?? values;
}

/** Reads what the page remembered; null where that is no such form. */
export function readCreateValues(value: unknown): CreateValues | null {
  const { object, options } = Object(value) as { object?: unknown; options?: unknown };
  const [readObject, readOptions] = [readFlat(object, EMPTY), readFormValues(options)];
  return readObject && readOptions ? { object: readObject, options: readOptions } : null;
}

const EMPTY: ObjectValues = {
  name: '',
  namespace: '',
  schedule: '',
  timeZone: '',
  suspend: false,
  serviceAccount: '',
  image: '',
  confirm: true,
  ...AMOUNTS_NOTHING,
};

function keyOf(field: string): string {
  if (field === 'options.keepYoungerThanMs') return 'options.keepYoungerThan';
  return AMOUNT_PLACES[field] ?? field;
}

function valuesOf(values: FormValues) {
  const reading = readForm(values);
  if (!reading.valid) throw new Error('the documented options are not valid');
  return reading.options;
}
