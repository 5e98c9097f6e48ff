import { said } from '../engine/said.ts';
import type { MadePlan } from './make-plan.ts';
import { type Terminal, write } from './terminal.ts';
import { UserError } from './user-error.ts';
import { writeWide } from './wide-output.ts';

/** What the reference command says before a dry run. */
export const DRY_RUN = 'Dry run enabled - no modifications will be made. Add --confirm to remove images';

/**
 * Writes a plan to standard output.
 * @throws UserError where it is incomplete
 */
export async function writePlan(
  { planner, summary }: MadePlan,
  output: 'json' | 'wide' | undefined,
  terminal: Terminal,
): Promise<void> {
  if (output === 'wide') await writeWide(planner, summary, terminal);
  else for await (const text of planner.part(output ?? 'lines')) await write(terminal.stdout, text);
  if (!summary.complete) {
    throw new UserError(
      said(
        'the plan above is incomplete: more may be protected than it shows, and it can’t be applied. See the warning for what is missing.',
      ),
    );
  }
}
