// imagepruners.imageregistry.operator.openshift.io: openshift/api, imageregistry/v1.

import { resources, tolerations } from './pod-template.ts';
import { any, boolean, integer, list, map, object, oneOf, type Schema, text } from './schema.ts';

const condition = object({
  type: text,
  status: text,
  reason: text,
  message: text,
  lastTransitionTime: text,
});

/** `spec.keepTagRevisions` has no lower bound there either: what is wrong with it shows when the pruner runs. */
export const imagePruner: Schema = object(
  {
    spec: object({
      schedule: text,
      suspend: boolean,
      keepTagRevisions: integer,
      /** Nanoseconds. Deprecated. */
      keepYoungerThan: integer,
      keepYoungerThanDuration: {
        type: 'string',
        pattern: /^[+-]?(0|(\d+(\.\d*)?|\.\d+)(ns|us|µs|μs|ms|s|m|h))+$/,
      },
      resources,
      affinity: any,
      nodeSelector: map(text),
      tolerations,
      successfulJobsHistoryLimit: integer,
      failedJobsHistoryLimit: integer,
      ignoreInvalidImageReferences: boolean,
      logLevel: oneOf('', 'Normal', 'Debug', 'Trace', 'TraceAll'),
    }),
    status: object({ observedGeneration: integer, conditions: list(condition) }),
  },
  'spec',
);
