import * as vscode from 'vscode';
import { SETTINGS, type SettingName } from '../manifest.ts';
import { agrees } from '../question.ts';

/** A setting and what it is to be; undefined takes it out. */
export interface SettingChange {
  name: SettingName;
  value: string | boolean | undefined;
}

export interface SettingsQuestion {
  /** What is asked. */
  message: string;
  /** What it means, line by line; the changes are added. */
  about: readonly string[];
  changes: readonly SettingChange[];
  /** The button. */
  go: string;
}

/**
 * Shows what would change in the user’s settings, and on agreement changes it.
 * @param before done between the agreement and the change
 * @returns whether it was changed
 * @throws where a workspace’s setting stands above the user’s, so that the change has no effect
 */
export async function changeSettings(
  { message, about, changes, go }: SettingsQuestion,
  before: () => Promise<void> = async () => {},
): Promise<boolean> {
  const detail = [...about, '', ...changes.map(changeInWords)].join('\n');
  if (!(await agrees({ message, detail }, go))) return false;
  await before();
  const settings = () => vscode.workspace.getConfiguration('imageHygiene');
  for (const { name, value } of changes) {
    await settings().update(SETTINGS[name], value, vscode.ConfigurationTarget.Global);
  }
  const hidden = changes.filter(({ name }) => {
    const { workspaceValue, workspaceFolderValue } = settings().inspect(SETTINGS[name]) ?? {};
    return workspaceValue !== undefined || workspaceFolderValue !== undefined;
  });
  if (hidden.length > 0) {
    throw new Error(
      vscode.l10n.t(
        'Your settings are changed, but this workspace has settings of its own for {0}, which count before them. Change or remove them there.',
        hidden.map(({ name }) => `imageHygiene.${name}`).join(', '),
      ),
    );
  }
  return true;
}

/** A change as the user’s settings will have it. */
export function changeInWords({ name, value }: SettingChange): string {
  const setting = `imageHygiene.${SETTINGS[name]}`;
  return value === undefined
    ? vscode.l10n.t('Taken out of your settings: {0}', setting)
    : vscode.l10n.t('Your settings: {0} = {1}', setting, JSON.stringify(value));
}
