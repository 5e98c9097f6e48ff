import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { openJobLog } from './job-log-driver.ts';
import { served } from './served.ts';

const pages = served(openJobLog);
const COUNTS = { images: 41, tagItems: 3, streams: 1, layerLinks: 0, manifestLinks: 0, blobs: 7 };

describe('the page of a Job’s log', { timeout: 120_000 }, () => {
  it('counts up and adds lines while the Job runs, and keeps the end in sight', () =>
    pages.withPage({}, async ({ page, lines }) => {
      const log = page.getByRole('log', { name: 'Log' });
      await page.getByText('120 lines').waitFor();
      await lines({ lines: ['Deleting image sha256:last'], counts: COUNTS, dryRun: false });
      await page.getByText('121 lines').waitFor();
      assert.match((await log.textContent()) ?? '', /sha256:last\n$/);
      const atEnd = 'log.scrollTop + log.clientHeight >= log.scrollHeight - 2';
      const of = (expression: string) =>
        page.evaluate(`(() => { const log = document.querySelector('.log'); return ${expression} })()`);
      assert.equal(await of(atEnd), true);
      assert.equal(
        await page.locator('.count', { hasText: 'images deleted' }).locator('dd').textContent(),
        '41',
      );
      // Whoever reads further up is left there.
      await of('void (log.scrollTop = 0)');
      await lines({ lines: ['Deleting image sha256:more'], counts: COUNTS, dryRun: false });
      await page.getByText('122 lines').waitFor();
      assert.equal(await of('log.scrollTop'), 0);
    }));

  it('stops following without touching the Job, and follows again', () =>
    pages.withPage({}, async ({ page, asked, go }) => {
      await page.getByRole('button', { name: 'Stop Following' }).click();
      assert.equal((await asked('stop')).length, 1);
      assert.equal((await asked('deleteJob')).length, 0);
      await go('left');
      await page.getByText('not followed; it goes on').waitFor();
      await page.getByRole('button', { name: 'Follow', exact: true }).click();
      assert.deepEqual(await asked('follow'), [
        { namespace: 'openshift-image-registry', name: 'image-pruner-manual-4f2a1c' },
      ]);
    }));

  it('follows its own Job again after the window was loaded again', () =>
    pages.withPage({ state: 'running' }, async ({ page, asked }) => {
      await page.goto(page.url().replace('state=running', 'state=none'));
      await page.getByRole('heading', { name: 'Prune image-pruner-manual-4f2a1c' }).waitFor();
      assert.deepEqual(await asked('follow'), [
        { namespace: 'openshift-image-registry', name: 'image-pruner-manual-4f2a1c' },
      ]);
    }));

  it('says why it failed, with the ways on', () =>
    pages.withPage({ state: 'failed' }, async ({ page, asked }) => {
      await page.getByRole('alert', { name: /unknown authority/ }).waitFor();
      await page.getByRole('button', { name: 'Explain Failure' }).click();
      assert.equal((await asked('explain')).length, 1);
      await page.getByRole('button', { name: 'Diagnose the registry' }).click();
      assert.equal((await asked('diagnose')).length, 1);
    }));

  it('offers the rollout after a prune that deleted blobs, and announces the end', () =>
    pages.withPage({}, async ({ page, asked, go }) => {
      await go('succeeded');
      await page.getByRole('status').getByText('It deleted: 40 images').waitFor();
      await page.getByRole('button', { name: 'Roll out the registry' }).click();
      assert.equal((await asked('rollOut')).length, 1);
    }));

  it('is used by keyboard', () =>
    pages.withPage({ state: 'succeeded' }, async ({ page, asked }) => {
      await page.keyboard.press('Tab');
      await page.keyboard.press('Enter');
      assert.equal((await asked('deleteJob')).length, 1);
    }));

  it('changes nothing from a workspace that isn’t trusted', () =>
    pages.withPage({ state: 'restricted' }, async ({ page, asked }) => {
      await page.getByRole('button', { name: 'Delete Job…' }).click({ force: true });
      assert.equal((await asked('deleteJob')).length, 0);
    }));
});
