// What the diagnosis page shows, as the host tells it. Plain JSON, without a secret.

import type { AddressProgress } from '../../registry/diagnosis/diagnose-registry.ts';
import type { RegistryDiagnosis } from '../../registry/diagnosis/registry-diagnosis.ts';
import type { ClusterLabel, Problem } from '../dry-run/view.ts';

export interface DiagnosisView {
  /** null: no context is chosen, or there is no kubeconfig. */
  cluster: ClusterLabel | null;
  state: DiagnosisState;
  /** The workspace isn’t trusted: nothing of the settings or of the cluster is changed from it. */
  restricted: boolean;
  /** A text to explain that came from elsewhere, such as the clipboard; `id` is another one for every text. */
  given: { id: number; text: string } | null;
}

export type DiagnosisState =
  /** Nothing to show: not looked yet, or what was seen is gone. */
  | { kind: 'empty'; why: 'never' | 'contextChanged' | 'cancelled' }
  | { kind: 'running'; progress: DiagnosisProgress }
  | { kind: 'failed'; problem: Problem }
  /** `id`: another one for every diagnosis; `stale`: the settings have changed since. */
  | { kind: 'done'; id: string; diagnosis: RegistryDiagnosis; stale: boolean };

export interface DiagnosisProgress {
  /** RFC 3339. */
  since: string;
  /** Those that are known so far, each with the steps that were taken. */
  addresses: readonly AddressProgress[];
  cancelling: boolean;
}
