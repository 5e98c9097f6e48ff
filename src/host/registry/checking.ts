// One module to load when the registry is first looked at.
export { NotOpenShiftError } from '../../cluster/inventory/take-inventory.ts';
export { mayDo } from '../../cluster/rights.ts';
export { reachRegistry } from '../../prune/reach-registry.ts';
export { runsOwingRollout } from '../../prune/run/rollout-record.ts';
export { findingInError } from '../../registry/diagnosis/finding-in-error.ts';
export { exposeRegistry } from './expose-registry.ts';
export { ownName, registryDeployment, registryFacts } from './registry-facts.ts';
export { rightAtRegistry } from './right-to-prune.ts';
