/**
 * Boundaries where the series varies most around its local mean: short patches in restless stretches. Local complexity alone is no
 * reason for short patches (arXiv 2606.04074): a burst of noise takes them all.
 */
import { parseOptions } from '@tessera/core';
import { z } from 'zod';
import { Patches } from '../patches/patches.js';
import type { PatchPolicy } from './patch-policy.js';
import { defaultSpacing, mostPatches, ratesOption, spacingOption } from './rates.js';
import { rulePolicy } from './rule-policy.js';
import { topSteps } from './top-steps.js';
import { treeOfRates } from './tree-of-rates.js';
import { scaledValues } from './window-scale.js';

const schema = z.strictObject({
  rates: ratesOption,
  radius: z.number().int().positive().max(1e6).default(4),
  spacing: spacingOption,
});
/**
 * `rates`: steps per patch of each level, from fine to coarse; default 16. `radius`: steps on either side whose variance counts;
 * default 4. `spacing`: fewest steps between two boundaries; default an eighth of the finest rate.
 */
export type VarianceOptions = Readonly<z.input<typeof schema>>;

/** As many boundaries as the rate allows, where the variance is largest; none where it is 0. @throws TesseraError OPTIONS_INVALID */
export function variance(options: VarianceOptions = {}): PatchPolicy {
  const resolved = parseOptions(schema, options, 'variance');
  const { rates, radius, spacing = defaultSpacing(rates[0]) } = resolved;
  return rulePolicy({
    name: 'variance',
    options: resolved,
    isCausal: false,
    rates,
    cut: ({ values }) => {
      const scores = localVariances(scaledValues(values), radius);
      const starts = topSteps(scores, mostPatches(values.length, rates[0]), spacing);
      return treeOfRates(Patches.fromStarts(starts, values.length), values, rates, false);
    },
  });
}

/**
 * Variance of the observed values within `radius` steps; -Infinity where the step is missing or nothing varies. O(T radius), since a
 * running sum of squares would take rounding for variance.
 */
function localVariances(values: Float64Array, radius: number): Float64Array {
  const scores = new Float64Array(values.length).fill(Number.NEGATIVE_INFINITY);
  for (let t = 0; t < values.length; t++) {
    if (Number.isNaN(values[t])) continue;
    const from = Math.max(0, t - radius);
    const to = Math.min(values.length, t + radius + 1);
    let count = 0;
    let mean = 0;
    let squares = 0;
    for (let i = from; i < to; i++) {
      if (Number.isNaN(values[i])) continue;
      count += 1;
      const distance = values[i] - mean;
      mean += distance / count;
      squares += distance * (values[i] - mean);
    }
    if (squares > 0) scores[t] = squares / count;
  }
  return scores;
}
