import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { RowQuery } from '../../../src/engine/plan-rows.ts';
import type { DryRunPage } from './dry-run-driver.ts';
import { openDryRun } from './dry-run-driver.ts';
import { served } from './served.ts';

const { withPage } = served(openDryRun);
const ROW_COUNT = "Number(document.querySelector('[role=grid]').getAttribute('aria-rowcount')) - 1";

/** Waits until the table shows what a query finds, as the engine finds it. */
async function shows({ until, find, rows }: DryRunPage, query: Partial<RowQuery>): Promise<void> {
  const { total, first } = await find(query);
  await until(`${ROW_COUNT} === ${total} && document.querySelector('[role=grid]').ariaBusy === 'false'`);
  const expected = first
    .slice(0, 5)
    .map(({ kind, namespace, stream, tag, position, image }) =>
      kind === 'image' ? `image ${image.slice(7, 19)}:` : `${namespace}/${stream}:${tag} #${position}:`,
    );
  const shown = (await rows()).slice(0, 5).map(({ label }) => label);
  assert.deepEqual(
    shown.map((label, place) => label.startsWith(expected[place] ?? '?')),
    expected.map(() => true),
    `${shown.join('\n')}\nshould begin with\n${expected.join('\n')}`,
  );
}

describe('the table of the dry-run page', { timeout: 180_000 }, () => {
  it('begins with what goes', () =>
    withPage({}, async (dryRun) => {
      await shows(dryRun, { verdict: 'prune' });
      await dryRun.page.getByRole('button', { name: 'Remove the filter Goes' }).waitFor();
    }));

  it('searches in tags, digests and users', () =>
    withPage({}, async (dryRun) => {
      const { page } = dryRun;
      await page.getByRole('button', { name: 'Remove the filter Goes' }).click();
      await shows(dryRun, {});
      await page.getByRole('textbox', { name: 'Search tags, digests and users' }).fill('CHECKOUT nightly');
      await shows(dryRun, { search: 'checkout nightly' });
      await page.getByRole('textbox', { name: 'Search tags, digests and users' }).fill('no such thing');
      await page.getByText('Nothing matches these filters.').waitFor();
      await page.getByRole('button', { name: 'Clear all filters' }).click();
      await shows(dryRun, {});
    }));

  it('filters by verdict, namespace and reason, one on top of the other', () =>
    withPage({}, async (dryRun) => {
      const { page } = dryRun;
      const choose = async (picker: RegExp, option: string | RegExp) => {
        await page.getByRole('button', { name: picker }).click();
        await page.getByRole('option', { name: option }).click();
      };
      await choose(/^Verdict:/, 'Protected beyond the reference');
      await shows(dryRun, { verdict: 'beyondReference' });
      await choose(/^Verdict:/, 'Stays');
      await choose(/^Reason:/, /^Its image is used/);
      await shows(dryRun, { verdict: 'keep', reason: 'imageUsed' });
      await page.getByRole('button', { name: /^Namespace:/ }).click();
      await page.getByRole('combobox', { name: 'Search in Namespace' }).fill('plat');
      await page.keyboard.press('Enter');
      await shows(dryRun, { verdict: 'keep', reason: 'imageUsed', namespace: 'platform-ci' });
      await page.getByRole('button', { name: 'Clear all' }).click();
      await shows(dryRun, {});
    }));

  it('sorts by its heads: the largest first, then the smallest, then as it was', () =>
    withPage({}, async (dryRun) => {
      const size = dryRun.page.getByRole('columnheader', { name: 'Size' });
      const sorted = async (order: string, sort: RowQuery['sort']) => {
        await size.click();
        assert.equal(await size.getAttribute('aria-sort'), order);
        await shows(dryRun, { verdict: 'prune', sort });
      };
      await sorted('descending', { by: 'size', descending: true });
      await sorted('ascending', { by: 'size', descending: false });
      await sorted('none', null);
    }));

  it('is limited by the bars, with the mouse and with the keyboard', () =>
    withPage({}, async (dryRun) => {
      const { page } = dryRun;
      const bar = page.getByRole('treeitem').first();
      const namespace = (await bar.getAttribute('data-namespace')) ?? '';
      await bar.click();
      await shows(dryRun, { verdict: 'prune', namespace });
      assert.equal(await bar.getAttribute('aria-selected'), 'true');
      await page.keyboard.press('ArrowRight');
      const stream = page.locator('[role=treeitem][aria-level="2"]').first();
      await stream.waitFor();
      await page.keyboard.press('ArrowDown');
      await page.keyboard.press('Enter');
      await shows(dryRun, {
        verdict: 'prune',
        namespace,
        stream: (await stream.getAttribute('data-stream')) ?? '',
      });
      await page.keyboard.press('ArrowLeft');
      await page.keyboard.press('ArrowLeft');
      await stream.waitFor({ state: 'detached' });
    }));

  it('is one tab stop, walked with the arrow keys', () =>
    withPage({}, async ({ page, grid, rows, until, asked }) => {
      await until(`${ROW_COUNT} > 0`);
      await grid.focus();
      const active = () => page.evaluate('document.activeElement.getAttribute("aria-activedescendant")');
      const indexIs = (index: number) =>
        until(
          `document.getElementById(document.activeElement.getAttribute('aria-activedescendant'))?.ariaRowIndex === '${index + 2}'`,
        );
      await indexIs(0);
      await page.keyboard.press('ArrowDown');
      await page.keyboard.press('ArrowDown');
      await indexIs(2);
      await page.keyboard.press('End');
      const total = Number(await page.evaluate(ROW_COUNT));
      await indexIs(total - 1);
      await page.keyboard.press('PageUp');
      await until(`document.querySelector('.grid-place.active').dataset.index < ${total - 5}`);
      await page.keyboard.press('Home');
      await indexIs(0);
      await page.keyboard.press('ArrowUp');
      await page.keyboard.press('ArrowRight');
      assert.equal(
        await page.evaluate(
          "document.getElementById(document.activeElement.getAttribute('aria-activedescendant')).textContent",
        ),
        'Tag revision',
      );
      await page.keyboard.press('Enter');
      await until(
        "document.querySelector('[role=columnheader][aria-sort=ascending]')?.textContent === 'Tag revision'",
      );
      await page.keyboard.press('ArrowDown');
      await page.keyboard.press('Control+c');
      assert.ok(await active());
      assert.ok((await rows()).length > 0);
      const acts = await asked('act');
      assert.deepEqual(
        acts.map((act) => JSON.stringify(act).includes('copyDigest')),
        [true],
      );
    }));

  it('opens a row: why, what would change it, and what can be done with it', () =>
    withPage({}, async ({ page, grid, find, until, asked }) => {
      await until(`${ROW_COUNT} > 0`);
      const { first } = await find({ verdict: 'prune' });
      const row = first[1];
      assert.ok(row);
      await grid.focus();
      await page.keyboard.press('ArrowDown');
      await page.keyboard.press('Enter');
      await grid.getByText(row.image).waitFor();
      await grid.getByText('Nothing holds it: the next prune removes it.').waitFor();
      assert.equal(await grid.locator('[aria-expanded=true]').count(), 1);
      for (const [label, action] of [
        ['Explain', 'explain'],
        ['Reveal in tree', 'reveal'],
        ['Open as YAML', 'openYaml'],
        ['Copy digest', 'copyDigest'],
        ['Copy pull spec', 'copyPullSpec'],
      ] as const) {
        await grid.getByRole('button', { name: label }).click();
        assert.deepEqual((await asked('act')).at(-1), { plan: 'plan-1', row: row.id, action });
      }
      await grid.focus();
      await page.keyboard.press('Escape');
      assert.equal(await grid.locator('[aria-expanded=true]').count(), 0);
    }));

  it('takes Escape in the details back to their row', () =>
    withPage({}, async ({ page, grid, until }) => {
      await until(`${ROW_COUNT} > 0`);
      await grid.focus();
      await page.keyboard.press('Enter');
      await page.keyboard.press('Tab');
      await until("document.activeElement.textContent.includes('Explain')");
      await page.keyboard.press('Escape');
      await until("document.activeElement.role === 'grid'");
      assert.equal(await grid.locator('[aria-expanded=true]').count(), 0);
    }));

  it('finds by Ctrl+F in all rows, not in those that are drawn', () =>
    withPage({}, async ({ page, grid, until }) => {
      await until(`${ROW_COUNT} > 0`);
      await grid.focus();
      await page.keyboard.press('Control+f');
      await page.keyboard.type('identity/');
      await page.getByRole('button', { name: 'Remove the filter “identity/”' }).waitFor();
    }));

  it('tells the context menu which row it is on', () =>
    withPage({}, async ({ page, grid, find, until }) => {
      await until(`${ROW_COUNT} > 0`);
      const { first } = await find({ verdict: 'prune' });
      await grid.focus();
      await page.keyboard.press('ArrowDown');
      const context: unknown = JSON.parse((await grid.getAttribute('data-vscode-context')) ?? '');
      assert.deepEqual(context, {
        webviewSection: 'planRow',
        preventDefaultContextMenuItems: true,
        plan: 'plan-1',
        row: first[1]?.id,
        rowKind: 'revision',
        namespace: first[1]?.namespace,
        stream: first[1]?.stream,
        tag: first[1]?.tag,
        image: first[1]?.image,
        imageMissing: first[1]?.missing,
      });
    }));

  it('holds a hundred thousand rows and draws only those in sight', () =>
    withPage({ size: 'large', state: 'first-result' }, async (dryRun) => {
      const { page, grid, until, find } = dryRun;
      await page.getByRole('button', { name: 'Remove the filter Goes' }).click();
      const { total } = await find({});
      assert.ok(total > 95_000, `${total} rows`);
      await until(`${ROW_COUNT} === ${total}`);
      await grid.focus();
      let most = 0;
      for (const share of [0.1, 0.35, 0.6, 0.85]) {
        await page.evaluate(`window.scrollTo(0, document.documentElement.scrollHeight * ${share})`);
        await until(
          "[...document.querySelectorAll('.grid-row[aria-label]')].some((row) => { const { top } = row.getBoundingClientRect(); return top > 200 && top < 600 })",
        );
        most = Math.max(most, Number(await page.evaluate("document.querySelectorAll('.grid-place').length")));
      }
      await page.keyboard.press('End');
      await until(`document.querySelector('.grid-place[data-index="${total - 1}"] [aria-label]') !== null`);
      assert.ok(most < 80, `${most} rows are in the document`);
    }));

  it('shows where rows are still to come, and that they can’t be had', () =>
    withPage({}, async ({ page, grid, until }) => {
      await until(`${ROW_COUNT} > 0`);
      await page.evaluate("mock.hold('rows')");
      await grid.focus();
      await page.keyboard.press('End');
      await grid.locator('.grid-placeholder').first().waitFor();
      await page.evaluate("mock.failing.add('rows')");
      await page.evaluate('mock.release()');
      await page.getByText('The rows can’t be shown: rows was made to fail').waitFor();
      await page.evaluate("mock.failing.delete('rows')");
      await page.getByRole('button', { name: 'Try again' }).click();
      await until(
        "document.querySelector('.grid-placeholder') === null && document.querySelector('.grid-row[aria-label]') !== null",
      );
    }));

  it('is as it was after it was hidden: filter, place and open row', () =>
    withPage({}, async ({ page, grid, until }) => {
      await page.getByRole('button', { name: /^Verdict:/ }).click();
      await page.getByRole('option', { name: 'Stays' }).click();
      await page.getByRole('button', { name: 'Remove the filter Stays' }).waitFor();
      await until("document.querySelector('[role=grid]').ariaBusy === 'false'");
      await grid.focus();
      for (let n = 0; n < 5; n++) await page.keyboard.press('PageDown');
      await until("document.querySelector('.grid-place.active .grid-row[aria-label]') !== null");
      await page.keyboard.press('Enter');
      const digest = await grid.locator('.digest').textContent();
      await grid.getByText(/at position \d+ out of \d+/).waitFor();
      await until("JSON.parse(sessionStorage.getItem('mock-state')).scrollTop === window.scrollY");
      const scrolled = Number(await page.evaluate('window.scrollY'));
      assert.ok(scrolled > 1000, `scrolled to ${scrolled}`);
      await page.reload();
      await page.getByRole('button', { name: 'Remove the filter Stays' }).waitFor();
      await grid.getByText(digest ?? '?').waitFor();
      await until(`Math.abs(window.scrollY - ${scrolled}) < 2`);
    }));

  it('shows the rows that were chosen elsewhere', () =>
    withPage({}, async (dryRun) => {
      await dryRun.page.evaluate(
        "mock.send('show', { query: { search: '', verdict: null, namespace: 'search', stream: 'web', reason: null, sort: null } })",
      );
      await shows(dryRun, { namespace: 'search', stream: 'web' });
    }));

  it('exports what is found, and copies the command line', () =>
    withPage({}, async ({ page, asked }) => {
      await page.getByRole('button', { name: 'Export' }).click();
      await page.getByRole('menuitem', { name: /CSV/ }).click();
      assert.deepEqual(await asked('export'), [
        {
          plan: 'plan-1',
          format: 'csv',
          query: { search: '', verdict: 'prune', namespace: null, stream: null, reason: null, sort: null },
        },
      ]);
      await page.getByRole('button', { name: 'Copy as oc command' }).click();
      await page.getByRole('button', { name: 'Copied' }).waitFor();
      assert.deepEqual(await asked('copy'), [
        { text: 'oc adm prune images --context=ocp-lab --keep-tag-revisions=3 --keep-younger-than=60m' },
      ]);
    }));

  it('gives up its least columns where there is little room', () =>
    withPage({ width: 400 }, async ({ page, until }) => {
      await until(`${ROW_COUNT} > 0`);
      const heads = await page.getByRole('columnheader').allTextContents();
      assert.deepEqual(heads, ['Verdict', 'Tag revision', 'Size']);
      assert.equal(await page.evaluate('document.documentElement.scrollWidth <= window.innerWidth'), true);
      await page.setViewportSize({ width: 1200, height: 900 });
      await page.getByRole('columnheader', { name: 'Why' }).waitFor();
      // What goes is used by nobody.
      assert.equal(await page.getByRole('columnheader', { name: 'Used by' }).count(), 0);
      await page.getByRole('button', { name: 'Remove the filter Goes' }).click();
      await page.getByRole('columnheader', { name: 'Used by' }).waitFor();
    }));
});
