import * as l10n from '@vscode/l10n';
import { takeInventory } from '../cluster/inventory/take-inventory.ts';
import { Planner } from '../cluster/planner/planner.ts';
import type { ApiSession } from '../cluster/session/api-session.ts';
import { InvalidReferencesError } from '../engine/make-plan.ts';
import type { PruneOptions } from '../engine/options.ts';
import type { PlanSummary } from '../engine/plan-parts.ts';
import { said } from '../engine/said.ts';
import { missingInWords } from '../shared/words/missing.ts';
import { ProgressLine } from './progress-line.ts';
import { type Terminal, writeLines } from './terminal.ts';
import { UserError } from './user-error.ts';
import { warning } from './words.ts';

export interface MadePlan {
  planner: Planner;
  summary: PlanSummary;
}

/**
 * Makes a plan, lets it be used, and lets go of it whatever happens.
 * @param homeNamespace what is shown at least to a user who may not look everywhere
 */
export async function withPlan(
  session: ApiSession,
  options: PruneOptions,
  homeNamespace: string,
  plannerScript: URL,
  terminal: Terminal,
  use: (plan: MadePlan) => Promise<void>,
): Promise<void> {
  const plan = await makePlanOf(session, options, homeNamespace, plannerScript, terminal);
  try {
    await use(plan);
  } finally {
    await plan.planner.close();
  }
}

/**
 * Takes the inventory and makes a plan from it; what is missing is said on standard error.
 * @throws UserError where references can't be parsed
 */
async function makePlanOf(
  session: ApiSession,
  options: PruneOptions,
  homeNamespace: string,
  plannerScript: URL,
  terminal: Terminal,
): Promise<MadePlan> {
  const planner = new Planner(plannerScript);
  const progress = new ProgressLine(terminal);
  try {
    const now = Date.now();
    await takeInventory(session, planner, {
      namespace: options.namespace,
      homeNamespace,
      referrersEverywhere: options.rules === 'extended',
      signal: terminal.signal,
      onProgress: (list) => progress.update(list),
    });
    progress.say(l10n.t('Deciding…'));
    const { context, user } = session.target;
    const origin = { context, server: session.server, user: user.name };
    const summary = await planner.plan(options, now, origin);
    progress.clear();
    await reportGaps(summary, terminal);
    return { planner, summary };
  } catch (error) {
    progress.clear();
    await planner.close();
    if (error instanceof InvalidReferencesError) throw invalidReferences(error);
    throw error;
  }
}

async function reportGaps(summary: PlanSummary, terminal: Terminal): Promise<void> {
  if (summary.complete) return;
  await writeLines(terminal.stderr, [
    warning(l10n.t('this plan is incomplete and can’t be applied, because not everything could be read:')),
    ...missingInWords(summary.missing, summary.origin?.user ?? '').map((line) => `  ${line}`),
  ]);
}

function invalidReferences(error: InvalidReferencesError): UserError {
  return new UserError(said('no changes were made, because not every reference to an image can be read'), [
    l10n.t('The following objects have invalid references:'),
    '',
    ...error.lines.map((line) => `  ${line}`),
    '',
    l10n.t(
      'Correct the references or delete the objects; or ignore them with --ignore-invalid-refs, so that they protect nothing.',
    ),
  ]);
}
