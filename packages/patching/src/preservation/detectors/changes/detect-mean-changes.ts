/** Changes of the level: PELT with a constant per segment. A trend shows as a staircase here; `detectTrendChanges` has lines. */
import { parseOptions } from '@tessera/core';
import { z } from 'zod';
import { normalTail } from '../../significance/tail-probability.js';
import type { Detection } from '../../structures/detection.js';
import { detectionOfChanges, type FoundChange } from './change-detection.js';
import { changePoints, neighbours, segmentationShape } from './change-points.js';
import { meanOf } from './mean-of.js';

const optionsSchema = z.strictObject({
  /** `mean`: squared deviations. `mbic`: the same with the logarithm of the length. `rank`: of ranks, for heavy tails. Default `mean`. */
  cost: z.enum(['mean', 'mbic', 'rank']).default('mean'),
  /** `published`: the rule of the paper at every step, which is inexact for `mbic`; for published figures only. Default `exact`. */
  search: z.enum(['exact', 'published']).default('exact'),
  ...segmentationShape,
});

export type MeanChangeOptions = z.input<typeof optionsSchema>;

/**
 * The changes of level in one channel. Near O(n): a million points take about half a second.
 *
 * The statistic is the difference of the means of the segments on both sides, in deviations of the series (of its ranks for `rank`), and the
 * threshold is the least difference that pays for a change between segments of these lengths. The p-value is that of the
 * difference at its place under independent normal noise, times the number of places. Details: `before` and `after` (the means, in
 * the unit of the channel), `gap`.
 *
 * Source: Killick, Fearnhead and Eckley (JASA 2012).
 *
 * @param values shape `[T]`, NaN where missing
 * @throws TesseraError OPTIONS_INVALID, NUMBER_INFINITE
 */
export function detectMeanChanges(
  channel: string,
  values: Float64Array,
  options: MeanChangeOptions = {},
): Detection {
  const resolved = parseOptions(optionsSchema, options, 'detectMeanChanges');
  return detectionOfChanges({
    detector: 'mean-changes',
    kind: 'mean-change',
    channel,
    values,
    options: resolved,
    leastValues: 2 * resolved.minSize,
    find: (observed) => findLevels(observed, resolved),
  });
}

function findLevels(observed: Float64Array, options: z.output<typeof optionsSchema>): FoundChange[] {
  const found = changePoints(observed, options);
  if (found === undefined) return [];
  const { changes, scores, deviation, penalty } = found;
  return neighbours(changes, observed.length).map(({ from, at, to }) => {
    const [before, after] = [at - from, to - at];
    const statistic = meanOf(scores, at, to) - meanOf(scores, from, at);
    const error = Math.sqrt(1 / before + 1 / after);
    const price = penalty + (options.cost === 'mbic' ? Math.log((before * after) / (before + after)) : 0);
    return {
      at,
      statistic,
      threshold: Math.sqrt(Math.max(price, 0)) * error,
      scale: options.cost === 'rank' ? 1 : deviation,
      pValue: Math.min(1, observed.length * normalTail(statistic / error)),
      details: { before: meanOf(observed, from, at), after: meanOf(observed, at, to) },
    };
  });
}
