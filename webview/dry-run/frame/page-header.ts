import * as l10n from '@vscode/l10n';
import { type PageView, type PlanView, pruneBlock } from '../../../src/shared/dry-run/view.ts';
import { ageInWords, spanInWords } from '../../../src/shared/words/quantities.ts';
import { attempt } from '../../page/services.ts';
import { button } from '../../ui/button.ts';
import { fill, h, write } from '../../ui/h.ts';
import { icon, spinner } from '../../ui/icon.ts';
import { fact, hostOf, pageHeader } from '../../ui/page-header.ts';
import type { PageServices } from '../page-services.ts';
import { blockInWords } from '../words/blocks.ts';
import { exactTime } from '../words/numbers.ts';

interface Fact {
  text: string;
  icon: HTMLElement;
  tooltip?: string;
}

/** What this page is of, how old and how complete it is, and what can be done next. */
export class PageHeader {
  readonly element: HTMLElement;
  readonly #services: PageServices;
  readonly #title: HTMLElement;
  readonly #facts: HTMLElement;
  readonly #why = h('p', { class: 'why-off' });
  readonly #again;
  readonly #prune;
  readonly #cancel;
  #view: PageView | undefined;
  #plan: PlanView | undefined;

  constructor(services: PageServices) {
    this.#services = services;
    const { caller } = services;
    this.#again = button({
      label: l10n.t('Run again'),
      icon: 'refresh',
      look: 'secondary',
      onPress: () => this.#view && attempt(services, caller.call('run', this.#view.options)),
    });
    this.#prune = button({
      label: l10n.t('Prune…'),
      icon: 'trash',
      look: 'primary',
      onPress: () => this.#plan && attempt(services, caller.call('prune', { plan: this.#plan.id })),
    });
    this.#cancel = button({
      label: l10n.t('Cancel'),
      icon: 'close',
      look: 'secondary',
      onPress: () => attempt(services, caller.call('cancel', null)),
    });
    const { element, title, facts } = pageHeader(
      [this.#cancel.element, this.#again.element, this.#prune.element],
      this.#why,
    );
    this.element = element;
    this.#title = title;
    this.#facts = facts;
  }

  update(view: PageView): void {
    this.#view = view;
    const { state } = view;
    this.#plan = 'plan' in state ? state.plan : undefined;
    write(this.#title, titleOf(view));
    const busy = state.kind === 'running' || state.kind === 'pruning';
    this.#cancel.element.hidden = !busy;
    const cancelling = busy && state.progress.cancelling;
    this.#cancel.setDisabled(cancelling);
    this.#cancel.setLabel(cancelling ? l10n.t('Cancelling…') : l10n.t('Cancel'));
    this.#again.element.hidden = !(state.kind === 'result' || state.kind === 'pruned');
    this.#prune.element.hidden = state.kind !== 'result';
    this.tick();
  }

  /** Where the focus goes when what had it is gone. */
  focus(): void {
    this.#title.focus({ preventScroll: true });
  }

  /** Says again what changes with time alone. */
  tick(): void {
    if (!this.#view) return;
    const now = this.#services.now();
    const { state } = this.#view;
    const block = this.#plan && state.kind === 'result' ? pruneBlock(this.#plan, now) : null;
    const why = block === null ? '' : blockInWords(block);
    this.#prune.setDisabled(block !== null, why);
    this.#again.setLook(block === 'expired' || block === 'contextChanged' ? 'primary' : 'secondary');
    write(this.#why, why);
    this.#why.hidden = why === '';
    const facts = factsOf(this.#view, now);
    if (factsText(facts) === this.#facts.dataset.facts) return;
    this.#facts.dataset.facts = factsText(facts);
    fill(this.#facts, ...facts.map(({ icon: symbol, text, tooltip }) => fact(symbol, text, tooltip)));
  }
}

function titleOf({ cluster, state }: PageView): string {
  const name = cluster?.context;
  if (name === undefined) return l10n.t('Dry run');
  if (state.kind === 'pruning') return l10n.t('Pruning {0}', name);
  return state.kind === 'pruned' ? l10n.t('Prune of {0}', name) : l10n.t('Dry run of {0}', name);
}

function factsOf({ cluster, state, options }: PageView, now: number): Fact[] {
  const facts: Fact[] = [];
  if (cluster) facts.push({ text: hostOf(cluster.server), icon: icon('server'), tooltip: cluster.server });
  const summary = 'plan' in state ? state.plan.summary : undefined;
  const namespace = summary ? summary.options.namespace : options.prune.namespace || null;
  facts.push(
    namespace === null
      ? { text: l10n.t('all namespaces'), icon: icon('globe') }
      : { text: l10n.t('namespace {0}', namespace), icon: icon('symbol-namespace') },
  );
  if (state.kind === 'running' || state.kind === 'pruning') {
    const span = spanInWords(now - Date.parse(state.progress.since));
    facts.push({ text: l10n.t('for {0}', span), icon: spinner(), tooltip: exactTime(state.progress.since) });
  }
  if (summary && state.kind !== 'pruning') {
    const age = ageInWords(summary.now, now);
    facts.push({
      text: state.kind === 'pruned' ? l10n.t('reviewed {0} ago', age) : l10n.t('{0} ago', age),
      icon: icon('history'),
      tooltip: exactTime(summary.now),
    });
  }
  if (summary && state.kind === 'result') {
    facts.push(
      summary.complete
        ? { text: l10n.t('complete'), icon: icon('pass', 'stays') }
        : { text: l10n.t('incomplete'), icon: icon('warning', 'missing') },
    );
  }
  return facts;
}

function factsText(facts: readonly Fact[]): string {
  return facts.map(({ text, icon: { className } }) => `${className} ${text}`).join('\n');
}
