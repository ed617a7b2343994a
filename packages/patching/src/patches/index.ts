export type { PatchStatistics } from './patch-statistics.js';
export { PatchTree, type PatchTreeData } from './patch-tree.js';
export { type Patch, Patches, type PatchesData } from './patches.js';
