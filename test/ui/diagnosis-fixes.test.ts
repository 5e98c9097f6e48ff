// The fixes of the diagnosis in a real editor: from the button through its question to what it changes, and the look after it.
import assert from 'node:assert/strict';
import { X509Certificate } from 'node:crypto';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import type { Locator } from 'playwright-core';
import { objectAt } from '../../src/engine/shape.ts';
import { resourceNamed } from '../cluster/resources.ts';
import { USERS } from '../cluster/seeds/roles.ts';
import { INTERNAL_REGISTRY } from '../cluster/seeds/seeded.ts';
import type { Workbench } from '../editor/browser.ts';
import { type OpenedExtension, openExtension } from '../editor/opened-extension.ts';
import type { Settings } from '../editor/server.ts';
import { type Authority, createAuthority } from '../pki.ts';
import {
  type Answer,
  answering,
  type FaultyServer,
  httpServer,
  registryAnswers,
} from '../registry/diagnosis-servers.ts';
import { type Scene, startScene } from '../scene.ts';

const GROUP = 'imageregistry.operator.openshift.io';
const CONFIG = `/apis/${GROUP}/v1/configs/cluster`;
/** Nobody has it, so that only what is said here leads anywhere. */
const NOWHERE = 'https://nowhere.invalid:5000';
/** Written out, so that a change replaces them where they are. */
const UNSET = {
  'imageHygiene.registryUrl': '',
  'imageHygiene.certificateAuthority': '',
  'imageHygiene.forceInsecure': false,
};

