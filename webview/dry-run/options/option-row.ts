import * as l10n from '@vscode/l10n';
import { button } from '../../ui/button.ts';
import { checkBox } from '../../ui/check-box.ts';
import { h, write } from '../../ui/h.ts';
import { icon } from '../../ui/icon.ts';
import { radioGroup } from '../../ui/radio-group.ts';
import { textField } from '../../ui/text-field.ts';
import { DOCUMENTED, type FormValues } from './form-values.ts';
import type { OptionField } from './option-fields.ts';

/** A value of the form, whichever option it is of. */
export type FormValue = FormValues[keyof FormValues];

export interface OptionRow {
  readonly element: HTMLElement;
  readonly field: OptionField;
  show(value: FormValue): void;
  setProblem(problem: string | undefined): void;
  /** @param why it can't be changed; undefined where it can */
  setDisabled(why: string | undefined): void;
}

interface Control {
  element: HTMLElement;
  set(value: FormValue): void;
  setInvalid?(invalid: boolean): void;
  setDisabled?(disabled: boolean): void;
}

/**
 * One option with its meaning, its default and its control.
 * @param browse lets the user choose a file
 */
export function optionRow(
  field: OptionField,
  onChange: (value: FormValue) => void,
  browse: () => Promise<string | null>,
): OptionRow {
  const { flag, title, meaning, byDefault } = field;
  const control = controlFor(field, onChange, browse);
  const problem = h('p', { class: 'option-problem', role: 'alert' });
  const note = h('p', { class: 'option-note' });
  const modified = h('span', { class: 'option-modified' }, l10n.t('changed'));
  const reset = button({
    label: l10n.t('Reset {0} to its default', title),
    icon: 'discard',
    look: 'icon',
    onPress: () => onChange(DOCUMENTED[field.key]),
  });
  const tools = h('span', { class: 'option-tools' }, modified, reset.element);
  const element = h(
    'div',
    { class: 'option', role: 'group', 'aria-label': title, 'data-option': field.key },
    h('div', { class: 'option-head' }, h('h4', {}, title), h('code', { class: 'option-flag' }, flag), tools),
    field.kind === 'flag' ? null : h('p', { class: 'option-meaning' }, meaning),
    h(
      'div',
      { class: 'option-control' },
      control.element,
      h('span', { class: 'option-default' }, l10n.t('Default: {0}', byDefault)),
    ),
    note,
    problem,
  );
  return {
    element,
    field,
    show(value) {
      control.set(value);
      const isDefault = value === DOCUMENTED[field.key];
      element.classList.toggle('modified', !isDefault);
      tools.hidden = isDefault;
    },
    setProblem(message) {
      control.setInvalid?.(message !== undefined);
      problem.hidden = message === undefined;
      if (message === undefined) write(problem, '');
      else if (problem.textContent !== message) problem.replaceChildren(icon('error'), message);
    },
    setDisabled(why) {
      control.setDisabled?.(why !== undefined);
      element.classList.toggle('disabled', why !== undefined);
      reset.setDisabled(why !== undefined);
      note.hidden = why === undefined;
      write(note, why ?? '');
    },
  };
}

function controlFor(
  field: OptionField,
  onChange: (value: FormValue) => void,
  browse: () => Promise<string | null>,
): Control {
  switch (field.kind) {
    case 'flag': {
      const box = checkBox(field.meaning, onChange);
      return {
        element: box.element,
        set: (value) => {
          box.checked = value === true;
        },
        setDisabled: (disabled) => box.setDisabled(disabled),
      };
    }
    case 'rules': {
      const choice = radioGroup(
        field.title,
        [
          { value: 'extended', label: l10n.t('Extended') },
          { value: 'reference', label: l10n.t('Reference') },
        ],
        onChange,
      );
      return {
        element: choice.element,
        set: (value) => {
          choice.value = value === 'reference' ? 'reference' : 'extended';
        },
      };
    }
    default:
      return textControl(field, onChange, browse);
  }
}

function textControl(
  field: OptionField,
  onChange: (value: FormValue) => void,
  browse: () => Promise<string | null>,
): Control {
  const text = textField({ label: field.title, placeholder: field.placeholder, onInput: onChange });
  const choosing = button({
    label: l10n.t('Browse…'),
    look: 'secondary',
    onPress: async () => {
      const path = await browse();
      if (path !== null) onChange(path);
    },
  });
  const isFile = field.kind === 'file';
  return {
    element: isFile ? h('span', { class: 'option-file' }, text.element, choosing.element) : text.element,
    set: (value) => {
      text.value = String(value);
    },
    setInvalid: (invalid) => text.setInvalid(invalid),
    setDisabled: (disabled) => {
      text.setDisabled(disabled);
      choosing.setDisabled(disabled);
    },
  };
}
