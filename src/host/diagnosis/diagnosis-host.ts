import * as vscode from 'vscode';
import type { Fix } from '../../registry/diagnosis/finding.ts';
import type { DiagnosisProtocol, FixPlace } from '../../shared/diagnosis/protocol.ts';
import type { DiagnosisState, DiagnosisView } from '../../shared/diagnosis/view.ts';
import type { OwnHandlers } from '../../shared/page/protocol.ts';
import type { Responder } from '../../shared/page/responder.ts';
import { clusterLabel } from '../contexts/cluster-label.ts';
import type { ContextState } from '../contexts/contexts.ts';
import { takeStep } from '../dry-run/take-step.ts';
import type { PageHost } from '../page-panel.ts';
import { problemOf } from '../problems.ts';
import type { Services } from '../services.ts';
import { applyFix } from './apply-fix.ts';

/** What the diagnosis page shows, and what is done when it asks. */
export class DiagnosisHost implements PageHost<DiagnosisProtocol>, vscode.Disposable {
  readonly #services: Services;
  readonly #changed = new vscode.EventEmitter<void>();
  readonly #subscriptions: vscode.Disposable[];
  readonly #pages = new Set<Responder<DiagnosisProtocol>>();
  #given: DiagnosisView['given'] = null;

  readonly onDidChangeView = this.#changed.event;

  constructor(services: Services) {
    this.#services = services;
    const { contexts, diagnoses } = services;
    const changed = () => this.#changed.fire();
    this.#subscriptions = [
      contexts.onDidChange(changed),
      diagnoses.onDidChange(changed),
      diagnoses.onDidProgress((progress) => {
        for (const page of this.#pages) page.send('running', progress);
      }),
      vscode.workspace.onDidGrantWorkspaceTrust(changed),
    ];
  }

  async view(): Promise<DiagnosisView> {
    const { contexts, diagnoses } = this.#services;
    const context = await contexts.ready();
    return {
      cluster: clusterLabel(context),
      state: this.#stateOf(context, diagnoses.state),
      restricted: !vscode.workspace.isTrusted,
      given: this.#given,
    };
  }

  connect(responder: Responder<DiagnosisProtocol>): vscode.Disposable {
    this.#pages.add(responder);
    return { dispose: () => this.#pages.delete(responder) };
  }

  /** Has the page explain a text; an empty one is for the user to fill. */
  async explain(text: string): Promise<void> {
    const { withoutSecrets } = await import('./diagnosing.ts');
    this.#given = { id: (this.#given?.id ?? 0) + 1, text: withoutSecrets(text) };
    this.#changed.fire();
  }

  dispose(): void {
    for (const each of [...this.#subscriptions, this.#changed]) each.dispose();
  }

  readonly handlers: OwnHandlers<DiagnosisProtocol> = {
    run: () => {
      void this.#services.diagnoses.run();
      return null;
    },
    cancel: () => {
      this.#services.diagnoses.cancel();
      return null;
    },
    explain: async ({ text }) => {
      const { recogniseText, withoutSecrets } = await import('./diagnosing.ts');
      return { text: withoutSecrets(text), findings: recogniseText(text) };
    },
    fix: async (place) => {
      await applyFix(this.#services, this.#fixAt(place));
      return null;
    },
    step: async ({ step }) => {
      if (step === 'runAgain') void this.#services.diagnoses.run();
      else await takeStep(step, this.#services);
      return null;
    },
  };

  #stateOf(context: ContextState, state: Services['diagnoses']['state']): DiagnosisState {
    switch (state.kind) {
      case 'none':
        if (context.kind === 'broken') return { kind: 'failed', problem: problemOf(context.error) };
        return { kind: 'empty', why: state.why };
      case 'running':
        return { kind: 'running', progress: this.#services.diagnoses.progress };
      case 'failed':
        return { kind: 'failed', problem: problemOf(state.error) };
      case 'done':
        return state;
    }
  }

  /** The fix that the page means, of a diagnosis that may not be there any more. */
  #fixAt({ diagnosis: id, address, finding, fix }: FixPlace): Fix {
    const { state } = this.#services.diagnoses;
    if (state.kind === 'done' && state.id === id) {
      const { findings, addresses } = state.diagnosis;
      const among = address === null ? findings : addresses[address]?.findings;
      const found = among?.[finding]?.fixes[fix];
      if (found) return found;
    }
    throw new Error(vscode.l10n.t('This diagnosis is not there any more. Diagnose the registry again.'));
  }
}
