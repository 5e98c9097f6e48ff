// One module to load when something is first pruned, resumed or rolled out.
export { rollOutRegistry } from '../../cluster/rollout/roll-out-registry.ts';
export { readOrder } from '../../prune/journal/read-run.ts';
export { reachRegistry, registryHints, touchesRegistry } from '../../prune/reach-registry.ts';
export { CONNECTIONS_FOR_PRUNE, resumeRun, startRun } from '../../prune/run/prune-run.ts';
export { recordRollout, runsOwingRollout } from '../../prune/run/rollout-record.ts';
export { takeOrder } from '../../prune/take-order.ts';
export { findingInError } from '../../registry/diagnosis/finding-in-error.ts';
