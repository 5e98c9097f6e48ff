// From a description to a seed: every object that the described cluster holds.
import type { ApiObject } from '../api-object.ts';
import type { Seed } from '../miniature.ts';
import {
  type ClusterDescription,
  type ImageDescription,
  manifestDigest,
  type ProjectDescription,
  revisionOf,
} from './description.ts';
import { at, imageObject, streamObject, type Terms } from './image-objects.ts';
import { platformObjects } from './platform-objects.ts';
import { clusterRoleBinding, roleBinding } from './roles.ts';
import { buildObject, podObject, workloadObject } from './workload-objects.ts';

export const INTERNAL_REGISTRY = 'image-registry.openshift-image-registry.svc:5000';

export interface SeedOptions {
  /** Ages count back from here. Default: the machine's clock. */
  now?: Date;
  /** The registry's host and port, as pull specs and streams name it. */
  registry?: string;
  /** PEM for the config map openshift-service-ca.crt. */
  serviceCa?: string;
}

export function seedOf(description: ClusterDescription, options: SeedOptions = {}): Seed {
  const terms: Terms = { now: options.now ?? new Date(), registry: options.registry ?? INTERNAL_REGISTRY };
  const objects = [
    ...platformObjects(terms, options.serviceCa ?? ''),
    clusterRoleBinding('registry-pruner', 'system:image-pruner', {
      kind: 'ServiceAccount',
      name: 'pruner',
      namespace: 'openshift-image-registry',
    }),
    ...description.projects.flatMap((project) => projectObjects(terms, project)),
    ...imageObjects(terms, description),
  ];
  return { objects };
}

/** Every Image once, named by the first stream that has it; children of an index beside it. */
function imageObjects(terms: Terms, description: ClusterDescription): ApiObject[] {
  const found = new Map<string, ApiObject>();
  const add = (image: ImageDescription, repository: string) => {
    const name = manifestDigest(image);
    if (!found.has(name)) found.set(name, imageObject(terms, image, repository));
    for (const child of image.children ?? []) add(child, repository);
  };
  for (const project of description.projects) {
    for (const [stream, { tags }] of Object.entries(project.streams ?? {})) {
      for (const { image, missing } of Object.values(tags).flat().map(revisionOf)) {
        if (!missing) add(image, `${project.name}/${stream}`);
      }
    }
  }
  for (const { image, repository } of description.orphans) add(image, repository);
  return [...found.values()];
}

function projectObjects(terms: Terms, project: ProjectDescription): ApiObject[] {
  const { name, age, displayName = name } = project;
  const creationTimestamp = at(terms, age);
  return [
    {
      kind: 'Namespace',
      apiVersion: 'v1',
      metadata: { name, creationTimestamp, annotations: { 'openshift.io/display-name': displayName } },
      spec: { finalizers: ['kubernetes'] },
      status: { phase: 'Active' },
    },
    ...['default', 'builder', 'deployer'].map((account) => ({
      kind: 'ServiceAccount',
      apiVersion: 'v1',
      metadata: { name: account, namespace: name, creationTimestamp },
    })),
    ...(project.editors ?? []).map((user) => roleBinding(name, 'edit', user)),
    ...Object.entries(project.imageLimits ?? {}).map(([limit, storage]) => ({
      kind: 'LimitRange',
      apiVersion: 'v1',
      metadata: { name: limit, namespace: name, creationTimestamp },
      spec: { limits: [{ type: 'openshift.io/Image', max: { storage } }] },
    })),
    ...Object.entries(project.streams ?? {}).map(([stream, one]) => streamObject(terms, name, stream, one)),
    ...(project.pods ?? []).map((pod) => podObject(terms, name, pod)),
    ...(project.workloads ?? []).map((workload) => workloadObject(terms, name, workload)),
    ...(project.builds ?? []).map((build) => buildObject(terms, name, build)),
  ];
}
