/**
 * What the steps around a level shift tell: a detector of levels cuts a slope into stairs, and each of them is a difference of means beyond
 * doubt. Five stories are compared: two levels, a line with a jump, two lines, and without a jump a line, a line that bends.
 *
 * Source: the information criterion of Schwarz (Annals of Statistics, 1978), with the place of a change counted as a figure of its own.
 */
import { leastSquares } from '../detectors/interventions/least-squares.js';
import type { NoiseMemory } from '../surviving/noise-memory.js';
import { prewhitening } from '../surviving/prewhitening.js';
import type { Sides } from './change-contrast.js';

export interface ChangeStory {
  /** By how much the better story without a jump beats the better one with a jump, in units of the criterion: above 0 the trend says it as well. */
  readonly lineAdvantage: number;
  /** Whether both sides lie on a slope, beyond doubt. */
  readonly hasSlope: boolean;
}

/** Values that five figures can be told apart by. */
const leastValues = 8;
/** Price of a second change over the logarithm of the number of values, as in the detectors: a jump also mends a bend put a little off. */
const slopePrice = 3;

/**
 * undefined where there are too few values to tell. O(steps)
 *
 * @param values NaN where missing
 * @param memory of the noise, which alone can make stairs
 * @param bends other steps between `from` and `to` at which a line may bend
 */
export function changeStory(
  values: Float64Array,
  { from, at, to }: Sides,
  memory: NoiseMemory,
  bends: readonly number[] = [],
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
  const step = whiten((t) => (t >= at ? 1 : 0));
  const price = Math.log(steps.length);
  const story = (columns: readonly Float64Array[], figures: number): number => {
    const fit = leastSquares(columns, heights);
    if ('dependent' in fit) return Number.POSITIVE_INFINITY;
    const squares = fit.residuals.reduce((sum, residual) => sum + residual * residual, 0);
    return steps.length * Math.log(Math.max(squares, least)) + figures * price;
  };
  const levels = story([level, step], 3);
  const lines = story([level, time, step], 4);
  let bent = Number.POSITIVE_INFINITY;
  let without = story([level, time], 2);
  for (const place of [at, ...bends]) {
    const bend = whiten((t) => Math.max(0, t - place) / (to - from));
    without = Math.min(without, story([level, time, bend], 4));
    bent = Math.min(bent, story([level, time, step, bend], 4 + slopePrice));
  }
  return {
    lineAdvantage: Math.min(levels, lines, bent) - without,
    hasSlope: levels - Math.min(lines, bent) > (slopePrice - 1) * price,
  };
}
