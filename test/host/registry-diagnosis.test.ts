import assert from 'node:assert/strict';
import { X509Certificate } from 'node:crypto';
import { readFile, stat, writeFile } from 'node:fs/promises';
import { after, afterEach, before, describe, it } from 'mocha';
import * as vscode from 'vscode';
import { DiagnosisHost } from '../../src/host/diagnosis/diagnosis-host.ts';
import { COMMANDS } from '../../src/host/manifest.ts';
import { RegistryTree } from '../../src/host/registry/registry-tree.ts';
import type { Services } from '../../src/host/services.ts';
import type { FixCode } from '../../src/registry/diagnosis/finding.ts';
import { mayPrune, type RegistryDiagnosis } from '../../src/registry/diagnosis/registry-diagnosis.ts';
import { createAuthority } from '../pki.ts';
import { type FaultyServer, httpServer, registryAnswers } from '../registry/diagnosis-servers.ts';
import type { Scene } from '../scene.ts';
import { type OwnScene, startOwnScene } from './registry-scene.ts';

const settings = () => vscode.workspace.getConfiguration('imageHygiene');
const SETTINGS = ['registryUrl', 'certificateAuthority', 'forceInsecure', 'asServiceAccount'] as const;

describe('the diagnosis in the editor', () => {
  let own: OwnScene;
  let scene: Scene;
  let services: Services;
  let host: DiagnosisHost;
  let strange: FaultyServer;
  let authority: Awaited<ReturnType<typeof createAuthority>>;

  before(async () => {
    own = await startOwnScene();
    ({ scene, services } = own);
    host = new DiagnosisHost(services);
    authority = await createAuthority('strange authority');
    const serving = await authority.issue({ commonName: 'registry', hosts: ['127.0.0.1'] });
    strange = await httpServer(registryAnswers(), { serving });
    scene.cluster.seed([
      {
        apiVersion: 'v1',
        kind: 'ConfigMap',
        metadata: { name: 'openshift-service-ca.crt', namespace: 'openshift-image-registry' },
        data: { 'service-ca.crt': authority.certificate },
      },
    ]);
  });
  afterEach(async () => {
    for (const name of SETTINGS) await settings().update(name, undefined, vscode.ConfigurationTarget.Global);
  });
  after(async () => {
    host?.dispose();
    await strange?.close();
    await own?.close();
  });

  const set = (name: (typeof SETTINGS)[number], value: unknown) =>
    settings().update(name, value, vscode.ConfigurationTarget.Global);

  const diagnosed = async (): Promise<RegistryDiagnosis> => {
    const diagnosis = await services.diagnoses.run();
    const { state } = services.diagnoses;
    assert.ok(diagnosis, JSON.stringify(state.kind === 'failed' ? String(state.error) : state));
    return diagnosis;
  };

  /** Answers the next questions, and gives what was asked. */
  const answering = async (answer: string | undefined, work: () => Promise<unknown>): Promise<string[]> => {
    const asked: string[] = [];
    const real = vscode.window.showWarningMessage;
    Reflect.set(
      vscode.window,
      'showWarningMessage',
      async (message: string, options: { detail?: string }) => {
        asked.push(`${message}\n${options.detail ?? ''}`);
        return answer;
      },
    );
    try {
      await work();
    } finally {
      Reflect.set(vscode.window, 'showWarningMessage', real);
    }
    return asked;
  };

  /** Does the fix of that kind, of the first finding. */
  const fix = async (code: FixCode) => {
    const { state } = services.diagnoses;
    assert.ok(state.kind === 'done');
    const place = state.diagnosis.findings[0]?.fixes.findIndex((each) => each.code === code) ?? -1;
    assert.ok(place >= 0, JSON.stringify(state.diagnosis.findings));
    return host.handlers.fix({ diagnosis: state.id, address: null, finding: 0, fix: place });
  };

  /** The diagnosis that a fix sets going. */
  const afterwards = () =>
    new Promise<RegistryDiagnosis>((resolve) => {
      const subscription = services.diagnoses.onDidChange((state) => {
        // What a change of settings makes old isn't it.
        if (state.kind !== 'done' || state.stale) return;
        subscription.dispose();
        resolve(state.diagnosis);
      });
    });

  it('sends no credential to an address that nobody has seen, and asks once it was shown', async () => {
    scene.registry.requests.length = 0;
    const deletions = () => scene.registry.requests.filter(({ method }) => method === 'DELETE');
    const first = await diagnosed();
    assert.equal(first.reached, scene.registry.host);
    assert.deepEqual(deletions(), []);
    const rights = first.addresses.find(({ chosen }) => chosen)?.steps.find(({ step }) => step === 'rights');
    assert.equal(rights?.because, 'unseenAddress');
    assert.equal(mayPrune(first), false);

    assert.equal(mayPrune(await diagnosed()), true);
    assert.ok(deletions().length > 0);
  });

  it('shows its verdict in the Registry view, with the next step', async () => {
    await set('registryUrl', 'https://nowhere.invalid:5000');
    await diagnosed();
    const tree = new RegistryTree(services);
    const row = (await tree.getChildren()).find(({ id }) => id === 'diagnosis');
    assert.equal(row?.description, 'There is no such host');
    assert.equal(row?.command?.id, COMMANDS.openDiagnosis);
    assert.match(row?.children?.[0]?.description ?? '', /imageHygiene\.registryUrl/);
    tree.dispose();
  });

  it('tells what an error of the check comes to, before anything is diagnosed', async () => {
    await set('registryUrl', 'https://nowhere.invalid:5000');
    await services.contexts.chooseContext(undefined);
    const { finding, state } = await services.registry.check();
    assert.equal(state.kind, 'problem');
    assert.equal(finding?.code, 'noSuchHost');
  });

  it('uses an authority that the cluster publishes: shown first, saved for this user alone, then in the settings', async () => {
    await set('registryUrl', `https://127.0.0.1:${strange.port}`);
    await set('certificateAuthority', await otherFile(scene));
    const before = await diagnosed();
    assert.deepEqual(
      before.findings.map(({ code }) => code),
      ['wrongAuthorityGiven'],
    );
    const file = settings().get('certificateAuthority');

    const refused = await answering(undefined, () => fix('useClusterAuthority'));
    assert.match(refused[0] ?? '', /^Trust this authority for the registry of admin\?/);
    assert.equal(settings().get('certificateAuthority'), file, 'nothing without agreement');

    const done = afterwards();
    const [asked = ''] = await answering('Trust It', () => fix('useClusterAuthority'));
    assert.match(asked, /CN=strange authority, SHA-256 [0-9A-F:]{95}/);
    const saved = String(settings().get('certificateAuthority'));
    assert.match(saved, /authorities.registry-ca-[0-9a-f]{16}\.crt$/);
    assert.ok(asked.includes(saved));
    assert.equal(fingerprintOf(await readFile(saved, 'utf8')), fingerprintOf(authority.certificate));
    assert.equal((await stat(saved)).mode & 0o777, 0o600);
    const afterFix = await done;
    assert.equal(afterFix.reached, `127.0.0.1:${strange.port}`);
    assert.equal(mayPrune(afterFix), true);
  });

  it('gives up verification only after a question that says what it means', async () => {
    await set('registryUrl', `https://127.0.0.1:${strange.port}`);
    await set('certificateAuthority', await otherFile(scene));
    await diagnosed();
    const done = afterwards();
    const [asked = ''] = await answering('Give Up Verification', () => fix('forceInsecure'));
    assert.match(asked, /RISKY: nobody then knows who answers/);
    assert.match(asked, /imageHygiene\.forceInsecure = true/);
    assert.match(asked, /Taken out of your settings: imageHygiene\.certificateAuthority/);
    assert.equal(settings().get('forceInsecure'), true);
    assert.equal(settings().get('certificateAuthority'), '');
    await done;
  });

  it('grants the right to prune by the request that it showed', async () => {
    await services.contexts.chooseContext('developer');
    await services.contexts.chooseNamespace('shop');
    const { applyFix } = await import('../../src/host/diagnosis/apply-fix.ts');
    const grant = { code: 'grantPruner', risk: 'cluster', arguments: { user: 'developer' } } as const;
    // A developer may grant nothing.
    await assert.rejects(
      answering('Grant', () => applyFix(services, grant)),
      /403|forbidden/i,
    );
    await services.contexts.chooseContext('admin');
    const [asked = ''] = await answering('Grant', () => applyFix(services, grant));
    assert.match(asked, /POST \/apis\/rbac\.authorization\.k8s\.io\/v1\/clusterrolebindings/);
    assert.match(asked, /"kind":"User","name":"developer"/);
    await services.contexts.chooseContext('developer');
    await services.registry.check({ glance: true });
    assert.equal(services.registry.report.right?.may, true);
    await services.contexts.chooseContext(undefined);
  });

  it('explains an error where there is no kubeconfig', async () => {
    process.env.KUBECONFIG = `${scene.folder}/nothing-here`;
    await services.contexts.reload();
    try {
      const { cluster, state } = await host.view();
      assert.equal(cluster, null);
      assert.notEqual(state.kind, 'done');
      const { findings } = await host.handlers.explain({
        text: 'error: error communicating with registry: Get https://172.30.30.30:5000/: x509: certificate signed by unknown authority',
      });
      assert.equal(findings[0]?.code, 'unknownAuthority');
    } finally {
      process.env.KUBECONFIG = scene.kubeconfig;
      await services.contexts.reload();
    }
  });

  it('opens its page by command, and takes an error from the clipboard, without its secrets', async () => {
    await vscode.env.clipboard.writeText(
      'error: Get https://10.0.0.1:5000/: x509: certificate has expired; Authorization: Bearer sha256~c2VjcmV0LXNlY3JldC1zZWNyZXQ',
    );
    const opened = new Promise<void>((resolve) => {
      const subscription = vscode.window.tabGroups.onDidChangeTabs((change) => {
        if (!change.opened.some(({ label }) => label === 'Registry Diagnosis')) return;
        subscription.dispose();
        resolve();
      });
    });
    await vscode.commands.executeCommand(COMMANDS.explainError);
    await opened;
    await host.explain(await vscode.env.clipboard.readText());
    const { given } = await host.view();
    assert.match(given?.text ?? '', /x509: certificate has expired/);
    assert.doesNotMatch(given?.text ?? '', /c2VjcmV0/);
  });
});

function fingerprintOf(pem: string): string {
  return new X509Certificate(pem).fingerprint256;
}

/** A CA file of nobody. */
async function otherFile({ folder }: Scene): Promise<string> {
  const path = `${folder}/other-ca.crt`;
  await writeFile(path, (await createAuthority('nobody')).certificate);
  return path;
}
