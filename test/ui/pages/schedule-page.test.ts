import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { isObject } from '../../../src/engine/shape.ts';
import type { ScheduleRequest } from '../../../src/schedules/manifests.ts';
import { DOCUMENTED_REQUEST } from '../../../src/schedules/schedule-request.ts';
import { scheduleRequest } from '../../../src/shared/schedule/requests.ts';
import type { ScheduleWhat } from '../../../src/shared/schedule/view.ts';
import { openSchedule } from './schedule-driver.ts';
import { served } from './served.ts';

const pages = served(openSchedule);
const requestIn = (ask: unknown) => scheduleRequest(isObject(ask) ? ask.request : undefined, 'request');

describe('the form of schedules', { timeout: 180_000 }, () => {
  it('is filled in as documented, and says when it runs', () =>
    pages.withPage({}, async ({ page, asked }) => {
      const field = (key: string) => page.locator(`[data-option="${key}"] input`);
      assert.equal(await field('schedule').inputValue(), '0 0 * * *');
      assert.equal(await field('options.keepTagRevisions').inputValue(), '5');
      assert.equal(await field('options.keepYoungerThan').inputValue(), '96h');
      await page.getByText('every day at 00:00 (UTC)').waitFor();
      assert.equal(await page.locator('.cron-runs > li').count(), 3);
      await page.getByRole('button', { name: 'Open as YAML' }).click();
      const [ask] = await asked('openYaml');
      const { options, kind, name } = requestIn(ask);
      assert.deepEqual([kind, name], ['CronJob', 'image-hygiene-pruner']);
      assert.equal(options.confirm, true);
      assert.equal(options.prune.rules, undefined, 'oc knows no rules');
    }));

  it('validates a schedule as typed, and takes a common one', () =>
    pages.withPage({}, async ({ page }) => {
      const schedule = page.locator('[data-option=schedule] input');
      await schedule.fill('61 0 * * *');
      const problem = page.locator('[data-option=schedule] [role=alert]');
      await problem.getByText('out of range').waitFor();
      await page.locator('.cron-said').waitFor({ state: 'hidden' });
      assert.ok(await page.getByRole('button', { name: 'Create…' }).isDisabled());
      await page.getByRole('button', { name: 'every Sunday' }).click();
      assert.equal(await schedule.inputValue(), '0 3 * * 0');
      await page.getByText('every week on Sunday at 03:00 (UTC)').waitFor();
      await page.locator('[data-option=timeZone] input').fill('Asia/Tokyo');
      await page.getByText('every week on Sunday at 03:00 (Asia/Tokyo)').waitFor();
    }));

  it('makes what was asked for, and says what became of it', () =>
    pages.withPage({}, async ({ page, asked }) => {
      await page.locator('[data-option=name] input').fill('nightly');
      await page.locator('[data-option="options.keepTagRevisions"] input').fill('7');
      await page.getByRole('button', { name: 'Create…' }).click();
      await page.getByText('Done. The Schedules view shows it.').waitFor();
      const request = requestIn((await asked('create'))[0]);
      assert.equal(request.name, 'nightly');
      assert.equal(request.options.prune.keepTagRevisions, 7);
      await page.getByText('CronJob openshift-image-registry/image-hygiene-pruner: made').waitFor();
    }));

  it('shows a dry run of its options', () =>
    pages.withPage({}, async ({ page, asked }) => {
      await page.locator('[data-option="options.keepTagRevisions"] input').fill('1');
      await page.getByRole('button', { name: 'Dry Run With These Options' }).click();
      const [ask] = await asked('dryRun');
      assert.deepEqual(isObject(ask) && isObject(ask.prune) && ask.prune.keepTagRevisions, 1);
    }));

  it('shows what may not be made, with the role and the command', () =>
    pages.withPage({ state: 'no-rights' }, async ({ page, asked }) => {
      await page.getByText('You may not; the role cluster-admin allows it').waitFor();
      await page.getByText('oc adm policy add-cluster-role-to-user cluster-admin developer').waitFor();
      await page.getByRole('button', { name: 'Create…' }).click({ force: true });
      assert.equal((await asked('create')).length, 0);
      await page.getByRole('button', { name: 'Open as YAML' }).click();
      assert.equal((await asked('openYaml')).length, 1);
    }));

  it('asks anew what may be done in another namespace', () =>
    pages.withPage({}, async ({ page, until }) => {
      await page.locator('[data-option=namespace] input').fill('tools');
      await page.getByText('namespace tools').first().waitFor();
      await until("mock.requests.some(({ name, ask }) => name === 'rights' && ask.namespace === 'tools')");
    }));

  it('hides the schedule of what runs once', () =>
    pages.withPage({}, async ({ page, asked }) => {
      await page.getByRole('radio', { name: 'One Job, now' }).click();
      await page.locator('[data-option=schedule]').waitFor({ state: 'hidden' });
      await page.getByRole('button', { name: 'Create…' }).click();
      assert.equal(requestIn((await asked('create'))[0]).kind, 'Job');
    }));

  it('keeps what was typed when it is hidden and shown again, and after a reload', () =>
    pages.withPage({}, async ({ page }) => {
      await page.locator('[data-option=name] input').fill('weekly');
      await page.reload();
      await page.locator('[data-option=name] input').waitFor();
      assert.equal(await page.locator('[data-option=name] input').inputValue(), 'weekly');
      await page.goto(`${page.url()}&reloaded`);
      await page.locator('[data-option=name] input').waitFor();
      assert.equal(await page.locator('[data-option=name] input').inputValue(), 'weekly');
    }));

  it('keeps what was typed where the same form is asked for once more, and begins anew with another', () =>
    pages.withPage({}, async ({ page, show }) => {
      const name = page.locator('[data-option=name] input');
      let asked = 0;
      const start = (what: ScheduleWhat, request: ScheduleRequest, editing = false) =>
        show({ start: { id: `once-more-${++asked}`, what, request, editing } });
      await start('CronJob', DOCUMENTED_REQUEST);
      await name.fill('weekly');
      await start('CronJob', DOCUMENTED_REQUEST);
      assert.equal(await name.inputValue(), 'weekly');
      await start('pruner', DOCUMENTED_REQUEST);
      await page.getByText('What changes').waitFor();
      await start('CronJob', DOCUMENTED_REQUEST);
      assert.equal(await name.inputValue(), 'weekly');
      const other = { ...DOCUMENTED_REQUEST, name: 'other' };
      await start('CronJob', other, true);
      assert.equal(await name.inputValue(), 'other');
      await start('CronJob', DOCUMENTED_REQUEST);
      assert.equal(await name.inputValue(), DOCUMENTED_REQUEST.name);
      await name.fill('made');
      await page.getByRole('button', { name: 'Create…' }).click();
      await page.getByText('Done. The Schedules view shows it.').waitFor();
      await start('CronJob', DOCUMENTED_REQUEST);
      assert.equal(await name.inputValue(), DOCUMENTED_REQUEST.name);
    }));

  it('is walked through by keyboard, problems read out', () =>
    pages.withPage({}, async ({ page }) => {
      const schedule = page.locator('[data-option=schedule] input');
      await schedule.focus();
      await page.keyboard.press('End');
      await page.keyboard.type(' x');
      await page.getByRole('alert').getByText('has 6 fields').waitFor();
      await page.keyboard.press('Shift+Tab');
      const focused = 'document.activeElement?.getAttribute("aria-label") ?? document.activeElement?.tagName';
      assert.notEqual(await page.evaluate(focused), null);
    }));
});

