import * as l10n from '@vscode/l10n';
import type { DiagnosisView } from '../../src/shared/diagnosis/view.ts';
import { diagnosisMarkdown } from '../../src/shared/words/diagnosis-markdown.ts';
import { ageInWords, spanInWords } from '../../src/shared/words/quantities.ts';
import { attempt } from '../page/services.ts';
import { button } from '../ui/button.ts';
import { copyButton } from '../ui/copy-button.ts';
import { fill, write } from '../ui/h.ts';
import { icon, spinner } from '../ui/icon.ts';
import { fact, hostOf, pageHeader } from '../ui/page-header.ts';
import type { PageServices } from './page-services.ts';

/** What is diagnosed and how old it is, and what can be done next. */
export class Header {
  readonly element: HTMLElement;
  readonly #services: PageServices;
  readonly #title: HTMLElement;
  readonly #facts: HTMLElement;
  readonly #run;
  readonly #cancel;
  readonly #copy;
  #view: DiagnosisView | undefined;

  constructor(services: PageServices) {
    this.#services = services;
    const { caller } = services;
    this.#run = button({
      label: l10n.t('Diagnose'),
      icon: 'refresh',
      look: 'secondary',
      onPress: () => attempt(services, caller.call('run', null)),
    });
    this.#cancel = button({
      label: l10n.t('Cancel'),
      icon: 'close',
      look: 'secondary',
      onPress: () => attempt(services, caller.call('cancel', null)),
    });
    this.#copy = copyButton({
      label: l10n.t('Copy as Markdown'),
      look: 'secondary',
      text: () => (this.#view?.state.kind === 'done' ? diagnosisMarkdown(this.#view.state.diagnosis) : ''),
      copy: services.copy,
    });
    const { element, title, facts } = pageHeader([
      this.#cancel.element,
      this.#copy.element,
      this.#run.element,
    ]);
    this.element = element;
    this.#title = title;
    this.#facts = facts;
  }

  update(view: DiagnosisView): void {
    this.#view = view;
    const { state, cluster } = view;
    write(
      this.#title,
      cluster ? l10n.t('The way to the registry of {0}', cluster.context) : l10n.t('Registry diagnosis'),
    );
    const running = state.kind === 'running';
    const cancelling = running && state.progress.cancelling;
    this.#cancel.element.hidden = !running;
    this.#cancel.setDisabled(cancelling);
    this.#cancel.setLabel(cancelling ? l10n.t('Cancelling…') : l10n.t('Cancel'));
    this.#copy.element.hidden = state.kind !== 'done';
    this.#run.element.hidden = state.kind !== 'done';
    this.#run.setLabel(l10n.t('Diagnose again'));
    this.tick();
  }

  /** Where the focus goes when what had it is gone. */
  focus(): void {
    this.#title.focus({ preventScroll: true });
  }

  /** Says again what changes with time alone. */
  tick(): void {
    if (!this.#view) return;
    const { cluster, state } = this.#view;
    const now = this.#services.now();
    const facts = [];
    if (cluster) {
      const { server, user } = cluster;
      facts.push(fact(icon('server'), hostOf(server), server), fact(icon('account'), user));
    }
    if (state.kind === 'running') {
      const span = spanInWords(now - Date.parse(state.progress.since));
      facts.push(fact(spinner(), l10n.t('for {0}', span)));
    }
    if (state.kind === 'done') {
      const { at } = state.diagnosis;
      facts.push(fact(icon('history'), l10n.t('{0} ago', ageInWords(at, now)), at));
    }
    fill(this.#facts, ...facts);
  }
}
