/**
 * Boundaries where a small predictive model is surprised by a value, or unsure of the next. Three forms: the K highest scores of the
 * window, every score that reaches a threshold, every score that rises by one. The last two are causal, and open no patch for which
 * the budget of the steps so far has no room.
 *
 * Sources: Byte Latent Transformer (arXiv 2412.09871), EntroPE (arXiv 2509.26157).
 */
import { parseOptions } from '@tessera/core';
import { z } from 'zod';
import { Patches } from '../patches/patches.js';
import type { PatchPolicy } from './patch-policy.js';
import { defaultSpacing, mostPatches, ratesOption, spacingOption } from './rates.js';
import { rulePolicy } from './rule-policy.js';
import { surpriseScores } from './surprise-scores.js';
import { topSteps } from './top-steps.js';
import { treeOfRates } from './tree-of-rates.js';

/** The options of the scores, which all forms share. */
export const surpriseScoreOptions = {
  rates: ratesOption,
  measure: z.enum(['surprise', 'entropy']).default('surprise'),
  order: z.number().int().min(1).max(64).default(4),
  ridge: z.number().positive().max(1e9).default(1),
  halfLife: z.number().positive().max(1e9).default(32),
  spacing: spacingOption,
};

const schema = z
  .strictObject({
    form: z.enum(['top', 'threshold', 'jump']).default('top'),
    threshold: z.number().optional(),
    ...surpriseScoreOptions,
  })
  .refine(({ form, threshold }) => (form === 'top') === (threshold === undefined), {
    path: ['threshold'],
    message: 'a threshold for the forms threshold and jump, and none for top',
  });
/**
 * `form`: `top`, `threshold` or `jump`; default `top`. `threshold`: what the score, or its rise since the observed step before, must
 * reach, in nats; no default, `calibrateSurprise` finds it. `rates`: steps per patch of each level, from fine to coarse; default 16.
 * `measure`: `surprise` at the value that came, or `entropy` of its prediction; default surprise. `order`: values that the model
 * predicts from; default 4. `ridge`: steps worth as much as the first guess; default 1. `halfLife` of its running variance in
 * steps; default 32. `spacing`: fewest steps between two boundaries; default an eighth of the finest rate.
 */
export type SurpriseOptions = Readonly<z.input<typeof schema>>;

/** @throws TesseraError OPTIONS_INVALID */
export function surprise(options: SurpriseOptions = {}): PatchPolicy {
  const resolved = parseOptions(schema, options, 'surprise');
  const { threshold, rates, spacing = defaultSpacing(rates[0]) } = resolved;
  const isCausal = threshold !== undefined;
  return rulePolicy({
    name: 'surprise',
    options: resolved,
    isCausal,
    rates,
    cut: ({ values }) => {
      const scores = scoresOf(values, resolved);
      const starts = isCausal
        ? passingSteps(scores, threshold, spacing, rates[0])
        : topSteps(scores, mostPatches(values.length, rates[0]), spacing);
      return treeOfRates(Patches.fromStarts(starts, values.length), values, rates, isCausal);
    },
  });
}

/** What is compared with the threshold, shape `[T]`; -Infinity where there is nothing to compare. */
export function scoresOf(
  values: Float64Array,
  options: Pick<z.output<typeof schema>, 'form' | 'measure' | 'order' | 'ridge' | 'halfLife'>,
): Float64Array {
  const scores = surpriseScores(values, options)[options.measure];
  if (options.form !== 'jump') return scores;
  const rises = new Float64Array(values.length).fill(Number.NEGATIVE_INFINITY);
  let previous = Number.NaN;
  for (const [t, score] of scores.entries()) {
    if (Number.isNaN(values[t])) continue;
    const rise = score - previous;
    // NaN before the first value and between two steps that were not judged.
    if (rise < Number.POSITIVE_INFINITY) rises[t] = rise;
    previous = score;
  }
  return rises;
}

/**
 * Starts of patches, from left to right: 0, and every step whose score reaches the threshold, that is far enough from the last start,
 * and that the budget of the steps so far has room for. O(T).
 *
 * @param rate 0 for no budget
 */
export function passingSteps(
  scores: Float64Array,
  threshold: number,
  spacing: number,
  rate: number,
): number[] {
  if (scores.length === 0) return [];
  const starts = [0];
  for (let t = 1; t < scores.length; t++) {
    if (!(scores[t] >= threshold) || t - starts[starts.length - 1] < spacing) continue;
    if (rate === 0 || starts.length < mostPatches(t + 1, rate)) starts.push(t);
  }
  return starts;
}
