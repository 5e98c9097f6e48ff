// The diagnosis in a real editor, against real faulty servers.
import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { type Demo, startDemo } from '../demo/start-demo.ts';
import type { Theme, Workbench } from '../editor/browser.ts';
import { type OpenedExtension, openExtension } from '../editor/opened-extension.ts';
import type { Settings } from '../editor/server.ts';
import { type Authority, createAuthority } from '../pki.ts';
import {
  answering,
  type FaultyServer,
  httpServer,
  rawServer,
  registryAnswers,
} from '../registry/diagnosis-servers.ts';

const LOOKS: readonly Theme[] = ['dark', 'light', 'hc-dark', 'hc-light'];
const DAY = 86_400_000;

describe('the diagnosis in the editor', { timeout: 300_000 }, () => {
  let folder: string;
  let demo: Demo;
  let opened: OpenedExtension;
  let workbench: Workbench;
  let authority: Authority;
  let file: string;
  const servers: FaultyServer[] = [];

  before(async () => {
    folder = mkdtempSync(join(tmpdir(), 'image-hygiene-diagnosis-'));
    demo = await startDemo('embedded');
    authority = await createAuthority('registry authority');
    file = join(folder, 'registry-ca.crt');
    writeFileSync(file, authority.certificate);
    const [first] = CASES;
    assert.ok(first);
    opened = await openExtension(demo, { height: 1000, settings: await settingsFor(first) });
    ({ workbench } = opened);
  });
  after(async () => {
    await opened?.close();
    await demo?.close();
    for (const server of servers) await server.close();
    rmSync(folder, { recursive: true, force: true });
  });

  const serving = (by: Authority, more: Partial<Parameters<Authority['issue']>[0]> = {}) =>
    by.issue({ commonName: 'registry', hosts: ['127.0.0.1'], ...more });

  interface Case {
    name: string;
    server: () => Promise<FaultyServer>;
    finds: string;
    /** The whole message; `{port}` is the server’s. */
    prints: RegExp;
    part: string;
  }

  const CASES: readonly Case[] = [
    {
      name: 'wrong-authority',
      server: async () =>
        httpServer(registryAnswers(), { serving: await serving(await createAuthority('another')) }),
      finds: 'The certificate authority that was given is not the registry’s',
      prints:
        /^error communicating with registry: Get https:\/\/127\.0\.0\.1:{port}\/: x509: certificate signed by unknown authority$/,
      part: 'Certificate',
    },
    {
      name: 'expired',
      server: async () =>
        httpServer(registryAnswers(), {
          serving: await serving(authority, {
            notBefore: new Date(Date.now() - 60 * DAY),
            notAfter: new Date(Date.now() - DAY),
          }),
        }),
      finds: 'The certificate has expired',
      prints:
        /^error communicating with registry: Get https:\/\/127\.0\.0\.1:{port}\/: x509: certificate has expired or is not yet valid: current time \S+ is after \S+Z$/,
      part: 'Certificate',
    },
    {
      name: 'plain-http',
      server: () => httpServer(registryAnswers()),
      finds: 'The registry speaks HTTP without TLS',
      prints:
        /^error communicating with registry: Get https:\/\/127\.0\.0\.1:{port}\/: http: server gave HTTP response to HTTPS client$/,
      part: 'TLS',
    },
    {
      name: 'router',
      server: async () =>
        httpServer(
          answering(503, '<html><body><h1>Application is not available</h1></body></html>', {
            'content-type': 'text/html',
          }),
          { serving: await serving(authority) },
        ),
      finds: 'The router says that the application is not available',
      prints: /^error communicating with registry: unexpected status: 503 Service Unavailable$/,
      part: 'HTTP',
    },
    {
      name: 'cut',
      server: () => rawServer((socket) => socket.end()),
      finds: 'The connection is cut',
      prints:
        /^error communicating with registry: Get https:\/\/127\.0\.0\.1:{port}\/: (?:EOF|read tcp \S+: read: connection reset by peer)$/,
      part: 'TLS',
    },
  ];

  const settingsFor = async ({ server }: Case) => {
    const running = await server();
    servers.push(running);
    return {
      'imageHygiene.registryUrl': `https://127.0.0.1:${running.port}`,
      'imageHygiene.certificateAuthority': file,
    };
  };
  /** Changes settings, which the page says of what it shows, and has it look again. */
  const diagnoseWith = async (changes: Settings) => {
    opened.editor.changeSettings(changes);
    await workbench.webview().getByText('The settings have changed since this was seen.').waitFor();
    await workbench.runCommand('Image Hygiene: Diagnose Registry');
  };

  for (const each of CASES) {
    const { name, finds, prints, part } = each;
    it(`explains a real faulty server: ${name}`, async () => {
      if (each === CASES[0]) await workbench.runCommand('Image Hygiene: Diagnose Registry');
      else await diagnoseWith(await settingsFor(each));
      const page = workbench.webview();
      await page.getByRole('heading', { name: finds }).waitFor();
      await page.getByRole('tab', { selected: true, name: new RegExp(`^${part}`) }).waitFor();
      const printed = (await page.locator('pre').first().textContent()) ?? '';
      const port = String(servers.at(-1)?.port);
      assert.match(printed, new RegExp(prints.source.replace('{port}', port)));
      await workbench.screenshot(`diagnosis-${name}`);
    });
  }

  it('looks at home in every theme', async () => {
    await opened.look('diagnosis', LOOKS);
  });

  it('shows the verdict in the Registry view, with the next step', async () => {
    await workbench.openView('Image Hygiene');
    const registry = workbench.tree('Registry');
    await workbench.treeItem(/^Diagnosis: The connection is cut/, registry).waitFor();
    await workbench.treeItem(/^Next step/, registry).waitFor();
    await workbench.screenshot('diagnosis-registry-view');
  });

  it('shows what a fix would change, and changes nothing without agreement', async () => {
    const [wrong] = CASES;
    assert.ok(wrong);
    await diagnoseWith(await settingsFor(wrong));
    const page = workbench.webview();
    await page.getByRole('button', { name: 'Give up verification…' }).click();
    const modal = workbench.modal('Change how the registry of admin is reached?');
    await modal.waitFor();
    assert.match((await modal.textContent()) ?? '', /RISKY: nobody then knows who answers/);
    await workbench.screenshot('diagnosis-question');
    await modal.getByRole('button', { name: 'Cancel' }).click();
    await modal.waitFor({ state: 'detached' });
    await page.getByRole('heading', { name: 'The certificate authority that was given' }).waitFor();
  });

  it('says that a registry in order is one', async () => {
    await diagnoseWith({ 'imageHygiene.registryUrl': '', 'imageHygiene.certificateAuthority': '' });
    const page = workbench.webview();
    await page.getByText(`The registry is reached at ${demo.registry.host}`).waitFor();
    await page.getByRole('button', { name: 'Ask it' }).click();
    await page.getByText(`The registry is reached at ${demo.registry.host}, and would delete.`).waitFor();
    await workbench.screenshot('diagnosis-good');
  });

  it('keeps what it shows when it is hidden, and comes back when the window is loaded again', async () => {
    await workbench.runCommand('Image Hygiene: Open Dry Run');
    await workbench
      .webview()
      .getByRole('heading', { name: /^Dry run/ })
      .waitFor();
    await workbench.runCommand('Image Hygiene: Open Registry Diagnosis');
    await workbench
      .webview()
      .getByText(`The registry is reached at ${demo.registry.host}, and would delete.`)
      .waitFor();
    await workbench.reload();
    // Which tab is in front afterwards is what the window had saved last.
    await workbench.page.getByRole('tab', { name: /^Registry Diagnosis/ }).click();
    await workbench.webview().getByRole('button', { name: 'Diagnose the registry' }).waitFor();
    await workbench.screenshot('diagnosis-reloaded');
  });

  it('has one tab, also where the window was loaded again and has not shown it yet', async () => {
    const tabs = workbench.page.getByRole('tab', { name: /^(Registry Diagnosis|Image Dry Run)/ });
    await workbench.runCommand('Image Hygiene: Open Dry Run');
    await workbench
      .webview()
      .getByRole('heading', { name: /^Dry run/ })
      .waitFor();
    await workbench.reload();
    await tabs.nth(1).waitFor();
    for (const [name, heading] of [
      ['Dry Run', /^Dry run/],
      ['Registry Diagnosis', /^The way to the registry/],
    ] as const) {
      await workbench.runCommand(`Image Hygiene: Open ${name}`);
      await workbench.webview().getByRole('heading', { name: heading }).waitFor();
      await tabs.nth(2).waitFor({ state: 'detached' });
    }
    assert.equal(await tabs.count(), 2);
  });

  it('explains an error from the clipboard', async () => {
    await workbench.page.evaluate(
      "navigator.clipboard.writeText('error: error communicating with registry: Get https://172.30.30.30:5000/healthz: http: server gave HTTP response to HTTPS client')",
    );
    await workbench.runCommand('Image Hygiene: Explain a Registry Error…');
    await workbench
      .webview()
      .getByRole('heading', { name: 'The registry speaks HTTP without TLS' })
      .waitFor();
    await workbench.screenshot('diagnosis-explained');
  });
});
