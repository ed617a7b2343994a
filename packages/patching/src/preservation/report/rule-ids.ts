/** Names of the rules of an audit. Baselines, suppressions and dashboards hold them, so none is ever renamed. */

export const ruleIds = [
  'spike-survival',
  'mean-change-survival',
  'trend-change-survival',
  'variance-change-survival',
  'regime-survival',
  'rare-regime-survival',
  'gap-survival',
  'missingness-survival',
  'intervention-level',
  'intervention-slope',
  'invented-structure',
] as const;
export type RuleId = (typeof ruleIds)[number];
