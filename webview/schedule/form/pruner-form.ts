import * as l10n from '@vscode/l10n';
import {
  IMAGE_PRUNER,
  type ImagePrunerChange,
  pruneOptionsOf,
  prunerDifferences,
  prunerPatch,
} from '../../../src/schedules/image-pruner.ts';
import type { ImagePruner } from '../../../src/schedules/schedules.ts';
import type { PrunerPart, RightInWords, ScheduleView } from '../../../src/shared/schedule/view.ts';
import { warningInWords } from '../../../src/shared/words/explanations.ts';
import { prunerFieldInWords } from '../../../src/shared/words/pruner-fields.ts';
import { attempt } from '../../page/services.ts';
import { banner } from '../../ui/banner.ts';
import { button } from '../../ui/button.ts';
import { type CommandLine, commandLine } from '../../ui/command-line.ts';
import { fill, h } from '../../ui/h.ts';
import { icon } from '../../ui/icon.ts';
import { type OptionField, type OptionRow, type OptionValue, optionRow } from '../../ui/option-row.ts';
import type { PageServices } from '../page-services.ts';
import { CronNote } from './cron-note.ts';
import { outcomeBanner } from './outcome-banner.ts';
import { prunerDecidingFields, prunerJobFields, prunerWhenFields } from './pruner-fields.ts';
import {
  PRUNER_FORM_DEFAULTS,
  type PrunerKey,
  type PrunerValues,
  prunerValuesOf,
  readPruner,
  withPrunerValue,
} from './pruner-values.ts';

/** Changes the operator’s own pruning: every option that it has, and exactly what would change. */
export class PrunerForm {
  readonly element = h('div', { class: 'form-place' });
  readonly #form: HTMLElement;
  readonly #services: PageServices;
  readonly #rows: OptionRow<PrunerKey>[];
  readonly #cron: CronNote;
  readonly #changes = h('div', { class: 'changes', 'aria-live': 'polite' });
  readonly #right = h('div', { class: 'banners' });
  readonly #outcome = h('div', { class: 'banners', 'aria-live': 'polite' });
  readonly #warning = h('p', { class: 'options-warning' });
  readonly #command: CommandLine;
  readonly #commandPart: HTMLElement;
  readonly #apply;
  readonly #dryRun;
  readonly #yaml;
  readonly #discard;
  #part: PrunerPart | undefined;
  #values: PrunerValues = PRUNER_FORM_DEFAULTS;
  /** As remembered before the object was seen. */
  #remembered: PrunerValues | null = null;
  #restricted = false;
  #mayChange: RightInWords | undefined;
  /** Whose right that is. */
  #user = '';
  #busy = false;

