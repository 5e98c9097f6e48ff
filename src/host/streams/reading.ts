// One module to load when image streams are first looked at.
export { LiveSource } from './live-source.ts';
export { MergedSource } from './merged-source.ts';
export { PlanSource } from './plan-source.ts';
