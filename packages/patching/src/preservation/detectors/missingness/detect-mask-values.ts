/**
 * Whether observation breaks off after certain values: high or low ones, or ones far from the middle on either side. Then what is missing can be
 * foretold from what was observed, and skipping it is not harmless. Values are compared by rank, within the readings of a clock where
 * one is given, since a mask that follows the clock follows values, too, as far as these follow the clock.
 *
 * Whether a value is missing because of what it would have been itself cannot be tested from what was observed.
 *
 * Source: van Elteren, On the Combination of Independent Two-Sample Tests of Wilcoxon (Bull. Int. Stat. Inst. 1960); with one stratum it is the
 * rank-sum test of Wilcoxon with the correction for ties.
 */
import { parseOptions, TesseraError } from '@tessera/core';
import { z } from 'zod';
import { normalTail, sizeAtTail } from '../../significance/tail-probability.js';
import type { Detection } from '../../structures/detection.js';
import { median } from '../median.js';
import { leastOnsets, missingMask, stepsAtRisk } from './missing-mask.js';

const detector = 'mask-values';

const schema = z.strictObject({
  /** How many steps back the values lie that the mask is held against. */
  lags: z
    .array(z.int().min(1))
    .min(1)
    .readonly()
    .default([1])
    .refine((lags) => new Set(lags).size === lags.length, 'lags that differ'),
  /** Limit of the p-value, which is corrected for the number of tests (two for each lag; Bonferroni). */
  significance: z.number().gt(0).lt(1).default(1e-3),
});

export type MaskValueOptions = z.input<typeof schema>;

/**
 * At most one structure of kind `missingness`, of the strongest test. The statistic is its normal score: above 0 where observation breaks off after
 * high values, or, with detail `extreme` 1, after values far from the median. Further details: `lag`, `onsets`, and `advantage`, the chance that
 * the value before a beginning outranks another one (0.5 for no dependence). O(T log T) for each lag.
 *
 * @param values shape `[T]`, NaN where missing
 * @param strata readings of a clock to compare within, shape `[T]`; default none
 * @throws TesseraError OPTIONS_INVALID, NUMBER_INFINITE, SHAPE_MISMATCH
 */
export function detectMaskValues(
  channel: string,
  values: Float64Array,
  options: MaskValueOptions = {},
  strata?: Float64Array,
): Detection {
  const resolved = parseOptions(schema, options, detector);
  const { lags, significance } = resolved;
  if (strata !== undefined && strata.length !== values.length) throw mismatch(strata.length, values.length);
  const { mask, missing } = missingMask(channel, values);
  const base = { detector, options: resolved, missing, structures: [] };
  if (missing === 0) return { ...base, status: 'none' };

  const atRisk = stepsAtRisk(mask);
  const centre = median(values.filter((value) => !Number.isNaN(value)));
  const tests = lags.flatMap((lag) => {
    const steps = atRisk.filter((t) => t >= lag && mask[t - lag] === 0);
    const onsets = steps.reduce((sum, t) => sum + mask[t], 0);
    if (onsets < leastOnsets || steps.length - onsets < leastOnsets) return [];
    return [0, 1].map((extreme) => {
      const before = Float64Array.from(steps, (t) =>
        extreme === 1 ? Math.abs(values[t - lag] - centre) : values[t - lag],
      );
      const isOnset = Uint8Array.from(steps, (t) => mask[t]);
      const within = strata === undefined ? undefined : Float64Array.from(steps, (t) => strata[t]);
      return { lag, extreme, onsets, ...rankSum(before, isOnset, within) };
    });
  });
  if (tests.length === 0) {
    const reason = `observation breaks off, or goes on, fewer than ${leastOnsets} times after an observed value`;
    return { ...base, status: 'not-assessable', reason };
  }
  const best = tests.reduce((a, b) => (Math.abs(b.z) > Math.abs(a.z) ? b : a));
  const pValue = Math.min(1, tests.length * normalTail(best.z));
  if (pValue > significance) return { ...base, status: 'none' };
  const { lag, extreme, onsets, advantage } = best;
  return {
    ...base,
    status: 'found',
    structures: [
      {
        kind: 'missingness',
        channel,
        start: 0,
        end: values.length,
        statistic: best.z,
        threshold: sizeAtTail(normalTail, significance / tests.length),
        scale: 1,
        detector,
        pValue,
        details: { lag, extreme, onsets, advantage },
      },
    ],
  };
}

/** The rank sum of those marked, within strata: its normal score, and the chance that a marked one outranks another. */
function rankSum(
  values: Float64Array,
  isMarked: Uint8Array,
  strata: Float64Array | undefined,
): { readonly z: number; readonly advantage: number } {
  const parts = new Map<number, { readonly values: number[]; readonly marked: number[] }>();
  for (let i = 0; i < values.length; i++) {
    const stratum = strata?.[i] ?? 0;
    let part = parts.get(stratum);
    if (part === undefined) {
      part = { values: [], marked: [] };
      parts.set(stratum, part);
    }
    part.values.push(values[i]);
    if (isMarked[i] === 1) part.marked.push(values[i]);
  }
  let excess = 0;
  let variance = 0;
  let wins = 0;
  let pairs = 0;
  for (const { values: all, marked } of parts.values()) {
    const others = all.length - marked.length;
    if (marked.length === 0 || others === 0) continue;
    const part = partRankSum(Float64Array.from(all).sort(), marked);
    // Van Elteren’s weights: each stratum counts by what it can tell.
    const weight = 1 / (all.length + 1);
    excess += weight * part.excess;
    variance += weight * weight * part.variance;
    wins += part.excess + (marked.length * others) / 2;
    pairs += marked.length * others;
  }
  if (!(variance > 0)) return { z: 0, advantage: 0.5 };
  return { z: excess / Math.sqrt(variance), advantage: wins / pairs };
}

/** Of one stratum: the rank sum of the marked values less what is expected, and its variance. */
function partRankSum(
  sorted: Float64Array,
  marked: readonly number[],
): { readonly excess: number; readonly variance: number } {
  const all = sorted.length;
  let ranks = 0;
  for (const value of marked) {
    ranks += (countWhere(sorted, (x) => x < value) + countWhere(sorted, (x) => x <= value) + 1) / 2;
  }
  let ties = 0;
  for (let from = 0; from < all; ) {
    let to = from + 1;
    while (to < all && sorted[to] === sorted[from]) to += 1;
    ties += (to - from) ** 3 - (to - from);
    from = to;
  }
  const others = all - marked.length;
  return {
    excess: ranks - (marked.length * (all + 1)) / 2,
    variance: ((marked.length * others) / 12) * (all + 1 - ties / (all * (all - 1))),
  };
}

/** How many of the sorted values, from the first on, are as told. */
function countWhere(sorted: Float64Array, holds: (value: number) => boolean): number {
  let low = 0;
  let high = sorted.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (holds(sorted[middle])) low = middle + 1;
    else high = middle;
  }
  return low;
}

function mismatch(found: number, length: number): TesseraError {
  return new TesseraError({
    code: 'SHAPE_MISMATCH',
    argument: 'strata',
    expected: `${length}, one for each step of the channel`,
    found: String(found),
    wayOut: 'Give the readings of the time axis of this channel',
  });
}
