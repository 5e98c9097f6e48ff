import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { ClusterDescription, pull } from './cluster-description.ts';
import { at, reasonOf, revisionsOf, tagOf } from './plan-readings.ts';

const KINDS = [
  ['replicationcontrollers', 'replicationcontroller'],
  ['deploymentconfigs', 'deploymentconfig'],
  ['replicasets', 'replicaset'],
  ['deployments', 'deployment'],
  ['daemonsets', 'daemonset'],
  ['statefulsets', 'statefulset'],
  ['jobs', 'job'],
  ['cronjobs', 'cronjob'],
] as const;

describe('the pod template of', () => {
  for (const [resource, kind] of KINDS) {
    it(`${resource} uses what its containers and init containers name, however old it is`, () => {
      for (const place of ['containers', 'init'] as const) {
        const plan = new ClusterDescription()
          .image('app')
          .image('older')
          .stream('shop/web', { latest: ['app', 'older'] })
          .workload(resource, 'other/w', { [place]: [pull('shop/web:latest'), pull('shop/web@older')] })
          .referencePlan({ keepTagRevisions: 0 });
        assert.deepEqual(revisionsOf(plan, 'shop/web:latest'), ['keep tagUsed', 'keep imageUsed']);
        const reason = reasonOf(at(tagOf(plan, 'shop/web:latest').revisions, 0), 'tagUsed');
        assert.deepEqual(reason.by, [
          {
            resource: kind,
            namespace: 'other',
            name: 'w',
            place: place === 'init' ? 'initContainer' : 'container',
            at: place === 'init' ? 'i0' : 'c0',
          },
        ]);
      }
    });

    it(`${resource} that is missing altogether uses nothing`, () => {
      const plan = new ClusterDescription()
        .image('app')
        .stream('shop/web', { latest: ['app'] })
        .add(resource, { metadata: { namespace: 'other', name: 'w' } })
        .add(resource, { metadata: { namespace: 'other', name: 'x' }, spec: { template: null } })
        .referencePlan({ keepTagRevisions: 0 });
      assert.deepEqual(revisionsOf(plan, 'shop/web:latest'), ['prune beyondRevisions']);
      assert.equal(plan.counts.seen.referrers, 2);
    });
  }
});
