import assert from 'node:assert/strict';
import { execFile, spawnSync } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { promisify } from 'node:util';
import { parse } from 'yaml';
import { type MiniCluster, startCluster } from './miniature.ts';
import { seedOf } from './seeds/seeded.ts';
import { threeTeams } from './seeds/three-teams.ts';

const version = spawnSync('kubectl', ['version', '--client', '-o', 'json'], { encoding: 'utf8' });
const installed = version.status === 0;
/** Older ones ask for OpenAPI v2 in protobuf, which this cluster doesn't speak. */
const applies = Number(/"minor": "(\d+)/.exec(version.stdout ?? '')?.[1] ?? 0) >= 27;
const run = promisify(execFile);

const PRUNER = `
apiVersion: v1
kind: ServiceAccount
metadata: { name: tidy, namespace: shop }
---
apiVersion: rbac.authorization.k8s.io/v1
kind: ClusterRoleBinding
metadata: { name: tidy }
roleRef: { apiGroup: rbac.authorization.k8s.io, kind: ClusterRole, name: 'system:image-pruner' }
subjects: [{ kind: ServiceAccount, name: tidy, namespace: shop }]
---
apiVersion: batch/v1
kind: CronJob
metadata: { name: tidy, namespace: shop }
spec:
  schedule: 0 0 * * *
  jobTemplate:
    spec:
      template:
        spec:
          restartPolicy: OnFailure
          serviceAccountName: tidy
          containers:
            - { name: tidy, image: 'quay.io/openshift/origin-cli:4.1', command: [oc, adm, prune, images] }
`;

describe('kubectl', { skip: installed ? false : 'kubectl is not installed' }, () => {
  let cluster: MiniCluster;
  let directory: string;
  let kubeconfig: string;
  before(async () => {
    cluster = await startCluster({ seed: seedOf(threeTeams) });
    directory = await mkdtemp(join(tmpdir(), 'miniature-kubectl-'));
    kubeconfig = await cluster.writeKubeconfig(directory);
  });
  after(async () => {
    await cluster.close();
    await rm(directory, { recursive: true });
  });

  const kubectl = async (...args: string[]) => {
    const common = ['--kubeconfig', kubeconfig, '--cache-dir', join(directory, 'cache')];
    return (await run('kubectl', [...common, ...args])).stdout;
  };

  it('gets image streams, images and pods at once', async () => {
    const text = await kubectl('get', 'imagestreams,images,pods', '-A');
    assert.match(text, /NAMESPACE +NAME +IMAGE REPOSITORY +TAGS +UPDATED/);
    assert.match(
      text,
      /shop +imagestream\.image\.openshift\.io\/storefront .*latest,multiarch,v2,v2\.1-may-2016/,
    );
    assert.match(text, /NAME +IMAGE REFERENCE/);
    assert.match(text, /payments +pod\/gateway-check-done +0\/1 +Completed +0 +6d/);
  });

  it('knows the short names', async () => {
    for (const name of ['is', 'po', 'deploy', 'dc', 'bc', 'rc', 'cj', 'istag']) {
      assert.notEqual((await kubectl('get', name, '-A')).split('\n').length, 1, name);
    }
  });

  it('gets one as YAML', async () => {
    const stream = parse(await kubectl('get', 'is', 'search', '-n', 'shop', '-o', 'yaml'));
    assert.equal(stream.kind, 'ImageStream');
    assert.equal(stream.status.tags.length, 2);
  });

  it('restarts the registry and sees it through', async () => {
    const target = ['deployment/image-registry', '-n', 'openshift-image-registry'];
    await kubectl('rollout', 'restart', ...target);
    assert.match(await kubectl('rollout', 'status', ...target), /successfully rolled out/);
  });

  it('applies on the server’s side and on its own', { skip: !applies && 'kubectl is too old' }, async () => {
    const file = join(directory, 'pruner.yaml');
    await writeFile(file, PRUNER);
    const tried = await kubectl('apply', '--dry-run=server', '-f', file);
    assert.equal(tried.match(/ created \(server dry run\)/g)?.length, 3, tried);
    const read = await kubectl('create', '--dry-run=client', '--validate=false', '-o', 'yaml', '-f', file);
    assert.match(read, /kind: CronJob/);
    assert.equal(cluster.object('cronjobs', 'batch', 'shop', 'tidy'), undefined);
    assert.match(
      await kubectl('apply', '--server-side', '-f', file),
      /cronjob\.batch\/tidy serverside-applied/,
    );
    assert.match(
      await kubectl('get', 'cronjobs', '-n', 'shop'),
      /tidy +0 0 \* \* \* +<none> +False +0 +<none>/,
    );
    await writeFile(file, PRUNER.replace('schedule:', 'shedule:'));
    await assert.rejects(kubectl('apply', '--dry-run=server', '-f', file), /unknown field \\?"spec\.shedule/);
    await writeFile(file, PRUNER.replace('0 0 *', '5 0 *'));
    await kubectl('apply', '--server-side', '-f', file);
    await writeFile(file, PRUNER);
    await assert.rejects(
      kubectl('apply', '--server-side', '--field-manager=other', '-f', file),
      /Apply failed with 1 conflict: conflict with "kubectl": \.spec\.schedule/,
    );
  });

  it('deletes a tag, and is refused what it may not', async () => {
    await kubectl('delete', 'istag', 'search:stable', '-n', 'shop');
    assert.doesNotMatch(await kubectl('get', 'is', 'search', '-n', 'shop'), /stable/);
    await assert.rejects(
      kubectl('--context', 'developer', 'get', 'pods', '-A'),
      /User "developer" cannot list/,
    );
  });
});
