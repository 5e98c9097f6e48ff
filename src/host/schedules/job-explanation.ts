import * as l10n from '@vscode/l10n';
import { withoutSecrets } from '../../registry/diagnosis/texts/without-secrets.ts';
import { findingsOf } from '../../schedules/job-findings.ts';
import type { PruneJob } from '../../schedules/schedules.ts';
import { findingsMarkdown } from '../../shared/words/diagnosis-markdown.ts';
import { jobOutcomeInWords } from '../../shared/words/job-outcomes.ts';
import { listInWords } from '../../shared/words/joining.ts';
import { optionsInWords } from '../../shared/words/options.ts';
import { jobStateInWords, tookInWords } from '../../shared/words/schedules.ts';
import { code, plain, table } from '../runs/markdown.ts';

/** As many of the log’s last lines are shown: more is in the log itself. */
const LAST_LINES = 40;

/** Why a Job failed, as a Markdown document: what its log gives away, what to do about it, and the log’s end. */
export function jobExplanation(job: PruneJob): string {
  const known = findingsOf(job).filter(({ code: which }) => which !== 'unknown');
  const sections = [
    [
      `# ${l10n.t('Job {0}: {1}', plain(job.name), jobStateInWords(job.state))}`,
      '',
      plain(jobOutcomeInWords(job)),
    ],
    factsOf(job),
    known.length > 0 ? findingsMarkdown(known).slice(0, -1) : unknownCause(job),
    logOf(job),
    nextSteps(job, known.length > 0),
  ];
  return `${sections
    .filter((lines) => lines.length > 0)
    .map((lines) => lines.join('\n'))
    .join('\n\n')}\n`;
}

function factsOf({
  namespace,
  cronJob,
  image,
  command,
  startedAt,
  endedAt,
  durationMs,
  ...job
}: PruneJob): string[] {
  const rows = [
    [l10n.t('Namespace'), code(namespace)],
    ...(cronJob === null ? [] : [[l10n.t('CronJob'), code(cronJob)]]),
    ...(startedAt === null ? [] : [[l10n.t('Started'), startedAt]]),
    ...(endedAt === null ? [] : [[l10n.t('Ended'), endedAt]]),
    ...(durationMs === null ? [] : [[l10n.t('Took'), tookInWords(durationMs)]]),
    ...(job.failedPods > 0 ? [[l10n.t('Pods that failed'), String(job.failedPods)]] : []),
    ...(job.reason === ''
      ? []
      : [[l10n.t('Kubernetes says'), plain([job.reason, job.message].filter(Boolean).join(': '))]]),
    [l10n.t('Options'), plain(listInWords(optionsInWords(command)))],
    [l10n.t('Image'), code(image)],
  ];
  return table([l10n.t('Fact'), l10n.t('Value')], rows);
}

function unknownCause({ outcome }: PruneJob): string[] {
  if (outcome?.from === 'none') {
    return [
      `## ${l10n.t('There is no log')}`,
      '',
      l10n.t('Its pod’s log can’t be had, so that the cause isn’t known here: {0}', plain(outcome.missing)),
    ];
  }
  return [
    `## ${l10n.t('The cause isn’t known here')}`,
    '',
    l10n.t(
      'Nothing in the log is an error of the way to the registry that is known here. Its last lines say more.',
    ),
  ];
}

function logOf({ outcome }: PruneJob): string[] {
  const lines = outcome?.log.others.slice(-LAST_LINES) ?? [];
  if (lines.length === 0) return [];
  const title =
    outcome?.from === 'terminationMessage'
      ? l10n.t('The end of its log, as the pod’s status has it')
      : l10n.t('The end of its log');
  const fence = '`'.repeat(1 + Math.max(2, ...lines.map((line) => longestTicks(line))));
  return [`## ${title}`, '', `${fence}text`, ...lines.map(withoutSecrets), fence];
}

function longestTicks(line: string): number {
  return Math.max(0, ...[...line.matchAll(/`+/g)].map(([ticks]) => ticks.length));
}

function nextSteps({ cronJob }: PruneJob, known: boolean): string[] {
  const steps = [
    ...(known
      ? [l10n.t('Do the first of the above that you can. What is risky stands last, and is marked.')]
      : []),
    l10n.t(
      'Diagnose the registry (“Image Hygiene: Diagnose Registry”). That looks at the way from this machine, which may differ from the pod’s.',
    ),
    ...(cronJob === null
      ? []
      : [l10n.t('Then run the CronJob {0} once more: “Run Now…” in the Schedules view.', code(cronJob))]),
  ];
  return [`## ${l10n.t('What next')}`, '', ...steps.map((step, place) => `${place + 1}. ${step}`)];
}
