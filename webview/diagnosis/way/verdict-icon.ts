import type { Step } from '../../../src/registry/diagnosis/registry-diagnosis.ts';
import { icon } from '../../ui/icon.ts';

/** The mark of a verdict; a word stands beside it. */
export function verdictIcon(verdict: Step['verdict']): HTMLElement {
  switch (verdict) {
    case 'ok':
      return icon('pass-filled', 'verdict-ok');
    case 'failed':
      return icon('error', 'verdict-failed');
    case 'skipped':
      return icon('circle-slash', 'verdict-skipped');
  }
}
