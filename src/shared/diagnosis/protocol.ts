// What the diagnosis page and its host say to each other.

import type { Finding } from '../../registry/diagnosis/finding.ts';
import type { NextStep } from '../dry-run/view.ts';
import type { CommonEvents, CommonRequests, Protocol } from '../page/protocol.ts';
import type { DiagnosisProgress, DiagnosisView } from './view.ts';

/** Longer texts are cut: a log’s end says why a run failed. */
export const LONGEST_ERROR = 40_000;

/** Where a fix stands in a diagnosis: all by their places in its lists. */
export interface FixPlace {
  /** The diagnosis’s id. */
  diagnosis: string;
  /** null: among the findings of the diagnosis as a whole. */
  address: number | null;
  finding: number;
  fix: number;
}

export interface ExplainedText {
  /** The text, without what has the form of a secret. */
  text: string;
  findings: readonly Finding[];
}

export interface DiagnosisRequests extends CommonRequests<DiagnosisView> {
  /** Begins to look. It is answered as soon as it has begun; the rest comes as events. */
  run: { ask: null; answer: null };
  cancel: { ask: null; answer: null };
  /** Explains the text of a failed run. No cluster is asked. */
  explain: { ask: { text: string }; answer: ExplainedText };
  /** Shows what a fix would change, and on agreement does it. Answered once that is over. */
  fix: { ask: FixPlace; answer: null };
  step: { ask: { step: NextStep }; answer: null };
}

export interface DiagnosisEvents extends CommonEvents<DiagnosisView> {
  /** While the view’s state is `running`. */
  running: DiagnosisProgress;
}

export interface DiagnosisProtocol extends Protocol {
  requests: DiagnosisRequests;
  events: DiagnosisEvents;
}
