import * as l10n from '@vscode/l10n';
import type { Command } from 'commander';
import type { ExplainTarget, Explanation } from '../engine/explain.ts';
import { resolveOptions } from '../engine/options.ts';
import { said } from '../engine/said.ts';
import { placeInWords, warningInWords, wayInWords } from '../shared/words/explanations.ts';
import { ageInWords, bytesInWords } from '../shared/words/quantities.ts';
import { reasonsInWords } from '../shared/words/reasons.ts';
import { type ClusterOptions, withClusterOptions, withSession } from './cluster-options.ts';
import { withPlan } from './make-plan.ts';
import { durationValue, integerValue } from './option-values.ts';
import { type Terminal, writeLines } from './terminal.ts';
import { UserError } from './user-error.ts';

interface ExplainOptions extends ClusterOptions {
  keepTagRevisions?: number;
  keepYoungerThan?: number;
  output?: 'json';
}

/** Adds `explain` to the program. */
export function addExplain(program: Command, plannerScript: URL, terminal: Terminal): void {
  const command = program
    .command('explain')
    .description(l10n.t('Say where an image stands, what keeps it, and what would let it go.'))
    .argument('<image|stream:tag>', l10n.t('a digest, the beginning of one, or a tag such as web:latest'))
    .option(
      '--keep-tag-revisions <n>',
      l10n.t('per tag, keep the n newest revisions (default: {0})', '3'),
      integerValue,
    )
    .option(
      '--keep-younger-than <duration>',
      l10n.t('keep images younger than this (default: 60m)'),
      durationValue,
    )
    .option('-o, --output <format>', l10n.t('print json instead of words'));
  withClusterOptions(command, l10n.t('the namespace of the image stream, instead of the context’s'));
  command.action((target: string, options: ExplainOptions) =>
    explainTarget(target, options, plannerScript, terminal),
  );
}

async function explainTarget(
  text: string,
  given: ExplainOptions,
  plannerScript: URL,
  terminal: Terminal,
): Promise<void> {
  if (given.output !== undefined && given.output !== 'json') {
    throw new UserError(
      said('--output {0} is not known here: leave it out, or write json', JSON.stringify(given.output)),
    );
  }
  const options = resolveOptions({
    keepTagRevisions: given.keepTagRevisions,
    keepYoungerThanMs: given.keepYoungerThan,
  });
  const target = parseTarget(text);
  await withSession(given, terminal, async (session) => {
    const home = given.namespace ?? session.target.namespace;
    const named = target.kind === 'tag' ? { ...target, namespace: target.namespace ?? home } : target;
    const around = named.kind === 'tag' ? named.namespace : home;
    await withPlan(session, options, around, plannerScript, terminal, async ({ planner, summary }) => {
      const explanations = await planner.explain(named);
      if (given.output === 'json') {
        await writeLines(terminal.stdout, [JSON.stringify(explanations, null, 2)]);
        return;
      }
      const now = Date.parse(summary.now);
      const paragraphs = explanations.map((each) => explanationInWords(each, now));
      await writeLines(terminal.stdout, [paragraphs.map((lines) => lines.join('\n')).join('\n\n')]);
    });
  });
}

/** A target as written: a tag's namespace may be left to the context. */
type WrittenTarget =
  | Extract<ExplainTarget, { kind: 'image' }>
  | { kind: 'tag'; namespace: string | undefined; stream: string; tag: string };

/** `sha256:…`, the beginning of a digest, `name@sha256:…`, `stream:tag` or `namespace/stream:tag`. */
export function parseTarget(text: string): WrittenTarget {
  const digest = /^(?:[^@\s]+@)?(sha256:[0-9a-f]+|[0-9a-f]{6,64})$/.exec(text)?.[1];
  if (digest !== undefined) return { kind: 'image', digest };
  const [, namespace, stream, tag] =
    /^(?:([a-z0-9-]+)\/)?([a-z0-9][a-z0-9._-]*):([\w][\w.-]*)$/.exec(text) ?? [];
  if (stream !== undefined && tag !== undefined) return { kind: 'tag', namespace, stream, tag };
  throw new UserError(
    said(
      '{0} is neither an image nor a tag. Give a digest such as sha256:136eae2b…, or a tag such as web:latest',
      JSON.stringify(text),
    ),
  );
}

function explanationInWords(explanation: Explanation, now: number): string[] {
  const { image, plan, places, ways, warnings } = explanation;
  const goes = plan?.verdict === 'prune' || (!plan && places.every((p) => p.verdict === 'prune'));
  const lines = [
    plan
      ? l10n.t(
          '{0}: {1}, {2}, {3} old',
          image,
          verdictInWords(goes),
          bytesInWords(plan.bytes.total),
          ageInWords(plan.created, now),
        )
      : l10n.t('{0}: {1}', image, verdictInWords(goes)),
  ];
  if (places.some((place) => place.reasons.some((reason) => reason.code === 'imageMissing'))) {
    lines.push(`  ${l10n.t('its Image object is missing')}`);
  }
  for (const place of places) {
    const where = l10n.t('{0} in {1}', placeInWords(place), place.namespace);
    const why = reasonsInWords(place.reasons, place.namespace);
    lines.push(`  ${l10n.t('{0}: {1}: {2}', where, verdictInWords(place.verdict === 'prune'), why)}`);
  }
  if (places.length === 0) lines.push(`  ${l10n.t('no tag names it')}`);
  const own = plan?.reasons.filter((reason) => reason.code !== 'namedByStream') ?? [];
  if (own.length > 0) lines.push(`  ${l10n.t('the image itself: {0}', reasonsInWords(own))}`);
  lines.push(`  ${l10n.t('What would let it go:')}`);
  lines.push(...ways.map((way) => `    - ${wayInWords(way)}`));
  lines.push(...warnings.map((each) => `  ${l10n.t('Warning: {0}', warningInWords(each))}`));
  return lines;
}

function verdictInWords(goes: boolean): string {
  return goes ? l10n.t('goes') : l10n.t('stays');
}
