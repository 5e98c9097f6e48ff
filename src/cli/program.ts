import * as l10n from '@vscode/l10n';
import { Command, CommanderError } from 'commander';
import { wordsOf } from '../engine/said.ts';
import { textAt } from '../engine/shape.ts';
import { inWords } from '../shared/words/in-words.ts';
import { type ChosenCluster, wordsHere } from '../shared/words/same-cluster.ts';
import { CancelledError } from './cancelled-error.ts';
import { commanderErrorInWords, describeOwnOptions, helpInWords } from './commander-words.ts';
import { addDiagnose } from './diagnose.ts';
import { addExplain } from './explain-image.ts';
import { addHardPrune } from './hard-prune.ts';
import { withBooleanValues } from './option-values.ts';
import { addPruneImages } from './prune-images.ts';
import { addRollout } from './rollout-registry.ts';
import { addRuns } from './runs.ts';
import { addSchedule } from './schedule.ts';
import { type Terminal, writeLines } from './terminal.ts';
import { UserError } from './user-error.ts';
import { VERSION } from './version.ts';
import { failure } from './words.ts';

/** The exit status of a run that Ctrl-C stopped, as shells count it. */
const INTERRUPTED = 130;

/**
 * Runs the command line.
 * @param args without the program's own name
 * @param plannerScript the module of the planner thread
 * @returns the exit status
 */
export async function run(args: readonly string[], plannerScript: URL, terminal: Terminal): Promise<number> {
  const program = programFor(plannerScript, terminal);
  let chosen: ChosenCluster = {};
  program.hook('preAction', (_program, command) => {
    chosen = chosenIn(command.opts());
  });
  try {
    await program.parseAsync(withBooleanValues(args, booleanFlags(program)), { from: 'user' });
    return 0;
  } catch (error) {
    if (error instanceof CommanderError) return error.exitCode;
    const interrupted = terminal.signal.aborted;
    // What changed something before it was interrupted says so itself.
    const explained = error instanceof UserError || error instanceof CancelledError;
    if (interrupted && !explained) {
      await writeLines(terminal.stderr, [failure(l10n.t('interrupted; nothing was changed'))]);
      return INTERRUPTED;
    }
    // The cause comes last, in one line: a terminal shows that, and so does a cluster of a pod that failed.
    const [cause = '', ...advice] = inWords(wordsHere(wordsOf(error), chosen)).split('\n');
    const detail = error instanceof UserError ? error.detail : [];
    await writeLines(terminal.stderr, [...advice, ...detail, failure(cause)]);
    return interrupted ? INTERRUPTED : 1;
  }
}

/** The program with all its commands. */
export function programFor(plannerScript: URL, terminal: Terminal): Command {
  const program = newProgram(terminal);
  const prune = program.command('prune').description(l10n.t('Remove what is no longer needed.'));
  addPruneImages(prune, plannerScript, terminal);
  addExplain(program, plannerScript, terminal);
  addDiagnose(program, terminal);
  addRuns(program, terminal);
  addRollout(program, terminal);
  addSchedule(program, plannerScript, terminal);
  addHardPrune(program, terminal);
  return program;
}

function newProgram(terminal: Terminal): Command {
  const program = new Command('image-hygiene')
    .description(
      l10n.t(
        'See what fills an OpenShift image registry, why each image stays or goes, and remove it safely.',
      ),
    )
    .version(VERSION, '-V, --version', l10n.t('output the version number'))
    .configureOutput({
      writeOut: (text) => terminal.stdout.write(text),
      writeErr: (text) => terminal.stderr.write(text),
      outputError: (text, write) => write(commanderErrorInWords(text)),
    })
    .configureHelp(helpInWords())
    .exitOverride()
    .showSuggestionAfterError();
  return describeOwnOptions(program);
}

/** What a command was given to choose its cluster; nothing where it takes none. */
function chosenIn(options: unknown): ChosenCluster {
  const [kubeconfig, context] = [textAt(options, 'kubeconfig'), textAt(options, 'context')];
  return { ...(kubeconfig === '' ? {} : { kubeconfig }), ...(context === '' ? {} : { context }) };
}

/** Every flag of every command that takes a boolean. */
function booleanFlags(command: Command): Set<string> {
  const flags = command.options
    .filter((option) => option.flags.endsWith(' <bool>'))
    .map((option) => option.long ?? '');
  return new Set([...flags, ...command.commands.flatMap((child) => [...booleanFlags(child)])]);
}
