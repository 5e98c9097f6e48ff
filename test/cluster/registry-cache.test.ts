import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, it } from 'node:test';
import { inspect } from 'node:util';
import { loadKubeconfig } from '../../src/cluster/kubeconfig/load-kubeconfig.ts';
import { resolveContext } from '../../src/cluster/kubeconfig/resolve-context.ts';
import { type RegistryCache, registryCacheOf } from '../../src/cluster/registry-deployment/registry-cache.ts';
import { ApiError, type ApiSession } from '../../src/cluster/session/api-session.ts';
import { openSession } from '../../src/cluster/session/open-session.ts';
import { inEnglish } from '../../src/engine/said.ts';
import { objectAt } from '../../src/engine/shape.ts';
import { type MiniCluster, startCluster } from './miniature.ts';
import { resourceNamed } from './resources.ts';
import { seedOf } from './seeds/seeded.ts';

const NAMESPACE = 'openshift-image-registry';
const QUICK = { attempts: 2, firstDelayMs: 1, longestDelayMs: 5 };
const PASSWORD = 'a-password-of-redis';

describe('the cache of the registry', () => {
  let cluster: MiniCluster;
  let folder: string;
  const sessions: ApiSession[] = [];

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'image-hygiene-cache-'));
    cluster = await startCluster({ seed: seedOf({ projects: [], orphans: [] }) });
  });
  afterEach(async () => {
    await Promise.all(sessions.splice(0).map((one) => one.close()));
    await cluster.close();
    await rm(folder, { recursive: true, force: true });
  });

  async function cacheAs(context: string): Promise<Omit<RegistryCache, 'where'> & { where: string }> {
    const path = await cluster.writeKubeconfig(folder);
    const config = await loadKubeconfig({ explicitPath: path, env: {}, homeDir: folder });
    const session = await openSession(resolveContext(config, { context }), { version: 'test', env: {} });
    sessions.push(session);
    const cache = await registryCacheOf(session, { retry: QUICK });
    return { ...cache, where: inEnglish(cache.where) };
  }

  /** Gives the deployment another container, and volumes. */
  function deploy(container: object, volumes: object[] = []): void {
    const resource = resourceNamed('deployments', 'apps');
    const old = cluster.object('deployments', 'apps', NAMESPACE, 'image-registry');
    assert.ok(old);
    const containers = [
      { name: 'sidecar', env: [redis] },
      { name: 'registry', ...container },
    ];
    const spec = { ...objectAt(old, 'spec'), template: { spec: { containers, volumes } } };
    cluster.store.put(resource, { ...old, spec });
  }

  const redis = { name: 'REGISTRY_STORAGE_CACHE_BLOBDESCRIPTOR', value: 'redis' };
  const base64 = (text: string) => Buffer.from(text).toString('base64');
  const configMap = (name: string, data: Record<string, string>) =>
    cluster.seed([{ kind: 'ConfigMap', apiVersion: 'v1', metadata: { name, namespace: NAMESPACE }, data }]);
  const secret = (name: string, data: Record<string, string>) => {
    const encoded = Object.fromEntries(Object.entries(data).map(([key, text]) => [key, base64(text)]));
    cluster.seed([
      { kind: 'Secret', apiVersion: 'v1', metadata: { name, namespace: NAMESPACE }, data: encoded },
    ]);
  };
  const fileWith = (cache: string) =>
    `version: 0.1\nstorage:\n  cache: ${cache}\n  filesystem: {rootdirectory: /registry}\n` +
    `redis: {addr: "redis.cache.svc:6379", db: 4, password: ${PASSWORD}}\n`;

  it('is in memory as OpenShift deploys it', async () => {
    assert.deepEqual(await cacheAs('admin'), {
      kind: 'inmemory',
      where: 'REGISTRY_STORAGE_CACHE_BLOBDESCRIPTOR in the deployment',
    });
    assert.equal(cluster.requests.length, 1);
  });

  it('can be told with the rights of a pruner', async () => {
    assert.equal((await cacheAs('pruner')).kind, 'inmemory');
  });

  it('is in memory where only the registry’s image says so', async () => {
    deploy({});
    const { kind, where } = await cacheAs('admin');
    assert.equal(kind, 'inmemory');
    assert.match(where, /the registry’s image/);
  });

  it('is Redis where a variable says so', async () => {
    deploy({
      env: [
        redis,
        { name: 'REGISTRY_REDIS_ADDR', value: 'redis.cache.svc:6379' },
        { name: 'REGISTRY_REDIS_DB', value: '2' },
        { name: 'REGISTRY_REDIS_PASSWORD', value: PASSWORD },
      ],
    });
    assert.deepEqual(await cacheAs('admin'), {
      kind: 'redis',
      where: 'REGISTRY_STORAGE_CACHE_BLOBDESCRIPTOR in the deployment',
      redis: { address: 'redis.cache.svc:6379', database: 2 },
    });
  });

  it('is Redis where a list of addresses or a whole section says where', async () => {
    deploy({ env: [redis, { name: 'REGISTRY_REDIS_ADDRS', value: '[one.svc:6379, two.svc:6379]' }] });
    assert.deepEqual((await cacheAs('admin')).redis, { address: 'one.svc:6379', database: 0 });
    deploy({ env: [redis, { name: 'REGISTRY_REDIS', value: '{addr: "[fd00::1]:6379", db: 1}' }] });
    assert.deepEqual((await cacheAs('admin')).redis, { address: '[fd00::1]:6379', database: 1 });
    deploy({ env: [redis, { name: 'REGISTRY_REDIS_ADDR', value: `redis://:${PASSWORD}@redis:6379` }] });
    assert.deepEqual((await cacheAs('admin')).redis, { database: 0 });
  });

  it('is not Redis only because there is one', async () => {
    deploy({
      env: [
        { name: 'REGISTRY_STORAGE_CACHE_BLOBDESCRIPTOR', value: 'inmemory' },
        { name: 'REGISTRY_REDIS_ADDR', value: 'redis:6379' },
      ],
    });
    assert.equal((await cacheAs('admin')).kind, 'inmemory');
  });

  it('is what the last of several variables says', async () => {
    deploy({ env: [redis, { name: redis.name, value: 'inmemory' }] });
    assert.equal((await cacheAs('admin')).kind, 'inmemory');
  });

  it('is what the variable of the whole section says, if none is more specific', async () => {
    const section = { name: 'REGISTRY_STORAGE_CACHE', value: '{blobdescriptor: redis}' };
    deploy({ env: [section] });
    const { kind, where } = await cacheAs('admin');
    assert.deepEqual([kind, where], ['redis', 'REGISTRY_STORAGE_CACHE in the deployment']);
    deploy({ env: [section, { name: redis.name, value: 'inmemory' }] });
    assert.equal((await cacheAs('admin')).kind, 'inmemory');
    deploy({ env: [{ ...section, value: '{layerinfo: redis}' }] });
    assert.equal((await cacheAs('admin')).kind, 'redis');
  });

  it('is none where it is turned off', async () => {
    for (const env of [
      [{ name: redis.name, value: '' }],
      [{ name: redis.name }],
      [{ name: redis.name, value: 'memcached' }],
      [{ name: 'REGISTRY_STORAGE_CACHE', value: '' }],
      // Replaces all that the file says of the storage, and with it the cache.
      [{ name: 'REGISTRY_STORAGE', value: 'filesystem' }],
    ]) {
      deploy({ env });
      assert.equal((await cacheAs('admin')).kind, 'none', JSON.stringify(env));
    }
  });

  it('is read from ConfigMaps that variables come from', async () => {
    configMap('cache', { kind: 'redis', REGISTRY_STORAGE_CACHE_BLOBDESCRIPTOR: 'redis' });
    const reference = (name: string, key: string, optional = false) => ({
      env: [{ name: redis.name, valueFrom: { configMapKeyRef: { name, key, optional } } }],
    });
    deploy(reference('cache', 'kind'));
    const { kind, where } = await cacheAs('admin');
    assert.deepEqual(
      [kind, where],
      ['redis', 'REGISTRY_STORAGE_CACHE_BLOBDESCRIPTOR in the ConfigMap cache'],
    );
    deploy({ envFrom: [{ configMapRef: { name: 'cache' } }] });
    assert.equal((await cacheAs('admin')).kind, 'redis');
    deploy({ envFrom: [{ prefix: 'REGISTRY_STORAGE_CACHE_', configMapRef: { name: 'prefixed' } }] });
    configMap('prefixed', { BLOBDESCRIPTOR: 'redis' });
    assert.equal((await cacheAs('admin')).kind, 'redis');
    configMap('other', { REGISTRY_STORAGE_CACHE_BLOBDESCRIPTOR: 'inmemory' });
    deploy({ envFrom: [{ configMapRef: { name: 'other' } }, { configMapRef: { name: 'cache' } }] });
    assert.equal((await cacheAs('admin')).kind, 'redis');
    deploy(reference('nowhere', 'kind', true));
    assert.equal((await cacheAs('admin')).kind, 'inmemory');
    deploy(reference('nowhere', 'kind'));
    assert.match(
      (await cacheAs('admin')).where,
      /the ConfigMap nowhere in .* can’t be read \(configmaps "nowhere" not found\)/,
    );
  });

  it('is read from Secrets that variables come from', async () => {
    secret('cache', { kind: 'redis' });
    const valueFrom = { secretKeyRef: { name: 'cache', key: 'kind' } };
    deploy({ env: [{ name: redis.name, valueFrom }] });
    const { kind, where } = await cacheAs('admin');
    assert.deepEqual([kind, where], ['redis', 'REGISTRY_STORAGE_CACHE_BLOBDESCRIPTOR in the Secret cache']);
  });

  it('is read from a mounted configuration', async () => {
    const expected = (source: string) => ({
      kind: 'redis',
      where: `storage.cache in the key ${source}`,
      redis: { address: 'redis.cache.svc:6379', database: 4 },
    });
    const path = { name: 'REGISTRY_CONFIGURATION_PATH', value: '/etc/registry/config.yml' };
    const folderMount = { env: [path], volumeMounts: [{ name: 'config', mountPath: '/etc/registry' }] };
    configMap('registry-config', { 'config.yml': fileWith('{blobdescriptor: redis}') });
    secret('registry-config', {
      'config.yml': fileWith('{blobdescriptor: redis}'),
      other: fileWith('{layerinfo: redis}'),
    });

    deploy(folderMount, [{ name: 'config', configMap: { name: 'registry-config' } }]);
    assert.deepEqual(await cacheAs('admin'), expected('config.yml of the ConfigMap registry-config'));
    deploy(folderMount, [{ name: 'config', secret: { secretName: 'registry-config' } }]);
    assert.deepEqual(await cacheAs('admin'), expected('config.yml of the Secret registry-config'));
    const items = [{ key: 'other', path: 'config.yml' }];
    deploy(folderMount, [{ name: 'config', secret: { secretName: 'registry-config', items } }]);
    assert.deepEqual(await cacheAs('admin'), expected('other of the Secret registry-config'));
    const sources = [{ configMap: { name: 'serviceca' } }, { secret: { name: 'registry-config', items } }];
    deploy(folderMount, [{ name: 'config', projected: { sources } }]);
    assert.deepEqual(await cacheAs('admin'), expected('other of the Secret registry-config'));
    // Of two that hold the path, the nearer one.
    const both = [{ name: 'root', mountPath: '/etc' }, ...folderMount.volumeMounts];
    deploy({ env: [path], volumeMounts: both }, [
      { name: 'root', emptyDir: {} },
      { name: 'config', secret: { secretName: 'registry-config' } },
    ]);
    assert.deepEqual(await cacheAs('admin'), expected('config.yml of the Secret registry-config'));
    // Over the image's own file, one file alone.
    const fileMount = { volumeMounts: [{ name: 'config', mountPath: '/config.yml', subPath: 'config.yml' }] };
    deploy(fileMount, [{ name: 'config', configMap: { name: 'registry-config' } }]);
    assert.deepEqual(await cacheAs('admin'), expected('config.yml of the ConfigMap registry-config'));
    // The command's own argument goes before the variable.
    const args = ['dockerregistry', '/etc/registry/config.yml'];
    deploy({ ...folderMount, env: [{ ...path, value: '/elsewhere.yml' }], args }, [
      { name: 'config', configMap: { name: 'registry-config' } },
    ]);
    assert.deepEqual(await cacheAs('admin'), expected('config.yml of the ConfigMap registry-config'));
  });

  it('is none where a mounted configuration has none', async () => {
    configMap('registry-config', { 'config.yml': 'version: 0.1\nstorage:\n  filesystem: {}\n' });
    deploy({ volumeMounts: [{ name: 'config', mountPath: '/config.yml', subPath: 'config.yml' }] }, [
      { name: 'config', configMap: { name: 'registry-config' } },
    ]);
    assert.equal((await cacheAs('admin')).kind, 'none');
  });

  it('is replaced by a variable, whatever a mounted configuration says', async () => {
    secret('registry-config', { 'config.yml': fileWith('{blobdescriptor: redis}') });
    const mount = { volumeMounts: [{ name: 'config', mountPath: '/config.yml', subPath: 'config.yml' }] };
    const volumes = [{ name: 'config', secret: { secretName: 'registry-config' } }];
    deploy({ ...mount, env: [{ name: redis.name, value: 'inmemory' }] }, volumes);
    // Not even by those who may not read it.
    assert.equal((await cacheAs('pruner')).kind, 'inmemory');
    deploy({ ...mount, env: [redis] }, volumes);
    assert.deepEqual((await cacheAs('admin')).redis, { address: 'redis.cache.svc:6379', database: 4 });
    const unseen = await cacheAs('pruner');
    assert.deepEqual([unseen.kind, unseen.redis], ['redis', { database: 0 }]);
  });

  it('is unknown to those who may not look, with the reason', async () => {
    const nobody = await cacheAs('nobody');
    assert.equal(nobody.kind, 'unknown');
    assert.match(
      nobody.where,
      /deployment\/image-registry in openshift-image-registry can’t be read \(.*User "nobody" cannot get/,
    );
    secret('registry-config', { 'config.yml': fileWith('{blobdescriptor: redis}') });
    deploy({ volumeMounts: [{ name: 'config', mountPath: '/config.yml', subPath: 'config.yml' }] }, [
      { name: 'config', secret: { secretName: 'registry-config' } },
    ]);
    const pruner = await cacheAs('pruner');
    assert.equal(pruner.kind, 'unknown');
    assert.match(pruner.where, /the Secret registry-config in .*User "pruner" cannot get resource "secrets"/);
  });

  it('is unknown where the configuration comes from elsewhere or is broken, and shows none of it', async () => {
    const mount = { volumeMounts: [{ name: 'config', mountPath: '/', subPath: '' }] };
    deploy(mount, [{ name: 'config', persistentVolumeClaim: { claimName: 'data' } }]);
    assert.match(
      (await cacheAs('admin')).where,
      /lies in the volume config, which is neither a ConfigMap nor a Secret/,
    );
    deploy(mount, [{ name: 'config', configMap: { name: 'serviceca' } }]);
    assert.match(
      (await cacheAs('admin')).where,
      /should come from the ConfigMap serviceca, which has no such key/,
    );
    secret('broken', { 'config.yml': `storage: [\nredis: {password: ${PASSWORD}` });
    deploy(mount, [{ name: 'config', secret: { secretName: 'broken' } }]);
    const broken = await cacheAs('admin');
    assert.deepEqual(broken, {
      kind: 'unknown',
      where: 'the key config.yml of the Secret broken holds what is no valid YAML',
    });
    assert.ok(!inspect(broken).includes(PASSWORD));
  });

  it('is unknown where there is no deployment', async () => {
    cluster.store.remove(resourceNamed('deployments', 'apps'), NAMESPACE, 'image-registry');
    const { kind, where } = await cacheAs('admin');
    assert.equal(kind, 'unknown');
    assert.match(where, /deployments\.apps "image-registry" not found/);
  });

  it('is not guessed where the cluster fails', async () => {
    const fault = cluster.faults.add({ path: /image-registry$/, action: { kind: 'status', code: 500 } });
    await assert.rejects(cacheAs('admin'), ApiError);
    assert.equal(fault.hits, QUICK.attempts);
  });
});
