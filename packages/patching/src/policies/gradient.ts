/** Boundaries where the series moves most from one observed value to the next: the simplest signal there is. */
import { parseOptions } from '@tessera/core';
import { z } from 'zod';
import { Patches } from '../patches/patches.js';
import type { PatchPolicy } from './patch-policy.js';
import { defaultSpacing, mostPatches, ratesOption, spacingOption } from './rates.js';
import { rulePolicy } from './rule-policy.js';
import { topSteps } from './top-steps.js';
import { treeOfRates } from './tree-of-rates.js';
import { scaledValues } from './window-scale.js';

const schema = z.strictObject({ rates: ratesOption, spacing: spacingOption });
/**
 * `rates`: steps per patch of each level, from fine to coarse; default 16. `spacing`: fewest steps between two boundaries; default an
 * eighth of the finest rate.
 */
export type GradientOptions = Readonly<z.input<typeof schema>>;

/** As many boundaries as the rate allows, where the steps are largest; none where nothing moves. @throws TesseraError OPTIONS_INVALID */
export function gradient(options: GradientOptions = {}): PatchPolicy {
  const resolved = parseOptions(schema, options, 'gradient');
  const { rates, spacing = defaultSpacing(rates[0]) } = resolved;
  return rulePolicy({
    name: 'gradient',
    options: resolved,
    isCausal: false,
    rates,
    cut: ({ values }) => {
      const starts = topSteps(stepSizes(scaledValues(values)), mostPatches(values.length, rates[0]), spacing);
      return treeOfRates(Patches.fromStarts(starts, values.length), values, rates, false);
    },
  });
}

/** |x_t - the observed value before it|; -Infinity where there is none, or no difference. */
function stepSizes(values: Float64Array): Float64Array {
  const sizes = new Float64Array(values.length).fill(Number.NEGATIVE_INFINITY);
  let previous = Number.NaN;
  for (const [t, value] of values.entries()) {
    if (Number.isNaN(value)) continue;
    const size = Math.abs(value - previous);
    if (size > 0) sizes[t] = size;
    previous = value;
  }
  return sizes;
}
