import * as vscode from 'vscode';
import { knowsOf } from '../documents/explain-command.ts';
import { type Explainable, explainable, explainTarget } from '../documents/explain-documents.ts';
import { explanationMarkdown } from '../documents/explanation-markdown.ts';
import type { MadePlan } from '../dry-run/dry-runs.ts';
import { TOOLS } from '../manifest.ts';
import type { Services } from '../services.ts';
import { runOptionsOfSettings } from '../settings.ts';
import { currentPlan } from '../streams/current-plan.ts';
import { targetInWords, writtenTarget } from '../streams/target.ts';
import { type ReadOnlyTool, ToolInputError } from './read-only-tool.ts';
import { inputWith, namespaceIn, textIn } from './tool-input.ts';

interface Input {
  image: string;
  namespace?: string;
}

/** Says where an image stands, what keeps it and what would let it go. */
export function explainTool(services: Services): ReadOnlyTool<Input> {
  const { connection, dryRuns } = services;
  const targetOf = async ({ image, namespace }: Input): Promise<Explainable> => {
    const { namespace: scope, target } = await connection.context();
    const written = explainable(writtenTarget(image, namespace ?? scope ?? target.namespace ?? 'default'));
    if (written) return written;
    throw new ToolInputError(
      `${JSON.stringify(image)} is neither an image nor a tag. Give a digest such as sha256:136eae2b… or its beginning, or a tag such as web:latest or team-a/web:latest.`,
    );
  };
  const answer = async (target: Explainable, { planner, summary }: Pick<MadePlan, 'planner' | 'summary'>) =>
    explanationMarkdown({
      title: targetInWords(target),
      explanations: await planner.explain(explainTarget(target)),
      summary,
    });
  return {
    name: TOOLS.explainImage,
    read(given) {
      const input = inputWith(given, ['image', 'namespace']);
      const image = textIn(input, 'image');
      if (image === undefined) {
        throw new ToolInputError('image is missing: a tag such as team-a/web:latest, or a digest.');
      }
      return { image, namespace: namespaceIn(input) };
    },
    async announce(input) {
      const what = targetInWords(await targetOf(input));
      const { target } = await connection.context();
      return {
        doing: vscode.l10n.t('Explaining {0} of {1}', what, target.context),
        title: vscode.l10n.t('Explain {0}?', what),
        message: vscode.l10n.t(
          'It takes the last dry run of {0}, or makes one, and changes nothing. The language model gets the names of what uses the image.',
          target.context,
        ),
      };
    },
    async run(input, signal) {
      const target = await targetOf(input);
      const present = currentPlan(services);
      if (present && (await knowsOf(present, target, services))) return answer(target, present);
      const { namespace: scope } = await connection.context();
      const { prune } = runOptionsOfSettings(target.namespace ?? scope);
      const made = await dryRuns.aside(prune, signal);
      try {
        return await answer(target, made);
      } finally {
        await made.planner.close();
      }
    },
  };
}
