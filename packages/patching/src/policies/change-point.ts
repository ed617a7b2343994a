/**
 * Boundaries where the level changes, by exact search: a signal that knows nothing of any loss. Sees the whole window, so it is
 * not causal.
 */
import { parseOptions } from '@tessera/core';
import { z } from 'zod';
import { Patches } from '../patches/patches.js';
import { exactPieces, PieceCosts, penalisedPieces } from './change-point-search.js';
import type { PatchPolicy } from './patch-policy.js';
import { defaultSpacing, mostPatches, ratesOption, spacingOption } from './rates.js';
import { rulePolicy } from './rule-policy.js';
import { treeOfRates } from './tree-of-rates.js';
import { scaledValues } from './window-scale.js';

const schema = z
  .strictObject({
    rates: ratesOption,
    form: z.enum(['count', 'penalty']).default('count'),
    penalty: z.number().positive().max(1e6).default(2),
    spacing: spacingOption,
  })
  .refine(({ rates, spacing }) => spacing === undefined || spacing <= rates[0], {
    path: ['spacing'],
    message: 'at most the finest rate',
  });
/**
 * `rates`: steps per patch of each level, from fine to coarse; default 16. `form`: `count` places as many patches as the finest rate
 * allows, `penalty` as many as pay for themselves, and never more than that; default `count`. `penalty`: what a patch costs, in units of
 * noise variance times log T; default 2, the BIC of a changed mean and its place. `spacing`: fewest steps of a patch, at most the
 * finest rate; default an eighth of it.
 */
export type ChangePointOptions = Readonly<z.input<typeof schema>>;

/** @throws TesseraError OPTIONS_INVALID */
export function changePoint(options: ChangePointOptions = {}): PatchPolicy {
  const resolved = parseOptions(schema, options, 'changepoint');
  const { rates, form, penalty, spacing = defaultSpacing(rates[0]) } = resolved;
  return rulePolicy({
    name: 'changepoint',
    options: resolved,
    isCausal: false,
    rates,
    cut: ({ values }) => {
      const starts = changeStarts(scaledValues(values), mostPatches(values.length, rates[0]));
      return treeOfRates(Patches.fromStarts(starts, values.length), values, rates, false);
    },
  });

  function changeStarts(values: Float64Array, most: number): number[] {
    const { length } = values;
    if (length < 2 * spacing) return length === 0 ? [] : [0];
    const costs = new PieceCosts(values);
    if (form === 'count') return exactPieces(costs, most, spacing);
    const noise = noiseVariance(values);
    if (noise === 0) return [0];
    const starts = penalisedPieces(costs, penalty * noise * Math.log(length), spacing);
    return starts.length <= most ? starts : exactPieces(costs, most, spacing);
  }
}

/** The median of |x| of a standard normal variable. */
const normalMedian = 0.6744897501960817;

/**
 * Variance of what remains of a series of levels: from the median size of its differences, which a few changes do not move, or from
 * their mean square where most of them are 0. O(T log T).
 */
function noiseVariance(values: Float64Array): number {
  const sizes: number[] = [];
  let squares = 0;
  let previous = Number.NaN;
  for (const value of values) {
    if (Number.isNaN(value)) continue;
    if (!Number.isNaN(previous)) {
      sizes.push(Math.abs(value - previous));
      squares += (value - previous) ** 2;
    }
    previous = value;
  }
  if (sizes.length === 0) return 0;
  sizes.sort((a, b) => a - b);
  const median = (sizes[(sizes.length - 1) >> 1] + sizes[sizes.length >> 1]) / 2;
  const variance = median === 0 ? squares / sizes.length : (median / normalMedian) ** 2;
  // A difference has the variance of two values.
  return variance / 2;
}
