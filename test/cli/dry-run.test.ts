import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, beforeEach, describe, it } from 'node:test';
import { isObject, listAt, objectAt, textAt } from '../../src/engine/shape.ts';
import { until } from '../cluster/client.ts';
import { type MiniCluster, startCluster } from '../cluster/miniature.ts';
import { USERS } from '../cluster/seeds/roles.ts';
import { seedOf } from '../cluster/seeds/seeded.ts';
import { threeTeams } from '../cluster/seeds/three-teams.ts';
import { runCli, startCli } from './run-cli.ts';

const DRY_RUN = 'Dry run enabled - no modifications will be made. Add --confirm to remove images\n';

describe('image-hygiene against a cluster', () => {
  let cluster: MiniCluster;
  let folder: string;
  let kubeconfig: string;
  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'image-hygiene-cli-'));
    cluster = await startCluster({ seed: seedOf(threeTeams) });
    kubeconfig = await cluster.writeKubeconfig(folder);
  });
  after(async () => {
    await cluster.close();
    await rm(folder, { recursive: true, force: true });
  });
  beforeEach(() => cluster.faults.clear());

  const prune = (...args: string[]) => runCli(['prune', 'images', '--kubeconfig', kubeconfig, ...args]);

  it('prints what the reference prints, and changes nothing', async () => {
    const changes = () => cluster.requests.filter((request) => request.method !== 'GET').length;
    const before = changes();
    const { status, stdout, stderr } = await prune();
    assert.equal(status, 0);
    assert.equal(stderr, DRY_RUN);
    const lines = stdout.trimEnd().split('\n');
    const kinds = [
      /^Deleting layer link sha256:[0-9a-f]{64} in repository [a-z-]+\/[a-z-]+$/,
      /^Deleting \d+ items from image stream [a-z-]+\/[a-z-]+$/,
      /^Deleting manifest link sha256:[0-9a-f]{64} in repository [a-z-]+\/[a-z-]+$/,
      /^Deleting blob sha256:[0-9a-f]{64}$/,
      /^Deleting image sha256:[0-9a-f]{64}$/,
    ];
    for (const line of lines.slice(0, -1))
      assert.ok(
        kinds.some((kind) => kind.test(line)),
        line,
      );
    assert.equal(
      lines.at(-1),
      'Summary: deleted 19 image object(s), deleted 21 image stream tag item(s), updated 7 image stream(s), deleted 36 layer link(s), deleted 18 manifest link(s), deleted 57 blob(s)',
    );
    assert.equal(changes(), before);
  });

  it('prunes more by the reference’s rules alone', async () => {
    const { stdout } = await prune('--rules=reference');
    assert.match(stdout, /Summary: deleted 23 image object\(s\), deleted 25 image stream tag item\(s\)/);
  });

  it('gives the plan as JSON, the same as the printed one', async () => {
    const { status, stdout, stderr } = await prune('-o', 'json');
    assert.equal(status, 0);
    assert.equal(stderr, '');
    const plan: unknown = JSON.parse(stdout);
    assert.ok(isObject(plan));
    assert.equal(plan.complete, true);
    assert.equal(textAt(objectAt(plan, 'origin'), 'context'), 'admin');
    assert.equal(objectAt(plan, 'counts').images, 19);
    assert.equal(listAt(plan, 'images').filter((image) => textAt(image, 'verdict') === 'prune').length, 19);
    assert.equal(listAt(plan, 'blobs').length, 57);
    assert.ok(!stdout.includes(USERS.admin.token));
  });

  it('adds reasons and bytes in the wide form', async () => {
    const { stdout } = await prune('-o', 'wide');
    assert.match(
      stdout,
      /\n {2}latest #3 [0-9a-f]{12} {2}7 days {2}178\.4 MiB {2}unused, and older than the 3 newest revisions\n/,
    );
    assert.match(stdout, /\nKept:\n/);
    assert.match(stdout, /image used by daemonset\/gateway-agent\n/);
    assert.match(stdout, /mounted as a volume by pod\/training-with-volume \(beyond the reference\)\n/);
    assert.match(stdout, /\n370\.1 MiB of 2\.5 GiB can go\n/);
  });

  it('prunes by size limit', async () => {
    const { stdout } = await prune('--prune-over-size-limit');
    assert.match(stdout, /^Summary: deleted 2 image object\(s\), deleted 2 image stream tag item\(s\)/m);
  });

  it('leaves the registry alone when told so', async () => {
    const { stdout } = await prune('--prune-registry=false');
    const [first, ...rest] = stdout.split('\n');
    assert.equal(
      first,
      'Only API objects will be removed.  No modifications to the image registry will be made.',
    );
    assert.ok(!rest.some((line) => /link|blob/.test(line)), stdout);
  });

  it('keeps to one namespace, where images always stay', async () => {
    const { status, stdout } = await prune('--namespace', 'shop');
    assert.equal(status, 0);
    assert.doesNotMatch(stdout, /payments|data\/|Deleting image|Deleting blob/);
    assert.match(stdout, /Deleting 5 items from image stream shop\/cart/);
  });

  it('explains a tag with a date in its name', async () => {
    const target = ['explain', 'storefront:v2.1-may-2016', '-n', 'shop', '--kubeconfig', kubeconfig];
    const { status, stdout } = await runCli(target);
    assert.equal(status, 0);
    assert.match(stdout, /storefront:v2\.1-may-2016 at position 0 out of 1 in shop: stays/);
    assert.match(stdout, /Warning: Keeping 0 revisions removes every tag/);
    assert.match(stdout, /Warning: storefront:v2\.1-may-2016 has a date in its name/);
  });

  it('says what a user may not see and how to grant it, and fails', async () => {
    const { status, stdout, stderr } = await prune('--context', 'developer');
    assert.equal(status, 1);
    assert.match(
      stderr,
      /pods: pods is forbidden: User "developer" cannot list resource "pods" in API group "" at the cluster scope/,
    );
    assert.match(stderr, /oc adm policy add-cluster-role-to-user system:image-pruner developer\n/);
    assert.match(stderr, /error: the plan above is incomplete/);
    assert.equal(stdout, 'Summary: deleted 0 objects\n');
  });

  it('explains to a developer what stands in the namespace they may read', async () => {
    const target = ['explain', 'storefront:v2.1-may-2016', '-n', 'shop', '--context', 'developer'];
    const { stdout, stderr } = await runCli([...target, '--kubeconfig', kubeconfig]);
    assert.match(stderr, /warning: this plan is incomplete/);
    assert.match(
      stdout,
      /storefront:v2\.1-may-2016 at position 0 out of 1 in shop: stays: its image can’t be seen/,
    );
    assert.doesNotMatch(stdout, /its Image object is missing/);
  });

  it('works with a client certificate, which has no token', async () => {
    const { status, stdout } = await prune('--context', 'certificate');
    assert.equal(status, 0);
    assert.match(stdout, /^Summary: deleted 19 image/m);
  });

  it('gets the whole inventory in spite of a busy and forgetful server', async () => {
    cluster.faults.add({ path: /\/pods\?/, action: { kind: 'status', code: 429, retryAfter: 0 }, count: 2 });
    cluster.faults.add({ path: /\/imagestreams\?/, action: { kind: 'status', code: 503 }, count: 1 });
    cluster.faults.add({ path: /\/builds\?/, action: { kind: 'resetMidBody' }, count: 1 });
    cluster.faults.add({ path: /\/images\?/, action: { kind: 'cutChunked' }, count: 1 });
    cluster.faults.add({ path: /\/jobs\?/, action: { kind: 'cutBody' }, count: 1 });
    const { status, stdout, stderr } = await prune();
    assert.equal(status, 0, stderr);
    assert.match(stdout, /^Summary: deleted 19 image/m);
  });

  it('marks the plan incomplete where a list can’t be had', async () => {
    cluster.faults.add({ path: /\/statefulsets\?/, action: { kind: 'forbidden' } });
    const { status, stderr } = await prune();
    assert.equal(status, 1);
    assert.match(stderr, /\n {2}statefulsets: statefulsets\.apps is forbidden/);
  });

  it('goes on without the builds and deployment configs of a cluster that has them disabled', async () => {
    cluster.disabledGroups.add('build.openshift.io').add('apps.openshift.io');
    try {
      const { status, stdout } = await prune('-o', 'json');
      assert.equal(status, 0);
      assert.equal(objectAt(JSON.parse(stdout), 'counts').images, 23);
    } finally {
      cluster.disabledGroups.clear();
    }
  });

  it('says that a plain Kubernetes is not an OpenShift', async () => {
    cluster.disabledGroups.add('image.openshift.io');
    try {
      const { status, stdout, stderr } = await prune();
      assert.equal(status, 1);
      assert.equal(stdout, '');
      assert.match(stderr, /error: .* is not an OpenShift cluster: it has no image\.openshift\.io API/);
    } finally {
      cluster.disabledGroups.clear();
    }
  });

  it('stops at Ctrl-C', async () => {
    cluster.faults.add({ path: /\/images\?/, action: { kind: 'hang' } });
    const asked = cluster.requests.length;
    const child = startCli(['prune', 'images', '--kubeconfig', kubeconfig]);
    await until(
      () => cluster.requests.slice(asked).some((request) => request.path.endsWith('/images')),
      (hanging) => hanging,
    );
    const ended = new Promise<number | null>((resolve) => child.once('exit', resolve));
    child.kill('SIGINT');
    assert.equal(await ended, 130);
  });

  it('lists references that can’t be parsed, and does nothing', async () => {
    cluster.seed([
      {
        apiVersion: 'v1',
        kind: 'Pod',
        metadata: { name: 'odd', namespace: 'shop', creationTimestamp: '2020-01-01T00:00:00Z' },
        spec: { containers: [{ name: 'app', image: 'Not A Reference' }] },
        status: { phase: 'Running' },
      },
    ]);
    const { status, stdout, stderr } = await prune();
    assert.equal(status, 1);
    assert.equal(stdout, '');
    assert.match(
      stderr,
      /The following objects have invalid references:\n\n {2}pod\/odd namespace=shop: container app: invalid image reference "Not A Reference": invalid reference format\n/,
    );
    assert.match(stderr, /\nerror: no changes were made/);
    const ignoring = await prune('--ignore-invalid-refs');
    assert.equal(ignoring.status, 0);
    assert.match(ignoring.stdout, /^Summary: deleted 19 image/m);
  });

  it('serves kubectl from the same kubeconfig', {
    skip: spawnSync('kubectl', ['version', '--client']).error && 'kubectl is not installed',
  }, async () => {
    const { promisify } = await import('node:util');
    const { execFile } = await import('node:child_process');
    const { stdout } = await promisify(execFile)('kubectl', ['--kubeconfig', kubeconfig, 'get', 'is', '-A']);
    assert.match(stdout, /^shop +storefront /m);
  });
});
