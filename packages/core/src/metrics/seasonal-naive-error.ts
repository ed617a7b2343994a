/**
 * What scaled metrics divide by: the error of the seasonal naive forecast within the training values, over the pairs
 * of which both members were observed.
 *
 * Source: Hyndman and Koehler, Another look at measures of forecast accuracy (IJF 2006), section 3; seasonal as in the
 * M4 competition’s evaluation code.
 */
import type { MetricInput } from './metric.js';
import { inputError } from './metric-input.js';

/**
 * Mean of `|x[t] - x[t - season]|^power`, O(T); NaN where nothing can be divided by it: no pair was observed, the
 * values repeat exactly, or their powers exceed the largest number.
 *
 * @throws TesseraError METRIC_INPUT_INVALID where the season is not a whole number of at least 1, or a value is infinite
 */
export function seasonalNaiveError(input: MetricInput, power: 1 | 2): number {
  const { insample, season } = input;
  if (!Number.isSafeInteger(season) || season < 1) {
    throw inputError('season', 'a whole number of at least 1', season, 'Give 1 for a series without season');
  }
  let sum = 0;
  let pairs = 0;
  for (let t = 0; t < insample.length; t++) {
    if (Math.abs(insample[t]) === Number.POSITIVE_INFINITY) {
      // An infinite scale would make every forecast look perfect.
      throw inputError(`insample[${t}]`, 'a finite number or NaN', insample[t], 'Mark it missing with NaN');
    }
    if (t < season) continue;
    const change = Math.abs(insample[t] - insample[t - season]);
    if (Number.isNaN(change)) continue;
    sum += power === 1 ? change : change * change;
    pairs += 1;
  }
  return sum > 0 && Number.isFinite(sum) ? sum / pairs : Number.NaN;
}
