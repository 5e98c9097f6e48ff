import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { textAt } from '../../../src/engine/shape.ts';
import { openDiagnosis } from './diagnosis-driver.ts';
import { served } from './served.ts';

const { withPage } = served(openDiagnosis);

const BRACKETED =
  'error: [Get https://172.30.30.30:5000/: x509: certificate signed by unknown authority, Get http://172.30.30.30:5000/: malformed HTTP response "\\x15\\x03\\x01\\x00\\x02\\x02"]';

describe('the diagnosis page', { timeout: 120_000 }, () => {
  it('says what it will do, looks, and says what came of it', () =>
    withPage({ state: 'empty' }, async ({ page, asked, until }) => {
      await page.getByRole('heading', { name: 'The way to the registry of ocp-lab' }).waitFor();
      await page.getByText('nothing in the cluster or the registry changes').waitFor();
      await page.getByRole('button', { name: 'Diagnose the registry' }).press('Enter');
      await page.getByText('The registry is reached at default-route', { exact: false }).first().waitFor();
      assert.equal((await asked('run')).length, 1);
      await page
        .getByRole('status')
        .filter({ hasText: 'The diagnosis is done: nothing is in the way.' })
        .waitFor({ state: 'attached' });
      // The button that was pressed is gone: the keyboard is at the head of the page.
      await until("document.activeElement.tagName === 'H1'");
    }));

  it('fills in the steps while it looks, and can be cancelled', () =>
    withPage({ state: 'starting' }, async ({ page, go, asked }) => {
      await page.getByText('Asking the cluster for the ways to its registry…').waitFor();
      await go('running');
      const ways = page.getByRole('list').filter({ hasText: 'Certificate' });
      assert.equal(await ways.count(), 2);
      const route = ways.last();
      assert.match((await route.getByRole('listitem').nth(1).textContent()) ?? '', /TCP\s*ok/);
      assert.match((await route.getByRole('listitem').nth(3).textContent()) ?? '', /Certificate\s*not yet/);
      await page.getByRole('button', { name: 'Cancel' }).click();
      assert.equal((await asked('cancel')).length, 1);
      await page.getByRole('heading', { name: 'The diagnosis was cancelled' }).waitFor();
    }));

  it('opens the part that breaks: what oc prints, what it means, what to do, the rule', () =>
    withPage({}, async ({ page }) => {
      const tab = page.getByRole('tab', { selected: true });
      assert.match((await tab.textContent()) ?? '', /^Certificate\s*failed/);
      const panel = page.getByRole('tabpanel');
      assert.equal(
        await panel.locator('pre').textContent(),
        'error communicating with registry: Get https://default-route-openshift-image-registry.apps.ocp-lab.example.com/: x509: certificate signed by unknown authority',
      );
      await panel.getByText('which is not trusted here').waitFor();
      const fixes = panel.getByRole('list').first().getByRole('listitem');
      assert.match(
        (await fixes.first().textContent()) ?? '',
        /^Save the authority that the cluster publishes/,
      );
      assert.match((await fixes.last().textContent()) ?? '', /^Risky/);
      await panel.getByText(/^Documented: /).waitFor();
    }));

  it('has what a fix does done by its place, and asks for nothing else', () =>
    withPage({}, async ({ page, asked }) => {
      await page.getByRole('button', { name: 'Use this authority…' }).click();
      await page.getByRole('button', { name: 'Give up verification…' }).click();
      const at = { diagnosis: 'untrusted', address: 1, finding: 0 };
      assert.deepEqual(await asked('fix'), [
        { ...at, fix: 0 },
        { ...at, fix: 1 },
      ]);
    }));

  it('changes nothing from a workspace that isn’t trusted', () =>
    withPage({ state: 'restricted' }, async ({ page, asked }) => {
      const use = page.getByRole('button', { name: 'Use this authority…' });
      await use.click({ force: true });
      assert.deepEqual(await asked('fix'), []);
      // The command can still be copied.
      await page.getByRole('button', { name: 'Copy the command' }).first().click();
      assert.match(textAt((await asked('copy'))[0], 'text'), /^oc get configmap default-ingress-cert /);
    }));

  it('is gone through by keyboard: addresses, parts, and the chain', () =>
    withPage({}, async ({ page, until }) => {
      const chosen = page.getByRole('radio', { checked: true });
      await chosen.focus();
      await page.keyboard.press('ArrowUp');
      await page
        .getByRole('radio', { checked: true, name: /image-registry\.openshift-image-registry/ })
        .waitFor();
      assert.match((await page.getByRole('tab', { selected: true }).textContent()) ?? '', /^Name\s*failed/);
      await page.getByRole('heading', { name: 'The registry has no route' }).waitFor();
      await page.keyboard.press('ArrowDown');
      await page.getByRole('tab', { selected: true }).focus();
      await page.keyboard.press('Home');
      assert.match((await page.getByRole('tab', { selected: true }).textContent()) ?? '', /^Name\s*ok/);
      await page.getByRole('tabpanel').getByText('203.0.113.17, 203.0.113.18').waitFor();
      await page.keyboard.press('ArrowRight');
      assert.match((await page.getByRole('tab', { selected: true }).textContent()) ?? '', /^TCP/);

      const tree = page.getByRole('tree');
      await tree.getByRole('treeitem').first().focus();
      await page.keyboard.press('End');
      await until("document.activeElement.textContent.includes('the chain breaks here')");
      await page.keyboard.press('Home');
      await page.keyboard.press('ArrowLeft');
      await until("document.activeElement.getAttribute('aria-expanded') === 'false'");
      assert.equal(await tree.getByText('nobody who is trusted').isVisible(), false);
      await page.keyboard.press('ArrowRight');
      assert.equal(await tree.getByText('nobody who is trusted').isVisible(), true);
    }));

  it('keeps address, part and text when it is loaded again', () =>
    withPage({}, async ({ page }) => {
      await page.getByRole('radio').first().click();
      await page.getByRole('tab', { name: /^TCP/ }).click();
      await page.reload();
      await page.getByRole('radio', { checked: true, name: /openshift-image-registry\.svc/ }).waitFor();
      assert.match((await page.getByRole('tab', { selected: true }).textContent()) ?? '', /^TCP/);
    }));

  it('copies the diagnosis as Markdown', () =>
    withPage({}, async ({ page, asked }) => {
      await page.getByRole('button', { name: 'Copy as Markdown' }).click();
      const text = textAt((await asked('copy'))[0], 'text');
      assert.match(text, /^# The way to the registry of ocp-lab$/m);
      assert.match(text, /^## The certificate was signed by an unknown authority$/m);
      assert.match(text, /Get https:\/\/default-route.*x509: certificate signed by unknown authority/);
      await page.getByRole('button', { name: 'Copied' }).waitFor();
    }));

  it('asks for the right to delete only once the address was seen', () =>
    withPage({ state: 'unasked' }, async ({ page, asked }) => {
      await page.getByText('which you see for the first time').waitFor();
      await page.getByRole('button', { name: 'Ask it' }).click();
      assert.equal((await asked('run')).length, 1);
    }));

  it('says that the settings have changed since', () =>
    withPage({ state: 'stale' }, async ({ page, asked }) => {
      const banner = page.getByRole('region', { name: 'The settings have changed since this was seen.' });
      await banner.getByRole('button', { name: 'Diagnose again' }).click();
      assert.equal((await asked('run')).length, 1);
    }));

  it('says what could not be seen', () =>
    withPage({ state: 'unnamed' }, async ({ page }) => {
      await page.getByRole('heading', { name: 'Nothing names the registry' }).waitFor();
      await page.getByRole('heading', { name: 'Not looked at' }).waitFor();
      await page.getByText(/User "developer" cannot list resource "images"/).waitFor();
    }));

  it('shows a failure with the ways on', () =>
    withPage({ state: 'failed' }, async ({ page, asked }) => {
      await page.getByRole('alert').getByText('The cluster can’t be reached').waitFor();
      await page.getByRole('button', { name: 'Run again' }).click();
      assert.deepEqual(await asked('step'), [{ step: 'runAgain' }]);
    }));

  it('complains where something it asked for fails', () =>
    withPage({}, async ({ page }) => {
      await page.evaluate("mock.failing.add('fix')");
      await page.getByRole('button', { name: 'Use this authority…' }).click();
      await page.getByRole('alert').filter({ hasText: 'fix was made to fail' }).waitFor();
    }));
});

describe('an error that is explained on the diagnosis page', { timeout: 120_000 }, () => {
  it('takes no cluster', () =>
    withPage({ state: 'no-cluster' }, async ({ page, asked }) => {
      const text = page.getByRole('textbox', { name: 'Text of a failed run' });
      await text.fill(BRACKETED);
      await text.press('Control+Enter');
      await page.getByText('Documented: Insecure client, secure registry').first().waitFor();
      await page.getByText('172.30.30.30:5000', { exact: true }).first().waitFor();
      assert.deepEqual(await asked('explain'), [{ text: BRACKETED }]);
      assert.deepEqual(await asked('run'), []);
      await page.getByRole('button', { name: 'Copy as Markdown' }).click();
      assert.match(textAt((await asked('copy'))[0], 'text'), /malformed HTTP response/);
      await page.getByRole('button', { name: 'Clear' }).click();
      assert.equal(await text.inputValue(), '');
      assert.equal(await page.locator('.finding').count(), 0);
    }));

  it('comes from the clipboard, and is kept without the secret that was in it', () =>
    withPage({ state: 'no-cluster' }, async ({ page, show }) => {
      const pasted =
        'curl -H "Authorization: Bearer sha256~c2VjcmV0LXNlY3JldC1zZWNyZXQ" https://registry.example.com/v2/: x509: certificate has expired or is not yet valid';
      await show({ given: { id: 1, text: pasted } });
      await page.getByRole('heading', { name: /^The certificate has expired/ }).waitFor();
      const text = page.getByRole('textbox', { name: 'Text of a failed run' });
      assert.doesNotMatch(await text.inputValue(), /c2VjcmV0/);
      const kept = String(await page.evaluate("sessionStorage.getItem('mock-state')"));
      assert.doesNotMatch(kept, /c2VjcmV0/);
      assert.match(kept, /certificate has expired/);
    }));

  it('is honestly unknown where nothing is recognised', () =>
    withPage({}, async ({ page }) => {
      await page.getByRole('button', { name: /^Explain an error/ }).click();
      await page.getByRole('textbox', { name: 'Text of a failed run' }).fill('the weather is fine today');
      await page.getByRole('button', { name: 'Explain', exact: true }).click();
      await page.getByText('Nothing in the text is known here. Paste the whole output').waitFor();
    }));
});
