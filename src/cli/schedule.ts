import * as l10n from '@vscode/l10n';
import type { Command } from 'commander';
import { addScheduleCreate } from './schedule-create.ts';
import { addScheduleEdit } from './schedule-edit.ts';
import { addScheduleList } from './schedule-list.ts';
import { addScheduleRun } from './schedule-run.ts';
import { addScheduleShow } from './schedule-show.ts';
import { addScheduleSuspend } from './schedule-suspend.ts';
import type { Terminal } from './terminal.ts';

/** Adds `schedule` and its commands to the program. */
export function addSchedule(program: Command, plannerScript: URL, terminal: Terminal): void {
  const schedule = program
    .command('schedule')
    .description(
      l10n.t(
        'Let the cluster prune by itself: the ImagePruner of the registry’s operator, CronJobs and Jobs.',
      ),
    );
  addScheduleList(schedule, terminal);
  addScheduleShow(schedule, terminal);
  addScheduleCreate(schedule, plannerScript, terminal);
  addScheduleEdit(schedule, plannerScript, terminal);
  addScheduleSuspend(schedule, terminal);
  addScheduleRun(schedule, terminal);
}
