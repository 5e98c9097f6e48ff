import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { ask } from '../client.ts';
import { type MiniCluster, startCluster } from '../miniature.ts';
import { seedPruning } from './pruning.ts';
import { seedOf } from './seeded.ts';
import { threeTeams } from './three-teams.ts';

const BATCH = '/apis/batch/v1/namespaces/openshift-image-registry';

describe('a cluster that prunes', () => {
  let cluster: MiniCluster;
  before(async () => {
    cluster = await startCluster({ seed: seedOf(threeTeams) });
    await seedPruning(cluster, new Date('2026-03-04T12:00:00Z'));
  });
  after(() => cluster.close());

  it('has its ImagePruner, its cron jobs and their last runs', async () => {
    const cronJobs = (await ask(cluster, 'GET', `${BATCH}/cronjobs`)).json.items;
    assert.deepEqual(
      cronJobs.map(
        ({ metadata, status }: { metadata: { name: string }; status: { lastScheduleTime?: string } }) => [
          metadata.name,
          status.lastScheduleTime,
        ],
      ),
      [
        ['image-pruner', undefined],
        ['pruner', '2026-03-04T00:00:00Z'],
        ['pruner-weekly', '2026-03-01T02:30:00Z'],
      ],
    );
    const jobs = (await ask(cluster, 'GET', `${BATCH}/jobs`)).json.items;
    const ends = jobs.map(
      (job: { status: { conditions: { type: string }[] } }) => job.status.conditions[0]?.type,
    );
    assert.deepEqual(ends, ['Complete', 'Complete', 'Complete', 'Failed']);
  });

  it('has the logs of its runs', async () => {
    const failed = (
      await ask(cluster, 'GET', '/api/v1/namespaces/openshift-image-registry/pods')
    ).json.items.find((pod: { status: { phase: string } }) => pod.status.phase === 'Failed');
    const path = `/api/v1/namespaces/openshift-image-registry/pods/${failed.metadata.name}/log`;
    assert.equal(
      (await ask(cluster, 'GET', path)).text,
      'error: error communicating with registry: Get https://172.30.30.30:5000/: x509: certificate signed by unknown authority\n',
    );
  });
});
