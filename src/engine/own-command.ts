import type { Said } from './said.ts';

/** Its name is the same in every language. */
const COMMAND = 'image-hygiene {0}';

/**
 * A command of the command line, to be pasted. It is a sentence of its own within the words of an error, so that whoever
 * shows it can put to it what chose the cluster.
 * @param words after the program’s name: `schedule list`
 */
export function ownCommand(words: string): Said {
  return { english: COMMAND, values: [words] };
}

/** Words with each command in them changed: it is given, and gives, what stands after the program’s name. */
export function withOwnCommands(words: Said, change: (command: string) => string): Said {
  const [only] = words.values;
  if (words.english === COMMAND && typeof only === 'string') return ownCommand(change(only));
  const values = words.values.map((value) =>
    typeof value === 'object' ? withOwnCommands(value, change) : value,
  );
  return { english: words.english, values };
}
