// One module to load when something is first put back.
export { restoreRun } from '../../prune/run/restore-run.ts';
