import { type Command, Option } from 'commander';
import type { ApiSession } from '../cluster/session/api-session.ts';
import { DEFAULT_WORKERS, type Rules, resolveOptions } from '../engine/options.ts';
import { CONNECTIONS_FOR_PRUNE } from '../prune/run/prune-run.ts';
import { type ClusterOptions, withClusterOptions, withSession } from './cluster-options.ts';
import { type ConfirmOptions, confirmPrune } from './confirm-prune.ts';
import { type MadePlan, withPlan } from './make-plan.ts';
import { booleanValue, durationValue, integerValue } from './option-values.ts';
import { checkRegistryOptions, withRegistryOptions } from './registry-options.ts';
import { withRolloutOption } from './rollout-choice.ts';
import { type Terminal, write, writeLines } from './terminal.ts';
import { UserError } from './user-error.ts';
import { writeWide } from './wide-output.ts';

interface PruneImagesOptions extends ClusterOptions, ConfirmOptions {
  all: boolean;
  confirm: boolean;
  ignoreInvalidRefs: boolean;
  keepTagRevisions?: number;
  keepYoungerThan?: number;
  pruneOverSizeLimit: boolean;
  pruneRegistry: boolean;
  rules: Rules;
}

/** Adds `prune images` to the program. */
export function addPruneImages(prune: Command, plannerScript: URL, terminal: Terminal): void {
  const images = prune
    .command('images')
    .description('Remove images that age, use and limits no longer justify. Without --confirm: a dry run.');
  const flag = (name: string, meaning: string, byDefault: boolean) =>
    images.addOption(new Option(`--${name} <bool>`, meaning).argParser(booleanValue).default(byDefault));
  flag('all', 'also consider images that were mirrored or imported, not only those pushed', true);
  flag('confirm', 'remove what the dry run shows', false);
  flag('ignore-invalid-refs', 'go on where a reference to an image can’t be parsed', false);
  images
    .addOption(
      new Option('--keep-tag-revisions <n>', 'per tag, keep the n newest revisions (default: 3)').argParser(
        integerValue,
      ),
    )
    .addOption(
      new Option(
        '--keep-younger-than <duration>',
        'keep images younger than this, and those that anything younger names, e.g. 96h (default: 60m)',
      ).argParser(durationValue),
    )
    .addOption(
      new Option('--num-workers <n>', 'parallel deletions to begin with')
        .argParser(integerValue)
        .default(DEFAULT_WORKERS),
    );
  flag('prune-over-size-limit', 'prune images over the image size limit of their namespace', false);
  flag('prune-registry', 'false: remove only API objects, nothing in the registry', true);
  images
    .addOption(
      new Option('--rules <rules>', 'decide exactly like oc adm prune images, or protect more')
        .choices(['reference', 'extended'])
        .default('extended'),
    )
    .addOption(
      new Option('-o, --output <format>', 'print the plan as json, or lines with reasons and bytes').choices([
        'json',
        'wide',
      ]),
    );
  withRolloutOption(withRegistryOptions(images));
  withClusterOptions(images, 'prune the image streams of this namespace only; images are then never removed');
  images.action((options: PruneImagesOptions) => pruneImages(options, plannerScript, terminal));
}

async function pruneImages(given: PruneImagesOptions, plannerScript: URL, terminal: Terminal): Promise<void> {
  const options = resolveOptions({
    all: given.all,
    keepTagRevisions: given.keepTagRevisions,
    keepYoungerThanMs: given.keepYoungerThan,
    pruneOverSizeLimit: given.pruneOverSizeLimit,
    pruneRegistry: given.pruneRegistry,
    namespace: given.namespace,
    ignoreInvalidRefs: given.ignoreInvalidRefs,
    rules: given.rules,
  });
  checkRegistryOptions(given);
  if (given.numWorkers < 1) {
    throw new UserError(`--num-workers must be greater than 0, not ${given.numWorkers}`);
  }

  const connections = given.confirm ? CONNECTIONS_FOR_PRUNE : undefined;
  const use = async (session: ApiSession) => {
    if (!given.confirm && given.output !== 'json') {
      await writeLines(terminal.stderr, [
        'Dry run enabled - no modifications will be made. Add --confirm to remove images',
      ]);
    }
    const home = session.target.namespace;
    await withPlan(session, options, home, plannerScript, terminal, (plan) =>
      given.confirm ? confirmPrune(session, plan, given, terminal) : show(plan, given.output, terminal),
    );
  };
  await withSession(given, terminal, use, connections);
}

async function show(
  { planner, summary }: MadePlan,
  output: PruneImagesOptions['output'],
  terminal: Terminal,
): Promise<void> {
  if (output === 'wide') await writeWide(planner, summary, terminal);
  else for await (const text of planner.part(output ?? 'lines')) await write(terminal.stdout, text);
  if (!summary.complete) {
    throw new UserError(
      'the plan above is incomplete: more may be protected than it shows, and it can’t be applied. See the warning for what is missing.',
    );
  }
}
