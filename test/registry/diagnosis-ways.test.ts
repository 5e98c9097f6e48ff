import assert from 'node:assert/strict';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { connect, createServer, type LookupFunction, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, afterEach, before, beforeEach, describe, it } from 'node:test';
import { loadKubeconfig } from '../../src/cluster/kubeconfig/load-kubeconfig.ts';
import { resolveContext } from '../../src/cluster/kubeconfig/resolve-context.ts';
import type { ApiSession } from '../../src/cluster/session/api-session.ts';
import { openSession } from '../../src/cluster/session/open-session.ts';
import { inEnglish } from '../../src/engine/said.ts';
import { parseRegistryUrl } from '../../src/registry/address/registry-url.ts';
import {
  type DiagnosisOptions,
  type DiagnosisQuestion,
  diagnoseRegistry,
} from '../../src/registry/diagnosis/diagnose-registry.ts';
import { mayPrune, type RegistryDiagnosis } from '../../src/registry/diagnosis/registry-diagnosis.ts';
import type { RegistryTunnel } from '../../src/registry/discovery/find-registry.ts';
import type { ApiObject } from '../cluster/api-object.ts';
import { type MiniCluster, startCluster } from '../cluster/miniature.ts';
import { USERS } from '../cluster/seeds/roles.ts';
import { type Authority, createAuthority } from '../pki.ts';
import {
  type FaultyServer,
  httpServer,
  leafOf,
  opensslCertificate,
  registryAnswers,
} from './diagnosis-servers.ts';
import { startRegistry, type TestRegistry } from './start.ts';

const NAMESPACE = 'openshift-image-registry';
const SERVICE = 'image-registry.openshift-image-registry.svc';
const INTERNAL = `${SERVICE}:5000`;
const DAY = 24 * 60 * 60 * 1000;
const names = (host: string) => ({
  youngestManaged: `${host}/shop/web:v1`,
  repositories: [`${host}/shop/web`],
});

const lookup: LookupFunction = (hostname, options, callback) => {
  if (!hostname.endsWith('.example.com') || hostname.startsWith('nowhere')) {
    callback(Object.assign(new Error('not found'), { code: 'ENOTFOUND', hostname }), '', 4);
  } else if (options.all) callback(null, [{ address: '127.0.0.1', family: 4 }]);
  else callback(null, '127.0.0.1', 4);
};

function route(name: string, host: string, admitted = 'True'): ApiObject {
  return {
    kind: 'Route',
    apiVersion: 'route.openshift.io/v1',
    metadata: { name, namespace: NAMESPACE },
    spec: { host, to: { kind: 'Service', name: 'image-registry' } },
    status: {
      ingress: [{ host, conditions: [{ type: 'Admitted', status: admitted, reason: 'HostAlreadyClaimed' }] }],
    },
  };
}

