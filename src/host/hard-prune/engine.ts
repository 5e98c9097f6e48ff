// One module to load when a hard prune is first asked for.
export { registryName } from '../../cluster/hard-prune/registry-name.ts';
export { pruneInPod, registryPod } from '../../cluster/hard-prune/registry-prune.ts';
export { RIGHTS_TO_CHECK, RIGHTS_TO_DELETE } from '../../cluster/hard-prune/rights.ts';
export { askRights } from '../../cluster/schedules/rights.ts';
export { isNothing } from '../../hard-prune/output.ts';
export { hardPrune, owingHardPrunes, restoreReadOnly } from '../../prune/hard-prune/hard-prune.ts';
export { hardPruneReport } from './hard-prune-report.ts';
