import { isAbsolute, join } from 'node:path';
import * as vscode from 'vscode';
import { parseDuration } from '../engine/duration.ts';
import { InvalidOptionError, type Rules, resolveOptions } from '../engine/options.ts';
import type { RunOptions } from '../shared/dry-run/run-options.ts';
import { errorInWords } from '../shared/words/in-words.ts';
import { SETTINGS, type SettingName } from './manifest.ts';

export type RolloutSetting = 'ask' | 'always' | 'never';

/** A setting that can't be used. The message names it and says what it may be. */
export class SettingError extends Error {
  override name = 'SettingError';
}

/**
 * What the settings say a prune should do.
 * @param namespace the scope, which is no setting: null for all
 * @throws SettingError
 */
export function runOptionsOfSettings(namespace: string | null): RunOptions {
  const pruneOverSizeLimit = booleanSetting('pruneOverSizeLimit', false);
  const keep = pruneOverSizeLimit
    ? {}
    : { keepTagRevisions: integerSetting('keepTagRevisions'), keepYoungerThanMs: keepYoungerThanMs() };
  const prune: RunOptions['prune'] = {
    all: booleanSetting('all', true),
    ...keep,
    pruneOverSizeLimit,
    pruneRegistry: booleanSetting('pruneRegistry', true),
    ...(namespace === null ? {} : { namespace }),
    ignoreInvalidRefs: booleanSetting('ignoreInvalidRefs', false),
    rules: rulesSetting(),
  };
  try {
    resolveOptions(prune);
  } catch (error) {
    throw error instanceof InvalidOptionError ? new SettingError(errorInWords(error)) : error;
  }
  return {
    prune,
    registry: {
      registryUrl: textSetting('registryUrl') ?? null,
      certificateAuthority: pathSetting('certificateAuthority') ?? null,
      forceInsecure: booleanSetting('forceInsecure', false),
      numWorkers: integerSetting('numWorkers') ?? 5,
    },
  };
}

/** A kubeconfig file to use in place of what the shell would, as an absolute path. */
export function kubeconfigSetting(): string | undefined {
  return pathSetting('kubeconfig');
}

/** `namespace/name` of the ServiceAccount that speaks to the registry. */
export function serviceAccountSetting(): string | undefined {
  return textSetting('asServiceAccount');
}

export function rolloutSetting(): RolloutSetting {
  const value = textSetting('rolloutAfterPrune');
  return value === 'always' || value === 'never' ? value : 'ask';
}

function configured(name: SettingName): unknown {
  return vscode.workspace.getConfiguration('imageHygiene').get(SETTINGS[name]);
}

function textSetting(name: SettingName): string | undefined {
  const value = configured(name);
  if (value === undefined || value === null || value === '') return undefined;
  if (typeof value === 'string') return value.trim() || undefined;
  throw wrong(name, vscode.l10n.t('a text'));
}

/** `~` stands for the home folder; a relative path is one of the first workspace folder. */
function pathSetting(name: SettingName): string | undefined {
  const text = textSetting(name);
  if (text === undefined) return undefined;
  const path = text.replace(/^~(?=[/\\]|$)/, process.env.HOME ?? process.env.USERPROFILE ?? '~');
  if (isAbsolute(path)) return path;
  const folder = vscode.workspace.workspaceFolders?.[0]?.uri.fsPath;
  if (folder !== undefined) return join(folder, path);
  throw wrong(name, vscode.l10n.t('an absolute path'));
}

function booleanSetting(name: SettingName, byDefault: boolean): boolean {
  const value = configured(name);
  if (value === undefined || value === null) return byDefault;
  if (typeof value === 'boolean') return value;
  throw wrong(name, vscode.l10n.t('true or false'));
}

function integerSetting(name: SettingName): number | undefined {
  const value = configured(name);
  if (value === undefined || value === null) return undefined;
  if (typeof value === 'number' && Number.isInteger(value) && value >= (name === 'numWorkers' ? 1 : 0)) {
    return value;
  }
  throw wrong(name, vscode.l10n.t('a whole number'));
}

function keepYoungerThanMs(): number | undefined {
  const text = textSetting('keepYoungerThan');
  if (text === undefined) return undefined;
  try {
    return parseDuration(text);
  } catch {
    throw wrong('keepYoungerThan', vscode.l10n.t('a duration such as 60m or 96h'));
  }
}

function rulesSetting(): Rules {
  return textSetting('rules') === 'reference' ? 'reference' : 'extended';
}

function wrong(name: SettingName, wanted: string): SettingError {
  return new SettingError(vscode.l10n.t('The setting imageHygiene.{0} must be {1}.', name, wanted));
}
