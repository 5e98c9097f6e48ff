import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, describe, it } from 'node:test';
import * as l10n from '@vscode/l10n';
import { type CronSchedule, parseSchedule } from '../../../src/schedules/cron-schedule.ts';
import { isTimeZone, nextRuns } from '../../../src/schedules/next-runs.ts';
import { scheduleInWords } from '../../../src/shared/words/cron-words.ts';
import { problemInWords } from '../../../src/shared/words/schedule-problems.ts';

function parsed(text: string): CronSchedule {
  const result = parseSchedule(text);
  return 'schedule' in result ? result.schedule : assert.fail(`${text}: ${result.problem.code}`);
}

function problemOf(text: string): string {
  const result = parseSchedule(text);
  return 'problem' in result ? result.problem.code : assert.fail(`${text} was taken`);
}

function runs(text: string, after: string, timeZone?: string, count?: number): string[] {
  const found = nextRuns(parsed(text), { after: Date.parse(after), timeZone, count });
  return found.map((instant) => new Date(instant).toISOString().replace(':00.000Z', 'Z'));
}

describe('a schedule in Kubernetes’ dialect', () => {
  it('takes five fields, names, ? and n/step', () => {
    for (const text of [
      '0 0 * * *',
      '*/15 2-4,22 1,15 JAN-mar mon-FRI',
      '5/10 ? ? * ?',
      '0 0 29 2 *',
      '@daily',
      '@midnight',
      '@every 1h30m',
      '  0   0 * * * ',
    ]) {
      parsed(text);
    }
  });

  it('refuses what the API server refuses, and what would never run', () => {
    const table: [string, string][] = [
      ['', 'cronEmpty'],
      ['0 0 * *', 'cronFieldCount'],
      ['0 0 0 * * *', 'cronFieldCount'],
      ['TZ=Asia/Tokyo 0 0 * * *', 'cronTimeZone'],
      ['CRON_TZ=UTC 0 0 * * *', 'cronTimeZone'],
      ['@reboot', 'cronMacro'],
      ['@Daily', 'cronMacro'],
      ['@every never', 'cronEvery'],
      ['@every -1h', 'cronEvery'],
      ['60 0 * * *', 'cronRange'],
      ['0 24 * * *', 'cronRange'],
      ['0 0 0 * *', 'cronRange'],
      ['0 0 * 13 *', 'cronRange'],
      ['0 0 * * 7', 'cronRange'],
      ['0 0 5-1 * *', 'cronBackwards'],
      ['*/0 0 * * *', 'cronStep'],
      ['0 0 L * *', 'cronField'],
      ['0 0 15W * *', 'cronField'],
      ['0 0 * * mon#2', 'cronField'],
      ['1,,2 0 * * *', 'cronField'],
      ['-5 0 * * *', 'cronField'],
      ['0 0 30 2 *', 'cronNever'],
      ['0 0 31 4,6 *', 'cronNever'],
    ];
    for (const [text, code] of table) assert.equal(problemOf(text), code, text);
    // A day of the week is enough for it to run.
    parsed('0 0 30 2 mon');
  });

  it('says every problem in words', () => {
    for (const text of [
      '',
      '0 0',
      'TZ=UTC 0 0 * * *',
      '@reboot',
      '@every x',
      '60 0 * * *',
      '* * 5-1 * *',
      'x 0 * * *',
    ]) {
      const result = parseSchedule(text);
      if (!('problem' in result)) assert.fail(text);
      const words = problemInWords({ field: 'schedule', ...result.problem });
      assert.ok(words.length > 20 && !/\{\d\}|undefined/.test(words), words);
    }
  });
});

