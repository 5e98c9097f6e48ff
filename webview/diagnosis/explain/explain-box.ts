import * as l10n from '@vscode/l10n';
import type { Finding } from '../../../src/registry/diagnosis/finding.ts';
import { LONGEST_ERROR } from '../../../src/shared/diagnosis/protocol.ts';
import type { DiagnosisView } from '../../../src/shared/diagnosis/view.ts';
import { findingInWords } from '../../../src/shared/words/diagnosis.ts';
import { findingsMarkdown } from '../../../src/shared/words/diagnosis-markdown.ts';
import { attempt } from '../../page/services.ts';
import { button } from '../../ui/button.ts';
import { copyButton } from '../../ui/copy-button.ts';
import { type Disclosure, disclosure } from '../../ui/disclosure.ts';
import { fill, h } from '../../ui/h.ts';
import { textArea } from '../../ui/text-area.ts';
import { findingCard } from '../findings/finding-card.ts';
import type { PageServices } from '../page-services.ts';

/** Takes the text of a failed run and explains it. No cluster is asked. */
export class ExplainBox {
  readonly #services: PageServices;
  readonly #disclosure: Disclosure;
  readonly #text;
  readonly #result = h('div', { class: 'findings' });
  readonly #explain;
  readonly #clear;
  readonly #copy;
  #findings: readonly Finding[] = [];
  /** A later text takes the place of one that is being explained. */
  #asked = 0;

  constructor(services: PageServices) {
    this.#services = services;
    const { saved } = services;
    this.#disclosure = disclosure(l10n.t('Explain an error'), (explainOpen) =>
      saved.remember({ explainOpen }),
    );
    this.#disclosure.setSummary([{ text: l10n.t('of oc, docker, podman or a log; without a cluster') }]);
    this.#text = textArea({
      label: l10n.t('Text of a failed run'),
      placeholder: 'error: error communicating with registry: Get https://172.30.30.30:5000/healthz: …',
      onInput: () => this.#enable(),
      onSubmit: () => attempt(services, this.#ask()),
    });
    this.#explain = button({
      label: l10n.t('Explain'),
      icon: 'question',
      look: 'primary',
      onPress: () => attempt(services, this.#ask()),
    });
    this.#clear = button({
      label: l10n.t('Clear'),
      icon: 'clear-all',
      look: 'secondary',
      onPress: () => this.#empty(),
    });
    this.#copy = copyButton({
      label: l10n.t('Copy as Markdown'),
      look: 'secondary',
      text: () => findingsMarkdown(this.#findings).join('\n'),
      copy: services.copy,
    });
    this.#disclosure.element.classList.add('explain');
    this.#disclosure.content.append(
      this.#text.element,
      h('div', { class: 'buttons' }, this.#explain.element, this.#clear.element, this.#copy.element),
      this.#result,
    );
    this.#enable();
    this.#copy.element.hidden = true;
    this.#disclosure.open = saved.memory.explainOpen;
    if (saved.memory.text !== '') {
      this.#text.value = saved.memory.text;
      this.#enable();
      attempt(services, this.#ask());
    }
  }

  get element(): HTMLElement {
    return this.#disclosure.element;
  }

  /** Opens it where there is nothing else to see, and takes a text that came from elsewhere. */
  update({ given, cluster, state }: DiagnosisView): void {
    const { saved } = this.#services;
    if (!cluster || (state.kind === 'failed' && saved.memory.text === '')) this.#disclosure.open = true;
    if (given === null || given.id === saved.memory.given) return;
    saved.remember({ given: given.id, explainOpen: true });
    this.#disclosure.open = true;
    if (given.text !== '') {
      this.#text.value = given.text.slice(-LONGEST_ERROR);
      this.#enable();
      attempt(this.#services, this.#ask());
    }
    this.#text.focus();
    this.element.scrollIntoView({ block: 'start' });
  }

  async #ask(): Promise<void> {
    const asked = this.#text.value.trim();
    if (asked === '') return;
    this.#asked++;
    const place = this.#asked;
    const { text, findings } = await this.#services.caller.call('explain', {
      text: asked.slice(-LONGEST_ERROR),
    });
    if (place !== this.#asked) return;
    this.#findings = findings;
    // What has the form of a secret is not kept, and not left in sight.
    this.#text.value = text;
    this.#services.saved.remember({ text });
    const [first] = findings;
    const known = findings.some(({ code }) => code !== 'unknown');
    this.#copy.element.hidden = !known;
    this.#services.announcer.say(
      first && known ? findingInWords(first).title : l10n.t('Nothing in the text is known here.'),
    );
    const { copy } = this.#services;
    fill(
      this.#result,
      !known &&
        h(
          'p',
          { class: 'lead' },
          l10n.t(
            'Nothing in the text is known here. Paste the whole output of the failed run, or look at the way itself.',
          ),
        ),
      ...(known ? findings : []).map((finding) =>
        findingCard(finding, { copy, onFix: null, restricted: false, pasted: true }),
      ),
    );
  }

  #empty(): void {
    this.#asked++;
    this.#text.value = '';
    this.#findings = [];
    this.#services.saved.remember({ text: '' });
    this.#copy.element.hidden = true;
    fill(this.#result);
    this.#enable();
    this.#text.focus();
  }

  #enable(): void {
    const empty = this.#text.value.trim() === '';
    this.#explain.setDisabled(empty, l10n.t('Paste a text first.'));
    this.#clear.setDisabled(empty);
  }
}
