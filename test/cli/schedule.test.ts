// The objects of pruning in the cluster, from the command line: made, shown, changed. Nothing runs here.
import assert from 'node:assert/strict';
import { execFile, spawnSync } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, before, beforeEach, describe, it } from 'node:test';
import { promisify } from 'node:util';
import { parseAllDocuments } from 'yaml';
import { objectAt } from '../../src/engine/shape.ts';
import { buildIfNeeded } from '../../tools/build-if-needed.ts';
import { type MiniCluster, startCluster } from '../cluster/miniature.ts';
import { seedOf } from '../cluster/seeds/seeded.ts';
import { threeTeams } from '../cluster/seeds/three-teams.ts';
import { atArrival } from '../moments.ts';
import { type CliRun, runCli } from './run-cli.ts';

const NAMESPACE = 'openshift-image-registry';
const OPERATOR = 'imageregistry.operator.openshift.io';
const READS = new Set(['GET', 'HEAD']);
const kubectlVersion = spawnSync('kubectl', ['version', '--client', '-o', 'json'], { encoding: 'utf8' });
/** Older ones ask for OpenAPI v2 in protobuf, which the miniature cluster doesn't speak. */
const kubectlApplies = Number(/"minor": "(\d+)/.exec(kubectlVersion.stdout ?? '')?.[1] ?? 0) >= 27;

describe('image-hygiene schedule', () => {
  let cluster: MiniCluster;
  let folder: string;
  let kubeconfig: string;
  before(() => buildIfNeeded());
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'image-hygiene-schedule-'));
    cluster = await startCluster({ seed: seedOf(threeTeams) });
    kubeconfig = await cluster.writeKubeconfig(folder);
  });
  afterEach(async () => {
    await cluster.close();
    await rm(folder, { recursive: true, force: true });
  });

  const schedule = (...args: string[]): Promise<CliRun> =>
    runCli(['schedule', ...args, '--kubeconfig', kubeconfig]);
  const passes = async (...args: string[]) => {
    const run = await schedule(...args);
    assert.equal(run.status, 0, run.stderr);
    return run;
  };
  const fails = async (...args: string[]) => {
    const run = await schedule(...args);
    assert.equal(run.status, 1, run.stdout + run.stderr);
    return run;
  };
  const cronJob = (name = 'image-hygiene-pruner') => cluster.object('cronjobs', 'batch', NAMESPACE, name);
  const pruner = () => objectAt(cluster.object('imagepruners', OPERATOR, undefined, 'cluster'), 'spec');
  const kubectl = async (...args: string[]) => {
    const common = ['--kubeconfig', kubeconfig, '--cache-dir', join(folder, 'cache')];
    return (await promisify(execFile)('kubectl', [...common, ...args])).stdout;
  };
  /** Requests that change something: no reads, no questions about rights, nothing that is only tried. */
  const changes = () =>
    cluster.requests
      .filter(({ method, path, query }) => {
        return !READS.has(method) && !path.endsWith('reviews') && !query.includes('dryRun=All');
      })
      .map(({ method, path }) => `${method} ${path.split('/').slice(-2).join('/')}`);

  describe('create', () => {
    it('shows what would be made, and makes nothing', async () => {
      const { stdout, stderr } = await passes(
        'create',
        '--time-zone',
        'Asia/Tokyo',
        '--schedule',
        '0 3 * * 1',
      );
      assert.match(stdout, /^0 3 \* \* 1 – every week on Monday at 03:00 \(Asia\/Tokyo\)$/m);
      assert.equal(stdout.match(/\d{4}-\d\d-\d\d 18:00 UTC/g)?.length, 3);
      assert.match(stdout, /^serviceaccount\/pruner is there already, and the same$/m);
      assert.match(stdout, /^cronjob\/image-hygiene-pruner would be created$/m);
      assert.match(stderr, /Nothing was made/);
      assert.equal(cronJob(), undefined);
      assert.deepEqual(changes(), []);
      const tried = cluster.requests.filter(({ query }) => query.includes('dryRun=All'));
      assert.equal(tried.length, 3);
    });

    it('makes the documented objects by server-side apply, and what is there already stays alone', async () => {
      const { stdout } = await passes('create', '--create');
      assert.match(stdout, /^cronjob\/image-hygiene-pruner applied$/m);
      assert.deepEqual(changes(), [
        'PATCH clusterrolebindings/openshift-image-registry-pruner',
        'PATCH cronjobs/image-hygiene-pruner',
      ]);
      const made = cronJob();
      assert.partialDeepStrictEqual(made, {
        spec: { schedule: '0 0 * * *', concurrencyPolicy: 'Forbid', successfulJobsHistoryLimit: 1 },
      });
      assert.match(JSON.stringify(made?.metadata.managedFields), /"manager":"image-hygiene"/);

      cluster.requests.length = 0;
      const again = await passes('create', '--create');
      assert.match(again.stderr, /Everything was there already/);
      assert.deepEqual(changes(), []);
    });

    it('shows the difference to what is there, and changes it only when told to', async () => {
      await passes('create', '--create');
      cluster.requests.length = 0;
      const other = ['create', '--create', '--schedule', '30 3 * * *', '--keep-tag-revisions', '7'];
      const { stdout, stderr } = await fails(...other);
      assert.match(stdout, /spec\.schedule\n {4}- "0 0 \* \* \*"\n {4}\+ "30 3 \* \* \*"/);
      assert.match(stdout, /args\[4\]\n {4}- "--keep-tag-revisions=5"\n {4}\+ "--keep-tag-revisions=7"/);
      assert.match(
        stderr,
        /There is already cronjob\/image-hygiene-pruner, and it is different, so nothing was made/,
      );
      assert.deepEqual(changes(), []);
      await passes(...other, '--replace');
      assert.equal(objectAt(cronJob(), 'spec').schedule, '30 3 * * *');
    });

    it('leaves what somebody else makes meanwhile alone', async () => {
      const { items } = JSON.parse((await passes('create', '-o', 'json', '--schedule', '15 5 * * *')).stdout);
      const isBinding = ({ method, path, query }: { method: string; path: string; query: string }) =>
        method === 'PATCH' && path.includes('clusterrolebindings') && !query.includes('dryRun');
      atArrival(cluster.requests, isBinding, 1, () => cluster.seed([items[2]]));
      const { stderr } = await fails('create', '--create');
      assert.match(stderr, /Somebody else has made or changed cronjob\/image-hygiene-pruner/);
      assert.match(stderr, /Made before it: clusterrolebinding\/openshift-image-registry-pruner/);
      assert.equal(objectAt(cronJob(), 'spec').schedule, '15 5 * * *');
    });

    it('prints YAML that every reader of Kubernetes takes, without asking a cluster', async () => {
      const { status, stdout } = await runCli([
        'schedule',
        'create',
        '-o',
        'yaml',
        '--once',
        '--name',
        'once',
      ]);
      assert.equal(status, 0);
      const objects = parseAllDocuments(stdout).map((document) => document.toJSON());
      assert.deepEqual(
        objects.map(({ kind }) => kind),
        ['ServiceAccount', 'ClusterRoleBinding', 'Job'],
      );
      if (!kubectlApplies) return;
      const tables = [
        ['--once', '--name', 'once'],
        ['--time-zone', 'Europe/Paris', '--suspended'],
        ['--limits', 'memory=2Gi', '--prune-over-size-limit'],
      ];
      for (const args of tables) {
        const file = join(folder, 'objects.yaml');
        await writeFile(file, (await runCli(['schedule', 'create', '-o', 'yaml', ...args])).stdout);
        const applied = await kubectl('apply', '--server-side', '--dry-run=server', '-f', file);
        assert.equal(applied.match(/serverside-applied \(server dry run\)/g)?.length, 3, applied);
        const read = await kubectl(
          'create',
          '--dry-run=client',
          '--validate=false',
          '-o',
          'yaml',
          '-f',
          file,
        );
        assert.match(read, /^kind: ClusterRoleBinding$/m);
      }
    });

    it('refuses what can’t be, each value with its option, before anything is asked', async () => {
      const { stderr } = await fails(
        'create',
        '--create',
        '--name',
        'Image_Pruner',
        '--schedule',
        'TZ=UTC 0 0 * * *',
        '--time-zone',
        'Mars/Olympus',
        '--requests',
        'cpu=much',
        '--registry-url',
        'ftp://r',
        '--keep-tag-revisions=-1',
      );
      for (const flag of [
        'name',
        'schedule',
        'time-zone',
        'requests',
        'registry-url',
        'keep-tag-revisions',
      ]) {
        assert.match(stderr, new RegExp(`^--${flag}: `, 'm'));
      }
      assert.deepEqual(cluster.requests, []);
      assert.match(
        (await fails('create', '--name', 'image-pruner')).stderr,
        /operator keeps a CronJob image-pruner/,
      );
      assert.match((await fails('create', '--requests', 'lots')).stderr, /Write names and amounts/);
      assert.match((await fails('create', '-o', 'yaml', '--create')).stderr, /leave --create and --plan out/);
    });

    it('says which rights are missing and which roles hold them, and makes nothing', async () => {
      const { stderr } = await fails('create', '--create', '--context', 'developer');
      assert.match(
        stderr,
        /may not create cronjobs \(batch\) in the namespace openshift-image-registry: the role edit allows it/,
      );
      assert.match(stderr, /may not create clusterrolebindings .*: the role cluster-admin allows it/);
      assert.match(stderr, /oc adm policy add-role-to-user edit developer -n openshift-image-registry/);
      assert.match(stderr, /error: This user lacks rights, so nothing was made/);
      assert.deepEqual(changes(), []);
    });

    it('shows what a prune with the options would remove today', async () => {
      const { stdout } = await passes(
        'create',
        '--plan',
        '--keep-younger-than',
        '60m',
        '--keep-tag-revisions',
        '3',
      );
      const reference = await runCli(['prune', 'images', '--rules', 'reference', '--kubeconfig', kubeconfig]);
      assert.equal(stdout, reference.stdout);
    });
  });

  describe('edit', () => {
    it('shows the change, has the server try it, and changes nothing', async () => {
      const { stdout, stderr } = await passes('edit', '--keep-tag-revisions', '5', '--schedule', '@weekly');
      assert.match(stdout, /^Schedule: the operator’s default → @weekly$/m);
      assert.match(stdout, /^Revisions kept per tag: 3 → 5$/m);
      assert.match(stderr, /Nothing was changed/);
      assert.equal(pruner().keepTagRevisions, 3);
      assert.deepEqual(changes(), []);
      const patch = await passes('edit', '--keep-tag-revisions', 'default', '-o', 'json');
      assert.deepEqual(JSON.parse(patch.stdout).spec, { keepTagRevisions: null });
    });

    it('changes it when confirmed, and back to the defaults', async () => {
      await passes(
        'edit',
        '--confirm',
        '--keep-tag-revisions',
        '5',
        '--keep-younger-than',
        '96h',
        '--log-level',
        'Debug',
        '--ignore-invalid-refs=false',
        '--failed-jobs',
        '1',
        '--requests',
        'cpu=1,memory=1Gi',
      );
      assert.partialDeepStrictEqual(pruner(), {
        keepTagRevisions: 5,
        keepYoungerThanDuration: '96h',
        logLevel: 'Debug',
        ignoreInvalidImageReferences: false,
        failedJobsHistoryLimit: 1,
        resources: { requests: { cpu: '1', memory: '1Gi' } },
      });
      await passes('edit', '--confirm', '--keep-tag-revisions', 'default', '--requests', 'cpu=2');
      assert.equal(pruner().keepTagRevisions, undefined);
      assert.deepEqual(objectAt(pruner(), 'resources').requests, { cpu: '2' });
      assert.match((await passes('edit', '--confirm', '--failed-jobs', '1')).stdout, /It is so already/);
    });

    it('refuses what the schema doesn’t take, before anything is asked', async () => {
      const { stderr } = await fails(
        'edit',
        '--confirm',
        '--keep-tag-revisions',
        '-1',
        '--schedule',
        '0 0 * * 7',
        '--log-level',
        'loud',
        '--keep-younger-than',
        'long',
        '--limits',
        'memory=x',
      );
      for (const flag of ['keep-tag-revisions', 'schedule', 'log-level', 'keep-younger-than', 'limits']) {
        assert.match(stderr, new RegExp(`^--${flag}: `, 'm'));
      }
      assert.deepEqual(cluster.requests, []);
      assert.match((await fails('edit')).stderr, /nothing to change was given/);
    });

    it('leaves what somebody else has changed since the look alone', async () => {
      cluster.faults.add({
        method: 'PATCH',
        path: /imagepruners\/cluster\?fieldManager=image-hygiene$/,
        action: { kind: 'conflict' },
      });
      const { stderr } = await fails('edit', '--confirm', '--keep-tag-revisions', '5');
      assert.match(stderr, /Somebody else has changed imagepruners.*left alone/);
      assert.equal(pruner().keepTagRevisions, 3);
    });

    it('says which role would let it', async () => {
      const { stderr } = await fails(
        'edit',
        '--confirm',
        '--keep-tag-revisions',
        '5',
        '--context',
        'developer',
      );
      assert.match(
        stderr,
        /The role cluster-admin allows it; an administrator can grant it: oc adm policy add-cluster-role-to-user cluster-admin developer/,
      );
    });

    it('shows what a prune with the options would remove today', async () => {
      const one = await passes('edit', '--plan', '--keep-tag-revisions', '1');
      const reference = await runCli([
        'prune',
        'images',
        '--rules',
        'reference',
        '--keep-tag-revisions=1',
        '--ignore-invalid-refs',
        '--kubeconfig',
        kubeconfig,
      ]);
      assert.equal(one.stdout, reference.stdout);
      assert.equal(pruner().keepTagRevisions, 3);
    });
  });

  describe('suspend and resume', () => {
    it('the ImagePruner', async () => {
      assert.equal((await passes('suspend')).stdout, 'imagepruner/cluster suspended\n');
      assert.equal(pruner().suspend, true);
      assert.equal((await passes('suspend')).stdout, 'imagepruner/cluster is suspended already\n');
      assert.match((await passes('list')).stdout, /imagepruner\/cluster +0 0 \* \* \* +suspended/);
      const { stdout, stderr } = await passes('resume');
      assert.equal(stdout, 'imagepruner/cluster resumed\n');
      assert.match(stderr, /^Next run: \d{4}-\d\d-\d\d 00:00 UTC$/m);
    });

    it('a CronJob, but not the operator’s, which would be undone', async () => {
      await passes('create', '--create');
      await passes('suspend', 'image-hygiene-pruner');
      assert.equal(objectAt(cronJob(), 'spec').suspend, true);
      assert.match((await passes('show', 'image-hygiene-pruner')).stdout, /Suspended: it doesn’t run/);
      await passes('resume', `${NAMESPACE}/image-hygiene-pruner`);
      assert.equal(objectAt(cronJob(), 'spec').suspend, false);
      assert.match(
        (await fails('suspend', 'image-pruner')).stderr,
        /operator keeps the CronJob .* Suspend that instead/,
      );
      assert.match(
        (await fails('suspend', 'nothing')).stderr,
        /there is no CronJob openshift-image-registry\/nothing/,
      );
    });
  });

  describe('list and show', () => {
    it('what prunes, in all namespaces, as a table and as JSON', async () => {
      await passes('create', '--create', '-n', 'shop', '--name', 'tidy', '--time-zone', 'Asia/Tokyo');
      const { stdout } = await passes('list');
      assert.match(stdout, /^imagepruner\/cluster +0 0 \* \* \* +\d{4}-\d\d-\d\d 00:00 UTC +<none>$/m);
      assert.match(stdout, /^shop\/tidy +0 0 \* \* \* Asia\/Tokyo +\d{4}-\d\d-\d\d 15:00 UTC +<none>$/m);
      const json = JSON.parse((await passes('list', '-o', 'json')).stdout);
      assert.partialDeepStrictEqual(json, {
        pruner: { spec: { keepTagRevisions: 3 }, cronJob: { name: 'image-pruner', madeBy: 'operator' } },
        cronJobs: [
          {
            namespace: 'shop',
            name: 'tidy',
            madeBy: 'image-hygiene',
            command: { program: 'oc', confirm: true },
          },
        ],
        unread: [],
      });
      assert.doesNotMatch((await passes('list', '-n', 'data')).stdout, /shop\/tidy/);
      const shown = await passes('show', 'shop/tidy');
      assert.match(
        shown.stdout,
        /Runs: oc adm prune images .*--keep-tag-revisions=5 --keep-younger-than=96h --confirm=true/,
      );
      assert.match(
        (await passes('show')).stdout,
        /Available=True AsExpected: Pruner CronJob has been created/,
      );
      assert.match(
        (await fails('show', 'shop/none')).stderr,
        /nothing that prunes images is called shop\/none/,
      );
    });

    it('what a user may see who may not see everything, and which roles would show the rest', async () => {
      // In one of the developer's own namespaces.
      await passes('create', '--create', '-n', 'shop', '--name', 'tidy');
      const { stdout, stderr } = await passes('list', '--context', 'developer');
      assert.match(stdout, /^shop\/tidy /m);
      assert.match(
        stderr,
        /imagepruners of all namespaces could not be read: .* The role cluster-admin allows it/,
      );
      assert.match(
        stderr,
        /cronjobs of all namespaces could not be read: .* The role system:image-pruner allows it/,
      );
    });
  });
});
