/**
 * Whether missing steps come in clusters, or keep apart: the runs test of the mask, with its autocorrelation at lag 1. Tells a sensor that fails
 * for a while from readings lost one by one; says nothing of why.
 *
 * Source: Wald and Wolfowitz, On a Test Whether Two Samples are from the Same Population (Ann. Math. Statist. 1940).
 */
import { parseOptions } from '@tessera/core';
import { z } from 'zod';
import { normalTail, sizeAtTail } from '../../significance/tail-probability.js';
import type { Detection } from '../../structures/detection.js';
import { missingMask } from './missing-mask.js';

const detector = 'mask-memory';

const schema = z.strictObject({
  significance: z.number().gt(0).lt(1).default(1e-3),
});

export type MaskMemoryOptions = z.input<typeof schema>;

/** Steps of either sort from which on the normal approximation holds (Wald and Wolfowitz’ tables end at 20; 10 is usual). */
const leastSteps = 10;

/**
 * One structure of kind `missingness`, whose statistic is the normal score of the number of runs: below 0 for clusters, above for steps that keep
 * apart. Details: `runs`, `expectedRuns`, `lag1` (autocorrelation of the mask) and `lag1PValue`. O(T).
 *
 * @param values shape `[T]`, NaN where missing
 * @throws TesseraError OPTIONS_INVALID, NUMBER_INFINITE
 */
export function detectMaskMemory(
  channel: string,
  values: Float64Array,
  options: MaskMemoryOptions = {},
): Detection {
  const resolved = parseOptions(schema, options, detector);
  const { mask, missing, gaps } = missingMask(channel, values);
  const base = { detector, options: resolved, missing, structures: [] };
  if (missing === 0) return { ...base, status: 'none' };
  const length = mask.length;
  const observed = length - missing;
  if (Math.min(missing, observed) < leastSteps) {
    return {
      ...base,
      status: 'not-assessable',
      reason: `${missing} missing and ${observed} observed steps, and the runs test needs ${leastSteps} of each`,
    };
  }
  const first = mask[0];
  const last = mask[length - 1];
  const runs = 2 * gaps.length + 1 - first - last;
  const expectedRuns = (2 * missing * observed) / length + 1;
  const variance = ((expectedRuns - 1) * (expectedRuns - 2)) / (length - 1);
  const statistic = (runs - expectedRuns) / Math.sqrt(variance);
  const pValue = normalTail(statistic);
  if (pValue > resolved.significance) return { ...base, status: 'none' };
  const lag1 = autocorrelation(mask, missing / length);
  return {
    ...base,
    status: 'found',
    structures: [
      {
        kind: 'missingness',
        channel,
        start: 0,
        end: length,
        statistic,
        threshold: sizeAtTail(normalTail, resolved.significance),
        scale: 1,
        detector,
        pValue,
        details: { runs, expectedRuns, lag1, lag1PValue: normalTail(lag1 * Math.sqrt(length)) },
      },
    ],
  };
}

function autocorrelation(mask: Uint8Array, mean: number): number {
  let products = 0;
  let squares = (mask[0] - mean) ** 2;
  for (let t = 1; t < mask.length; t++) {
    products += (mask[t] - mean) * (mask[t - 1] - mean);
    squares += (mask[t] - mean) ** 2;
  }
  return products / squares;
}
