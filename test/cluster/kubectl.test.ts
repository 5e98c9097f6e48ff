import assert from 'node:assert/strict';
import { execFile, spawnSync } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { promisify } from 'node:util';
import { parse } from 'yaml';
import { type MiniCluster, startCluster } from './miniature.ts';
import { seedOf } from './seeds/seeded.ts';
import { threeTeams } from './seeds/three-teams.ts';

const installed = spawnSync('kubectl', ['version', '--client']).status === 0;
const run = promisify(execFile);

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

  it('deletes a tag, and is refused what it may not', async () => {
    await kubectl('delete', 'istag', 'search:stable', '-n', 'shop');
    assert.doesNotMatch(await kubectl('get', 'is', 'search', '-n', 'shop'), /stable/);
    await assert.rejects(
      kubectl('--context', 'developer', 'get', 'pods', '-A'),
      /User "developer" cannot list/,
    );
  });
});
