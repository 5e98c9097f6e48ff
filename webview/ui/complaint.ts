import * as l10n from '@vscode/l10n';
import { banner } from './banner.ts';
import { button } from './button.ts';
import { fill, h } from './h.ts';

/** Says that something the user asked for has failed, until that is dismissed or past. */
export class Complaint {
  readonly element = h('div', { class: 'complaint' });

  show(message: string): void {
    const dismiss = button({
      label: l10n.t('Dismiss'),
      icon: 'close',
      look: 'icon',
      onPress: () => this.clear(),
    });
    const shown = banner('error', message);
    shown.append(dismiss.element);
    fill(this.element, shown);
  }

  /** What it was about is past. */
  clear(): void {
    fill(this.element);
  }
}
