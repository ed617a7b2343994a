/** What tells a policy that learns from one that has collapsed, for progress and logs. */
import type { PlanSpace } from '../learned/plan-space.js';
import type { SampledPlans } from '../learned/sampled-plans.js';
import { groupSpread } from './group-advantages.js';

export interface LearningFigures {
  /** Mean reward. */
  readonly reward: number;
  /** Mean standard deviation of rewards within a group. */
  readonly groupSpread: number;
  /** Mean entropy as a share of the largest; NaN where there is nothing to choose. */
  readonly entropy: number;
  /** Patches per step at the finest level. */
  readonly boundaryRate: number;
  /** The same as drawn, before the environment dropped any. */
  readonly rawBoundaryRate: number;
  /** Mean Jaccard index of the chosen boundaries of two plans of a group; 1 where all are alike. */
  readonly agreement: number;
  /** Plans whose reward is not finite. */
  readonly unjudged: number;
  readonly warnings: readonly LearningWarning[];
}

export interface LearningWarning {
  readonly code: 'groups-alike' | 'rate-above-cap';
  readonly message: string;
}

/** Plans that agree more than this hardly differ in reward either, and the gradient vanishes. */
const alike = 0.95;

/** O(B G^2 L). @param rewards shape `[B, G]` @param entropy shape `[B]` */
export function learningFigures(
  space: PlanSpace,
  plans: SampledPlans,
  rewards: Float64Array,
  entropy: Float64Array,
): LearningFigures {
  const { windows, group, length, labels, actions } = plans;
  const rows = windows * group;
  const raw = actions.kind === 'labels' ? countOpen(actions.labels, length) : countOpen(labels, length);
  const spreads = Array.from({ length: windows }, (_, i) => groupSpread(rewards, i * group, group).deviation);
  const boundaryRate = countOpen(labels, length) / (rows * length);
  const rawBoundaryRate = raw / (rows * length);
  const cap = space.levels[0].maxPatches / length;
  const agreement = groupAgreement(space, plans);
  const warnings: LearningWarning[] = [];
  if (agreement > alike) {
    warnings.push({
      code: 'groups-alike',
      message: `Plans of a group agree to ${agreement.toFixed(3)}: their rewards teach nothing. Raise the entropy bonus or floor, or lower the learning rate.`,
    });
  }
  if (rawBoundaryRate > cap) {
    warnings.push({
      code: 'rate-above-cap',
      message: `The policy draws ${rawBoundaryRate.toFixed(4)} boundaries a step and ${cap.toFixed(4)} are allowed: the rest is dropped. Use exact counts, or lower the learning rate.`,
    });
  }
  return {
    reward: meanOf(rewards),
    groupSpread: meanOf(spreads),
    entropy: meanOf(entropy),
    boundaryRate,
    rawBoundaryRate,
    agreement,
    unjudged: rewards.reduce((count, each) => count + (Number.isFinite(each) ? 0 : 1), 0),
    warnings,
  };
}

/** Mean Jaccard index over pairs of plans of the same window, without step 0 and the anchors; NaN for groups of one. */
export function groupAgreement({ levels }: PlanSpace, plans: SampledPlans): number {
  const { windows, group, length, labels } = plans;
  const isFixed = new Uint8Array(length);
  isFixed[0] = 1;
  for (const step of levels[0].anchors) isFixed[step] = 1;
  let sum = 0;
  let pairs = 0;
  for (let window = 0; window < windows; window++) {
    for (let g = 0; g < group; g++) {
      for (let h = g + 1; h < group; h++) {
        const a = (window * group + g) * length;
        const b = (window * group + h) * length;
        let both = 0;
        let either = 0;
        for (let t = 1; t < length; t++) {
          if (isFixed[t] === 1) continue;
          const inA = labels[a + t] > 0;
          const inB = labels[b + t] > 0;
          if (inA && inB) both += 1;
          if (inA || inB) either += 1;
        }
        sum += either === 0 ? 1 : both / either;
        pairs += 1;
      }
    }
  }
  return sum / pairs;
}

/** Opened patches; step 0 of each row opens one in any case. */
function countOpen(labels: Uint8Array, length: number): number {
  let count = 0;
  for (let i = 0; i < labels.length; i++) if (labels[i] > 0 || i % length === 0) count += 1;
  return count;
}

/** Mean of what is finite; NaN where nothing is. */
function meanOf(values: ArrayLike<number>): number {
  let count = 0;
  let sum = 0;
  for (let i = 0; i < values.length; i++) {
    if (!Number.isFinite(values[i])) continue;
    count += 1;
    sum += values[i];
  }
  return sum / count;
}
