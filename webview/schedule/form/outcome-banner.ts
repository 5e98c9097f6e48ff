import * as l10n from '@vscode/l10n';
import type { DoneObject, ScheduleOutcome } from '../../../src/shared/schedule/view.ts';
import { banner } from '../../ui/banner.ts';
import { h } from '../../ui/h.ts';

/** What came of a change; null where there is nothing to be said. */
export function outcomeBanner(outcome: ScheduleOutcome): HTMLElement | null {
  switch (outcome.kind) {
    case 'cancelled':
      return banner('info', l10n.t('Nothing was changed.'));
    case 'unchanged':
      return banner('info', l10n.t('Everything is so already: nothing was changed.'));
    case 'done':
      return banner(
        'done',
        l10n.t('Done. The Schedules view shows it.'),
        h('ul', {}, ...outcome.objects.map((object) => h('li', {}, objectInWords(object)))),
      );
  }
}

function objectInWords({ kind, namespace, name, what }: DoneObject): string {
  const object = namespace === null ? `${kind} ${name}` : `${kind} ${namespace}/${name}`;
  switch (what) {
    case 'created':
      return l10n.t('{0}: made', object);
    case 'changed':
      return l10n.t('{0}: changed', object);
    case 'unchanged':
      return l10n.t('{0}: was so already', object);
  }
}
