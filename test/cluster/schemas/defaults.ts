// What an API server fills in where a manifest says nothing.
import { type JsonObject, listAt, objectAt, textAt } from '../../../src/engine/shape.ts';
import type { ApiObject } from '../api-object.ts';

/** @param name the resource's qualified name */
export function withDefaults(name: string, object: ApiObject): ApiObject {
  switch (name) {
    case 'jobs.batch':
      return { ...object, spec: jobSpec(objectAt(object, 'spec')) };
    case 'cronjobs.batch': {
      const spec = objectAt(object, 'spec');
      const template = objectAt(spec, 'jobTemplate');
      return {
        ...object,
        spec: {
          concurrencyPolicy: 'Allow',
          suspend: false,
          successfulJobsHistoryLimit: 3,
          failedJobsHistoryLimit: 1,
          ...spec,
          jobTemplate: {
            ...template,
            spec: { ...objectAt(template, 'spec'), template: podTemplate(objectAt(template, 'spec')) },
          },
        },
      };
    }
    case 'imagepruners.imageregistry.operator.openshift.io':
      return { ...object, spec: { logLevel: 'Normal', ...objectAt(object, 'spec') } };
    case 'clusterrolebindings.rbac.authorization.k8s.io':
    case 'rolebindings.rbac.authorization.k8s.io':
      return bindingWithGroups(object);
    default:
      return object;
  }
}

function jobSpec(spec: JsonObject): JsonObject {
  return {
    parallelism: 1,
    completions: 1,
    backoffLimit: 6,
    completionMode: 'NonIndexed',
    suspend: false,
    ...spec,
    template: podTemplate(spec),
  };
}

function podTemplate(holder: JsonObject): JsonObject {
  const template = objectAt(holder, 'template');
  const spec = objectAt(template, 'spec');
  const account = textAt(spec, 'serviceAccountName') || textAt(spec, 'serviceAccount');
  return {
    ...template,
    spec: {
      restartPolicy: 'Always',
      terminationGracePeriodSeconds: 30,
      dnsPolicy: 'ClusterFirst',
      securityContext: {},
      schedulerName: 'default-scheduler',
      ...spec,
      ...(account === '' ? {} : { serviceAccountName: account, serviceAccount: account }),
      containers: listAt(spec, 'containers').map((container) => ({
        imagePullPolicy: /(:latest|\/[^:@]+|^[^:@]+)$/.test(textAt(container, 'image'))
          ? 'Always'
          : 'IfNotPresent',
        resources: {},
        terminationMessagePath: '/dev/termination-log',
        terminationMessagePolicy: 'File',
        ...(container as JsonObject),
      })),
    },
  };
}

function bindingWithGroups(object: ApiObject): ApiObject {
  const group = { apiGroup: 'rbac.authorization.k8s.io' };
  return {
    ...object,
    roleRef: { ...group, ...objectAt(object, 'roleRef') },
    ...(Array.isArray(object.subjects)
      ? {
          subjects: object.subjects.map((subject: unknown) =>
            textAt(subject, 'kind') === 'ServiceAccount' ? subject : { ...group, ...(subject as JsonObject) },
          ),
        }
      : {}),
  };
}
