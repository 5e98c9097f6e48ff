import * as l10n from '@vscode/l10n';
import type { RolloutState } from '../../src/shared/dry-run/view.ts';
import { banner } from './banner.ts';
import { button } from './button.ts';
import { h } from './h.ts';
import { spinner } from './icon.ts';

/** The restart that the registry needs after a prune, as the next step; null where it needs none. */
export function rolloutBox(rollout: RolloutState, onStart: () => void): HTMLElement | null {
  const start = (label: string) =>
    h(
      'div',
      { class: 'buttons' },
      button({
        label,
        icon: 'debug-restart',
        look: 'primary',
        onPress: onStart,
      }).element,
    );
  switch (rollout.kind) {
    case 'notNeeded':
      return null;
    case 'owed':
      return banner(
        'warning',
        l10n.t('Next: roll out the registry.'),
        h(
          'p',
          {},
          l10n.t(
            'Its cache still believes in the blobs that are gone. Until it restarts, a push may leave them out, and images that contain them are broken.',
          ),
        ),
        start(l10n.t('Roll out the registry')),
      );
    case 'running':
      return banner(
        'info',
        l10n.t('Rolling out the registry…'),
        h(
          'p',
          {},
          spinner(),
          // How many there are isn't known at the beginning.
          rollout.desired > 0 && l10n.t('{0} of {1} replicas are new', rollout.updated, rollout.desired),
        ),
      );
    case 'done':
      return banner('done', l10n.t('The registry is rolled out: its cache knows what is gone.'));
    case 'failed':
      return banner(
        'error',
        l10n.t('The registry was not rolled out.'),
        h('p', {}, rollout.message),
        start(l10n.t('Try again')),
      );
  }
}
