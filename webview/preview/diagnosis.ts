// Stands in for the extension on the diagnosis page.

import type { DiagnosisProtocol } from '../../src/shared/diagnosis/protocol.ts';
import { diagnosisRequest } from '../../src/shared/diagnosis/requests.ts';
import type { DiagnosisView } from '../../src/shared/diagnosis/view.ts';
import type { DIAGNOSES, EXPLAINED, UNDER_WAY } from '../../test/ui/pages/harness/mock-diagnoses.ts';
import { StandIn } from './stand-in.ts';

/** Made where the page is served: what makes them runs on Node alone. */
export interface MockDiagnoses {
  diagnoses: typeof DIAGNOSES;
  underWay: typeof UNDER_WAY;
  explained: typeof EXPLAINED;
}

declare global {
  var mockDiagnoses: MockDiagnoses;
  /** What tests reach in the page. */
  var mock: unknown;
}

const { diagnoses, underWay, explained } = globalThis.mockDiagnoses;
const AT = Date.parse(diagnoses.good.at);
Date.now = () => AT + 125_000;

const CLUSTER = { context: 'ocp-lab', server: 'https://api.ocp-lab.example.com:6443', user: 'admin' };

function viewOf(name: string): DiagnosisView {
  const view = { cluster: CLUSTER, restricted: false, given: null };
  switch (name) {
    case 'empty':
      return { ...view, state: { kind: 'empty', why: 'never' } };
    case 'no-cluster':
      return { ...view, cluster: null, state: { kind: 'empty', why: 'never' } };
    case 'starting':
      return { ...view, state: { kind: 'running', progress: progress([]) } };
    case 'running':
      return { ...view, state: { kind: 'running', progress: progress(underWay) } };
    case 'failed':
      return {
        ...view,
        state: {
          kind: 'failed',
          problem: {
            what: 'The cluster can’t be reached',
            why: 'https://api.ocp-lab.example.com:6443 could not be reached: connection refused (ECONNREFUSED)',
            lines: [],
            command: null,
            steps: ['runAgain', 'chooseContext', 'openLog'],
          },
        },
      };
    case 'stale':
      return {
        ...view,
        state: { kind: 'done', id: name, diagnosis: diagnoses.good, stale: true },
      };
    case 'restricted':
      return { ...viewOf('untrusted'), restricted: true };
    default: {
      const diagnosis = Object.entries(diagnoses).find(([known]) => known === name)?.[1] ?? diagnoses.good;
      return { ...view, state: { kind: 'done', id: name, diagnosis, stale: false } };
    }
  }
}

function progress(addresses: typeof underWay) {
  return { since: new Date(AT + 120_000).toISOString(), addresses, cancelling: false };
}

class DiagnosisStandIn {
  #view = viewOf(new URLSearchParams(location.search).get('state') ?? 'untrusted');
  readonly standIn = new StandIn<DiagnosisProtocol>(diagnosisRequest, {
    ready: () => ({ words: globalThis.mockWords, view: this.#view }),
    copy: () => null,
    run: () => {
      this.go('running');
      setTimeout(() => this.go('good'));
      return null;
    },
    cancel: () => {
      this.show({ state: { kind: 'empty', why: 'cancelled' } });
      return null;
    },
    explain: ({ text }) => explained[text] ?? { text, findings: [] },
    fix: () => null,
    step: () => null,
  });

  get requests(): readonly unknown[] {
    return this.standIn.requests;
  }

  get failing(): Set<string> {
    return this.standIn.failing;
  }

  show(view: Partial<DiagnosisView>): void {
    this.#view = { ...this.#view, ...view };
    this.standIn.send('view', this.#view);
  }

  go(state: string): void {
    this.show(viewOf(state));
  }
}

globalThis.mock = new DiagnosisStandIn();
