import * as vscode from 'vscode';
import type { NextStep, Problem } from '../shared/dry-run/view.ts';
import { errorInWords } from '../shared/words/in-words.ts';
import type { ViewsState } from './manifest.ts';

/** What an error means for what can be shown, told by its name: the classes are in modules that load late. */
export function viewsStateOf(error: unknown): ViewsState {
  switch (nameOf(error)) {
    case 'NoContextError':
      return 'noKubeconfig';
    case 'KubeconfigError':
    case 'SettingError':
      return 'badKubeconfig';
    case 'ClusterUnreachableError':
    case 'CredentialError':
      return 'unreachable';
    case 'NotOpenShiftError':
      return 'notOpenShift';
    case 'ApiError':
      return statusOf(error) === 403 ? 'forbidden' : 'failed';
    default:
      return 'failed';
  }
}

/** An error as a page shows it: what happened, why, and the next steps. */
export function problemOf(error: unknown): Problem {
  const why = messageOf(error);
  const problem = (what: string, steps: readonly NextStep[], lines: readonly string[] = []): Problem => ({
    what,
    why,
    lines,
    command: null,
    steps: [...steps, 'openLog'],
  });
  switch (nameOf(error)) {
    case 'NoContextError':
    case 'KubeconfigError':
      return problem(vscode.l10n.t('There is no cluster to ask'), ['chooseContext', 'openKubeconfigSetting']);
    case 'SettingError':
    case 'InvalidOptionError':
      return problem(vscode.l10n.t('The options can’t be used'), ['openKubeconfigSetting']);
    case 'ClusterUnreachableError':
      return problem(vscode.l10n.t('The cluster can’t be reached'), ['runAgain', 'chooseContext']);
    case 'CredentialError':
      return problem(vscode.l10n.t('There is no credential for the cluster'), ['runAgain', 'chooseContext']);
    case 'NotOpenShiftError':
      return problem(vscode.l10n.t('This is not an OpenShift cluster'), ['chooseContext']);
    case 'InvalidReferencesError':
      return problem(
        vscode.l10n.t('Some references to images can’t be read, so nothing was decided'),
        ['ignoreInvalidRefs', 'runAgain'],
        linesOf(error),
      );
    case 'RegistryNotFoundError':
    case 'NotAllowedToPruneError':
    case 'NoTokenError':
    case 'AuthorityFileError':
      return {
        ...problem(vscode.l10n.t('The registry can’t be pruned'), ['diagnose', 'openRegistry']),
        ...firstLine(why),
      };
    default:
      return problem(vscode.l10n.t('That failed'), ['runAgain']);
  }
}

/** What people read of an error. */
export function messageOf(error: unknown): string {
  return errorInWords(error);
}

function nameOf(error: unknown): string {
  return error instanceof Error ? error.name : '';
}

/** The HTTP status that an API server refused with; undefined for anything else. */
export function statusOf(error: unknown): unknown {
  return error instanceof Error && 'status' in error ? error.status : undefined;
}

function linesOf(error: unknown): readonly string[] {
  const lines: unknown = error instanceof Error && 'lines' in error ? error.lines : undefined;
  return Array.isArray(lines) ? lines.filter((line) => typeof line === 'string') : [];
}

/** A message of several lines: the first says why, the others are details. */
function firstLine(message: string): Pick<Problem, 'why' | 'lines'> {
  const [why = '', ...lines] = message.split('\n');
  return { why, lines };
}
