import * as l10n from '@vscode/l10n';
import type { NextStep, Problem } from '../../shared/dry-run/view.ts';
import { inSettings, settingNamedIn } from '../../shared/words/in-settings.ts';
import { COMMANDS } from '../manifest.ts';
import type { RegistryRow } from './row.ts';

/** A command line that stands in a message: at its beginning, or after a colon of any language. */
const COMMAND = /(?:^|: |：)(oc \S.*)$/;

/** What was tried before and why it did not do, in order. */
export function triedRows(tried: readonly { address: string; why: string }[]): RegistryRow[] {
  return tried.map(({ address, why }, place) => ({
    id: `tried ${place}`,
    icon: 'circle-slash',
    label: address,
    description: why,
    tooltip: l10n.t('{0} did not do: {1}', address, why),
  }));
}

/** What to do about a problem: what its message advises, the best first, and what always helps. */
export function stepRows(problem: Problem): RegistryRow[] {
  const advice = [...problem.why.split('\n').slice(1), ...problem.lines];
  return [
    ...advice.map((line, place) => adviceRow(line.trim(), `step ${place}`)),
    ...problem.steps.flatMap((step) => stepRow(step)),
  ];
}

/** A line of advice: a command to copy, a setting to open, or words. */
export function adviceRow(line: string, id: string): RegistryRow {
  const text = inSettings(line);
  const command = COMMAND.exec(line)?.[1];
  if (command?.includes('"defaultRoute":true')) {
    return {
      id,
      icon: 'globe',
      label: l10n.t('Expose the registry by its default route…'),
      tooltip: `${text}\n${l10n.t('Click to do it here; what is changed is shown first.')}`,
      command: { id: COMMANDS.exposeRegistry },
    };
  }
  if (command !== undefined) return commandRow(command, id, text);
  const setting = settingNamedIn(line);
  if (setting !== undefined) {
    return {
      id,
      icon: 'gear',
      label: text,
      tooltip: `${text}\n${l10n.t('Click to open the setting.')}`,
      command: { id: COMMANDS.openSettings, arguments: [setting] },
    };
  }
  return { id, icon: 'info', label: text, tooltip: text };
}

/** A command line for a terminal: a click copies it. */
export function commandRow(command: string, id: string, why = command): RegistryRow {
  return {
    id,
    icon: 'terminal',
    label: command,
    tooltip: `${why}\n${l10n.t('Click to copy the command.')}`,
    command: { id: COMMANDS.copyRegistryAddress, arguments: [{ copies: command }] },
  };
}

function stepRow(step: NextStep): RegistryRow[] {
  const row = (icon: string, label: string, command: string, ...args: unknown[]): RegistryRow[] => [
    { id: step, icon, label, command: { id: command, ...(args.length > 0 ? { arguments: args } : {}) } },
  ];
  switch (step) {
    case 'runAgain':
    case 'openRegistry':
      return row('refresh', l10n.t('Check again'), COMMANDS.checkRegistry);
    case 'diagnose':
      return row('pulse', l10n.t('Diagnose the registry'), COMMANDS.diagnoseRegistry);
    case 'chooseContext':
      return row('server-environment', l10n.t('Choose another context…'), COMMANDS.chooseContext);
    case 'openKubeconfigSetting':
      return row('gear', l10n.t('Open the settings'), COMMANDS.openSettings);
    case 'openLog':
      return row('output', l10n.t('Open the log'), COMMANDS.openLog);
    default:
      return [];
  }
}
