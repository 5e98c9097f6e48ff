import { isObject, textAt } from '../../src/engine/shape.ts';
import { SCHEDULE_WHATS, type ScheduleWhat } from '../../src/shared/schedule/view.ts';
import { type CreateValues, readCreateValues } from './form/create-values.ts';
import { type PrunerValues, readPrunerValues } from './form/pruner-values.ts';

/** What the page remembers of itself while it is hidden. */
export interface PageMemory {
  /** The form that was opened. */
  start: string;
  what: ScheduleWhat;
  /** Null: as it was opened. */
  create: CreateValues | null;
  /** Null: as the ImagePruner is. */
  pruner: PrunerValues | null;
  /** Whether an object that is there is being edited. */
  editing: boolean;
}

const NOTHING: PageMemory = { start: '', what: 'CronJob', create: null, pruner: null, editing: false };

/** What an earlier version wrote may look different: what can't be read is forgotten. */
export function readMemory(state: unknown): PageMemory {
  if (!isObject(state)) return NOTHING;
  return {
    start: textAt(state, 'start'),
    what: SCHEDULE_WHATS.find((what) => what === state.what) ?? NOTHING.what,
    create: readCreateValues(state.create),
    pruner: readPrunerValues(state.pruner),
    editing: state.editing === true,
  };
}
