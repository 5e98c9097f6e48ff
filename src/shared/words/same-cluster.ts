// Commands to be pasted must act on the cluster that the present one acts on.
import { withOwnCommands } from '../../engine/own-command.ts';
import type { Said } from '../../engine/said.ts';
import { shellWord } from '../../registry/diagnosis/plain-text.ts';

/** What the present command was given to choose its cluster; what is left out comes from the environment again. */
export interface ChosenCluster {
  kubeconfig?: string;
  context?: string;
}

/**
 * A command of this program for the same cluster.
 * @param words after the program’s name, quoted where they need it: `resume 20260504T120000Z-0a1b`
 */
export function commandHere(words: string, chosen: ChosenCluster): string {
  return lineHere(`image-hygiene ${words}`, chosen);
}

/** A command line for the same cluster where it is one of this program; one of `oc` is often an administrator’s to run. */
export function lineHere(line: string, chosen: ChosenCluster): string {
  const options = optionsOf(chosen);
  return options !== '' && line.startsWith('image-hygiene ') ? `${line} ${options}` : line;
}

/** Words with the commands of this program in them for the same cluster. */
export function wordsHere(words: Said, chosen: ChosenCluster): Said {
  const options = optionsOf(chosen);
  return options === '' ? words : withOwnCommands(words, (command) => `${command} ${options}`);
}

function optionsOf({ kubeconfig, context }: ChosenCluster): string {
  return [
    ...(kubeconfig === undefined ? [] : [`--kubeconfig ${shellWord(kubeconfig)}`]),
    ...(context === undefined ? [] : [`--context ${shellWord(context)}`]),
  ].join(' ');
}
