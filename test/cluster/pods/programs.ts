// The programs that containers can run here, and how a container's command names one.
import { basename } from 'node:path';
import { type JsonObject, listAt, textAt } from '../../../src/engine/shape.ts';
import type { ApiObject } from '../api-object.ts';

export interface ProgramRun {
  pod: ApiObject;
  container: JsonObject;
  /** Without the program's own name. */
  args: readonly string[];
  /** The container's, and what the command sets. */
  env: Readonly<Record<string, string>>;
  stdout(text: string): void;
  stderr(text: string): void;
  /** The pod goes. */
  signal: AbortSignal;
}

export interface Program {
  /** Whether the pod's image has it. Default: every image. */
  isIn?: (pod: ApiObject) => boolean;
  /** @returns the exit status */
  run(run: ProgramRun): Promise<number>;
}

/** What a container runtime says of a command whose program an image lacks. */
export class NoSuchProgramError extends Error {
  override name = 'NoSuchProgramError';
}

/** By the name of the program's file. */
export type Programs = Map<string, Program>;

/**
 * Runs a command in a container.
 * @throws NoSuchProgramError
 */
export async function runCommand(
  programs: Programs,
  argv: readonly string[],
  run: Omit<ProgramRun, 'args' | 'env'>,
): Promise<number> {
  const [first = '', flag, script] = argv;
  const inShell = ['sh', 'bash'].includes(basename(first)) && flag === '-c';
  const command = inShell ? simpleCommand(script ?? '') : { env: {}, argv };
  if (command === undefined) {
    run.stderr(`${first}: only one simple command is run here, and not: ${script}\n`);
    return 2;
  }
  const [name = '', ...args] = command.argv;
  const program = programs.get(basename(name));
  if (program === undefined || program.isIn?.(run.pod) === false) {
    if (!inShell) throw new NoSuchProgramError(`exec: "${name}": executable file not found in $PATH`);
    run.stderr(`${first}: line 1: ${name}: command not found\n`);
    return 127;
  }
  return await program.run({ ...run, args, env: { ...variablesOf(run.container), ...command.env } });
}

function variablesOf(container: JsonObject): Record<string, string> {
  return Object.fromEntries(
    listAt(container, 'env').map((one) => [textAt(one, 'name'), textAt(one, 'value')]),
  );
}

/** `A=b exec /bin/program 'one argument'`; undefined for anything that takes a real shell. */
function simpleCommand(script: string): { env: Record<string, string>; argv: string[] } | undefined {
  const words: string[] = [];
  let rest = script.trim();
  while (rest !== '') {
    const word = /^(?:[^\s'"`$|&;<>()\\]|'[^']*'|"[^"`$\\]*")+/.exec(rest)?.[0];
    if (word === undefined) return undefined;
    words.push(word.replaceAll(/'([^']*)'|"([^"]*)"/g, '$1$2'));
    const after = rest.slice(word.length);
    if (after !== '' && !/^\s/.test(after)) return undefined;
    rest = after.trimStart();
  }
  const env: Record<string, string> = {};
  while (/^\w+=/.test(words[0] ?? '')) {
    const [, name = '', value = ''] = /^(\w+)=(.*)$/s.exec(words.shift() ?? '') ?? [];
    env[name] = value;
  }
  if (words[0] === 'exec') words.shift();
  return words.length === 0 ? undefined : { env, argv: words };
}
