import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { PageView } from '../../../src/shared/dry-run/view.ts';
import { bytesInWords } from '../../../src/shared/words/quantities.ts';
import { openDryRun } from './dry-run-driver.ts';
import { served } from './served.ts';

const { withPage } = served(openDryRun);

describe('the dry-run page', { timeout: 120_000 }, () => {
  it('leads from a registry that can’t be used to its diagnosis', () =>
    withPage({}, async ({ page, show, asked }) => {
      await show({ registry: { kind: 'problem', address: null, message: 'connection refused' } });
      await page.getByRole('button', { name: 'Diagnose' }).click();
      assert.equal((await asked('diagnose')).length, 1);
    }));

  it('says before the first run what it will do, and runs', () =>
    withPage({ state: 'empty' }, async ({ page, asked, grid }) => {
      await page.getByRole('heading', { name: 'Dry run of ocp-lab' }).waitFor();
      await page.getByText('nothing in the cluster or the registry changes').waitFor();
      await page.getByRole('button', { name: 'Run the dry run' }).click();
      await grid.waitFor();
      assert.deepEqual(await asked('run'), [
        {
          prune: {},
          registry: { registryUrl: null, certificateAuthority: null, forceInsecure: false, numWorkers: 5 },
        },
      ]);
    }));

  it('keeps the keyboard’s place when a button goes with its screen, and says what came of it', () =>
    withPage({ state: 'empty' }, async ({ page, until, go }) => {
      await page.getByRole('button', { name: 'Run the dry run' }).press('Enter');
      await page.getByRole('grid').waitFor();
      await until("document.activeElement.tagName === 'H1'");
      await page
        .getByRole('status')
        .filter({ hasText: /^The dry run is done: .* can go\.$/ })
        .waitFor({ state: 'attached' });
      await go('pruned');
      await page
        .getByRole('status')
        .filter({ hasText: /^The prune has ended/ })
        .waitFor({ state: 'attached' });
    }));

  it('makes its result again where the window was loaded again, with its options and filter', () =>
    withPage({}, async ({ page, asked, grid, until }) => {
      await page.getByRole('button', { name: /^Options/ }).click();
      await page.locator('[data-option=keepTagRevisions] input').fill('1');
      await page.getByRole('button', { name: 'Run with these options' }).click();
      await grid.waitFor();
      const [options] = await asked('run');
      await page.getByRole('textbox', { name: 'Search tags, digests and users' }).fill('front');
      await until("JSON.parse(sessionStorage.getItem('mock-state')).query.search === 'front'");
      await page.goto(page.url().replace('state=result', 'state=empty'));
      await grid.waitFor();
      assert.deepEqual(await asked('run'), [options]);
      assert.equal(
        await page.getByRole('textbox', { name: 'Search tags, digests and users' }).inputValue(),
        'front',
      );
    }));

  it('says that its result is gone where another cluster is chosen by then', () =>
    withPage({}, async ({ page, asked, grid, show }) => {
      await grid.waitFor();
      await show({ cluster: { context: 'other', server: 'https://other.example', user: 'admin' } });
      await page.getByRole('heading', { name: 'Dry run of other' }).waitFor();
      await page.goto(page.url().replace('state=result', 'state=empty'));
      await page.getByRole('heading', { name: 'The result is gone' }).waitFor();
      assert.deepEqual(await asked('run'), []);
    }));

  it('offers to choose a cluster where there is none', () =>
    withPage({ state: 'empty' }, async ({ page, show, asked }) => {
      await show({ cluster: null });
      await page.getByRole('button', { name: 'Choose a cluster' }).click();
      assert.deepEqual(await asked('step'), [{ step: 'chooseContext' }]);
    }));

  it('shows how far every list is, and can be cancelled', () =>
    withPage({ state: 'running' }, async ({ page, go, asked }) => {
      const images = page.getByRole('listitem').filter({ hasText: /^Images/ });
      await images.getByText('33,671 / 96,204').waitFor();
      assert.equal(await images.getByRole('progressbar').getAttribute('aria-valuenow'), '35');
      await page
        .getByRole('listitem')
        .filter({ hasText: 'Deployment configs' })
        .getByText('can’t be read')
        .waitFor();
      await page.getByRole('status').filter({ hasText: '1 of 14 lists read' }).waitFor({ state: 'attached' });
      await page.getByRole('button', { name: 'Cancel' }).click();
      assert.equal((await asked('cancel')).length, 1);
      await go('deciding');
      await page.getByText('Deciding…').waitFor();
    }));

  it('says what went wrong where the result would have been, with the ways on', () =>
    withPage({ state: 'failed' }, async ({ page, asked }) => {
      const alert = page.getByRole('alert').filter({ hasText: 'can’t be parsed' });
      await alert.getByText('repository name must be lowercase').waitFor();
      await alert.getByRole('button', { name: 'Ignore them and run again' }).click();
      assert.deepEqual(await asked('step'), [{ step: 'ignoreInvalidRefs' }]);
    }));

  it('says in figures what can go, from where, and whether it is safe', () =>
    withPage({}, async ({ page, summary }) => {
      const { counts, bytes } = await summary();
      const figures = page.getByRole('region', { name: 'Summary' });
      for (const figure of [
        bytesInWords(bytes.freed),
        counts.images.toLocaleString('en'),
        counts.tagItems.toLocaleString('en'),
        counts.blobs.toLocaleString('en'),
        'reached',
        'verified',
        'may prune',
      ]) {
        await figures.getByText(figure, { exact: true }).first().waitFor();
      }
      await page.getByText('2 minutes ago').waitFor();
      await page.getByText('complete', { exact: true }).waitFor();
      assert.equal(await page.getByRole('button', { name: 'Prune…' }).isEnabled(), true);
    }));

  it('asks the host to prune the plan that is shown, and no other', () =>
    withPage({}, async ({ page, asked }) => {
      await page.getByRole('button', { name: 'Prune…' }).click();
      assert.deepEqual(await asked('prune'), [{ plan: 'plan-1' }]);
    }));

  it('marks an incomplete result across the top, with the command that grants what is missing', () =>
    withPage({ state: 'incomplete' }, async ({ page, asked }) => {
      const banner = page.getByRole('region', { name: 'Incomplete: 2 lists could not be read.' });
      await banner.getByText('Replica sets').waitFor();
      await banner.getByText('cannot list resource "pods"').waitFor();
      await banner.getByRole('button', { name: 'Copy the command' }).click();
      await banner.getByRole('button', { name: 'Copied' }).waitFor();
      assert.deepEqual(await asked('copy'), [
        { text: 'oc adm policy add-cluster-role-to-user system:image-pruner developer' },
      ]);
      assert.equal(await page.getByRole('button', { name: 'Prune…' }).isEnabled(), false);
      await page.getByText('Prune is off: what this result doesn’t see may be in use.').waitFor();
    }));

  it('names many lists that could not be read, and leads whoever sees no image streams to one namespace', () =>
    withPage({}, async ({ page, asked, show }) => {
      const view: PageView = await page.evaluate('mock.view()');
      assert.ok(view.state.kind === 'result');
      const { plan } = view.state;
      const resources = ['imagestreams', 'images', 'pods', 'builds'] as const;
      const missing = resources.map((resource) => ({
        resource,
        cause: 'forbidden' as const,
        message: `cannot list resource "${resource}"`,
      }));
      const summary = { ...plan.summary, complete: false, missing };
      await show({ state: { kind: 'result', plan: { ...plan, id: 'partial', summary } } });
      const banner = page.getByRole('region', { name: 'Incomplete: 4 lists could not be read.' });
      await banner.getByText('Image streams · Images · Pods · Builds').waitFor();
      assert.equal(await banner.getByText('cannot list resource "pods"').isVisible(), false);
      await banner.getByRole('button', { name: 'What the server said' }).click();
      await banner.getByText('cannot list resource "pods"').waitFor();
      await banner.getByRole('button', { name: 'Look at one namespace' }).click();
      assert.deepEqual(await asked('step'), [{ step: 'oneNamespace' }]);
    }));

  it('turns Prune off when the result grows old, while it is looked at', () =>
    withPage({ clock: true }, async ({ page }) => {
      const prune = page.getByRole('button', { name: 'Prune…' });
      assert.equal(await prune.isEnabled(), true);
      await page.evaluate('mock.later(29 * 60_000)');
      await page.clock.fastForward(15_000);
      await page.getByRole('region', { name: 'This result is more than 30 minutes old.' }).waitFor();
      await page.getByText('31 minutes ago').waitFor();
      assert.equal(await prune.isEnabled(), false);
    }));

  it('turns Prune off for a result of another context, and where nothing can go', () =>
    withPage({ state: 'other-context' }, async ({ page, go }) => {
      await page.getByRole('region', { name: 'This result is of another context' }).waitFor();
      const prune = page.getByRole('button', { name: 'Prune…' });
      assert.equal(await prune.isEnabled(), false);
      await go('nothing');
      await page.getByText('Prune is off: nothing can go.').waitFor();
      assert.equal(await prune.isEnabled(), false);
    }));

  it('checks the registry on request, and links to its view', () =>
    withPage({ state: 'first-result' }, async ({ page, asked }) => {
      await page.getByText('not checked yet').waitFor();
      await page.getByRole('button', { name: 'Check it' }).click();
      await page.getByText('default-route-openshift-image-registry').waitFor();
      await page.getByRole('button', { name: 'Details' }).click();
      assert.equal((await asked('openRegistry')).length, 1);
    }));

  it('shows how far each kind of deletion is while it prunes', () =>
    withPage({ state: 'pruning' }, async ({ page, summary, asked }) => {
      const { counts } = await summary();
      await page.getByRole('heading', { name: 'Pruning ocp-lab' }).waitFor();
      const blobs = page.getByRole('listitem').filter({ hasText: /^Blobs/ });
      await blobs.getByText(`/ ${counts.blobs.toLocaleString('en')}`).waitFor();
      await page.getByText('2 images are left alone').waitFor();
      assert.equal(await page.locator('[aria-current=step]').textContent(), 'Pruning');
      await page.getByRole('button', { name: 'Cancel' }).click();
      assert.equal((await asked('cancel')).length, 1);
    }));

  it('ends in what was planned and done, and the rollout as the next step', () =>
    withPage({ state: 'prune-failed' }, async ({ page, asked, summary }) => {
      const { counts } = await summary();
      await page.getByRole('heading', { name: /freed; 14 deletions failed/ }).waitFor();
      const blobs = page.getByRole('row', { name: /^Blobs/ });
      assert.equal(
        await blobs.textContent(),
        `Blobs${counts.blobs.toLocaleString('en')}${(counts.blobs - 17).toLocaleString('en')}17`,
      );
      await page.getByText('503 Service Unavailable').first().waitFor();
      await page.getByText('checkout/pod/web-6f9c7b-x2v4q').waitFor();
      await page.getByRole('button', { name: 'Roll out the registry' }).click();
      await page.getByRole('button', { name: 'Resume the run' }).click();
      assert.equal((await asked('rollOut')).length, 1);
      assert.deepEqual(await asked('resume'), [{ run: '2026-05-20T09-31-00Z-ocp-lab' }]);
    }));

  it('says so where the host can’t do what was asked', () =>
    withPage({}, async ({ page }) => {
      await page.evaluate("mock.failing.add('prune')");
      await page.getByRole('button', { name: 'Prune…' }).click();
      const complaint = page.getByRole('alert').filter({ hasText: 'prune was made to fail' });
      await complaint.waitFor();
      await complaint.getByRole('button', { name: 'Dismiss' }).click();
      await complaint.waitFor({ state: 'detached' });
    }));

  it('shows what changed since the last run, each image in the table', () =>
    withPage({}, async ({ page, find, grid, until }) => {
      await page.getByRole('button', { name: /^Since the last run/ }).click();
      const digest = page
        .getByRole('listitem')
        .and(page.locator('[title^="sha256:"]'))
        .getByRole('button')
        .first();
      const short = await digest.textContent();
      await digest.click();
      const { total } = await find({ search: short ?? '' });
      assert.ok(total > 0);
      await until(`document.querySelector('[role=grid]').getAttribute('aria-rowcount') === '${total + 1}'`);
      await grid
        .getByText(short ?? '')
        .first()
        .waitFor();
    }));

  it('says where the last prune is found once the window was loaded again', () =>
    withPage({ state: 'pruned' }, async ({ page, asked, violations, screenshot }) => {
      await page.getByRole('button', { name: 'Open the report' }).waitFor();
      const reloaded = new URL(page.url());
      reloaded.searchParams.set('state', 'empty');
      await page.goto(reloaded.href);
      await page.getByRole('heading', { name: 'The last prune is among the runs' }).waitFor();
      await screenshot('reloaded-after-prune');
      assert.deepEqual(await violations(), []);
      await page.getByRole('button', { name: 'Open the Runs view' }).click();
      assert.deepEqual(await asked('step'), [{ step: 'openRuns' }]);
      assert.deepEqual(await asked('run'), []);
    }));

  it('tells a screen reader how far it is', () =>
    withPage({ state: 'empty' }, async ({ page, go }) => {
      const said = page.locator('.unseen[role=status]');
      await go('running');
      await said.getByText(/^\d+ of \d+ lists read$/).waitFor({ state: 'attached' });
      await go('deciding');
      await said.getByText('Everything is read. Deciding.').waitFor({ state: 'attached' });
      await go('result');
      await said.getByText(/^The dry run is done: /).waitFor({ state: 'attached' });
      await go('pruning');
      await go('pruned');
      await said.getByText(/^The prune has ended: /).waitFor({ state: 'attached' });
    }));
});