  constructor(services: PageServices) {
    this.#services = services;
    const row = (field: OptionField<PrunerKey>) =>
      optionRow<PrunerKey>({
        field,
        byDefault: PRUNER_FORM_DEFAULTS[field.key],
        onChange: (value) => this.#set(field.key, value),
      });
    const when = prunerWhenFields().map(row);
    const deciding = prunerDecidingFields().map(row);
    const jobs = prunerJobFields().map(row);
    this.#rows = [...when, ...deciding, ...jobs];
    this.#cron = new CronNote((schedule) => this.#set('schedule', schedule));
    when[0]?.element.append(this.#cron.element);
    this.#command = commandLine('', services.copy);
    const press = (work: (pruner: ImagePruner) => Promise<unknown>) => () => {
      if (this.#part?.kind === 'there') attempt(services, work(this.#part.pruner));
    };
    this.#apply = button({
      label: l10n.t('Change…'),
      icon: 'cloud-upload',
      look: 'primary',
      onPress: press((pruner) => this.#make(pruner)),
    });
    this.#dryRun = button({
      label: l10n.t('Dry Run With These Options'),
      icon: 'table',
      look: 'secondary',
      onPress: press((pruner) =>
        services.caller.call('dryRun', {
          prune: pruneOptionsOf(changed(pruner, this.#read(pruner).change)),
        }),
      ),
    });
    this.#yaml = button({
      label: l10n.t('Open as YAML'),
      icon: 'go-to-file',
      look: 'secondary',
      onPress: press((pruner) =>
        services.caller.call('openPrunerYaml', {
          change: this.#read(pruner).change,
          resourceVersion: pruner.resourceVersion,
        }),
      ),
    });
    this.#discard = button({
      label: l10n.t('Discard changes'),
      look: 'secondary',
      onPress: () => this.#reset(),
    });
    const grid = (rows: OptionRow<PrunerKey>[]) =>
      h('div', { class: 'options-grid' }, ...rows.map((each) => each.element));
    this.#commandPart = h(
      'div',
      { class: 'options-command' },
      h('h3', {}, l10n.t('The same with oc')),
      this.#command.element,
    );
    this.#form = h(
      'div',
      { class: 'options form' },
      this.#right,
      h('h3', {}, l10n.t('When')),
      grid(when),
      h('h3', {}, l10n.t('What goes and what stays')),
      grid(deciding),
      h('h3', {}, l10n.t('Its Jobs')),
      grid(jobs),
      h(
        'div',
        { class: 'options-foot' },
        this.#warning,
        h('h3', {}, l10n.t('What changes')),
        this.#changes,
        this.#outcome,
        h(
          'div',
          { class: 'buttons' },
          this.#apply.element,
          this.#dryRun.element,
          this.#yaml.element,
          this.#discard.element,
        ),
        this.#commandPart,
        h(
          'p',
          { class: 'dim' },
          l10n.t(
            'The operator prunes for real, with the registry, every namespace and every image. Other options take a CronJob of their own.',
          ),
        ),
      ),
    );
  }

  begin(remembered: PrunerValues | null): void {
    this.#remembered = remembered;
    this.#part = undefined;
    this.#mayChange = undefined;
    fill(this.#outcome);
  }

  update({ state, restricted, cluster }: ScheduleView): void {
    this.#restricted = restricted;
    if (state.kind !== 'ready') return;
    const user = JSON.stringify(cluster);
    // What one user may do says nothing of another.
    if (user !== this.#user) this.#mayChange = undefined;
    this.#user = user;
    const before = this.#part;
    const part = state.pruner;
    this.#part = part;
    if (part.kind !== 'there') {
      fill(this.element, absence(part));
      return;
    }
    const { spec } = part.pruner;
    if (before?.kind !== 'there') {
      this.#values = this.#remembered ?? prunerValuesOf(spec);
    } else if (JSON.stringify(this.#values) === JSON.stringify(prunerValuesOf(before.pruner.spec))) {
      // Nobody has touched it, so it follows the object.
      this.#values = prunerValuesOf(spec);
    }
    this.#remembered = null;
    if (this.#form.parentElement !== this.element) fill(this.element, this.#form);
    this.#draw();
    if (this.#mayChange === undefined) attempt(this.#services, this.#ask());
  }

  tick(): void {
    const { schedule, suspend } = this.#values;
    this.#cron.show(schedule.trim() || PRUNER_FORM_DEFAULTS.schedule, null, suspend, this.#services.now());
  }

  #read({ spec }: ImagePruner) {
    return readPruner(this.#values, spec);
  }

  #set(key: PrunerKey, value: OptionValue): void {
    this.#values = withPrunerValue(this.#values, key, value);
    this.#services.saved.remember({ pruner: this.#values });
    fill(this.#outcome);
    this.#draw();
  }

  #reset(): void {
    if (this.#part?.kind !== 'there') return;
    this.#values = prunerValuesOf(this.#part.pruner.spec);
    this.#services.saved.remember({ pruner: null });
    this.#draw();
  }

  #draw(): void {
    if (this.#part?.kind !== 'there') return;
    const { pruner } = this.#part;
    const { change, problems } = this.#read(pruner);
    for (const row of this.#rows) {
      row.show(this.#values[row.field.key]);
      row.setProblem(problems.get(row.field.key));
    }
    this.tick();
    this.#warning.hidden = this.#values.keepTagRevisions.trim() !== '0';
    if (!this.#warning.hidden) fill(this.#warning, icon('warning'), warningInWords({ code: 'keepZero' }));
    const isChanged = Object.keys(change).length > 0;
    const hasProblems = problems.size > 0;
    fill(this.#changes, hasProblems ? null : differences(pruner, change));
    this.#commandPart.hidden = !isChanged || hasProblems;
    const { metadata: _bound, ...patch } = prunerPatch(change, pruner);
    this.#command.text = `oc patch ${IMAGE_PRUNER} --type=merge -p '${JSON.stringify(patch)}'`;
    this.#drawButtons(isChanged, hasProblems);
  }

  #drawButtons(isChanged: boolean, hasProblems: boolean): void {
    const marked = l10n.t('Correct what is marked above first.');
    const forbidden = this.#mayChange?.may === false;
    const why = this.#restricted
      ? l10n.t('This workspace isn’t trusted, so nothing of the cluster is changed from it.')
      : forbidden
        ? l10n.t('You may not change the ImagePruner.')
        : hasProblems
          ? marked
          : l10n.t('Nothing differs from the ImagePruner as it is.');
    this.#apply.setDisabled(!isChanged || hasProblems || this.#restricted || forbidden || this.#busy, why);
    this.#apply.setLabel(l10n.t('Change…'), this.#busy ? 'loading' : 'cloud-upload');
    this.#dryRun.setDisabled(hasProblems, marked);
    this.#yaml.setDisabled(hasProblems, marked);
    this.#discard.element.hidden = !isChanged && !hasProblems;
    fill(
      this.#right,
      forbidden && this.#mayChange
        ? banner(
            'info',
            l10n.t('You may look at the ImagePruner, but not change it.'),
            h(
              'p',
              {},
              l10n.t('The role {0} allows it. An administrator can grant it:', this.#mayChange.role),
            ),
            commandLine(this.#mayChange.command, this.#services.copy).element,
          )
        : null,
    );
  }

  async #ask(): Promise<void> {
    const { ImagePruner } = await this.#services.caller.call('rights', { namespace: '' });
    this.#mayChange = ImagePruner;
    this.#draw();
  }

  async #make(pruner: ImagePruner): Promise<void> {
    const { change, problems } = this.#read(pruner);
    if (problems.size > 0 || this.#busy) return;
    this.#busy = true;
    this.#draw();
    try {
      const { resourceVersion } = pruner;
      const outcome = await this.#services.caller.call('changePruner', { change, resourceVersion });
      fill(this.#outcome, outcomeBanner(outcome));
      if (outcome.kind === 'done') this.#services.saved.remember({ pruner: null });
    } finally {
      this.#busy = false;
      this.#draw();
    }
  }
}

function changed({ spec }: ImagePruner, change: ImagePrunerChange): ImagePruner['spec'] {
  const { keepTagRevisions, keepYoungerThanDuration, ignoreInvalidImageReferences } = change;
  return {
    ...spec,
    ...(keepTagRevisions === undefined ? {} : { keepTagRevisions: keepTagRevisions ?? undefined }),
    ...(keepYoungerThanDuration === undefined
      ? {}
      : { keepYoungerThanDuration: keepYoungerThanDuration ?? undefined, keepYoungerThan: undefined }),
    ...(ignoreInvalidImageReferences === undefined ? {} : { ignoreInvalidImageReferences }),
  };
}

function differences({ spec }: ImagePruner, change: ImagePrunerChange): HTMLElement {
  const rows = prunerDifferences(spec, change);
  if (rows.length === 0) return h('p', { class: 'dim' }, l10n.t('Nothing.'));
  const heads = [l10n.t('Field'), l10n.t('Now'), l10n.t('Then')];
  return h(
    'table',
    { class: 'differences' },
    h('thead', {}, h('tr', {}, ...heads.map((head) => h('th', { scope: 'col' }, head)))),
    h(
      'tbody',
      {},
      ...rows.map(({ field, before, after }) =>
        h(
          'tr',
          {},
          h('th', { scope: 'row' }, prunerFieldInWords(field)),
          h('td', {}, before || l10n.t('the operator’s default')),
          h('td', {}, after || l10n.t('the operator’s default')),
        ),
      ),
    ),
  );
}

function absence(part: Exclude<PrunerPart, { kind: 'there' }>): HTMLElement {
  return part.kind === 'none'
    ? h(
        'section',
        { class: 'screen empty' },
        h('h2', {}, l10n.t('There is no ImagePruner')),
        h(
          'p',
          { class: 'lead' },
          l10n.t(
            'OpenShift’s registry operator makes one named cluster. Where the registry isn’t run by it, make a CronJob instead.',
          ),
        ),
      )
    : h(
        'section',
        { class: 'screen empty' },
        h('h2', {}, icon('lock'), l10n.t('You may not see the ImagePruner')),
        h('p', { class: 'lead' }, part.message),
        part.role !== '' && h('p', {}, l10n.t('The role {0} allows it.', part.role)),
      );
}
