// batch/v1: jobs and cron jobs.
import { labelled, podTemplate } from './pod-template.ts';
import { any, boolean, count, object, oneOf, type Schema, text } from './schema.ts';

const jobSpec: Schema = object(
  {
    activeDeadlineSeconds: count,
    backoffLimit: count,
    backoffLimitPerIndex: count,
    maxFailedIndexes: count,
    completionMode: oneOf('NonIndexed', 'Indexed'),
    completions: count,
    parallelism: count,
    managedBy: text,
    manualSelector: boolean,
    podFailurePolicy: any,
    podReplacementPolicy: text,
    selector: any,
    successPolicy: any,
    suspend: boolean,
    template: podTemplate,
    ttlSecondsAfterFinished: count,
  },
  'template',
);

export const job: Schema = object({ spec: jobSpec, status: any }, 'spec');

export const cronJob: Schema = object(
  {
    spec: object(
      {
        schedule: text,
        timeZone: text,
        startingDeadlineSeconds: count,
        concurrencyPolicy: oneOf('Allow', 'Forbid', 'Replace'),
        suspend: boolean,
        successfulJobsHistoryLimit: count,
        failedJobsHistoryLimit: count,
        jobTemplate: object({ metadata: labelled, spec: jobSpec }, 'spec'),
      },
      'schedule',
      'jobTemplate',
    ),
    status: any,
  },
  'spec',
);
