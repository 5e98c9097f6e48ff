import * as l10n from '@vscode/l10n';
import type { RunReport } from '../../../src/prune/run/report.ts';
import type { PageView, RolloutState } from '../../../src/shared/dry-run/view.ts';
import { inWords } from '../../../src/shared/words/in-words.ts';
import { bytesInWords } from '../../../src/shared/words/quantities.ts';
import { attempt } from '../../page/services.ts';
import { button } from '../../ui/button.ts';
import { fill, h } from '../../ui/h.ts';
import { icon } from '../../ui/icon.ts';
import { rolloutBox } from '../../ui/rollout-box.ts';
import type { PageServices } from '../page-services.ts';
import { doneMeter } from '../result/meter.ts';
import { tile } from '../result/tiles.ts';
import { deletedKinds, kindInWords } from '../words/deleted.ts';
import { exactBytes, numberInWords } from '../words/numbers.ts';
import { failuresOf, protectedOf } from './report-lists.ts';
import type { Screen } from './screen.ts';

/** The prune has ended: what was planned, what was done, what was not and why, and what comes next. */
export class PrunedScreen implements Screen {
  readonly element = h('section', { class: 'screen pruned' });
  readonly #services: PageServices;
  #shown = '';

  constructor(view: PageView, services: PageServices) {
    this.#services = services;
    this.update(view);
  }

  update({ state }: PageView): void {
    if (state.kind !== 'pruned') return;
    const shown = JSON.stringify([state.report.run, state.report.state, state.rollout]);
    if (shown === this.#shown) return;
    this.#shown = shown;
    const { report, rollout } = state;
    fill(
      this.element,
      this.#head(report, rollout),
      rolloutBox(rollout, () => attempt(this.#services, this.#services.caller.call('rollOut', null))),
      h('dl', { class: 'tiles' }, ...tilesOf(report)),
      h(
        'div',
        { class: 'report-columns' },
        comparison(report),
        h('div', { class: 'report-lists' }, failuresOf(report), protectedOf(report)),
      ),
    );
  }

  #head(report: RunReport, rollout: RolloutState): HTMLElement {
    const { symbol, title, lines } = endInWords(report);
    return h(
      'div',
      { class: 'outcome-head', role: 'status' },
      h('h2', {}, symbol, title),
      ...lines.map((line) => h('p', { class: 'lead' }, line)),
      this.#ways(report, rollout),
    );
  }

  #ways({ run, state }: RunReport, rollout: RolloutState): HTMLElement {
    const { caller } = this.#services;
    const call = (work: () => Promise<unknown>) => () => attempt(this.#services, work());
    return h(
      'div',
      { class: 'buttons' },
      state !== 'done' &&
        button({
          label: l10n.t('Resume the run'),
          icon: 'debug-continue',
          look: rollout.kind === 'owed' ? 'secondary' : 'primary',
          onPress: call(() => caller.call('resume', { run })),
        }).element,
      button({
        label: l10n.t('Open the report'),
        icon: 'output',
        look: 'secondary',
        onPress: call(() => caller.call('openReport', { run })),
      }).element,
    );
  }
}

interface EndWords {
  symbol: HTMLElement;
  title: string;
  lines: readonly string[];
}

function endInWords({ state, bytes, failures, why }: RunReport): EndWords {
  const freed = bytesInWords(bytes.freedNow);
  switch (state) {
    case 'done':
      return { symbol: icon('pass-filled', 'stays'), title: l10n.t('{0} freed', freed), lines: [] };
    case 'failed':
      return {
        symbol: icon('warning', 'missing'),
        title:
          failures.length === 1
            ? l10n.t('{0} freed; 1 deletion failed', freed)
            : l10n.t('{0} freed; {1} deletions failed', freed, numberInWords(failures.length)),
        lines: [l10n.t('Everything else was done. Resume the run to try again what failed.')],
      };
    case 'cancelled':
      return {
        symbol: icon('circle-slash', 'dim'),
        title: l10n.t('Cancelled: {0} freed so far', freed),
        lines: [l10n.t('What is done is done; the rest can be resumed.')],
      };
    case 'stopped':
      return {
        symbol: icon('error', 'error'),
        title: l10n.t('Stopped: {0} freed so far', freed),
        lines: [
          why ? inWords(why) : l10n.t('The log says why.'),
          l10n.t('Nothing is lost: the run can be resumed where it stopped.'),
        ],
      };
  }
}

function tilesOf({ bytes, done, planned }: RunReport): HTMLElement[] {
  const of = (count: number) => l10n.t('of {0} planned', numberInWords(count));
  return [
    tile(
      {
        figure: bytesInWords(bytes.freedNow),
        label: l10n.t('freed'),
        detail: l10n.t('of {0} planned', bytesInWords(bytes.freed)),
        tooltip: exactBytes(bytes.freedNow),
        className: 'first',
      },
      doneMeter(bytes.freedNow, bytes.freed),
    ),
    tile({ figure: numberInWords(done.images), label: l10n.t('images'), detail: of(planned.images) }),
    tile({
      figure: numberInWords(done.tagItems),
      label: l10n.t('tag revisions'),
      detail: of(planned.tagItems),
    }),
    tile({ figure: numberInWords(done.blobs), label: l10n.t('blobs'), detail: of(planned.blobs) }),
  ];
}

function comparison({ done, planned }: RunReport): HTMLElement {
  const rows = deletedKinds().map((kind) => {
    const left = planned[kind] - done[kind];
    return h(
      'tr',
      {},
      h('th', { scope: 'row' }, kindInWords(kind)),
      h('td', {}, numberInWords(planned[kind])),
      h('td', {}, numberInWords(done[kind])),
      h('td', { class: left > 0 ? '' : 'quiet' }, numberInWords(Math.max(0, left))),
    );
  });
  const head = [l10n.t('Kind'), l10n.t('Planned'), l10n.t('Done'), l10n.t('Left')];
  return h(
    'table',
    { class: 'comparison' },
    h('caption', {}, l10n.t('Planned and done')),
    h('thead', {}, h('tr', {}, ...head.map((title) => h('th', { scope: 'col' }, title)))),
    h('tbody', {}, ...rows),
  );
}
