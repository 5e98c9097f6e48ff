import * as vscode from 'vscode';
import type { DiagnosisProtocol } from '../../shared/diagnosis/protocol.ts';
import { diagnosisRequest } from '../../shared/diagnosis/requests.ts';
import type { PageKind } from '../page-panel.ts';

export const DIAGNOSIS_PAGE: PageKind<DiagnosisProtocol> = {
  viewType: 'imageHygiene.diagnosis',
  title: () => vscode.l10n.t('Registry Diagnosis'),
  page: 'diagnosis',
  read: diagnosisRequest,
};
