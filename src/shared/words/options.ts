import * as l10n from '@vscode/l10n';
import { resolveOptions } from '../../engine/options.ts';
import type { RunOptions } from '../dry-run/run-options.ts';
import { spanInWords } from './quantities.ts';

/** What options come to, in a few phrases: what is kept first, then everything that isn’t the default. */
export function optionsInWords({ prune, registry }: RunOptions): string[] {
  const options = resolveOptions(prune);
  const { keepTagRevisions, keepYoungerThanMs, namespace } = options;
  const phrases: string[] = [];
  if (options.pruneOverSizeLimit) phrases.push(l10n.t('prunes what is over its size limit'));
  if (keepTagRevisions === 0) phrases.push(l10n.t('keeps no revisions'));
  else if (keepTagRevisions === 1) phrases.push(l10n.t('keeps the newest revision of each tag'));
  else if (keepTagRevisions !== null)
    phrases.push(l10n.t('keeps the {0} newest revisions of each tag', keepTagRevisions));
  if (keepYoungerThanMs !== null) {
    phrases.push(
      keepYoungerThanMs === 0
        ? l10n.t('age protects nothing')
        : l10n.t('keeps what is younger than {0}', spanInWords(keepYoungerThanMs)),
    );
  }
  if (namespace !== null) phrases.push(l10n.t('only namespace {0}', namespace));
  if (!options.all) phrases.push(l10n.t('only images pushed to this registry'));
  if (options.ignoreInvalidRefs) phrases.push(l10n.t('ignores invalid references'));
  if (!options.pruneRegistry) phrases.push(l10n.t('leaves the registry alone'));
  if (options.rules === 'reference') phrases.push(l10n.t('decides exactly like oc adm prune images'));
  if (registry.registryUrl !== null) phrases.push(l10n.t('registry {0}', registry.registryUrl));
  if (registry.forceInsecure) phrases.push(l10n.t('allows insecure connections'));
  return phrases;
}
