import type { MiniCluster } from './cluster/miniature.ts';
import type { Authorize } from './registry/authorization.ts';

/** OpenShift's registry asks the cluster who somebody is, and what they may do. */
export function asksTheCluster(cluster: MiniCluster): Authorize {
  return (token) => {
    const access = cluster.accessOf(token);
    if (!access) return undefined;
    const may = (verb: string, resource: string) =>
      access.can({ verb, group: 'image.openshift.io', resource });
    return {
      user: access.user.name,
      mayPull: may('get', 'imagestreams'),
      mayPush: may('update', 'imagestreams'),
      mayPrune: may('delete', 'images'),
    };
  };
}
