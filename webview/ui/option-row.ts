import * as l10n from '@vscode/l10n';
import { button } from './button.ts';
import { checkBox } from './check-box.ts';
import { h, write } from './h.ts';
import { icon } from './icon.ts';
import { radioGroup } from './radio-group.ts';
import { textField } from './text-field.ts';

/** One option of a form: how it is called and what it means. */
export interface OptionField<Key extends string = string> {
  key: Key;
  /** What it is on the command line, or in an object. */
  flag: string;
  title: string;
  meaning: string;
  /** The documented default, in words. */
  byDefault: string;
  kind: 'text' | 'flag' | 'file' | 'choice';
  placeholder?: string;
  /** Of a `choice`. */
  choices?: readonly { value: string; label: string }[];
  /** It could redirect a token or weaken TLS. */
  restricted?: boolean;
}

/** A value of a form, as typed or chosen. */
export type OptionValue = string | boolean;

export interface OptionRow<Key extends string = string> {
  readonly element: HTMLElement;
  readonly field: OptionField<Key>;
  show(value: OptionValue): void;
  setProblem(problem: string | undefined): void;
  /** @param why it can't be changed; undefined where it can */
  setDisabled(why: string | undefined): void;
}

interface Control {
  element: HTMLElement;
  set(value: OptionValue): void;
  setInvalid?(invalid: boolean): void;
  setDisabled?(disabled: boolean): void;
}

export interface OptionRowParts<Key extends string> {
  field: OptionField<Key>;
  /** What the row is reset to. */
  byDefault: OptionValue;
  onChange: (value: OptionValue) => void;
  /** Lets the user choose a file; without it, it can only be written. */
  browse?: () => Promise<string | null>;
}

/** One option with its meaning, its default and its control. */
export function optionRow<Key extends string>(parts: OptionRowParts<Key>): OptionRow<Key> {
  const { field, onChange } = parts;
  const { flag, title, meaning, byDefault } = field;
  const control = controlFor(parts);
  const problem = h('p', { class: 'option-problem', role: 'alert' });
  const note = h('p', { class: 'option-note' });
  const modified = h('span', { class: 'option-modified' }, l10n.t('changed'));
  const reset = button({
    label: l10n.t('Reset {0} to its default', title),
    icon: 'discard',
    look: 'icon',
    onPress: () => onChange(parts.byDefault),
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
      const isDefault = value === parts.byDefault;
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

function controlFor<Key extends string>({ field, onChange, browse }: OptionRowParts<Key>): Control {
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
    case 'choice': {
      const choice = radioGroup(field.title, field.choices ?? [], onChange);
      return {
        element: choice.element,
        set: (value) => {
          choice.value = String(value);
        },
        setDisabled: (disabled) => choice.setDisabled(disabled),
      };
    }
    default:
      return textControl(field, onChange, field.kind === 'file' ? browse : undefined);
  }
}

function textControl(
  field: OptionField,
  onChange: (value: OptionValue) => void,
  browse: (() => Promise<string | null>) | undefined,
): Control {
  const text = textField({ label: field.title, placeholder: field.placeholder, onInput: onChange });
  const choosing =
    browse &&
    button({
      label: l10n.t('Browse…'),
      look: 'secondary',
      onPress: async () => {
        const path = await browse();
        if (path !== null) onChange(path);
      },
    });
  return {
    element: choosing ? h('span', { class: 'option-file' }, text.element, choosing.element) : text.element,
    set: (value) => {
      text.value = String(value);
    },
    setInvalid: (invalid) => text.setInvalid(invalid),
    setDisabled: (disabled) => {
      text.setDisabled(disabled);
      choosing?.setDisabled(disabled);
    },
  };
}
