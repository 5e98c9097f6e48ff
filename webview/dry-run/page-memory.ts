import type { RowQuery } from '../../src/engine/plan-rows.ts';
import { isObject, listAt, numberAt, textAt } from '../../src/engine/shape.ts';
import { rowQuery, runOptions } from '../../src/shared/dry-run/requests.ts';
import type { RunOptions } from '../../src/shared/dry-run/run-options.ts';
import { type FormValues, readFormValues } from '../prune-options/form-values.ts';
import type { OpenRow } from '../ui/virtual-grid.ts';

interface RememberedCluster {
  context: string;
  server: string;
}

/** A dry run that can be made again. */
export interface RememberedRun extends RememberedCluster {
  options: RunOptions;
}

/** What the page remembers of itself while it is hidden. */
export interface PageMemory {
  /** The plan that place and open row belong to. */
  plan: string;
  /** What that plan was made of and with; null where it was carried out. */
  run: RememberedRun | null;
  /** Where that plan was carried out; null where it was not. */
  pruned: RememberedCluster | null;
  query: RowQuery | null;
  scrollTop: number;
  open: OpenRow | null;
  /** Options that were changed and not run yet. */
  form: FormValues | null;
  optionsOpen: boolean;
  changesOpen: boolean;
  /** Namespaces whose streams the picture shows. */
  unfolded: readonly string[];
  allNamespaces: boolean;
}

const NOTHING: PageMemory = {
  plan: '',
  run: null,
  pruned: null,
  query: null,
  scrollTop: 0,
  open: null,
  form: null,
  optionsOpen: false,
  changesOpen: false,
  unfolded: [],
  allNamespaces: false,
};

/** What an earlier version wrote may look different: what can't be read is forgotten. */
export function readMemory(state: unknown): PageMemory {
  if (!isObject(state)) return NOTHING;
  const { open } = state;
  const index = numberAt(open, 'index');
  const id = numberAt(open, 'id');
  return {
    plan: textAt(state, 'plan'),
    run: orNull(() => readRun(state.run)),
    pruned: isObject(state.pruned) ? readCluster(state.pruned) : null,
    query: orNull(() => rowQuery(state.query, 'query')),
    scrollTop: numberAt(state, 'scrollTop') ?? 0,
    open: index === undefined || id === undefined ? null : { index, id },
    form: readFormValues(state.form),
    optionsOpen: state.optionsOpen === true,
    changesOpen: state.changesOpen === true,
    unfolded: listAt(state, 'unfolded').filter((each) => typeof each === 'string'),
    allNamespaces: state.allNamespaces === true,
  };
}

function readCluster(value: unknown): RememberedCluster {
  return { context: textAt(value, 'context'), server: textAt(value, 'server') };
}

function readRun(value: unknown): RememberedRun {
  return {
    ...readCluster(value),
    options: runOptions(isObject(value) ? value.options : undefined, 'options'),
  };
}

function orNull<T>(read: () => T): T | null {
  try {
    return read();
  } catch {
    return null;
  }
}
