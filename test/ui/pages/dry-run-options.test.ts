import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { Locator } from 'playwright-core';
import { until } from '../../cluster/client.ts';
import type { DryRunPage } from './dry-run-driver.ts';
import { openDryRun } from './dry-run-driver.ts';
import { served } from './served.ts';

const { withPage } = served(openDryRun);

/** The part of the form that is about one option. */
function option({ page }: DryRunPage, key: string) {
  const element = page.locator(`[data-option=${key}]`);
  return { element, input: element.locator('input') };
}

/** The toolkit follows what it is told a moment later. */
async function becomes(control: Locator, state: 'enabled' | 'disabled'): Promise<void> {
  await until(
    () => control.isEnabled(),
    (enabled) => enabled === (state === 'enabled'),
  );
}

async function openOptions({ page }: DryRunPage): Promise<void> {
  await page.getByRole('button', { name: /^Options/ }).click();
}

describe('the options of the dry-run page', { timeout: 120_000 }, () => {
  it('has every documented option with its default', () =>
    withPage({}, async (dryRun) => {
      await openOptions(dryRun);
      const flags = await dryRun.page.locator('.option-flag').allTextContents();
      assert.deepEqual(flags, [
        '--keep-tag-revisions',
        '--keep-younger-than',
        '--namespace',
        '--rules',
        '--prune-over-size-limit',
        '--all',
        '--ignore-invalid-refs',
        '--prune-registry',
        '--registry-url',
        '--certificate-authority',
        '--num-workers',
        '--force-insecure',
      ]);
      await dryRun.page.getByText('There is no --confirm (default: off)').waitFor();
      assert.deepEqual(await dryRun.page.locator('.option-default').allTextContents(), [
        'Default: 3',
        'Default: 60m',
        'Default: every namespace',
        'Default: extended',
        'Default: off',
        'Default: on',
        'Default: off',
        'Default: on',
        'Default: worked out from images and streams',
        'Default: the kubeconfig’s CA',
        'Default: 5',
        'Default: off',
      ]);
    }));

  it('says what other options would come to, marks what is changed, and runs with it', () =>
    withPage({}, async (dryRun) => {
      const { page, asked, summary } = dryRun;
      await openOptions(dryRun);
      const { element, input } = option(dryRun, 'keepTagRevisions');
      await input.fill('1');
      await element.getByText('changed').waitFor();
      await page.getByText('changes not run yet').waitFor();
      await page.getByText(/With these options .* can go, .* more/).waitFor();
      await page
        .getByText('oc adm prune images --context=ocp-lab --keep-tag-revisions=1 --keep-younger-than=60m')
        .waitFor();
      const before = await summary();
      await page.getByRole('button', { name: 'Run with these options' }).click();
      await page.getByText('keeps the newest revision of each tag').waitFor();
      const [run] = await asked('run');
      assert.deepEqual(run, {
        prune: {
          pruneOverSizeLimit: false,
          all: true,
          ignoreInvalidRefs: false,
          rules: 'extended',
          pruneRegistry: true,
          keepTagRevisions: 1,
          keepYoungerThanMs: 3_600_000,
        },
        registry: { registryUrl: null, certificateAuthority: null, forceInsecure: false, numWorkers: 5 },
      });
      assert.ok((await summary()).counts.images > before.counts.images);
      assert.equal(await page.getByText('changes not run yet').count(), 0);
    }));

  it('checks what is typed by the rules of the command line', () =>
    withPage({}, async (dryRun) => {
      const { page } = dryRun;
      await openOptions(dryRun);
      const run = page.getByRole('button', { name: 'Run with these options' });
      for (const [key, text, problem] of [
        [
          'keepTagRevisions',
          '-1',
          '--keep-tag-revisions must be a whole number greater than or equal to 0, not -1',
        ],
        ['keepTagRevisions', 'two', 'Write a whole number.'],
        ['keepYoungerThan', '3 days', 'invalid duration "3 days"'],
        ['keepYoungerThan', '-5m', '--keep-younger-than must be greater than or equal to 0'],
        ['numWorkers', '0', '--num-workers must be a whole number greater than 0'],
        ['registryUrl', 'http://registry.org/path', 'it has a path'],
      ] as const) {
        const { element, input } = option(dryRun, key);
        const before = await input.inputValue();
        await input.fill(text);
        await element.getByRole('alert').filter({ hasText: problem }).waitFor();
        await becomes(run, 'disabled');
        assert.equal(await input.getAttribute('aria-invalid'), 'true');
        await input.fill(before);
        await element.getByRole('alert').waitFor({ state: 'hidden' });
        await becomes(run, 'enabled');
      }
    }));

  it('leaves the keep options out where it prunes by size', () =>
    withPage({}, async (dryRun) => {
      const { page, asked } = dryRun;
      await openOptions(dryRun);
      await option(dryRun, 'keepTagRevisions').input.fill('7');
      await option(dryRun, 'pruneOverSizeLimit').element.getByRole('checkbox').click();
      await becomes(option(dryRun, 'keepTagRevisions').input, 'disabled');
      await becomes(option(dryRun, 'keepYoungerThan').input, 'disabled');
      await page.getByText('oc adm prune images --context=ocp-lab --prune-over-size-limit=true').waitFor();
      await page.getByRole('button', { name: 'Run with these options' }).click();
      await page.getByText('prunes what is over its size limit').waitFor();
      const [run] = await asked('run');
      const asJson = JSON.stringify(run);
      assert.ok(asJson.includes('"pruneOverSizeLimit":true'), asJson);
      assert.ok(!asJson.includes('keepTagRevisions'), asJson);
    }));

  it('refuses a CA file together with what gives verification up', () =>
    withPage({}, async (dryRun) => {
      await openOptions(dryRun);
      const authority = option(dryRun, 'certificateAuthority');
      await authority.element.getByRole('button', { name: 'Browse…' }).click();
      await dryRun.until(
        "document.querySelector('[data-option=certificateAuthority] vscode-text-field').value === '/etc/pki/ca.crt'",
      );
      const insecure = option(dryRun, 'forceInsecure').element;
      await insecure.getByRole('checkbox').click();
      await insecure
        .getByRole('alert')
        .filter({ hasText: 'cannot be combined with --force-insecure' })
        .waitFor();
      await insecure.getByRole('checkbox').click();
      await option(dryRun, 'registryUrl').input.fill('http://registry.example.com');
      await authority.element.getByRole('alert').filter({ hasText: 'HTTP has no certificates' }).waitFor();
    }));

  it('warns of keeping no revisions', () =>
    withPage({}, async (dryRun) => {
      await openOptions(dryRun);
      await option(dryRun, 'keepTagRevisions').input.fill('0');
      await dryRun.page.getByText('Keeping 0 revisions removes every tag').waitFor();
    }));

  it('doesn’t let a workspace that isn’t trusted say where the token goes', () =>
    withPage({}, async (dryRun) => {
      await dryRun.show({ restricted: true });
      await openOptions(dryRun);
      for (const key of ['registryUrl', 'certificateAuthority']) {
        await becomes(option(dryRun, key).input, 'disabled');
      }
      await option(dryRun, 'forceInsecure').element.getByText('This workspace isn’t trusted').waitFor();
      await becomes(option(dryRun, 'keepTagRevisions').input, 'enabled');
    }));

  it('keeps what was typed while the page was hidden, and can forget it', () =>
    withPage({}, async (dryRun) => {
      const { page } = dryRun;
      await openOptions(dryRun);
      await option(dryRun, 'keepYoungerThan').input.fill('96h');
      await page.getByText('changes not run yet').waitFor();
      await page.reload();
      await page.getByText('changes not run yet').waitFor();
      await dryRun.until(
        "document.querySelector('[data-option=keepYoungerThan] vscode-text-field').value === '96h'",
      );
      await page.getByRole('button', { name: 'Discard changes' }).click();
      await dryRun.until(
        "document.querySelector('[data-option=keepYoungerThan] vscode-text-field').value === '60m'",
      );
    }));
});
