// One module to load when runs are first looked at.
export { readOrder, readOverview, readProgress } from '../../prune/journal/read-run.ts';
export { restoreOutlook } from './restore-outlook.ts';
export { RunBook } from './run-book.ts';
export { factsOf } from './run-facts.ts';
export { failuresOf } from './run-failures.ts';
export { leftOf } from './run-left.ts';
export { runReport } from './run-report.ts';
