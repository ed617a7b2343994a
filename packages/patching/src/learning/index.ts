export { boundaryCredit } from './boundary-credit.js';
export {
  type CandidateStepOptions,
  type CandidateStepRequest,
  candidateStep,
  candidateStepSchema,
} from './candidate-step.js';
export { type AdvantageOptions, advantageOptionsSchema, groupAdvantages } from './group-advantages.js';
export { type Imitation, imitationCoefficients } from './imitation.js';
export {
  groupAgreement,
  type LearningFigures,
  type LearningWarning,
  learningFigures,
} from './learning-figures.js';
export {
  type LearningPhase,
  type LearningScheduleOptions,
  learningSchedule,
  learningScheduleSchema,
  phaseAt,
  policyTimeLeft,
} from './learning-schedule.js';
export {
  type Occlusion,
  type OcclusionOptions,
  occludedStretches,
  occlusionSchema,
  occlusionTargets,
  type Stretches,
} from './occlusion.js';
export { policyEntropy } from './policy-entropy.js';
export {
  type EntropyOptions,
  entropyOptionsSchema,
  type PolicyGradient,
  type PolicyGradientRequest,
  policyGradientCoefficients,
} from './policy-gradient.js';
export * from './policy-learner.js';
export {
  type PolicyStepOptions,
  type PolicyStepRequest,
  policyStep,
  policyStepSchema,
} from './policy-step.js';
export type { RewardFn, RewardRequest } from './reward.js';
