import * as l10n from '@vscode/l10n';

/** The options of the command line that messages name, and the settings that stand for them in the editor. */
const SETTING_FOR: Readonly<Record<string, string>> = {
  '--registry-url': 'imageHygiene.registryUrl',
  '--certificate-authority': 'imageHygiene.certificateAuthority',
  '--force-insecure': 'imageHygiene.forceInsecure',
  '--as-service-account': 'imageHygiene.asServiceAccount',
  '--prune-registry': 'imageHygiene.pruneRegistry',
};
const OPTION = new RegExp(`(?:${Object.keys(SETTING_FOR).join('|')})(?![\\w-])`, 'g');

/** A message in terms of settings instead of the command line’s options. */
export function inSettings(text: string): string {
  return text
    .replaceAll('--prune-registry=false', l10n.t('{0} turned off', SETTING_FOR['--prune-registry'] ?? ''))
    .replaceAll(OPTION, (option) => SETTING_FOR[option] ?? option);
}

/** The setting for the first option that a message names; undefined where it names none. */
export function settingNamedIn(text: string): string | undefined {
  const [option] = text.match(OPTION) ?? [];
  return option && SETTING_FOR[option];
}
