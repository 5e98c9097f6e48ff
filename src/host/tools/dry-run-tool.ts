import * as vscode from 'vscode';
import type { RequestedOptions } from '../../engine/options.ts';
import { ocCommand } from '../../shared/dry-run/oc-command.ts';
import { reportOf } from '../dry-run/export-plan.ts';
import { TOOLS } from '../manifest.ts';
import type { Services } from '../services.ts';
import { runOptionsOfSettings } from '../settings.ts';
import { type ReadOnlyTool, ToolInputError } from './read-only-tool.ts';
import { countIn, durationIn, flagIn, inputWith, namespaceIn } from './tool-input.ts';

interface Input {
  namespace?: string;
  keepTagRevisions?: number;
  keepYoungerThanMs?: number;
  pruneOverSizeLimit?: boolean;
}

/** Says what a prune would remove now, and why. Its plan is its own: the one on the page stays. */
export function dryRunTool({ connection, contexts, dryRuns }: Services): ReadOnlyTool<Input> {
  return {
    name: TOOLS.dryRunSummary,
    read(given) {
      const keys = ['namespace', 'keepTagRevisions', 'keepYoungerThan', 'pruneOverSizeLimit'];
      const input = inputWith(given, keys);
      const options: Input = {
        namespace: namespaceIn(input),
        keepTagRevisions: countIn(input, 'keepTagRevisions'),
        keepYoungerThanMs: durationIn(input, 'keepYoungerThan'),
        pruneOverSizeLimit: flagIn(input, 'pruneOverSizeLimit'),
      };
      const keeps = options.keepTagRevisions !== undefined || options.keepYoungerThanMs !== undefined;
      if (options.pruneOverSizeLimit && keeps) {
        throw new ToolInputError(
          'pruneOverSizeLimit goes with neither keepTagRevisions nor keepYoungerThan: it decides by size alone.',
        );
      }
      return options;
    },
    async announce({ namespace }) {
      const { target, namespace: scope } = await connection.context();
      const where = namespace ?? scope ?? vscode.l10n.t('all namespaces');
      return {
        doing: vscode.l10n.t('Making a dry run of {0}, {1}', target.context, where),
        title: vscode.l10n.t('Make a dry run of {0}?', target.context),
        message: vscode.l10n.t(
          'It reads the image streams, images and workloads of {0} in {1} and changes nothing. The language model gets the names of what can go.',
          target.context,
          where,
        ),
      };
    },
    async run({ namespace, ...given }, signal) {
      const state = await contexts.ready();
      const scope = state.kind === 'ready' ? state.namespace : null;
      const { prune, registry } = runOptionsOfSettings(namespace ?? scope);
      const asked = withGiven(prune, given);
      const { planner, context } = await dryRuns.aside(asked, signal);
      try {
        const report = await reportOf(planner);
        const command = ocCommand({ prune: asked, registry }, context.target.context);
        return `${report}\n${vscode.l10n.t('The same with oc: {0}', `\`${command}\``)}\n\n${vscode.l10n.t('Nothing was changed. Only a person can prune, from the dry-run page.')}\n`;
      } finally {
        await planner.close();
      }
    },
  };
}

/** Deciding by size, the keep options of the settings don't count; they do again where one of them is given. */
function withGiven(settings: RequestedOptions, given: Omit<Input, 'namespace'>): RequestedOptions {
  const { keepTagRevisions, keepYoungerThanMs, pruneOverSizeLimit } = given;
  const keeps = keepTagRevisions !== undefined || keepYoungerThanMs !== undefined;
  const bySize = pruneOverSizeLimit ?? (keeps ? false : settings.pruneOverSizeLimit);
  const { keepTagRevisions: revisions, keepYoungerThanMs: age, ...others } = settings;
  if (bySize) return { ...others, pruneOverSizeLimit: true };
  return {
    ...others,
    pruneOverSizeLimit: false,
    keepTagRevisions: keepTagRevisions ?? revisions,
    keepYoungerThanMs: keepYoungerThanMs ?? age,
  };
}
