export { CausalRule, calibrateThresholds, causalPlans } from './causal-rule.js';
export { greedyPlans } from './greedy-plans.js';
export * from './learned-policy.js';
export { type PlanSampler, planSampler } from './plan-sampler.js';
export { type PlanLevel, type PlanSpace, planSpace } from './plan-space.js';
export { type PolicyConfig, type PolicyOptions, policyConfigSchema } from './policy-config.js';
export { policyFeatures } from './policy-features.js';
export { applyPolicy, planPolicy, policyLayout } from './policy-network.js';
export {
  indifferentScores,
  logitQuantum,
  markMaxima,
  type PolicyScores,
  policyScores,
} from './policy-scores.js';
export { PolicyStream } from './policy-stream.js';
export { type PlanActions, planTree, type SampledPlans, treeOfLabels } from './sampled-plans.js';
export { featureCount, stepFeatureNames } from './step-features.js';
