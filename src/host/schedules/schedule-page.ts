import * as vscode from 'vscode';
import type { ScheduleProtocol } from '../../shared/schedule/protocol.ts';
import { schedulePageRequest } from '../../shared/schedule/requests.ts';
import type { PageKind } from '../page-panel.ts';

export const SCHEDULE_PAGE: PageKind<ScheduleProtocol> = {
  viewType: 'imageHygiene.schedule',
  title: () => vscode.l10n.t('Schedule Pruning'),
  page: 'schedule',
  read: schedulePageRequest,
};
