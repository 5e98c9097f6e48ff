import * as l10n from '@vscode/l10n';
import type { Manifest } from '../../../src/schedules/manifests.ts';
import type { ScheduleRights } from '../../../src/shared/schedule/view.ts';
import { commandLine } from '../../ui/command-line.ts';
import { h } from '../../ui/h.ts';
import { icon } from '../../ui/icon.ts';

/** What is made, object by object, and whether this user may. */
export function objectsList(
  manifests: readonly Manifest[],
  rights: ScheduleRights | undefined,
  copy: (text: string) => Promise<void>,
): HTMLElement {
  const commands = new Set<string>();
  const rows = manifests.map(({ kind, metadata }) => {
    const right = rights?.[kind];
    if (right?.may === false) commands.add(right.command);
    return h(
      'li',
      {},
      icon(ICONS[kind]),
      h('span', { class: 'object-name' }, h('span', { class: 'dim' }, kind), ` ${metadata.name}`),
      h(
        'span',
        { class: 'dim' },
        metadata.namespace === undefined
          ? l10n.t('in the whole cluster')
          : l10n.t('namespace {0}', metadata.namespace),
      ),
      right === undefined || right.may === true
        ? h('span', { class: 'object-right' })
        : h(
            'span',
            { class: 'object-right missing' },
            icon(right.may === false ? 'lock' : 'question'),
            right.may === false
              ? l10n.t('You may not; the role {0} allows it', right.role)
              : l10n.t('Not known whether you may'),
          ),
    );
  });
  return h(
    'div',
    { class: 'objects' },
    h('ul', { class: 'objects-list' }, ...rows),
    ...[...commands].map((command) =>
      h(
        'div',
        { class: 'objects-grant' },
        h('p', {}, l10n.t('An administrator can grant it:')),
        commandLine(command, copy).element,
      ),
    ),
  );
}

const ICONS: Readonly<Record<Manifest['kind'], string>> = {
  ServiceAccount: 'account',
  ClusterRoleBinding: 'key',
  CronJob: 'clock',
  Job: 'play',
};
