import * as l10n from '@vscode/l10n';
import type { Deleted } from '../../engine/steps.ts';
import { causesOf, type Failure, failureInWords } from '../../prune/failure.ts';
import type { RunProgress } from '../../prune/journal/progress.ts';
import type { PruneOrder } from '../../prune/order.ts';
import type { RestoreReport } from '../../prune/run/restore-run.ts';
import { ocCommand } from '../../shared/dry-run/oc-command.ts';
import { bytesInWords } from '../../shared/words/quantities.ts';
import { commandHere } from '../../shared/words/same-cluster.ts';
import { code, plain, table, wordsInMarkdown } from './markdown.ts';
import type { RunFacts } from './run-facts.ts';
import { leftOf, type RunLeft } from './run-left.ts';
import { registryInWords, standingInWords } from './run-words.ts';

/** What a run's report is made of. */
export interface ReportParts {
  facts: RunFacts;
  order: PruneOrder;
  progress: RunProgress;
  /** Of the last process that worked on it. */
  failures: readonly Failure[];
  /** What this window put back of it, if it did. */
  restored?: RestoreReport;
}

/** Longer lists are cut, and say how much longer they are. */
const LISTED = 200;

/** A run's report as a Markdown document. */
export function runReport(parts: ReportParts): string {
  const left = leftOf(parts.order, parts.progress);
  const { facts } = parts;
  const title = facts.origin
    ? l10n.t('Prune of {0}: {1}', plain(facts.origin.context), standingInWords(facts))
    : l10n.t('Prune: {0}', standingInWords(facts));
  const sections = [
    [
      `# ${title}`,
      ...(facts.why === undefined ? [] : ['', l10n.t('It stopped, because {0}', wordsInMarkdown(facts.why))]),
    ],
    factLines(parts),
    sumsSection(parts, left),
    failuresSection(parts),
    protectedSection(parts),
    leftSection(facts, left),
    rolloutSection(facts),
    restoredSection(parts),
    nextSteps(facts),
    [
      `## ${l10n.t('Journal')}`,
      '',
      l10n.t(
        'Everything that was deleted, and every object as it was before, is in {0}.',
        code(facts.folder),
      ),
    ],
  ];
  return `${sections
    .filter((section) => section.length > 0)
    .map((section) => section.join('\n'))
    .join('\n\n')}\n`;
}

function factLines({ facts, order }: ReportParts): string[] {
  const { origin } = facts;
  return [
    l10n.t('Run: {0}', code(facts.id)),
    l10n.t('Started: {0}', facts.startedAt),
    ...(origin ? [l10n.t('Cluster: {0}', code(origin.server)), l10n.t('User: {0}', code(origin.user))] : []),
    l10n.t('Registry: {0}', plain(registryInWords(facts))),
    l10n.t('Options: {0}', code(optionsOf(order))),
  ].map((line) => `- ${line}`);
}

/** As the reference command would be told. */
function optionsOf({ plan }: PruneOrder): string {
  const { keepTagRevisions, keepYoungerThanMs, namespace, ...others } = plan.options;
  const prune = {
    ...others,
    ...(keepTagRevisions === null ? {} : { keepTagRevisions }),
    ...(keepYoungerThanMs === null ? {} : { keepYoungerThanMs }),
    ...(namespace === null ? {} : { namespace }),
  };
  const registry = { registryUrl: null, certificateAuthority: null, forceInsecure: false, numWorkers: 5 };
  return ocCommand({ prune, registry }, plan.origin?.context ?? null);
}

function sumsSection({ facts, order, progress }: ReportParts, left: RunLeft): string[] {
  const { planned, done, plannedBytes } = facts;
  const freed = order.blobs
    .filter(({ digest }) => progress.blobs.get(digest) === false)
    .reduce((sum, { size }) => sum + (size ?? 0), 0);
  const names: [keyof Deleted, string][] = [
    ['images', l10n.t('Images')],
    ['tagItems', l10n.t('Tag revisions')],
    ['streams', l10n.t('Image streams changed')],
    ['layerLinks', l10n.t('Layer links')],
    ['manifestLinks', l10n.t('Manifest links')],
    ['blobs', l10n.t('Blobs')],
  ];
  const rows = names
    .filter(([what]) => planned[what] + done[what] > 0)
    .map(([what, name]) => [name, String(planned[what]), String(done[what]), String(left.counts[what])]);
  if (planned.blobs > 0) {
    const bytes = [plannedBytes, facts.freedBytes ?? freed, left.bytes].map(bytesInWords);
    rows.push([l10n.t('Bytes'), ...bytes]);
  }
  const { unknownSizes } = order.plan.bytes;
  return [
    `## ${l10n.t('Planned and done')}`,
    '',
    ...table(['', l10n.t('Planned'), l10n.t('Done'), l10n.t('Left')], rows, [1, 2, 3]),
    ...(planned.blobs > 0 && unknownSizes > 0
      ? ['', l10n.t('Blobs whose size the API doesn’t tell are not in these bytes: {0}.', unknownSizes)]
      : []),
  ];
}

