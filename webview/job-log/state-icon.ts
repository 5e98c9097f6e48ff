import type { PruneJobState } from '../../src/schedules/schedules.ts';
import { icon, spinner } from '../ui/icon.ts';

/** A Job's state as an icon; its words stand beside it. */
export function stateIcon(state: PruneJobState): HTMLElement {
  switch (state) {
    case 'running':
      return spinner();
    case 'succeeded':
      return icon('pass', 'stays');
    case 'failed':
      return icon('error', 'error');
    case 'waiting':
      return icon('clock');
    case 'suspended':
      return icon('debug-pause');
  }
}