describe('the fixes of the diagnosis, in the editor', { timeout: 300_000 }, () => {
  /** The one above the workspace. */
  let folder: string;
  let scene: Scene;
  let opened: OpenedExtension;
  let workbench: Workbench;
  let authority: Authority;
  let strange: FaultyServer;
  /** What the strange registry answers. */
  let answer: Answer = registryAnswers();

  before(async () => {
    scene = await startScene({ kind: 'embedded', by: 'http', registryHost: INTERNAL_REGISTRY });
    folder = join(scene.folder, 'editor');
    mkdirSync(folder);
    scene.cluster.routeHost = scene.registry.host;
    // The registry has no route, and this user may open no tunnel.
    scene.cluster.faults.add({ path: /\/portforward/, action: { kind: 'forbidden' } });
    authority = await createAuthority('registry authority');
    const serving = await authority.issue({ commonName: 'registry', hosts: ['127.0.0.1'] });
    strange = await httpServer((request, response) => answer(request, response), { serving });
    writeFileSync(at('registry-ca.crt'), authority.certificate);
    writeFileSync(at('other-ca.crt'), (await createAuthority('nobody')).certificate);
    writeFileSync(at('notes.txt'), 'The certificate is on the other laptop.\n');
    const surroundings = { kubeconfig: scene.kubeconfig, runs: scene.env.IMAGE_HYGIENE_RUNS };
    opened = await openExtension(surroundings, { height: 1000, settings: UNSET });
    ({ workbench } = opened);
  });
  after(async () => {
    await opened?.close();
    await strange?.close();
    await scene?.close();
  });

  const at = (name: string) => join(folder, name);
  const page = () => workbench.webview();
  const heading = (name: string) => page().getByRole('heading', { name });
  const press = (name: string) => page().getByRole('button', { name, exact: true }).first().click();
  /** What has the keyboard, by what stands on it. */
  const focused = () => page().locator('body').evaluate('document.activeElement?.textContent');
  const reached = (address: string) =>
    page().getByText(`The registry is reached at ${address}, and would delete.`).waitFor();

  /** A setting as the file of the user's settings has it. */
  const setting = (name: string): unknown =>
    JSON.parse(readFileSync(join(opened.editor.dataFolder, 'user/Machine/settings.json'), 'utf8'))[
      `imageHygiene.${name}`
    ];

  /** Diagnoses by these settings, all others as they come. */
  const diagnoseBy = async (settings: Settings) => {
    opened.editor.changeSettings({ ...UNSET, ...settings });
    await page().getByText('The settings have changed since this was seen.').waitFor();
    await workbench.runCommand('Image Hygiene: Diagnose Registry');
  };

  /** The question that a button leads to. */
  const asked = async (button: string, message: string): Promise<Locator> => {
    await press(button);
    const modal = workbench.modal(message);
    await modal.waitFor();
    return modal;
  };
  const choose = async (modal: Locator, button: string) => {
    await modal.getByRole('button', { name: button }).click();
    await modal.waitFor({ state: 'detached' });
  };
  const saysAll = async (modal: Locator, ...lines: readonly string[]) => {
    const text = (await modal.textContent()) ?? '';
    for (const line of lines) assert.ok(text.includes(line), `${JSON.stringify(line)} is not in ${text}`);
  };
  /** The diagnosis on the page, by when it was made: another one after every look. */
  const seenAt = () => page().locator('.facts [title]').last().getAttribute('title');

  const patches = () => scene.cluster.requests.filter(({ method }) => method === 'PATCH');
  const isExposed = () =>
    objectAt(scene.cluster.object('configs', GROUP, undefined, 'cluster'), 'spec').defaultRoute === true;
  const tunnels = () => scene.cluster.requests.filter(({ path }) => path.includes('/portforward')).length;

  it('copies the command of a fix, and the whole as Markdown for a ticket, without a secret', async () => {
    await workbench.runCommand('Image Hygiene: Diagnose Registry');
    await heading('The registry has no route').waitFor();
    await page().getByText('A tunnel to its pod (port-forward) would be used by itself').waitFor();
    await workbench.screenshot('fixes-no-route');
    const expose = page().getByRole('listitem').filter({ hasText: 'exposed by its default route' });
    await expose.getByRole('button', { name: 'Copy the command' }).click();
    await expose.getByRole('button', { name: 'Copied' }).waitFor();
    assert.equal(
      await workbench.clipboard(),
      'oc patch configs.imageregistry.operator.openshift.io/cluster --type=merge -p \'{"spec":{"defaultRoute":true}}\'',
    );

    await press('Copy as Markdown');
    await page().getByRole('button', { name: 'Copied' }).waitFor();
    const ticket = await workbench.clipboard();
    assert.match(ticket, /^# The way to the registry of admin\n/);
    assert.match(
      ticket,
      /error communicating with registry: Get https:\/\/image-registry\.openshift-image-registry\.svc:5000\//,
    );
    assert.match(ticket, /^\| Name \| failed \| .*\| [\d.]+ \|$/m);
    assert.match(ticket, /oc patch configs\.imageregistry/);
    for (const { token } of Object.values(USERS)) assert.ok(!ticket.includes(token));
  });

  it('exposes the default route by the request that it showed, and looks again', async () => {
    const message = 'Expose the registry of admin by its default route?';
    const before = await seenAt();
    const refused = await asked('Expose the registry…', message);
    await saysAll(
      refused,
      `Cluster: ${scene.cluster.url}`,
      `Request: PATCH ${CONFIG}`,
      '{"spec":{"defaultRoute":true}}',
      'It can be taken back by setting defaultRoute to false.',
    );
    await workbench.screenshot('fixes-expose-question');
    await choose(refused, 'Cancel');
    assert.deepEqual(patches(), []);
    assert.equal(isExposed(), false);

    const agreed = await asked('Expose the registry…', message);
    assert.equal(await seenAt(), before, 'nothing was looked at again where nothing was changed');
    await choose(agreed, 'Expose');
    await reached(scene.registry.host);
    assert.equal(isExposed(), true);
    assert.deepEqual(
      patches().map(({ path }) => path.split('?')[0]),
      [CONFIG],
    );
    await workbench.screenshot('fixes-exposed');
  });

  it('uses the route in place of an address that leads nowhere, from the keyboard', async () => {
    await diagnoseBy({ 'imageHygiene.registryUrl': NOWHERE });
    await heading('There is no such host').waitFor();
    await page().getByRole('heading', { level: 1 }).focus();
    const { keyboard } = workbench.page;
    for (let stops = 0; (await focused()) !== 'Use this address…'; stops++) {
      assert.ok(stops < 20, `the focus is on ${await focused()}`);
      await keyboard.press('Tab');
    }
    const modal = workbench.modal('Change how the registry of admin is reached?');
    await keyboard.press('Enter');
    await modal.waitFor();
    await saysAll(
      modal,
      'Your token is sent to this address when you prune, over a verified connection.',
      `Your settings: imageHygiene.registryUrl = "${scene.registry.host}"`,
    );
    await workbench.screenshot('fixes-route-question');
    await keyboard.press('Escape');
    await modal.waitFor({ state: 'detached' });
    assert.equal(setting('registryUrl'), NOWHERE);

    // The keyboard is where it was.
    await page().locator(':focus', { hasText: 'Use this address…' }).waitFor();
    await keyboard.press('Enter');
    await modal
      .getByRole('button', { name: 'Change Settings' })
      .and(workbench.page.locator(':focus'))
      .waitFor();
    await keyboard.press('Enter');
    await reached(scene.registry.host);
    assert.equal(setting('registryUrl'), scene.registry.host);
  });

  it('connects by port-forward past a route, by the address of the registry’s service', async () => {
    const { port } = scene.registry;
    scene.cluster.faults.clear();
    scene.cluster.portForwards.target = () => ({ host: '127.0.0.1', port });
    await diagnoseBy({ 'imageHygiene.registryUrl': NOWHERE });
    const question = 'Change how the registry of admin is reached?';
    const refused = await asked('Connect by port-forward…', question);
    await saysAll(
      refused,
      'a tunnel to the registry’s pod is then opened through the API server',
      `Your settings: imageHygiene.registryUrl = "${INTERNAL_REGISTRY}"`,
    );
    await workbench.screenshot('fixes-tunnel-question');
    await choose(refused, 'Cancel');
    assert.equal(setting('registryUrl'), NOWHERE);

    const before = tunnels();
    await choose(await asked('Connect by port-forward…', question), 'Change Settings');
    await reached(INTERNAL_REGISTRY);
    await page()
      .getByText(/^Through a tunnel to pod\/image-registry-\S+ \(port-forward\)/)
      .waitFor();
    assert.equal(setting('registryUrl'), INTERNAL_REGISTRY);
    assert.ok(tunnels() > before);
    await workbench.screenshot('fixes-tunnel');
  });

  it('connects by port-forward by leaving the address out, where nothing else leads there', async () => {
    const config = scene.cluster.object('configs', GROUP, undefined, 'cluster') ?? assert.fail();
    const spec = { ...objectAt(config, 'spec'), defaultRoute: false };
    scene.cluster.store.put(resourceNamed('configs', GROUP), { ...config, spec });
    await diagnoseBy({ 'imageHygiene.registryUrl': NOWHERE });
    const modal = await asked('Connect by port-forward…', 'Change how the registry of admin is reached?');
    await saysAll(modal, 'Taken out of your settings: imageHygiene.registryUrl');
    await choose(modal, 'Change Settings');
    await reached(INTERNAL_REGISTRY);
    assert.equal(setting('registryUrl'), undefined);
    // What was named by the images can’t be reached, and that is no reason to do anything.
    await page()
      .getByRole('radio', { name: /named by the youngest image/ })
      .click();
    await page().getByText('Nothing has to be done for a prune').waitFor();
    await workbench.screenshot('fixes-tunnel-by-itself');
  });

  it('takes a CA file that the user chooses, once its fingerprint was shown', async () => {
    const address = `127.0.0.1:${strange.port}`;
    await diagnoseBy({
      'imageHygiene.registryUrl': `https://${address}`,
      'imageHygiene.certificateAuthority': at('other-ca.crt'),
    });
    await heading('The certificate authority that was given is not the registry’s').waitFor();
    /** Leads to the folder above the workspace, where the files are. */
    const open = async () => {
      await press('Choose a CA file…');
      await workbench.quickPick.choose('..');
      await workbench.quickPick.item('notes.txt').waitFor();
    };
    await open();
    await workbench.screenshot('fixes-choose-file');
    await workbench.page.keyboard.press('Escape');
    await workbench.quickPick.input.waitFor({ state: 'detached' });

    await open();
    await workbench.quickPick.choose('notes.txt');
    await page().getByRole('alert').filter({ hasText: 'notes.txt' }).waitFor();
    await workbench.screenshot('fixes-no-certificate');
    assert.equal(setting('certificateAuthority'), at('other-ca.crt'));

    const question = 'Trust this authority for the registry of admin?';
    await open();
    await workbench.quickPick.choose('registry-ca.crt');
    const refused = workbench.modal(question);
    await refused.waitFor();
    await saysAll(
      refused,
      `CN=registry authority, SHA-256 ${new X509Certificate(authority.certificate).fingerprint256}`,
      `Your settings: imageHygiene.certificateAuthority = "${at('registry-ca.crt')}"`,
    );
    await workbench.screenshot('fixes-authority-question');
    await choose(refused, 'Cancel');
    assert.equal(setting('certificateAuthority'), at('other-ca.crt'));

    await open();
    await workbench.quickPick.choose('registry-ca.crt');
    await choose(workbench.modal(question), 'Trust It');
    await reached(address);
    // What was wrong before is past.
    assert.equal(await page().getByRole('alert').count(), 0);
    assert.equal(setting('certificateAuthority'), at('registry-ca.crt'));
    await page().getByText('the file given with imageHygiene.certificateAuthority').waitFor();
    await workbench.screenshot('fixes-authority');
  });

  it('looks again when told to, and shows the next thing that is true', async () => {
    answer = answering(503, 'upstream is gone');
    await workbench.runCommand('Image Hygiene: Diagnose Registry');
    await heading('The registry is in trouble: 503').waitFor();
    answer = (request, response) =>
      request.method === 'DELETE' ? answering(405)(request, response) : registryAnswers()(request, response);
    await page().locator('.fixes').getByRole('button', { name: 'Diagnose again' }).press('Enter');
    await heading('Deletion is disabled in the registry').waitFor();
    await workbench.screenshot('fixes-next-finding');
    answer = registryAnswers();
    await page().locator('header').getByRole('button', { name: 'Diagnose again' }).press('Enter');
    await reached(`127.0.0.1:${strange.port}`);
  });
});
