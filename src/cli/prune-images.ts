import * as l10n from '@vscode/l10n';
import { type Command, Option } from 'commander';
import type { ApiSession } from '../cluster/session/api-session.ts';
import { type Rules, resolveOptions } from '../engine/options.ts';
import { said } from '../engine/said.ts';
import { CONNECTIONS_FOR_PRUNE } from '../prune/run/prune-run.ts';
import { type ClusterOptions, withClusterOptions, withSession } from './cluster-options.ts';
import { type ConfirmOptions, confirmPrune } from './confirm-prune.ts';
import { withPlan } from './make-plan.ts';
import { DRY_RUN, writePlan } from './plan-output.ts';
import { flag, type PruneOptionValues, withPruneOptions } from './prune-options.ts';
import { checkRegistryOptions, withRegistryOptions } from './registry-options.ts';
import { withRolloutOption } from './rollout-choice.ts';
import { type Terminal, writeLines } from './terminal.ts';
import { UserError } from './user-error.ts';

interface PruneImagesOptions extends ClusterOptions, ConfirmOptions, PruneOptionValues {
  confirm: boolean;
  rules: Rules;
}

/** Adds `prune images` to the program. */
export function addPruneImages(prune: Command, plannerScript: URL, terminal: Terminal): void {
  const images = prune
    .command('images')
    .description(
      l10n.t('Remove images that age, use and limits no longer justify. Without --confirm: a dry run.'),
    );
  images.addOption(flag('confirm', l10n.t('remove what the dry run shows'), false));
  withPruneOptions(images);
  images
    .addOption(
      new Option('--rules <rules>', l10n.t('decide exactly like oc adm prune images, or protect more'))
        .choices(['reference', 'extended'])
        .default('extended'),
    )
    .addOption(
      new Option(
        '-o, --output <format>',
        l10n.t('print the plan as json, or lines with reasons and bytes'),
      ).choices(['json', 'wide']),
    );
  withRolloutOption(withRegistryOptions(images));
  withClusterOptions(
    images,
    l10n.t('prune the image streams of this namespace only; images are then never removed'),
  );
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
    throw new UserError(said('--num-workers must be greater than 0, not {0}', given.numWorkers));
  }

  const connections = given.confirm ? CONNECTIONS_FOR_PRUNE : undefined;
  const use = async (session: ApiSession) => {
    if (!given.confirm && given.output !== 'json') {
      await writeLines(terminal.stderr, [DRY_RUN]);
    }
    const home = session.target.namespace;
    await withPlan(session, options, home, plannerScript, terminal, (plan) =>
      given.confirm ? confirmPrune(session, plan, given, terminal) : writePlan(plan, given.output, terminal),
    );
  };
  await withSession(given, terminal, use, connections);
}
