/** Changes of a trend: PELT with a straight line per segment. The line may bend or jump or both; a jump alone counts as well. */
import { parseOptions } from '@tessera/core';
import { z } from 'zod';
import { chiSquareTail } from '../../significance/tail-probability.js';
import type { Detection } from '../../structures/detection.js';
import { bendPlaces } from './bend-place.js';
import { detectionOfChanges, type FoundChange } from './change-detection.js';
import { changePoints, neighbours, segmentationShape } from './change-points.js';
import { type Line, lineThrough } from './line-through.js';

const optionsSchema = z.strictObject(segmentationShape);

export type TrendChangeOptions = z.input<typeof optionsSchema>;

/**
 * The changes of trend in one channel. Near O(n): a million points take some four seconds, with changes or without; those of series over
 * 32,768 points are found in pieces first, see `longSegmentation`. A change that is a bend and no jump is put at the bend.
 *
 * The statistic is the root of the squares that two lines, cut where they explain most, explain beyond one line, in deviations of the series,
 * with the sign of the change of slope; the threshold is the root of the price. The p-value is that of these squares at
 * their place under independent normal noise, times the number of places. Details: `slopeBefore`, `slopeAfter` (per observed
 * step), `jump` (from one line to the other at the first new step, in the unit of the channel), `gap`.
 *
 * Source: Killick, Fearnhead and Eckley (JASA 2012), with the residuals of a line as cost.
 *
 * @param values shape `[T]`, NaN where missing
 * @throws TesseraError OPTIONS_INVALID, NUMBER_INFINITE
 */
export function detectTrendChanges(
  channel: string,
  values: Float64Array,
  options: TrendChangeOptions = {},
): Detection {
  const resolved = parseOptions(optionsSchema, options, 'detectTrendChanges');
  return detectionOfChanges({
    detector: 'trend-changes',
    kind: 'trend-change',
    channel,
    values,
    options: resolved,
    leastValues: 2 * resolved.minSize,
    find: (observed) => findLines(observed, resolved),
  });
}

function findLines(observed: Float64Array, options: z.output<typeof optionsSchema>): FoundChange[] {
  const found = changePoints(observed, { ...options, cost: 'linear' });
  if (found === undefined) return [];
  const { scores, deviation, penalty, cost } = found;
  const places = neighbours(bendPlaces(scores, found.changes, options.minSize), observed.length);
  const answer = new Float64Array(1);
  const costOf = (from: number, to: number) => {
    cost.costs(Int32Array.of(from), 1, to, answer);
    return answer[0];
  };
  return neighbours(found.changes, observed.length).map(({ from, at, to }, i) => {
    const place = places[i];
    const before = lineThrough(scores, place.from, place.at);
    const after = lineThrough(scores, place.at, place.to);
    const gain = Math.max(costOf(from, to) - costOf(from, at) - costOf(at, to), 0);
    return {
      at: place.at,
      statistic: (after.slope < before.slope ? -1 : 1) * Math.sqrt(gain),
      threshold: Math.sqrt(penalty),
      scale: deviation,
      pValue: Math.min(1, observed.length * chiSquareTail(gain, 2)),
      details: {
        slopeBefore: before.slope * deviation,
        slopeAfter: after.slope * deviation,
        jump: (heightAt(after, place.at) - heightAt(before, place.at)) * deviation,
      },
    };
  });
}

function heightAt({ centre, level, slope }: Line, index: number): number {
  return level + slope * (index - centre);
}
