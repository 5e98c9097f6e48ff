import * as l10n from '@vscode/l10n';
import { type PlanView, pruneBlock } from '../../../src/shared/dry-run/view.ts';
import { warningInWords } from '../../../src/shared/words/explanations.ts';
import { whyMissing } from '../../../src/shared/words/missing.ts';
import { attempt } from '../../page/services.ts';
import { banner } from '../../ui/banner.ts';
import { button } from '../../ui/button.ts';
import { commandLine } from '../../ui/command-line.ts';
import { disclosure } from '../../ui/disclosure.ts';
import { fill, h } from '../../ui/h.ts';
import type { PageServices } from '../page-services.ts';
import { resourceInWords } from '../words/resources.ts';

/** As many lists that could not be read are shown with what the server said of each. */
const SHOWN_AT_ONCE = 3;

/** What stands in the way of believing a result, or of carrying it out. */
export class ResultBanners {
  readonly element = h('div', { class: 'banners' });
  readonly #services: PageServices;
  #plan: PlanView | undefined;
  #shown = '';

  constructor(services: PageServices) {
    this.#services = services;
  }

  update(plan: PlanView): void {
    this.#plan = plan;
    this.#shown = '';
    this.tick();
  }

  /** A result grows old while it is looked at. */
  tick(): void {
    if (!this.#plan) return;
    const block = pruneBlock(this.#plan, this.#services.now());
    const shown = String(block);
    if (shown === this.#shown) return;
    this.#shown = shown;
    const { summary } = this.#plan;
    fill(
      this.element,
      block === 'contextChanged' &&
        banner(
          'warning',
          l10n.t('This result is of another context than the one chosen now.'),
          text(l10n.t('It can still be read. Run again to see the cluster that is chosen.')),
        ),
      block === 'expired' &&
        banner(
          'warning',
          l10n.t('This result is more than 30 minutes old.'),
          text(l10n.t('What it says may have changed. Run again before you prune.')),
        ),
      block === 'nothing' &&
        banner(
          'info',
          l10n.t('Nothing can go with these options.'),
          text(l10n.t('The table says of each tag revision and image why it stays.')),
        ),
      !summary.complete && this.#incomplete(this.#plan),
      summary.ignoredReferences.length > 0 &&
        banner(
          'warning',
          summary.ignoredReferences.length === 1
            ? l10n.t('1 reference to an image can’t be parsed and protects nothing.')
            : l10n.t(
                '{0} references to images can’t be parsed and protect nothing.',
                summary.ignoredReferences.length,
              ),
        ),
      summary.options.keepTagRevisions === 0 && banner('warning', warningInWords({ code: 'keepZero' })),
    );
  }

  #oneNamespace(): HTMLElement {
    const { caller } = this.#services;
    return button({
      label: l10n.t('Look at one namespace'),
      icon: 'symbol-namespace',
      look: 'secondary',
      onPress: () => attempt(this.#services, caller.call('step', { step: 'oneNamespace' })),
    }).element;
  }

  #incomplete({ summary, grant }: PlanView): HTMLElement {
    const { missing } = summary;
    const title =
      missing.length === 1
        ? l10n.t('Incomplete: 1 list could not be read.')
        : l10n.t('Incomplete: {0} lists could not be read.', missing.length);
    return banner(
      'warning',
      title,
      text(l10n.t('More may be in use than is shown here, so this result can’t be carried out.')),
      ...missingLists(missing),
      ...(grant === null
        ? []
        : [
            text(l10n.t('An administrator can grant the right to see them:')),
            commandLine(grant, this.#services.copy).element,
          ]),
      // Whoever may not look everywhere may often look at a namespace of their own.
      ...(summary.options.namespace === null && missing.some(({ resource }) => resource === 'imagestreams')
        ? [h('div', { class: 'buttons' }, this.#oneNamespace())]
        : []),
    );
  }
}

/** What could not be read; where that is much, by name alone until somebody asks. */
function missingLists(missing: PlanView['summary']['missing']): HTMLElement[] {
  const lists = h(
    'ul',
    { class: 'missing-lists' },
    ...missing.map((list) =>
      h(
        'li',
        {},
        h('strong', {}, resourceInWords(list.resource)),
        h('span', { class: 'dim' }, whyMissing(list)),
      ),
    ),
  );
  if (missing.length <= SHOWN_AT_ONCE) return [lists];
  const answers = disclosure(l10n.t('What the server said'), () => {});
  answers.content.append(lists);
  return [text(missing.map(({ resource }) => resourceInWords(resource)).join(' · ')), answers.element];
}

function text(words: string): HTMLElement {
  return h('p', {}, words);
}
