/**
 * Changes of the variance: the residuals of the piecewise line, squared, as logarithms, have a level that shifts with the variance; PELT
 * with a constant per segment finds the shifts. A change of shape at equal variance is not seen.
 */
import { parseOptions } from '@tessera/core';
import { z } from 'zod';
import { normalTail } from '../../significance/tail-probability.js';
import type { Detection } from '../../structures/detection.js';
import { detectionOfChanges, type FoundChange } from './change-detection.js';
import { type ChangePointOptions, changePoints, neighbours, segmentationShape } from './change-points.js';
import { lineThrough } from './line-through.js';
import { meanOf } from './mean-of.js';
import { variancePlaces } from './variance-place.js';
import { type ZScores, zScores } from './z-scores.js';

/** Mean square that rounding leaves of z-scores where lines fit perfectly. */
const roundingSquare = 1e-20;
/** Share of the mean square that keeps the logarithm of a residual near 0 from running away. Source: Fuller (1996), as cited below. */
const share = 0.02;

const optionsSchema = z.strictObject({
  ...segmentationShape,
  /** What is taken off before squaring: piecewise lines, or the mean of the series. Default `lines`. */
  residuals: z.enum(['lines', 'mean']).default('lines'),
});

export type VarianceChangeOptions = z.input<typeof optionsSchema>;

/**
 * The changes of variance in one channel. As dear as `detectTrendChanges`, from which it takes the lines, or near O(n) with
 * `residuals: 'mean'`.
 *
 * With local noise a change is put where it is likeliest for normal residuals. The statistic is the difference of the mean log squared residuals on both sides of
 * where these shift most, in deviations of that series of logarithms (the
 * scale); the threshold is the least difference that pays for a change between segments of these lengths. The p-value is that of the
 * difference at its place, by the normal limit, times the number of places. Details: `before` and `after` (deviations in the unit of
 * the channel), `gap`.
 *
 * Sources: Killick, Fearnhead and Eckley (JASA 2012); Breidt and Carriquiry, Improved Quasi-Maximum Likelihood Estimation for Stochastic
 * Volatility Models (1996), for the logarithm.
 *
 * @param values shape `[T]`, NaN where missing
 * @throws TesseraError OPTIONS_INVALID, NUMBER_INFINITE
 */
export function detectVarianceChanges(
  channel: string,
  values: Float64Array,
  options: VarianceChangeOptions = {},
): Detection {
  const resolved = parseOptions(optionsSchema, options, 'detectVarianceChanges');
  return detectionOfChanges({
    detector: 'variance-changes',
    kind: 'variance-change',
    channel,
    values,
    options: resolved,
    leastValues: 2 * resolved.minSize,
    find: (observed) => findVariances(observed, resolved),
  });
}

function findVariances(observed: Float64Array, options: z.output<typeof optionsSchema>): FoundChange[] {
  const { minSize, penalty, noise: unit } = options;
  const noise =
    options.residuals === 'mean'
      ? zScores(observed)
      : lineResiduals(observed, { minSize, penalty, noise: unit });
  if (noise === undefined) return [];
  const squares = noise.scores.map((score) => score * score);
  const meanSquare = meanOf(squares, 0, squares.length);
  if (meanSquare < roundingSquare) return [];
  const found = changePoints(logSquares(squares, meanSquare), {
    cost: 'mean',
    minSize,
    penalty,
    // Logarithms of squares are as loud in loud parts as elsewhere.
    noise: unit === 'series' ? 'series' : 'even',
  });
  if (found === undefined) return [];
  const placed =
    unit === 'series' ? found.changes : variancePlaces(squares, found.scores, found.changes, minSize);
  const places = neighbours(placed, observed.length);
  return neighbours(found.changes, observed.length).map(({ from, at, to }, i) => {
    const place = places[i];
    const error = Math.sqrt(1 / (at - from) + 1 / (to - at));
    const statistic = meanOf(found.scores, at, to) - meanOf(found.scores, from, at);
    return {
      at: place.at,
      statistic,
      threshold: Math.sqrt(found.penalty) * error,
      scale: found.deviation,
      pValue: Math.min(1, observed.length * normalTail(statistic / error)),
      details: {
        before: noise.deviation * Math.sqrt(meanOf(squares, place.from, place.at)),
        after: noise.deviation * Math.sqrt(meanOf(squares, place.at, place.to)),
      },
    };
  });
}

/** The z-scores less the piecewise line through them, with the deviation that leads back to the unit of the channel. */
function lineResiduals(
  observed: Float64Array,
  options: Omit<ChangePointOptions, 'cost'>,
): Pick<ZScores, 'scores' | 'deviation'> | undefined {
  const lines = changePoints(observed, { ...options, cost: 'linear' });
  if (lines === undefined) return undefined;
  const scores = lines.scores.slice();
  for (const [i, from] of [0, ...lines.changes].entries()) {
    const to = i < lines.changes.length ? lines.changes[i] : scores.length;
    const { centre, level, slope } = lineThrough(scores, from, to);
    for (let t = from; t < to; t++) scores[t] -= level + slope * (t - centre);
  }
  return { scores, deviation: lines.deviation };
}

/** Logarithms of squares, bent where a square is near 0 so that one lucky value does not weigh more than a loud stretch. */
function logSquares(squares: Float64Array, meanSquare: number): Float64Array {
  const offset = share * meanSquare;
  return squares.map((square) => Math.log(square + offset) - offset / (square + offset));
}
