import * as l10n from '@vscode/l10n';
import { ocCommand } from '../../../src/shared/dry-run/oc-command.ts';
import type { OptionsPreview } from '../../../src/shared/dry-run/protocol.ts';
import type { PageView } from '../../../src/shared/dry-run/view.ts';
import { warningInWords } from '../../../src/shared/words/explanations.ts';
import { attempt } from '../../page/services.ts';
import {
  DOCUMENTED,
  type FormKey,
  type FormReading,
  type FormValues,
  formOf,
  readForm,
  sameOptions,
  withValue,
} from '../../prune-options/form-values.ts';
import { decidingFields, type PruneField, registryFields } from '../../prune-options/option-fields.ts';
import { button } from '../../ui/button.ts';
import { type CommandLine, commandLine } from '../../ui/command-line.ts';
import { fill, h, write } from '../../ui/h.ts';
import { icon } from '../../ui/icon.ts';
import { type OptionRow, type OptionValue, optionRow } from '../../ui/option-row.ts';
import type { PageServices } from '../page-services.ts';
import { previewInWords } from './preview-words.ts';

/** A pause in typing after which it is worth asking the host, in milliseconds. */
const PAUSE_MS = 250;

/** Every documented option, and what a run with these would come to. */
export class OptionsForm {
  readonly element: HTMLElement;
  readonly #services: PageServices;
  readonly #onChange: (changed: boolean) => void;
  readonly #rows: OptionRow<FormKey>[];
  readonly #command: CommandLine;
  readonly #preview = h('p', { class: 'options-preview', 'aria-live': 'polite' });
  readonly #warning = h('p', { class: 'options-warning' });
  readonly #run;
  readonly #discard;
  #view: PageView | undefined;
  #values: FormValues | undefined;
  /** What the host says of the address. */
  #addressProblem: { url: string; message: string | null } = { url: '', message: null };
  #timer: ReturnType<typeof setTimeout> | undefined;
  /** Another one for every change: answers about an older form are dropped. */
  #change = 0;

