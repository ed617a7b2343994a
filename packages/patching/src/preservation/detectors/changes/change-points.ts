/**
 * Change points of a series without gaps: z-scores, a segment cost and PELT. What kind of change each one is, the detectors built on this say.
 *
 * By default the noise is taken to be independent with the deviation of the whole series, as the benchmarks of the field do: large changes
 * make the penalty a strict one, and a slow wave or autocorrelated noise counts as changes. `local` noise mends both, but for waves slower
 * than it looks at.
 */
import { z } from 'zod';
import { localLevel } from '../../surviving/local-level.js';
import { linearCost } from './linear-cost.js';
import { longRunNoise, loudness } from './long-run-noise.js';
import { longSegmentation } from './long-segmentation.js';
import { meanCost } from './mean-cost.js';
import { normalCost } from './normal-cost.js';
import { pelt } from './pelt.js';
import { publishedPelt } from './published-pelt.js';
import { rankScores } from './rank-scores.js';
import type { SegmentCost } from './segment-cost.js';
import { type ZScores, zScores } from './z-scores.js';

export const costNames = ['linear', 'mean', 'mbic', 'normal', 'rank'] as const;
export type CostName = (typeof costNames)[number];

/** Deviations of the noise from the local level; one of 16,000 normal values lies farther. */
const farthest = 4;

/** Options that all detectors by segmentation share. */
export const segmentationShape = {
  /** Least points of a segment. Default 3. */
  minSize: z.int().min(1).default(3),
  /** Price of a change over the logarithm of the number of points. Default 3. */
  penalty: z.number().min(0).default(3),
  /**
   * What price and statistic are counted in: the deviation of the whole `series`, or its `local` noise in its loudest part (see `longRunNoise`),
   * which large changes do not raise; spikes are then cut to four deviations from the local level. Default `series`.
   */
  noise: z.enum(['series', 'local']).default('series'),
};

export interface ChangePointOptions {
  readonly cost: CostName;
  readonly minSize: number;
  /** Over log n. */
  readonly penalty: number;
  /** Default `exact`. */
  readonly search?: 'exact' | 'published';
  /** `even`: local noise that is known to be the same everywhere. Default `series`. */
  readonly noise?: 'series' | 'local' | 'even';
}

export interface ChangePoints {
  /** First point of each segment but the first; increasing. */
  readonly changes: Int32Array;
  /** What was segmented: z-scores of the values or of their ranks; in units of the local noise where that was asked for. */
  readonly scores: Float64Array;
  readonly cost: SegmentCost;
  /** The deviation that the scores were divided by; in ranks for the rank cost. */
  readonly deviation: number;
  /** Price of a change. */
  readonly penalty: number;
}

const costs: Readonly<Record<CostName, (scores: Float64Array) => SegmentCost>> = {
  linear: linearCost,
  mean: (scores) => meanCost(scores),
  mbic: (scores) => meanCost(scores, true),
  normal: normalCost,
  rank: (scores) => meanCost(scores),
};

/** Undefined where all values are equal: nothing changes there. @param values finite */
export function changePoints(
  values: Float64Array,
  { cost: name, minSize, penalty: perLog, search = 'exact', noise = 'series' }: ChangePointOptions,
): ChangePoints | undefined {
  const inDeviations = name === 'rank' ? rankScores(values) : zScores(values);
  if (inDeviations === undefined) return undefined;
  const scored = noise === 'series' ? inDeviations : inLocalNoise(inDeviations, noise === 'even');
  const cost = costs[name](scored.scores);
  const penalty = perLog * Math.log(values.length);
  const { changes } =
    name === 'linear'
      ? longSegmentation(scored.scores, linearCost, { penalty, minSize })
      : (search === 'exact' ? pelt : publishedPelt)(cost, { penalty, minSize });
  return { changes, scores: scored.scores, cost, deviation: scored.deviation, penalty };
}

/**
 * In units of the noise of the loudest part. The noise in the long run counts up to the deviation of the series: a season makes it larger.
 * Deviations of the series where most values stand still.
 */
function inLocalNoise({ scores, mean, deviation }: ZScores, isEven: boolean): ZScores {
  const typical = longRunNoise(scores);
  if (!(typical > 0)) return { scores, mean, deviation };
  const noise = Math.min(typical, 1) * (isEven ? 1 : loudness(scores));
  const inNoise = scores.map((score) => score / noise);
  return { scores: isEven ? inNoise : withoutSpikes(inNoise), mean, deviation: deviation * noise };
}

/** Values far from the median around them moved to the farthest that counts: a spike is no change, and one of 40 deviations would pay for two. */
function withoutSpikes(scores: Float64Array): Float64Array {
  const level = localLevel(scores);
  return scores.map((score, i) => Math.max(level[i] - farthest, Math.min(level[i] + farthest, score)));
}

/** The segments on both sides of each change, `[from, at)` and `[at, to)`. */
export function neighbours(
  changes: Int32Array,
  length: number,
): readonly { readonly from: number; readonly at: number; readonly to: number }[] {
  return Array.from(changes, (at, i) => ({
    from: i === 0 ? 0 : changes[i - 1],
    at,
    to: i + 1 === changes.length ? length : changes[i + 1],
  }));
}