function failuresSection({ failures }: ReportParts): string[] {
  if (failures.length === 0) return [];
  const causes = causesOf(failures).map(({ cause, failures: count }) => [
    String(count),
    wordsInMarkdown(cause),
  ]);
  return [
    `## ${l10n.t('Failures: {0}', failures.length)}`,
    '',
    ...table([l10n.t('Times'), l10n.t('Cause')], causes, [0]),
    '',
    ...listed(failures.map((failure) => wordsInMarkdown(failureInWords(failure)))),
  ];
}

function protectedSection({ progress }: ReportParts): string[] {
  const spared = [...progress.spared].filter(([image]) => !progress.images.has(image));
  if (spared.length === 0) return [];
  return [
    `## ${l10n.t('Protected meanwhile: {0}', spared.length)}`,
    '',
    l10n.t('Something began to name these images after the plan was made, so they stay.'),
    '',
    ...listed(spared.map(([image, by]) => l10n.t('{0} is named by {1}', code(image), wordsInMarkdown(by)))),
  ];
}

function leftSection({ state }: RunFacts, { images, counts }: RunLeft): string[] {
  const all = Object.values(counts).reduce((sum, count) => sum + count, 0);
  if (all === 0) return [];
  return [
    `## ${l10n.t('What is left')}`,
    '',
    state === 'done'
      ? l10n.t('These stay: when their turn came, something still named or needed them.')
      : l10n.t('These were planned, and the log doesn’t say that they are gone.'),
    ...(images.length > 0 ? ['', ...listed(images.map(code))] : []),
  ];
}

function rolloutSection({ rolloutOwed, rollout, done }: RunFacts): string[] {
  const heading = [`## ${l10n.t('Rollout')}`, ''];
  if (done.blobs === 0) {
    return [...heading, l10n.t('Not needed: no blob was deleted from the registry.')];
  }
  if (rollout?.state === 'done') return [...heading, l10n.t('The registry was rolled out {0}.', rollout.at)];
  const failed =
    rollout?.state === 'failed'
      ? [
          l10n.t('The last try failed {0}: {1}', rollout.at, rollout.why ? wordsInMarkdown(rollout.why) : ''),
          '',
        ]
      : [];
  if (!rolloutOwed) return [];
  return [
    ...heading,
    ...failed,
    l10n.t(
      'Owed: the registry’s cache may still believe in what was deleted. Until it is rolled out, such layers are not pushed again, and images that contain them are broken.',
    ),
  ];
}

function restoredSection({ restored, progress }: ReportParts): string[] {
  if (!restored) {
    return progress.restored
      ? [`## ${l10n.t('Put back')}`, '', l10n.t('What could be put back of it was put back.')]
      : [];
  }
  const { images, items, streams, impossible } = restored;
  return [
    `## ${l10n.t('Put back')}`,
    '',
    `- ${l10n.t('Image objects: {0}', images)}`,
    `- ${l10n.t('Tag revisions: {0} (image streams: {1})', items, streams)}`,
    ...(impossible.length > 0
      ? [
          '',
          l10n.t('Could not be put back: {0}', impossible.length),
          '',
          ...listed(impossible.map(({ what, why }) => `${code(what)}: ${wordsInMarkdown(why)}`)),
        ]
      : []),
  ];
}

function nextSteps(facts: RunFacts): string[] {
  const { id, origin, resumable, restorable, rolloutOwed, state } = facts;
  const steps = [
    ...(resumable
      ? [
          l10n.t(
            'Go on where it ended: **Resume Run…** in the Runs view, or {0}.',
            code(`image-hygiene resume ${id}`),
          ),
        ]
      : []),
    ...(rolloutOwed && state !== 'running'
      ? [
          l10n.t(
            'Roll the registry out: **Roll Out the Registry**, or {0}.',
            code(commandHere('rollout registry', { context: origin?.context })),
          ),
        ]
      : []),
    ...(restorable
      ? [
          l10n.t(
            'If something should not have gone: **Restore What a Run Removed…**, or {0}. Only what still has its data in the registry comes back.',
            code(`image-hygiene restore ${id}`),
          ),
        ]
      : []),
  ];
  if (steps.length === 0) return [];
  return [`## ${l10n.t('Next steps')}`, '', ...steps.map((step) => `- ${step}`)];
}

function listed(items: readonly string[]): string[] {
  const more = items.length - LISTED;
  return [
    ...items.slice(0, LISTED).map((item) => `- ${item}`),
    ...(more > 0 ? [`- ${l10n.t('and {0} more', more)}`] : []),
  ];
}
