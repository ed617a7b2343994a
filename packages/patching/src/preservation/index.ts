export { audit, auditVersion } from './audit/audit.js';
export type { AuditOptions, LabelledEvent } from './audit/audit-options.js';
export { type DetectorName, defaultDetectors, detectorNames } from './audit/detector-table.js';
export { boundaryScores } from './checks/boundary-scores.js';
export * from './detectors/changes/index.js';
export * from './detectors/interventions/index.js';
export * from './detectors/missingness/index.js';
export * from './detectors/regimes/index.js';
export * from './detectors/spikes/index.js';
export * from './report/index.js';
export { normalTail } from './significance/tail-probability.js';
export type { Detection } from './structures/detection.js';
export { type Structure, type StructureKind, structureKinds } from './structures/structure.js';
export { type ErasureStatistics, erasureStatistics } from './surviving/erasure-statistics.js';
export {
  type LatentView,
  type PatchSummary,
  type Reconstruction,
  type SummaryName,
  type Survives,
  summaryNames,
  type Tokens,
} from './surviving/survival-form.js';
