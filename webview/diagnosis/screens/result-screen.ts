import * as l10n from '@vscode/l10n';
import type { Finding } from '../../../src/registry/diagnosis/finding.ts';
import type {
  DiagnosedAddress,
  RegistryDiagnosis,
} from '../../../src/registry/diagnosis/registry-diagnosis.ts';
import type { DiagnosisState } from '../../../src/shared/diagnosis/view.ts';
import { inWords } from '../../../src/shared/words/in-words.ts';
import { attempt } from '../../page/services.ts';
import { fill, h } from '../../ui/h.ts';
import { authorityTable } from '../chain/authority-table.ts';
import { chainTree } from '../chain/chain-tree.ts';
import { findingCard } from '../findings/finding-card.ts';
import type { PageServices } from '../page-services.ts';
import { addressChoice } from '../way/address-choice.ts';
import { type PartName, partInWords, partsOfWay, tellingPart } from '../way/parts-of-way.ts';
import { stepTable } from '../way/step-table.ts';
import { wayPicture } from '../way/way-picture.ts';
import { staleBanner, verdictBanner } from './verdict.ts';

type Done = Extract<DiagnosisState, { kind: 'done' }>;

/** What was seen of every way to the registry. */
export class ResultScreen {
  readonly element = h('section', { class: 'screen result' });
  readonly #services: PageServices;
  readonly #id: string;
  readonly #diagnosis: RegistryDiagnosis;
  readonly #restricted: boolean;
  readonly #way = h('div', { class: 'one-way' });

  constructor({ id, diagnosis, stale }: Done, restricted: boolean, services: PageServices) {
    this.#services = services;
    this.#id = id;
    this.#diagnosis = diagnosis;
    this.#restricted = restricted;
    const { saved } = services;
    if (saved.memory.diagnosis !== id) saved.remember({ diagnosis: id, address: null, step: '' });
    const { addresses, findings, unread } = diagnosis;
    const place = this.#place();
    const again = () => attempt(services, services.caller.call('run', null));
    fill(
      this.element,
      stale && staleBanner(again),
      verdictBanner(diagnosis, again),
      addresses.length > 1 && addressChoice(addresses, place, (chosen) => this.#turnTo(chosen)),
      addresses.length > 0
        ? this.#way
        : h('div', { class: 'findings' }, ...findings.map((finding, at) => this.#card(finding, null, at))),
      unread.length > 0 &&
        h(
          'section',
          {},
          h('h2', {}, l10n.t('Not looked at')),
          h(
            'dl',
            { class: 'unread' },
            ...unread.flatMap(({ what, why }) => [
              h('dt', {}, inWords(what)),
              h('dd', { class: 'dim' }, inWords(why)),
            ]),
          ),
        ),
    );
    this.#draw(place);
  }

  #place(): number {
    const { addresses } = this.#diagnosis;
    const { address } = this.#services.saved.memory;
    if (address !== null && addresses[address]) return address;
    return Math.max(
      0,
      addresses.findIndex(({ chosen }) => chosen),
    );
  }

  #turnTo(place: number): void {
    this.#services.saved.remember({ address: place, step: '' });
    this.#draw(place);
  }

  #draw(place: number): void {
    const diagnosed = this.#diagnosis.addresses[place];
    if (!diagnosed) return;
    const { saved } = this.#services;
    const parts = partsOfWay(diagnosed.steps);
    const telling = tellingPart(parts);
    const remembered = parts.find(({ name }) => name === saved.memory.step)?.name;
    const open = remembered ?? telling;
    const picture = wayPicture(parts, open, diagnosed.address, (part) => {
      saved.remember({ step: part });
      show(part);
    });
    const show = (name: PartName) => {
      const part = parts.find((each) => each.name === name);
      fill(
        picture.panel,
        name === telling && this.#findings(diagnosed, place),
        part && stepTable(part.steps, partInWords(name)),
      );
    };
    show(open);
    const { chain, verifications } = diagnosed;
    fill(
      this.#way,
      picture.element,
      chain.length > 0 &&
        h(
          'section',
          {},
          h('h2', {}, l10n.t('Certificates as served')),
          chainTree(diagnosed, this.#diagnosis.at),
        ),
      verifications.length > 0 &&
        h('section', {}, h('h2', {}, l10n.t('Authorities tried')), authorityTable(verifications)),
    );
  }

  #findings({ findings }: DiagnosedAddress, place: number): HTMLElement | null {
    if (findings.length === 0) return null;
    return h('div', { class: 'findings' }, ...findings.map((finding, at) => this.#card(finding, place, at)));
  }

  #card(finding: Finding, address: number | null, at: number): HTMLElement {
    const { caller, copy } = this.#services;
    return findingCard(finding, {
      copy,
      restricted: this.#restricted,
      onFix: (fix) =>
        attempt(this.#services, caller.call('fix', { diagnosis: this.#id, address, finding: at, fix })),
    });
  }
}
