import { dockerRegistryInstalled } from './docker-registry.ts';
import { skopeoInstalled } from './skopeo.ts';

/** Both kinds of registry, for tests that hold of either; `skip` says why one can't be tried here. */
export const kinds = [
  {
    kind: 'docker-registry',
    skip: dockerRegistryInstalled() ? false : 'docker-registry is not installed',
  },
  { kind: 'embedded', skip: false },
] as const;

/** Both clients. */
export const clients = [
  { by: 'skopeo', skip: skopeoInstalled() ? false : 'skopeo is not installed' },
  { by: 'http', skip: false },
] as const;
