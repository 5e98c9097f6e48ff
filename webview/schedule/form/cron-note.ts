import * as l10n from '@vscode/l10n';
import { parseSchedule } from '../../../src/schedules/cron-schedule.ts';
import { isTimeZone, nextRuns } from '../../../src/schedules/next-runs.ts';
import { scheduleWithZone } from '../../../src/shared/words/cron-words.ts';
import { spanInWords } from '../../../src/shared/words/quantities.ts';
import { linkButton } from '../../ui/button.ts';
import { fill, h } from '../../ui/h.ts';
import { icon } from '../../ui/icon.ts';

const COUNT = 3;

/** What a schedule means: in words, with its next three runs; and common ones to take instead. */
export class CronNote {
  readonly element: HTMLElement;
  readonly #said = h('div', { class: 'cron-said', 'aria-live': 'polite' });
  #shown = '';

  /** @param onTake takes a schedule in place of the one that is there */
  constructor(onTake: (schedule: string) => void) {
    const common: [string, string][] = [
      [l10n.t('every night'), '0 0 * * *'],
      [l10n.t('every 6 hours'), '0 */6 * * *'],
      [l10n.t('every Sunday'), '0 3 * * 0'],
      [l10n.t('every month'), '0 3 1 * *'],
    ];
    this.element = h(
      'div',
      { class: 'cron-note' },
      this.#said,
      h(
        'p',
        { class: 'cron-common' },
        h('span', { class: 'dim' }, l10n.t('Take:')),
        ...common.map(([label, schedule]) => {
          const take = linkButton(label, () => onTake(schedule));
          take.title = schedule;
          return take;
        }),
      ),
    );
  }

  /** @param now milliseconds since the epoch */
  show(text: string, timeZone: string | null, suspended: boolean, now: number): void {
    const shown = JSON.stringify([text, timeZone, suspended, Math.floor(now / 60_000)]);
    if (shown === this.#shown) return;
    this.#shown = shown;
    const parsed = parseSchedule(text);
    const known = 'schedule' in parsed && (timeZone === null || isTimeZone(timeZone));
    // What is wrong stands below the field.
    this.#said.hidden = !known;
    if (!known) return;
    const runs = nextRuns(parsed.schedule, { timeZone: timeZone ?? 'UTC', after: now, count: COUNT });
    fill(
      this.#said,
      h('p', { class: 'cron-words' }, icon('clock'), scheduleWithZone(parsed.schedule, timeZone)),
      suspended
        ? h('p', { class: 'dim' }, l10n.t('Suspended: it doesn’t run by itself. It would run:'))
        : h('p', { class: 'dim' }, l10n.t('Next runs:')),
      h(
        'ol',
        { class: 'cron-runs' },
        ...runs.map((instant) =>
          h(
            'li',
            {},
            h('span', { class: 'figure' }, wallTime(instant, timeZone ?? 'UTC')),
            h('span', { class: 'dim' }, l10n.t('in {0}', spanInWords(instant - now))),
          ),
        ),
      ),
    );
  }
}

function wallTime(instant: number, timeZone: string): string {
  return new Intl.DateTimeFormat(document.documentElement.lang, {
    weekday: 'short',
    year: 'numeric',
    month: 'short',
    day: 'numeric',
    hour: '2-digit',
    minute: '2-digit',
    hourCycle: 'h23',
    timeZone,
    timeZoneName: 'short',
  }).format(instant);
}
