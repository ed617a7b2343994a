/**
 * What a plan is charged for what the means of its patches lose, by a fast statistic of the preservation checker. It joins the reward
 * where the forecaster is wired to the policy, so the policy itself never sees its judge.
 */
import { erasureStatistics, Patches, type PolicyWindow } from '@tessera/patching';
import { z } from 'zod';

export const preservationSchema = z.strictObject({
  /** Loss that losing everything costs; 0 charges nothing. */
  weight: z.number().nonnegative().default(0),
  /** `unmarkedMoves`, `lostVariance` or `erasedSpikes`, each a share in [0, 1]; see `erasureStatistics`. */
  statistic: z.enum(['unmarkedMoves', 'lostVariance', 'erasedSpikes']).default('unmarkedMoves'),
});
export type Preservation = z.output<typeof preservationSchema>;

/**
 * The charge of each plan, shape `[B, G]`. O(B G L).
 *
 * @param ends exclusive ends of the plans, G for each window
 */
export function preservationPenalties(
  windows: readonly PolicyWindow[],
  ends: readonly Uint32Array[],
  { weight, statistic }: Preservation,
): Float64Array {
  const penalties = new Float64Array(ends.length);
  if (weight === 0) return penalties;
  const group = ends.length / windows.length;
  for (let row = 0; row < ends.length; row++) {
    const { values } = windows[Math.floor(row / group)];
    const patches = Patches.fromEnds(ends[row], values.length);
    penalties[row] = weight * erasureStatistics(values, patches)[statistic];
  }
  return penalties;
}
