import * as l10n from '@vscode/l10n';
import { manifestsOf, type ScheduleRequest } from '../../../src/schedules/manifests.ts';
import { argumentsOf } from '../../../src/schedules/prune-arguments.ts';
import { DOCUMENTED_REQUEST } from '../../../src/schedules/schedule-request.ts';
import type { ScheduleOutcome, ScheduleRights, ScheduleView } from '../../../src/shared/schedule/view.ts';
import { warningInWords } from '../../../src/shared/words/explanations.ts';
import { attempt } from '../../page/services.ts';
import { DOCUMENTED, type FormKey } from '../../prune-options/form-values.ts';
import { decidingFields, registryFields } from '../../prune-options/option-fields.ts';
import { button } from '../../ui/button.ts';
import { type CommandLine, commandLine } from '../../ui/command-line.ts';
import { fill, h } from '../../ui/h.ts';
import { icon } from '../../ui/icon.ts';
import { type OptionField, type OptionRow, type OptionValue, optionRow } from '../../ui/option-row.ts';
import type { PageServices } from '../page-services.ts';
import {
  type CreateKey,
  type CreateValues,
  createValuesOf,
  readCreate,
  withCreateValue,
} from './create-values.ts';
import { CronNote } from './cron-note.ts';
import { confirmField, DOCUMENTED_OBJECT, placeFields, whenFields } from './object-fields.ts';
import { objectsList } from './objects-list.ts';
import { outcomeBanner } from './outcome-banner.ts';

/** A pause in typing after which it is worth asking the host, in milliseconds. */
const PAUSE_MS = 300;

