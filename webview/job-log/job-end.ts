import * as l10n from '@vscode/l10n';
import type { JobFacts } from '../../src/shared/job-log/view.ts';
import { banner } from '../ui/banner.ts';
import { button } from '../ui/button.ts';
import { h } from '../ui/h.ts';

export interface EndActions {
  explain: () => void;
  diagnose: () => void;
}

/** What became of a Job, and what next; null while it runs. */
export function jobEnd(job: JobFacts, actions: EndActions): HTMLElement | null {
  switch (job.state) {
    case 'succeeded':
      return banner('done', job.outcome);
    case 'failed':
      return failure(job, actions);
    case 'suspended':
      return banner('warning', job.outcome);
    case 'waiting':
      return banner('info', job.outcome, job.waiting === '' ? null : h('p', {}, job.waiting));
    case 'running':
      return null;
  }
}

function failure({ outcome, causes }: JobFacts, { explain, diagnose }: EndActions): HTMLElement {
  return banner(
    'error',
    outcome,
    h(
      'ul',
      { class: 'causes' },
      ...causes.map(({ title, cause }) => h('li', {}, h('strong', {}, title), h('p', {}, cause))),
    ),
    h(
      'div',
      { class: 'buttons' },
      button({ label: l10n.t('Explain Failure'), icon: 'question', look: 'primary', onPress: explain })
        .element,
      button({
        label: l10n.t('Diagnose the registry'),
        icon: 'pulse',
        look: 'secondary',
        onPress: diagnose,
      }).element,
    ),
  );
}
