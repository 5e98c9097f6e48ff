import * as l10n from '@vscode/l10n';
import type { RowQuery } from '../../../src/engine/plan-rows.ts';
import { ocCommand } from '../../../src/shared/dry-run/oc-command.ts';
import type { ExportFormat } from '../../../src/shared/dry-run/protocol.ts';
import type { PageView } from '../../../src/shared/dry-run/view.ts';
import { attempt } from '../../page/services.ts';
import { showCopied } from '../../ui/copied.ts';
import { h, write } from '../../ui/h.ts';
import { icon } from '../../ui/icon.ts';
import { menuButton } from '../../ui/menu.ts';
import type { PageServices } from '../page-services.ts';

/** What can be taken away from a result: files, and the command line. */
export function resultActions(
  plan: string,
  view: () => PageView,
  query: () => RowQuery,
  services: PageServices,
): HTMLElement[] {
  const save = (format: ExportFormat) =>
    attempt(services, services.caller.call('export', { plan, format, query: query() }));
  const exporting = menuButton(l10n.t('Export'), 'export', () => [
    { label: l10n.t('JSON'), detail: l10n.t('the whole plan'), icon: 'json', onChoose: () => save('json') },
    { label: l10n.t('CSV'), detail: l10n.t('the rows found'), icon: 'table', onChoose: () => save('csv') },
    {
      label: l10n.t('Markdown'),
      detail: l10n.t('the rows found'),
      icon: 'markdown',
      onChoose: () => save('markdown'),
    },
  ]);
  return [exporting, copyCommand(view, services)];
}

function copyCommand(view: () => PageView, services: PageServices): HTMLElement {
  const label = l10n.t('Copy as oc command');
  const symbol = icon('terminal');
  const text = h('span', { class: 'picker-text' }, label);
  const element = h('button', { type: 'button', class: 'picker' }, symbol, text);
  element.addEventListener('click', async () => {
    const { options, cluster } = view();
    await services.copy(ocCommand(options, cluster?.context ?? null));
    showCopied(element, (copied) => {
      write(text, copied ? l10n.t('Copied') : label);
      symbol.className = `codicon codicon-${copied ? 'check' : 'terminal'}`;
    });
    services.announcer.say(l10n.t('The oc command is on the clipboard.'));
  });
  return element;
}