/** Makes a CronJob or a Job: every option, the objects that are made of it, and what may be done. */
export class CreateForm {
  readonly element: HTMLElement;
  readonly #services: PageServices;
  readonly #rows: OptionRow<CreateKey>[];
  readonly #cron: CronNote;
  readonly #when: HTMLElement;
  readonly #objects = h('div', {});
  readonly #outcome = h('div', { class: 'banners', 'aria-live': 'polite' });
  readonly #warning = h('p', { class: 'options-warning' });
  readonly #command: CommandLine;
  readonly #create;
  readonly #dryRun;
  readonly #yaml;
  #kind: ScheduleRequest['kind'] = 'CronJob';
  #values: CreateValues = createValuesOf(DOCUMENTED_REQUEST);
  #editing = false;
  #restricted = false;
  #rights: ScheduleRights | undefined;
  #busy = false;
  #done = false;
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor(services: PageServices) {
    this.#services = services;
    const object = (field: OptionField<CreateKey>) => this.#row(field, byDefaultOf(field.key));
    const when = whenFields().map(object);
    const confirm = object(confirmField());
    const deciding = decidingFields()
      // `oc` knows the reference's rules alone.
      .filter(({ key }) => key !== 'rules')
      .map((field) => this.#row({ ...field, key: `options.${field.key}` as const }, DOCUMENTED[field.key]));
    const registry = registryFields().map((field) =>
      this.#row({ ...inPod(field), key: `options.${field.key}` as const }, DOCUMENTED[field.key]),
    );
    const place = placeFields().map(object);
    this.#rows = [...when, confirm, ...deciding, ...registry, ...place];
    this.#cron = new CronNote((schedule) => this.#set('schedule', schedule));
    when[0]?.element.append(this.#cron.element);
    this.#command = commandLine('', services.copy);
    this.#create = button({
      label: l10n.t('Create…'),
      icon: 'cloud-upload',
      look: 'primary',
      onPress: () => attempt(services, this.#make()),
    });
    this.#dryRun = button({
      label: l10n.t('Dry Run With These Options'),
      icon: 'table',
      look: 'secondary',
      onPress: () =>
        attempt(services, services.caller.call('dryRun', { prune: this.#read().request.options.prune })),
    });
    this.#yaml = button({
      label: l10n.t('Open as YAML'),
      icon: 'go-to-file',
      look: 'secondary',
      onPress: () => attempt(services, services.caller.call('openYaml', { request: this.#read().request })),
    });
    const grid = (...rows: OptionRow<CreateKey>[]) =>
      h('div', { class: 'options-grid' }, ...rows.map((row) => row.element));
    this.#when = h('div', { class: 'form-part' }, h('h3', {}, l10n.t('When')), grid(...when));
    this.element = h(
      'div',
      { class: 'options form' },
      this.#when,
      h('h3', {}, l10n.t('What goes and what stays')),
      grid(...deciding, confirm),
      h('h3', {}, l10n.t('The registry, as the pod sees it')),
      grid(...registry),
      h('h3', {}, l10n.t('Where and as whom it runs')),
      grid(...place),
      h(
        'div',
        { class: 'options-foot' },
        this.#warning,
        h('h3', {}, l10n.t('What is made')),
        this.#objects,
        this.#outcome,
        h('div', { class: 'buttons' }, this.#create.element, this.#dryRun.element, this.#yaml.element),
        h(
          'p',
          { class: 'dim' },
          l10n.t(
            'Create… tries it at the server first, and asks. What is there already and different is shown beside it, and never overwritten unasked.',
          ),
        ),
        h(
          'div',
          { class: 'options-command' },
          h('h3', {}, l10n.t('What the pod runs')),
          this.#command.element,
        ),
      ),
    );
  }

  /** Shows what the page remembers, or else what is given. */
  begin(values: CreateValues, editing: boolean): void {
    this.#values = values;
    this.#editing = editing;
    this.#say(null);
  }

  /** What stands in the form was made, and nothing was changed since. */
  get isDone(): boolean {
    return this.#done;
  }

  update(view: ScheduleView, kind: ScheduleRequest['kind']): void {
    if (kind !== this.#kind) this.#say(null);
    this.#kind = kind;
    this.#restricted = view.restricted;
    this.#rights = undefined;
    this.#draw();
  }

  /** Says again what changes with time alone. */
  tick(): void {
    this.#drawCron();
  }

  #row<Key extends CreateKey>(field: OptionField<Key>, byDefault: OptionValue): OptionRow<CreateKey> {
    return optionRow<CreateKey>({
      field: field.kind === 'file' ? { ...field, kind: 'text' } : field,
      byDefault,
      onChange: (value) => this.#set(field.key, value),
    });
  }

  #read() {
    return readCreate(this.#values, this.#kind);
  }

  #set(key: CreateKey, value: OptionValue): void {
    this.#values = withCreateValue(this.#values, key, value);
    this.#services.saved.remember({ create: this.#values });
    this.#say(null);
    this.#draw();
  }

  #draw(): void {
    const { request, problems } = this.#read();
    for (const row of this.#rows) {
      row.show(valueAt(this.#values, row.field.key));
      row.setProblem(problems.get(row.field.key));
      row.setDisabled(this.#whyDisabled(row.field.key));
    }
    this.#when.hidden = this.#kind === 'Job';
    this.#drawCron();
    this.#warning.hidden = request.options.prune.keepTagRevisions !== 0;
    if (!this.#warning.hidden) fill(this.#warning, icon('warning'), warningInWords({ code: 'keepZero' }));
    this.#command.text = ['oc adm prune images', ...argumentsOf(request.options)].join(' ');
    this.#drawFoot(request, problems.size > 0);
    if (this.#rights?.namespace !== request.namespace) this.#askLater(request.namespace);
  }

  #drawCron(): void {
    const { schedule, timeZone, suspend } = this.#values.object;
    this.#cron.show(schedule.trim(), timeZone.trim() || null, suspend, this.#services.now());
  }

  #drawFoot(request: ScheduleRequest, hasProblems: boolean): void {
    const manifests = manifestsOf(request);
    const rights = this.#rights?.namespace === request.namespace ? this.#rights : undefined;
    fill(this.#objects, objectsList(manifests, rights, this.#services.copy));
    const marked = l10n.t('Correct what is marked above first.');
    const lacking = manifests.find(({ kind }) => rights?.[kind].may === false);
    const why = this.#restricted
      ? l10n.t('This workspace isn’t trusted, so nothing of the cluster is changed from it.')
      : lacking
        ? l10n.t(
            'You may not make all of these objects. Open them as YAML, and have an administrator apply them.',
          )
        : marked;
    const off = hasProblems || this.#restricted || lacking !== undefined || this.#busy;
    this.#create.setDisabled(off, this.#busy ? l10n.t('It is being made…') : why);
    this.#create.setLabel(
      this.#editing ? l10n.t('Change…') : l10n.t('Create…'),
      this.#busy ? 'loading' : 'cloud-upload',
    );
    this.#dryRun.setDisabled(hasProblems, marked);
    this.#yaml.setDisabled(hasProblems, marked);
    if (!hasProblems && !this.#busy && off) this.#why(why);
    else this.#why('');
  }

  readonly #whyOff = h('p', { class: 'why-off' });

  #why(text: string): void {
    if (this.#whyOff.textContent !== text) this.#whyOff.textContent = text;
    this.#whyOff.hidden = text === '';
    if (!this.#whyOff.isConnected) this.#create.element.parentElement?.after(this.#whyOff);
  }

  #whyDisabled(key: CreateKey): string | undefined {
    if (this.#editing && (key === 'name' || key === 'namespace')) {
      return l10n.t('It names the object that is being changed.');
    }
    const bySize = this.#values.options.pruneOverSizeLimit;
    if (bySize && (key === 'options.keepTagRevisions' || key === 'options.keepYoungerThan')) {
      return l10n.t('Doesn’t apply with --prune-over-size-limit, which prunes by size alone.');
    }
    return undefined;
  }

  /** Asks what may be done in another namespace, once the user pauses. */
  #askLater(namespace: string): void {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => attempt(this.#services, this.#ask(namespace)), PAUSE_MS);
  }

  async #ask(namespace: string): Promise<void> {
    if (namespace === '') return;
    const rights = await this.#services.caller.call('rights', { namespace });
    if (this.#read().request.namespace !== namespace) return;
    this.#rights = rights;
    this.#draw();
  }

  async #make(): Promise<void> {
    const { request, problems } = this.#read();
    if (problems.size > 0 || this.#busy) return;
    this.#busy = true;
    this.#draw();
    try {
      this.#say(await this.#services.caller.call('create', { request }));
    } finally {
      this.#busy = false;
      this.#draw();
    }
  }

  /** @param outcome null: nothing was made of what stands in the form */
  #say(outcome: ScheduleOutcome | null): void {
    this.#done = outcome?.kind === 'done';
    fill(this.#outcome, outcome && outcomeBanner(outcome));
  }
}

/** The registry’s options mean another place in a pod. */
function inPod(field: OptionField<FormKey>): OptionField<FormKey> {
  return field.key === 'certificateAuthority'
    ? {
        ...field,
        meaning: l10n.t(
          'The path of a CA file in the pod. OpenShift puts the one of the registry’s service into every pod, at the documented path.',
        ),
      }
    : field;
}

function byDefaultOf(key: CreateKey): OptionValue {
  return valueAt({ object: DOCUMENTED_OBJECT, options: DOCUMENTED }, key);
}

function valueAt({ object, options }: CreateValues, key: CreateKey): OptionValue {
  const all: Readonly<Record<string, OptionValue>> = {
    ...object,
    ...Object.fromEntries(Object.entries(options).map(([name, value]) => [`options.${name}`, value])),
  };
  return all[key] ?? '';
}