  /** @param onChange told whether the form differs from the options of the result */
  constructor(services: PageServices, onChange: (changed: boolean) => void) {
    this.#services = services;
    this.#onChange = onChange;
    this.#command = commandLine('', services.copy);
    this.#run = button({
      label: l10n.t('Run with these options'),
      icon: 'play',
      look: 'primary',
      onPress: () => this.#start(),
    });
    this.#discard = button({
      label: l10n.t('Discard changes'),
      look: 'secondary',
      onPress: () => this.#reset(),
    });
    const rowOf = (field: PruneField) =>
      optionRow({
        field,
        byDefault: DOCUMENTED[field.key],
        onChange: (value) => this.#set(field.key, value),
        browse: () => this.#services.caller.call('browse', null),
      });
    const deciding = decidingFields().map(rowOf);
    const registry = registryFields().map(rowOf);
    this.#rows = [...deciding, ...registry];
    this.element = h(
      'div',
      { class: 'options' },
      h('h3', {}, l10n.t('What goes and what stays')),
      h('div', { class: 'options-grid' }, ...deciding.map((row) => row.element)),
      h('h3', {}, l10n.t('The registry')),
      h('div', { class: 'options-grid' }, ...registry.map((row) => row.element)),
      h(
        'div',
        { class: 'options-foot' },
        this.#warning,
        this.#preview,
        h('div', { class: 'buttons' }, this.#run.element, this.#discard.element),
        h(
          'div',
          { class: 'options-command' },
          h('h3', {}, l10n.t('The same with oc')),
          this.#command.element,
        ),
        h(
          'p',
          { class: 'dim' },
          l10n.t(
            'There is no --confirm (default: off) in a dry run: Prune… does what the result shows, once you have seen it. oc knows no --rules: it protects less.',
          ),
        ),
      ),
    );
  }

  update(view: PageView): void {
    const before = this.#view;
    this.#view = view;
    const changed = before !== undefined && !sameOptions(before.options, view.options);
    if (this.#values === undefined || changed) {
      const remembered = before === undefined ? this.#services.saved.memory.form : null;
      this.#values = remembered ?? formOf(view.options);
      this.#services.saved.remember({ form: remembered });
    }
    this.#draw();
  }

  #set(key: FormKey, value: OptionValue): void {
    if (!this.#values) return;
    this.#values = withValue(this.#values, key, value);
    this.#services.saved.remember({ form: this.#values });
    this.#draw();
  }

  /** Back to the options of the result. */
  #reset(): void {
    if (!this.#view) return;
    this.#values = formOf(this.#view.options);
    this.#services.saved.remember({ form: null });
    this.#draw();
  }

  #draw(): void {
    if (!this.#view || !this.#values) return;
    const values = this.#values;
    const reading = readForm(values);
    const problems = reading.valid ? new Map<FormKey, string>() : new Map(reading.problems);
    const address = values.registryUrl.trim();
    if (address !== '' && this.#addressProblem.url === address && this.#addressProblem.message !== null) {
      problems.set('registryUrl', this.#addressProblem.message);
    }
    for (const row of this.#rows) {
      row.show(values[row.field.key]);
      row.setDisabled(this.#whyDisabled(row.field));
      row.setProblem(problems.get(row.field.key));
    }
    this.#warning.hidden = values.pruneOverSizeLimit || values.keepTagRevisions.trim() !== '0';
    if (!this.#warning.hidden) fill(this.#warning, icon('warning'), warningInWords({ code: 'keepZero' }));
    this.#drawFoot(reading, problems.size > 0);
    this.#askLater(reading, address);
  }

  #drawFoot(reading: FormReading, hasProblems: boolean): void {
    if (!this.#view) return;
    const { options, cluster } = this.#view;
    const changed = !reading.valid || !sameOptions(reading.options, options);
    this.#run.setDisabled(hasProblems, l10n.t('Correct what is marked above first.'));
    this.#discard.element.hidden = !changed;
    this.#command.element.hidden = hasProblems || !reading.valid;
    if (reading.valid) this.#command.text = ocCommand(reading.options, cluster?.context ?? null);
    this.#onChange(changed);
  }

  #whyDisabled(field: PruneField): string | undefined {
    if (field.restricted && this.#view?.restricted) {
      return l10n.t('This workspace isn’t trusted, so this can’t be changed.');
    }
    const bySize = this.#values?.pruneOverSizeLimit === true;
    if (bySize && (field.key === 'keepTagRevisions' || field.key === 'keepYoungerThan')) {
      return l10n.t('Doesn’t apply with --prune-over-size-limit, which prunes by size alone.');
    }
    return undefined;
  }

  /** Asks the host what only the host can tell, once the user pauses. */
  #askLater(reading: FormReading, address: string): void {
    this.#change++;
    const change = this.#change;
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => attempt(this.#services, this.#ask(reading, address, change)), PAUSE_MS);
  }

  async #ask(reading: FormReading, address: string, change: number): Promise<void> {
    if (address !== '' && this.#addressProblem.url !== address) {
      const message = await this.#services.caller.call('checkRegistryUrl', { url: address });
      if (change !== this.#change) return;
      this.#addressProblem = { url: address, message };
      if (message !== null) return this.#draw();
    }
    const preview = await this.#previewOf(reading);
    if (change === this.#change) this.#showPreview(preview);
  }

  async #previewOf(reading: FormReading): Promise<OptionsPreview | null | undefined> {
    const state = this.#view?.state;
    if (state?.kind !== 'result' || !reading.valid || !this.#view) return undefined;
    if (sameOptions(reading.options, this.#view.options)) return undefined;
    const { id } = state.plan;
    return this.#services.caller.call('preview', { plan: id, options: reading.options });
  }

  #showPreview(preview: OptionsPreview | null | undefined): void {
    const state = this.#view?.state;
    this.#preview.hidden = preview === undefined || state?.kind !== 'result';
    if (preview === undefined || state?.kind !== 'result') return;
    write(this.#preview, previewInWords(preview, state.plan.summary));
  }

  #start(): void {
    if (!this.#values) return;
    const reading = readForm(this.#values);
    if (!reading.valid) return;
    attempt(this.#services, this.#services.caller.call('run', reading.options));
  }
}
