// One module to load when a dry run is first made.
export { takeInventory } from '../../cluster/inventory/take-inventory.ts';
export { Planner } from '../../cluster/planner/planner.ts';
