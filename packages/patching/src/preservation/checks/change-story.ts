/**
 * What the steps around a level shift tell: a detector of levels cuts a slope into stairs, and each of them is a difference of means beyond
 * doubt. Four stories are compared: two levels, a line with a jump, a line, a line that bends.
 *
 * Source: the information criterion of Schwarz (Annals of Statistics, 1978), with the place of a change counted as a figure of its own.
 */
import { leastSquares } from '../detectors/interventions/least-squares.js';
import { type NoiseMemory, prewhitening } from '../surviving/noise-memory.js';
import type { Sides } from './change-contrast.js';

export interface ChangeStory {
  /** By how much the better story without a jump beats the better one with a jump, in units of the criterion: above 0 the trend says it as well. */
  readonly lineAdvantage: number;
  /** Whether both sides lie on a slope, beyond doubt. */
  readonly hasSlope: boolean;
}

/** Values that four figures can be told apart by. */
const leastValues = 8;
/** Price of a slope over the logarithm of the number of values, as that of a change in the detectors. */
const slopePrice = 3;

/**
 * undefined where there are too few values to tell. O(steps)
 *
 * @param values NaN where missing
 * @param memory of the noise, which alone can make stairs
 */
export function changeStory(
  values: Float64Array,
  { from, at, to }: Sides,
  memory: NoiseMemory,
): ChangeStory | undefined {
  const { steps, whiten } = prewhitening(values, from, to, memory);
  if (steps.length < leastValues) return undefined;
  const target = whiten((t) => values[t]);
  const centre = target.reduce((sum, value) => sum + value / target.length, 0);
  const heights = target.map((value) => value - centre);
  // Less than the rounding of the values is no difference between stories.
  const rounding = target.reduce((most, value) => Math.max(most, Math.abs(value)), 0) * Number.EPSILON;
  const least = steps.length * rounding ** 2;
  const [level, time] = [whiten(() => 1), whiten((t) => (t - at) / (to - from))];
  const [step, bend] = [whiten((t) => (t >= at ? 1 : 0)), whiten((t) => Math.max(0, t - at) / (to - from))];
  const price = Math.log(steps.length);
  const story = (columns: readonly Float64Array[], figures: number): number => {
    const fit = leastSquares(columns, heights);
    if ('dependent' in fit) return Number.POSITIVE_INFINITY;
    const squares = fit.residuals.reduce((sum, residual) => sum + residual * residual, 0);
    return steps.length * Math.log(Math.max(squares, least)) + figures * price;
  };
  const levels = story([level, step], 3);
  const lines = story([level, time, step], 4);
  const without = Math.min(story([level, time], 2), story([level, time, bend], 4));
  return {
    lineAdvantage: Math.min(levels, lines) - without,
    hasSlope: levels - lines > (slopePrice - 1) * price,
  };
}
