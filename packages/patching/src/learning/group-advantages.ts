/**
 * How much better each plan did than the others of its window. The group is the baseline; its deviation is the unit.
 *
 * Sources: the group-relative advantage of Shao et al. 2024, arXiv 2402.03300, section 4.1; leave-one-out of Kool et al. 2019,
 * "Buy 4 REINFORCE samples, get a baseline for free".
 */
import { z } from 'zod';

export const advantageOptionsSchema = z.strictObject({
  /** `mean` of the whole group, or of the others only (`leave-one-out`), which is unbiased. */
  baseline: z.enum(['mean', 'leave-one-out']).default('mean'),
  /** Whether to divide by the standard deviation of the group. */
  isNormalised: z.boolean().default(true),
  /** Largest advantage; more is cut. Our trials used 4. */
  clamp: z.number().positive().default(4),
});
export type AdvantageOptions = Readonly<z.output<typeof advantageOptionsSchema>>;

/** A spread below this share of the level is rounding: the plans are alike. */
const rounding = 1e-9;

/**
 * Advantages, shape `[B, G]`; 0 where a group has no spread or a reward is not finite. O(B G).
 *
 * @param rewards shape `[B, G]`; what is not finite is left out of its group
 */
export function groupAdvantages(
  rewards: Float64Array,
  group: number,
  { baseline, isNormalised, clamp }: AdvantageOptions = advantageOptionsSchema.parse({}),
): Float64Array {
  const result = new Float64Array(rewards.length);
  for (let from = 0; from < rewards.length; from += group) {
    const { count, mean, deviation } = groupSpread(rewards, from, group);
    if (count < 2 || !(deviation > rounding * (1 + Math.abs(mean)))) continue;
    for (let i = from; i < from + group; i++) {
      if (!Number.isFinite(rewards[i])) continue;
      let advantage = rewards[i] - mean;
      if (baseline === 'leave-one-out') advantage *= count / (count - 1);
      if (isNormalised) advantage /= deviation;
      result[i] = Math.max(-clamp, Math.min(clamp, advantage));
    }
  }
  return result;
}

/** Count, mean and standard deviation (divisor: count) of the finite rewards of one group. */
export function groupSpread(rewards: Float64Array, from: number, group: number) {
  let count = 0;
  let sum = 0;
  for (let i = from; i < from + group; i++) {
    if (!Number.isFinite(rewards[i])) continue;
    count += 1;
    sum += rewards[i];
  }
  const mean = sum / count;
  let squares = 0;
  for (let i = from; i < from + group; i++) {
    if (Number.isFinite(rewards[i])) squares += (rewards[i] - mean) ** 2;
  }
  return { count, mean, deviation: Math.sqrt(squares / count) };
}