describe('the next runs of a schedule', () => {
  it('are three, in UTC', () => {
    assert.deepEqual(runs('0 0 * * *', '2026-11-28T12:00:00Z'), [
      '2026-11-29T00:00Z',
      '2026-11-30T00:00Z',
      '2026-12-01T00:00Z',
    ]);
    assert.deepEqual(runs('30 2 29 2 *', '2026-01-01T00:00:00Z', undefined, 2), [
      '2028-02-29T02:30Z',
      '2032-02-29T02:30Z',
    ]);
    assert.deepEqual(runs('0 12 13 * fri', '2026-11-28T00:00:00Z'), [
      '2026-12-04T12:00Z',
      '2026-12-11T12:00Z',
      '2026-12-13T12:00Z',
    ]);
  });

  it('come after the instant, never at it', () => {
    assert.deepEqual(runs('0 0 * * *', '2026-11-28T00:00:00Z', undefined, 1), ['2026-11-29T00:00Z']);
  });

  it('follow the time zone', () => {
    assert.deepEqual(runs('0 3 * * *', '2026-11-28T00:00:00Z', 'Asia/Tokyo'), [
      '2026-11-28T18:00Z',
      '2026-11-29T18:00Z',
      '2026-11-30T18:00Z',
    ]);
  });

  // The cases of the controller's own cron library, for the changes of New York's clocks in 2012.
  it('leave out a time that the clocks skip', () => {
    assert.deepEqual(runs('30 2 11 Mar ?', '2012-03-11T05:00:00Z', 'America/New_York', 1), [
      '2013-03-11T06:30Z',
    ]);
    assert.deepEqual(runs('0 2 * * ?', '2012-03-11T05:00:00Z', 'America/New_York', 1), ['2012-03-12T06:00Z']);
    assert.deepEqual(runs('0 * * * ?', '2012-03-11T05:00:00Z', 'America/New_York'), [
      '2012-03-11T06:00Z',
      '2012-03-11T07:00Z',
      '2012-03-11T08:00Z',
    ]);
  });

  it('come twice where the clocks show a time twice', () => {
    assert.deepEqual(runs('0 1 * * ?', '2012-11-04T04:00:00Z', 'America/New_York'), [
      '2012-11-04T05:00Z',
      '2012-11-04T06:00Z',
      '2012-11-05T06:00Z',
    ]);
    assert.deepEqual(runs('30 1 04 Nov ?', '2012-11-04T05:45:00Z', 'America/New_York', 1), [
      '2012-11-04T06:30Z',
    ]);
    assert.deepEqual(runs('*/30 * * * *', '2012-11-04T05:15:00Z', 'America/New_York', 4), [
      '2012-11-04T05:30Z',
      '2012-11-04T06:00Z',
      '2012-11-04T06:30Z',
      '2012-11-04T07:00Z',
    ]);
  });

  it('agree with a look at every single minute', () => {
    for (const text of ['*/7 3-5 * * 1-5', '5/20 */9 1-7 * sun', '13 13 13 * *', '0 0 * 1,7 tue']) {
      const schedule = parsed(text);
      if (schedule.kind !== 'fields') assert.fail(text);
      const { minute, hour, dayOfMonth, month, dayOfWeek } = schedule.fields;
      const after = Date.parse('2026-06-27T22:11:00Z');
      const slow: number[] = [];
      for (let at = after + 60_000; slow.length < 20; at += 60_000) {
        const date = new Date(at);
        const [inMonth, inWeek] = [
          dayOfMonth.values.includes(date.getUTCDate()),
          dayOfWeek.values.includes(date.getUTCDay()),
        ];
        const day = dayOfMonth.any || dayOfWeek.any ? inMonth && inWeek : inMonth || inWeek;
        const time = minute.values.includes(date.getUTCMinutes()) && hour.values.includes(date.getUTCHours());
        if (day && time && month.values.includes(date.getUTCMonth() + 1)) slow.push(at);
      }
      assert.deepEqual(nextRuns(schedule, { after, count: 20 }), slow, text);
    }
  });

  it('of @every count from the run before', () => {
    const since = Date.parse('2026-11-28T00:10:00Z');
    const after = Date.parse('2026-11-28T07:00:00Z');
    const found = nextRuns(parsed('@every 6h'), { after, since, count: 2 });
    assert.deepEqual(
      found.map((at) => new Date(at).toISOString()),
      ['2026-11-28T12:10:00.000Z', '2026-11-28T18:10:00.000Z'],
    );
  });

  it('take names of time zones only', () => {
    for (const name of ['UTC', 'Asia/Tokyo', 'America/New_York', 'Etc/GMT+5'])
      assert.ok(isTimeZone(name), name);
    for (const name of ['', 'Local', 'local', '+09:00', 'Asia/Nowhere', 'JST-9'])
      assert.ok(!isTimeZone(name), name);
  });
});

describe('a schedule in words', () => {
  const table: [string, string, string][] = [
    ['0 0 * * *', 'every day at 00:00', '毎日 00:00'],
    ['@daily', 'every day at 00:00', '毎日 00:00'],
    ['30 2 * * 0', 'every week on Sunday at 02:30', '毎週日曜日の 02:30'],
    ['0 22 * * mon-fri', 'every week on Monday–Friday at 22:00', '毎週月曜日～金曜日の 22:00'],
    ['0 3,15 1 * *', 'on day 1 of every month at 03:00 and 15:00', '毎月 1 日の 03:00、15:00'],
    ['0 3 1 1,7 *', 'on day 1 of January and July at 03:00', '1 月、7 月の 1 日の 03:00'],
    [
      '0 0 13 * 5',
      'on day 13 of every month and also every week on Friday at 00:00',
      '毎月 13 日、および毎週金曜日の 00:00',
    ],
    ['0 0 * jan *', 'every day in January at 00:00', '1 月の毎日の 00:00'],
    ['*/15 * * * *', 'every 15 minutes', '15 分ごと'],
    ['* * * * *', 'every minute', '毎分'],
    ['0 * * * *', 'on the hour', '毎正時'],
    ['0 */2 * * *', 'every 2 hours', '2 時間ごと'],
    ['5 * * * *', 'at minute 5 of the hour', '毎時 5 分'],
    [
      '*/10 8-18 * * sat,sun',
      'every week on Sunday and Saturday: every 10 minutes, in the hours 8–18',
      '毎週日曜日、土曜日: 10 分ごと、8～18 時台',
    ],
    ['@every 90m', 'every 90m from the run before', '前回の実行から 90m ごと'],
    ['0 0 */2 * *', 'every 2 days from the 1st of every month at 00:00', '毎月 1 日から 2 日ごとの 00:00'],
  ];
  afterEach(() => l10n.config({ contents: {} }));

  for (const [text, english, japanese] of table) {
    it(`${text}: ${english}`, () => {
      assert.equal(scheduleInWords(parsed(text)), english);
      l10n.config({
        contents: readFileSync(join(import.meta.dirname, '../../../l10n/bundle.l10n.ja.json'), 'utf8'),
      });
      assert.equal(scheduleInWords(parsed(text)), japanese);
    });
  }
});
