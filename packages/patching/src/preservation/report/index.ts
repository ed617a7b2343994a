export { assembleReport, type ReportInput, type ReportOptions, reportOptions } from './assemble-report.js';
export { hashFrame, hashPatches } from './content-hash.js';
export { findingFigures, findingTitle, outcomeText, summaryText } from './describe-finding.js';
export { isAlert } from './grade.js';
export type { FailOn } from './junit.js';
export {
  PreservationReport,
  type ReportFormat,
  reportFormats,
  type WriteReportOptions,
} from './preservation-report.js';
export type { ReportChart } from './report-charts.js';
export {
  type AuditData,
  auditSchema,
  type BoundaryScores,
  type CheckResult,
  type DetectionSummary,
  type Finding,
  type GoneFinding,
  type NullRun,
  type Outcome,
  type Provenance,
  type RuleResult,
  type RuleSettings,
  reportVersion,
  type Severity,
  type SizeSurvival,
  type Skipped,
  type Suppression,
  type Trace,
  type Verdict,
} from './report-schema.js';
export { type RuleId, ruleIds } from './rule-ids.js';
export { type Rule, type RulesOptions, rules } from './rules.js';