describe('the form of the ImagePruner', { timeout: 180_000 }, () => {
  it('shows it as it is, and exactly what would change', () =>
    pages.withPage({ state: 'pruner' }, async ({ page, asked }) => {
      assert.equal(await page.locator('[data-option=schedule] input').inputValue(), '30 2 * * *');
      assert.ok(await page.getByRole('button', { name: 'Change…' }).isDisabled(), 'nothing differs');
      await page.locator('[data-option=keepTagRevisions] input').fill('2');
      const row = page.getByRole('row', { name: /Revisions kept per tag/ });
      await row.waitFor();
      assert.deepEqual(await row.getByRole('cell').allTextContents(), ['5', '2']);
      await page
        .getByText(/oc patch imagepruners.*--type=merge -p '\{"spec":\{"keepTagRevisions":2\}\}'/)
        .waitFor();
      await page.getByRole('button', { name: 'Change…' }).click();
      assert.deepEqual(await asked('changePruner'), [
        { change: { keepTagRevisions: 2 }, resourceVersion: '4711' },
      ]);
    }));

  it('demands the schema', () =>
    pages.withPage({ state: 'pruner' }, async ({ page, until }) => {
      await page.locator('[data-option=keepTagRevisions] input').fill('many');
      await page.locator('[data-option=keepTagRevisions] [role=alert]').getByText('whole number').waitFor();
      await page.locator('[data-option=keepYoungerThanDuration] input').fill('3 days');
      await page
        .locator('[data-option=keepYoungerThanDuration] [role=alert]')
        .getByText('no duration')
        .waitFor();
      await page.getByRole('button', { name: 'Discard changes' }).click();
      await until("document.querySelector('[data-option=keepTagRevisions] vscode-text-field').value === '5'");
      await page.locator('[data-option=keepTagRevisions] [role=alert]').waitFor({ state: 'hidden' });
    }));

  it('can be looked at by who may not change it', () =>
    pages.withPage({ state: 'pruner-no-rights' }, async ({ page, asked }) => {
      await page.getByText('You may look at the ImagePruner, but not change it.').waitFor();
      await page.locator('[data-option=keepTagRevisions] input').fill('2');
      await page.getByRole('button', { name: 'Change…' }).click({ force: true });
      assert.equal((await asked('changePruner')).length, 0);
    }));
});
