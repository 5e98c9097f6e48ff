import * as l10n from '@vscode/l10n';
import type { RunProgress } from '../shared/dry-run/view.ts';
import { errorInWords } from '../shared/words/in-words.ts';
import { bytesInWords } from '../shared/words/quantities.ts';
import type { ContextState } from './contexts/contexts.ts';
import type { DryRunState, HeldPlan } from './dry-run/dry-runs.ts';

/** What an item of the status bar shows, without the editor's own types. */
export interface StatusLine {
  /** With codicons as `$(name)`. */
  text: string;
  tooltip: string;
  /** For screen readers: the text in words. */
  spoken: string;
  /** Something is wrong, and somebody has to do something. */
  trouble: boolean;
}

/** The context and the namespaces in view; undefined as long as nobody has asked for them. */
export function contextLine(context: ContextState): StatusLine | undefined {
  switch (context.kind) {
    case 'loading':
      return undefined;
    case 'none':
      return {
        text: `$(server-environment) ${l10n.t('No cluster')}`,
        tooltip: l10n.t('{0} Click to choose a context.', context.message),
        spoken: l10n.t('Image Hygiene: no cluster, choose a context'),
        trouble: false,
      };
    case 'broken':
      return {
        text: `$(warning) ${l10n.t('Kubeconfig')}`,
        tooltip: l10n.t('The kubeconfig can’t be used: {0}', errorInWords(context.error)),
        spoken: l10n.t('Image Hygiene: the kubeconfig can’t be used, choose a context'),
        trouble: true,
      };
    case 'ready': {
      const { context: name, cluster, user } = context.target;
      const scope = context.namespace ?? l10n.t('all namespaces');
      return {
        text: `$(server-environment) ${unadorned(name)} · ${scope}`,
        tooltip: l10n.t(
          '{0} as {1}, {2}. Click to choose another context.',
          cluster.server,
          user.name,
          scope,
        ),
        spoken: l10n.t('Image Hygiene: context {0}, {1}, choose another one', name, scope),
        trouble: false,
      };
    }
  }
}

/** A dry run: how far it is, what it came to, that it failed, or that one can be made; undefined without a cluster. */
export function dryRunLine(
  state: DryRunState,
  progress: RunProgress,
  plan: HeldPlan | undefined,
  context: ContextState,
): StatusLine | undefined {
  if (state.kind === 'running') return runningLine(progress);
  if (state.kind === 'failed') {
    return {
      text: `$(warning) ${l10n.t('Dry run failed')}`,
      tooltip: l10n.t('The dry run failed. Click to see why.'),
      spoken: l10n.t('Image Hygiene: the dry run failed, see why'),
      trouble: true,
    };
  }
  if (plan) return planLine(plan);
  return context.kind === 'ready' ? invitation() : undefined;
}

function invitation(): StatusLine {
  return {
    text: `$(play) ${l10n.t('Dry run')}`,
    tooltip: l10n.t('See what a prune would remove, and why. Nothing is changed.'),
    spoken: l10n.t('Image Hygiene: make a dry run'),
    trouble: false,
  };
}

function runningLine({ lists, deciding, cancelling }: RunProgress): StatusLine {
  const done = lists.filter(({ state }) => state === 'done' || state === 'missing').length;
  const stage = cancelling
    ? l10n.t('cancelling')
    : deciding
      ? l10n.t('deciding')
      : l10n.t('{0} of {1} lists', done, lists.length);
  return {
    text: `$(sync~spin) ${l10n.t('Dry run: {0}', stage)}`,
    tooltip: l10n.t('Click to cancel the dry run.'),
    // Without the stage, which would be read out ten times a second.
    spoken: l10n.t('Image Hygiene: a dry run is under way, cancel it'),
    trouble: false,
  };
}

function planLine({ summary }: HeldPlan): StatusLine {
  const { bytes, counts, complete, options } = summary;
  const what = whatGoes(summary);
  const inScope = options.namespace === null ? what : l10n.t('{0} in {1}', what, options.namespace);
  const short = complete ? inScope : l10n.t('{0}, incomplete', inScope);
  const lines = [
    l10n.t('Dry run of {0}', options.namespace ?? l10n.t('all namespaces')),
    l10n.t('{0} bytes can go', bytes.freed.toLocaleString()),
    l10n.t('{0} images and {1} tag revisions', counts.images, counts.tagItems),
    ...(complete ? [] : [l10n.t('Incomplete: more may be in use than it shows.')]),
    l10n.t('Click to open it.'),
  ];
  return {
    text: `$(${complete ? 'trash' : 'info'}) ${short}`,
    tooltip: lines.join('\n'),
    spoken: l10n.t('Image Hygiene: {0}, open the dry run', short),
    trouble: false,
  };
}

/** A prune of one namespace, or of API objects alone, frees no bytes and still removes something. */
function whatGoes({ bytes, counts }: HeldPlan['summary']): string {
  if (bytes.freed > 0) return l10n.t('{0} can go', bytesInWords(bytes.freed));
  if (counts.tagItems === 1) return l10n.t('1 tag revision can go');
  if (counts.tagItems > 0) return l10n.t('{0} tag revisions can go', counts.tagItems);
  return l10n.t('Nothing can go');
}

/** A name of the user's own that would be taken for an icon. */
function unadorned(name: string): string {
  return name.replaceAll('$(', '$ (');
}