describe('the diagnosis of all ways to the registry', () => {
  let folder: string;
  let authority: Authority;
  /** The one that signs the certificates of services, as in a real cluster: another. */
  let serviceAuthority: Authority;
  let cluster: MiniCluster;
  let session: ApiSession;
  let registry: TestRegistry;
  const cleanUp: (() => Promise<unknown>)[] = [];

  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'diagnosis-ways-'));
    authority = await createAuthority('cluster authority');
    serviceAuthority = await createAuthority('openshift-service-serving-signer@1700000000');
    registry = await startRegistry({
      kind: 'embedded',
      authority,
      hosts: ['registry.example.com', 'route.example.com'],
    });
  });
  after(async () => {
    await registry.stop();
    await rm(folder, { recursive: true, force: true });
  });
  beforeEach(async () => {
    registry.requests.length = 0;
    cluster = await startCluster({ authority });
    cleanUp.push(() => cluster.close());
    session = await sessionOf();
  });
  afterEach(async () => {
    for (const end of cleanUp.splice(0).reverse()) await end();
  });

  async function sessionOf(change: (kubeconfig: string) => string = (text) => text, context = 'admin') {
    const path = await cluster.writeKubeconfig(folder);
    await writeFile(path, change(await readFile(path, 'utf8')));
    const config = await loadKubeconfig({ explicitPath: path, env: {}, homeDir: folder });
    const opened = await openSession(resolveContext(config, { context }), { version: 'test', env: {} });
    cleanUp.push(() => opened.close());
    return opened;
  }

  async function serve(
    by: Authority,
    more: Parameters<Authority['issue']>[0]['hosts'] = [],
  ): Promise<FaultyServer> {
    const serving = await by.issue({ commonName: 'registry', hosts: ['registry.example.com', ...more] });
    const server = await httpServer(registryAnswers(), { serving });
    cleanUp.push(() => server.close());
    return server;
  }

  function diagnose(
    question: Partial<DiagnosisQuestion> = {},
    options: Partial<DiagnosisOptions> = {},
  ): Promise<RegistryDiagnosis> {
    return diagnoseRegistry(
      session,
      {
        given: undefined,
        authority: undefined,
        forceInsecure: false,
        token: async () => registry.adminToken,
        openTunnel: async () => {
          throw new Error('pods/portforward is forbidden');
        },
        ...question,
      },
      { lookup, env: {}, timeoutMs: 5000, ...options },
    );
  }

  /** A tunnel to a port of this machine; `open` counts those that are. */
  function tunnelTo(port: number) {
    const state = { open: 0 };
    const openTunnel = async (): Promise<RegistryTunnel> => {
      const sockets = new Set<Socket>();
      const server = createServer((client) => {
        const onward = connect(port, '127.0.0.1');
        for (const socket of [client, onward]) sockets.add(socket.on('error', () => {}));
        client.pipe(onward).pipe(client);
      });
      await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
      state.open += 1;
      const address = server.address();
      assert.ok(typeof address === 'object' && address !== null);
      const close = () =>
        new Promise<void>((resolve) => {
          state.open -= 1;
          for (const socket of sockets) socket.destroy();
          server.close(() => resolve());
        });
      return { host: '127.0.0.1', port: address.port, target: 'pod/image-registry-0', close };
    };
    return { openTunnel, state };
  }

  const summary = ({ addresses, reached }: RegistryDiagnosis) => ({
    reached,
    addresses: addresses.map(({ source, address, chosen, findings }) =>
      [source, address, chosen ? 'chosen' : '', ...findings.map(({ code }) => code)]
        .filter((one) => one !== '')
        .join(' '),
    ),
  });
  const deletions = (one: TestRegistry) => one.requests.filter(({ method }) => method === 'DELETE').length;

  it('looks at all of them, and sends the token to the one that a prune uses alone', async () => {
    const named = await serve(authority);
    cluster.seed([route('default-route', `route.example.com:${registry.port}`)]);
    const tunnel = tunnelTo(registry.port);
    const host = `registry.example.com:${named.port}`;
    const diagnosis = await diagnose({ names: names(host), openTunnel: tunnel.openTunnel });
    assert.deepEqual(summary(diagnosis), {
      reached: host,
      addresses: [
        `youngestImage ${host} chosen`,
        `route route.example.com:${registry.port}`,
        `tunnel ${INTERNAL}`,
      ],
    });
    assert.ok(mayPrune(diagnosis));
    assert.match(named.heard.join('\n'), /authorization/i);
    assert.equal(deletions(registry), 0);
    assert.ok(registry.requests.length > 0);
    const steps = diagnosis.addresses[1]?.steps ?? [];
    assert.deepEqual(
      steps.filter(({ because }) => because === 'otherAddress').map(({ step }) => step),
      ['token', 'rights', 'deletion'],
    );
    assert.equal(tunnel.state.open, 0);
  });

  it('goes by the route where the named address can’t be reached, as a prune does', async () => {
    cluster.seed([route('default-route', `route.example.com:${registry.port}`)]);
    const diagnosis = await diagnose({ names: names(INTERNAL) });
    assert.deepEqual(summary(diagnosis), {
      reached: `route.example.com:${registry.port}`,
      addresses: [`youngestImage ${INTERNAL} noSuchHost`, `route route.example.com:${registry.port} chosen`],
    });
    assert.deepEqual(diagnosis.findings, []);
    assert.equal(deletions(registry), 2);
  });

  it('goes through the tunnel where nothing else can be reached, verified by the service’s name', async () => {
    const tunnel = tunnelTo(registry.port);
    const diagnosis = await diagnose({ names: names(INTERNAL), openTunnel: tunnel.openTunnel });
    assert.deepEqual(summary(diagnosis), {
      reached: INTERNAL,
      addresses: [`youngestImage ${INTERNAL} noRouteFromOutside`, `tunnel ${INTERNAL} chosen`],
    });
    assert.equal(diagnosis.addresses[1]?.through, 'pod/image-registry-0');
    assert.ok(mayPrune(diagnosis));
    assert.deepEqual(diagnosis.findings, []);
    assert.equal(tunnel.state.open, 0);
  });

  it('stops at what answers wrongly, as a prune does, and tells the ways that work', async () => {
    const strange = await serve(serviceAuthority);
    cluster.seed([route('default-route', `route.example.com:${registry.port}`)]);
    const host = `registry.example.com:${strange.port}`;
    const tunnel = tunnelTo(registry.port);
    const diagnosis = await diagnose({ names: names(host), openTunnel: tunnel.openTunnel });
    assert.equal(diagnosis.reached, null);
    const [finding] = diagnosis.findings;
    assert.equal(finding?.code, 'unknownAuthority');
    assert.deepEqual(
      finding.fixes.map(({ code }) => code),
      ['giveAuthority', 'useRoute', 'useTunnel', 'forceInsecure'],
    );
    assert.equal(finding.fixes[1]?.arguments.address, `route.example.com:${registry.port}`);
    assert.deepEqual(finding.fixes[2], {
      code: 'useTunnel',
      risk: 'none',
      command: `image-hygiene diagnose --registry-url ${INTERNAL}`,
      arguments: { address: INTERNAL },
    });
    assert.equal(deletions(registry), 0);
    assert.doesNotMatch(strange.heard.join('\n'), /authorization/i);
  });

  it('goes through the tunnel, past a route that works, where the registry’s service is given', async () => {
    cluster.seed([route('default-route', `route.example.com:${registry.port}`)]);
    const tunnel = tunnelTo(registry.port);
    const diagnosis = await diagnose({
      given: parseRegistryUrl(INTERNAL),
      names: names(INTERNAL),
      openTunnel: tunnel.openTunnel,
    });
    assert.deepEqual(summary(diagnosis), {
      reached: INTERNAL,
      addresses: [
        `given ${INTERNAL} noSuchHost`,
        `route route.example.com:${registry.port}`,
        `tunnel ${INTERNAL} chosen`,
      ],
    });
    assert.ok(mayPrune(diagnosis));
    assert.equal(tunnel.state.open, 0);
  });

  it('says how a tunnel comes to be used: by itself, without an address, or by the service’s', async () => {
    const tunnel = tunnelTo(registry.port);
    const tunnelFixes = async (given: string | undefined, named: string) => {
      const { addresses } = await diagnose({
        ...(given === undefined ? {} : { given: parseRegistryUrl(given) }),
        names: names(named),
        openTunnel: tunnel.openTunnel,
      });
      return addresses
        .filter(({ source }) => source !== 'tunnel')
        .flatMap(({ findings }) => findings.flatMap(({ fixes }) => fixes))
        .filter(({ code }) => code === 'useTunnel')
        .map(({ arguments: facts }) => facts);
    };
    assert.deepEqual(await tunnelFixes(undefined, INTERNAL), [{ itself: 'true' }]);
    assert.deepEqual(await tunnelFixes('nowhere.example.com', INTERNAL), [
      { given: 'true' },
      { given: 'true' },
    ]);
    const strange = `registry.example.com:${(await serve(serviceAuthority)).port}`;
    assert.deepEqual(await tunnelFixes(undefined, strange), [{ address: INTERNAL }]);
    const { findings } = await diagnose({
      names: { youngestManaged: null, repositories: [] },
      openTunnel: tunnel.openTunnel,
    });
    assert.deepEqual(
      findings[0]?.fixes.map(({ code }) => code),
      ['useTunnel', 'correctAddress', 'apiObjectsOnly'],
    );
  });

  it('knows only a given address, and says that the named one works', async () => {
    const host = `registry.example.com:${registry.port}`;
    const diagnosis = await diagnose({
      given: parseRegistryUrl('nowhere.example.com:5000'),
      names: names(host),
    });
    assert.equal(diagnosis.reached, null);
    assert.deepEqual(
      diagnosis.findings.map(({ code }) => code),
      ['noSuchHost'],
    );
    assert.deepEqual(diagnosis.findings[0]?.fixes[0]?.arguments, { works: host });
    assert.equal(deletions(registry), 0);
  });

  it('offers the authority that the cluster publishes and that verifies it, with the command that saves it', async () => {
    const server = await serve(serviceAuthority);
    cluster.seed([
      {
        kind: 'ConfigMap',
        apiVersion: 'v1',
        metadata: { name: 'openshift-service-ca.crt', namespace: NAMESPACE },
        data: { 'service-ca.crt': serviceAuthority.certificate },
      },
    ]);
    const diagnosis = await diagnose({ given: parseRegistryUrl(`registry.example.com:${server.port}`) });
    const [finding] = diagnosis.findings;
    assert.equal(finding?.code, 'unknownAuthority');
    assert.deepEqual(finding.fixes[0], {
      code: 'useClusterAuthority',
      risk: 'none',
      command:
        "oc get configmap openshift-service-ca.crt -n openshift-image-registry -o jsonpath='{.data.service-ca\\.crt}' > registry-ca.crt",
      arguments: {
        configMap: 'openshift-service-ca.crt',
        namespace: NAMESPACE,
        key: 'service-ca.crt',
        subjects: 'CN=openshift-service-serving-signer@1700000000',
        file: 'registry-ca.crt',
      },
    });
    const verified = diagnosis.addresses[0]?.verifications.map((one) => [
      one.source,
      one.verified,
      one.decides,
    ]);
    assert.deepEqual(verified, [
      ['kubeconfig', false, true],
      ['machine', false, false],
      ['published', true, false],
    ]);
    assert.ok(
      diagnosis.addresses[0]?.verifications.every(({ verified, why }) => verified === (why === null)),
    );
  });

  it('has a certificate of the service authority renewed by the cluster', async () => {
    const serving = await serviceAuthority.issue({
      commonName: SERVICE,
      hosts: ['registry.example.com'],
      notAfter: new Date(Date.now() - DAY),
      notBefore: new Date(Date.now() - 2 * DAY),
    });
    const server = await httpServer(registryAnswers(), { serving });
    cleanUp.push(() => server.close());
    const diagnosis = await diagnose({
      given: parseRegistryUrl(`registry.example.com:${server.port}`),
      authority: serviceAuthority.certificate,
    });
    assert.equal(diagnosis.findings[0]?.code, 'expired');
    assert.deepEqual(diagnosis.findings[0]?.fixes[0], {
      code: 'renewCertificate',
      risk: 'cluster',
      command: 'oc delete secret image-registry-tls -n openshift-image-registry',
      arguments: { issuer: 'CN=openshift-service-serving-signer@1700000000' },
    });
  });

  it('shows the chain as it was served', async () => {
    const server = await serve(await authority.issueAuthority('issuing authority'));
    const diagnosis = await diagnose({ given: parseRegistryUrl(`registry.example.com:${server.port}`) });
    const { chain = [] } = diagnosis.addresses[0] ?? {};
    assert.deepEqual(
      chain.map(({ subject, issuer, selfSigned, authority: signs, names: own }) => [
        subject,
        issuer,
        selfSigned,
        signs,
        own,
      ]),
      [
        ['CN=registry', 'CN=issuing authority', false, false, ['registry.example.com']],
        ['CN=issuing authority', 'CN=cluster authority', false, true, []],
      ],
    );
    for (const { keyType, keyBits, signature, fingerprint, notAfter } of chain) {
      assert.deepEqual([keyType, keyBits, signature], ['ec', 256, 'ecdsa-with-SHA256']);
      assert.match(fingerprint, /^([0-9A-F]{2}:){31}[0-9A-F]{2}$/);
      assert.match(notAfter, /^20\d\d-\d\d-\d\dT\d\d:\d\d:\d\dZ$/);
    }
  });

  it('takes an issuer of a trusted organization for a missing intermediate', async () => {
    const root = await opensslCertificate({
      key: ['rsa:2048'],
      hosts: ['root.example.com'],
      organization: 'acme',
    });
    const between = await opensslCertificate({
      key: ['rsa:2048'],
      hosts: ['issuing.example.com'],
      organization: 'acme',
    });
    const leaf = await opensslCertificate({
      key: ['rsa:2048'],
      hosts: ['registry.example.com'],
      by: between,
    });
    const server = await httpServer(registryAnswers(), { serving: leafOf(leaf) });
    cleanUp.push(() => server.close());
    const diagnosis = await diagnose({
      given: parseRegistryUrl(`registry.example.com:${server.port}`),
      authority: root.certificate,
    });
    assert.deepEqual(
      diagnosis.findings.map(({ code }) => code),
      ['missingIntermediate'],
    );
  });

  it('blames this machine’s clock where the API’s says another time, by which the certificate is valid', async () => {
    await cluster.close();
    const past = Date.now() - 100 * DAY;
    cluster = await startCluster({ authority, clock: () => new Date(past) });
    cleanUp.push(() => cluster.close());
    session = await sessionOf();
    const serving = await authority.issue({
      commonName: 'registry',
      hosts: ['registry.example.com'],
      notBefore: new Date(past - DAY),
      notAfter: new Date(past + DAY),
    });
    const server = await httpServer(registryAnswers(), { serving });
    cleanUp.push(() => server.close());
    const diagnosis = await diagnose({ given: parseRegistryUrl(`registry.example.com:${server.port}`) });
    const [finding] = diagnosis.findings;
    assert.deepEqual(
      diagnosis.findings.map(({ code }) => code),
      ['clockSkew'],
    );
    assert.equal(finding?.arguments.whose, 'machine');
    assert.match(
      finding.message,
      /: x509: certificate has expired or is not yet valid: current time \S+Z is after \S+Z$/,
    );
    assert.deepEqual(finding.fixes[0], { code: 'setClock', risk: 'none', arguments: { whose: 'machine' } });
  });

  it('finds what names the registry, the youngest managed image first', async () => {
    const host = `registry.example.com:${registry.port}`;
    const image = (name: string, created: string, managed: boolean): ApiObject => ({
      kind: 'Image',
      apiVersion: 'image.openshift.io/v1',
      metadata: {
        name: `sha256:${name.repeat(64)}`,
        creationTimestamp: created,
        annotations: managed ? { 'openshift.io/image.managed': 'true' } : {},
      },
      dockerImageReference: `${managed ? (name === 'b' ? host : 'old.example.net') : 'mirror.example.net'}/shop/web@sha256:${name.repeat(64)}`,
    });
    cluster.seed([
      image('a', '2026-01-01T00:00:00Z', true),
      image('b', '2026-03-01T00:00:00Z', true),
      image('c', '2026-05-01T00:00:00Z', false),
    ]);
    const diagnosis = await diagnose();
    assert.deepEqual(summary(diagnosis), { reached: host, addresses: [`youngestImage ${host} chosen`] });
  });

  it('goes by the image streams of one’s own namespace where more can’t be seen', async () => {
    const host = `registry.example.com:${registry.port}`;
    cluster.seed([
      {
        kind: 'RoleBinding',
        apiVersion: 'rbac.authorization.k8s.io/v1',
        metadata: { name: 'view-nobody', namespace: 'shop' },
        roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: 'ClusterRole', name: 'view' },
        subjects: [{ apiGroup: 'rbac.authorization.k8s.io', kind: 'User', name: 'nobody' }],
      },
      {
        kind: 'ImageStream',
        apiVersion: 'image.openshift.io/v1',
        metadata: { name: 'web', namespace: 'shop' },
        status: { dockerImageRepository: `${host}/shop/web` },
      },
    ]);
    session = await sessionOf(undefined, 'nobody');
    const diagnosis = await diagnose({ namespace: 'shop' });
    assert.equal(diagnosis.addresses[0]?.source, 'streamRepository');
    assert.equal(diagnosis.reached, host);
    assert.ok(
      diagnosis.unread.some(({ what, why }) => inEnglish(what) === 'images' && /403/.test(inEnglish(why))),
    );
  });

  it('says that nothing names the registry, and whether that could be seen', async () => {
    const nothing = await diagnose();
    assert.deepEqual(
      nothing.findings.map(({ code, message, arguments: facts }) => ({ code, message, facts })),
      [
        {
          code: 'noSuchHost',
          message: 'unable to find the remote registry host',
          facts: { registry: 'unnamed' },
        },
      ],
    );
    session = await sessionOf(undefined, 'nobody');
    const unseen = await diagnose();
    assert.equal(unseen.findings[0]?.arguments.unread, 'true');
    assert.equal(unseen.reached, null);
  });

  it('lists the routes that lead nowhere, and what it wasn’t allowed to look at', async () => {
    cluster.seed([route('mine', 'taken.example.com', 'False')]);
    const { unread } = await diagnose({ names: names(INTERNAL) });
    const found = Object.fromEntries(unread.map(({ what, why }) => [inEnglish(what), inEnglish(why)]));
    assert.equal(found['the route mine'], 'no router has admitted it (HostAlreadyClaimed)');
    assert.equal(
      found['a tunnel to service/image-registry in openshift-image-registry'],
      'pods/portforward is forbidden',
    );
  });

  it('diagnoses a given address where the API can’t be reached at all', async () => {
    await cluster.close();
    const server = await serve(authority);
    const diagnosis = await diagnose({ given: parseRegistryUrl(`registry.example.com:${server.port}`) });
    assert.ok(diagnosis.reached !== null);
    assert.ok(mayPrune(diagnosis));
    assert.ok(diagnosis.unread.length >= 3);
  });

  it('says why there is no token, where fetching it fails', async () => {
    const diagnosis = await diagnose({
      given: parseRegistryUrl(`registry.example.com:${registry.port}`),
      token: async () => {
        throw new Error('There is no ServiceAccount pruner');
      },
    });
    assert.deepEqual(
      diagnosis.findings.map(({ code, message }) => [code, message]),
      [['unknown', 'There is no ServiceAccount pruner']],
    );
    assert.equal(mayPrune(diagnosis), false);
    assert.equal(deletions(registry), 0);
  });

  it('holds no secret, not even the proxy’s password', async () => {
    const env = { HTTPS_PROXY: 'http://me:s3cret@127.0.0.1:9' };
    const diagnosis = await diagnose({ given: parseRegistryUrl('registry.example.com') }, { env });
    const text = JSON.stringify(diagnosis);
    assert.equal(diagnosis.findings[0]?.code, 'proxy');
    assert.equal(diagnosis.findings[0]?.arguments.proxy, 'http://127.0.0.1:9');
    assert.doesNotMatch(text, /s3cret/);
    assert.ok(!text.includes(registry.adminToken) && !text.includes(USERS.admin.token));
  });

  it('can be aborted, and leaves nothing open', { timeout: 30_000 }, async () => {
    const abort = new AbortController();
    const hanging = createServer((socket) => {
      socket.on('error', () => {});
      abort.abort(new Error('enough'));
    });
    await new Promise<void>((resolve) => hanging.listen(0, '127.0.0.1', resolve));
    const address = hanging.address();
    assert.ok(typeof address === 'object' && address !== null);
    const tunnel = tunnelTo(registry.port);
    const given = parseRegistryUrl(`registry.example.com:${address.port}`);
    await assert.rejects(
      diagnose({ given, openTunnel: tunnel.openTunnel }, { signal: abort.signal, timeoutMs: 600_000 }),
      /^Error: enough$/,
    );
    assert.equal(tunnel.state.open, 0);
    await new Promise<void>((resolve) => hanging.close(() => resolve()));
  });
});
