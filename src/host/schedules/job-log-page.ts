import * as vscode from 'vscode';
import type { JobLogProtocol } from '../../shared/job-log/protocol.ts';
import { jobLogRequest } from '../../shared/job-log/requests.ts';
import type { PageKind } from '../page-panel.ts';

export const JOB_LOG_PAGE: PageKind<JobLogProtocol> = {
  viewType: 'imageHygiene.jobLog',
  title: () => vscode.l10n.t('Prune in the Cluster'),
  page: 'job-log',
  read: jobLogRequest,
};
