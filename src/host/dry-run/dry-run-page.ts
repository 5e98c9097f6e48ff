import * as vscode from 'vscode';
import type { DryRunProtocol } from '../../shared/dry-run/protocol.ts';
import { dryRunRequest } from '../../shared/dry-run/requests.ts';
import type { PageKind } from '../page-panel.ts';

export const DRY_RUN_PAGE: PageKind<DryRunProtocol> = {
  viewType: 'imageHygiene.dryRun',
  title: () => vscode.l10n.t('Image Dry Run'),
  page: 'dry-run',
  read: dryRunRequest,
};
