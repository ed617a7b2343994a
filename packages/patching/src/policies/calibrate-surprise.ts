/** The threshold of a causal surprise policy, from series that it may learn from: quantiles of the window at hand would look ahead. */
import { parseOptions, TesseraError } from '@tessera/core';
import { z } from 'zod';
import type { PatchPolicy, PolicyWindow } from './patch-policy.js';
import { defaultSpacing, mostPatches } from './rates.js';
import { checkWindow } from './segment-each.js';
import { passingSteps, scoresOf, surprise, surpriseScoreOptions } from './surprise.js';

const schema = z.strictObject({
  form: z.enum(['threshold', 'jump']).default('threshold'),
  ...surpriseScoreOptions,
});
/** Those of a causal surprise policy, without the threshold; `form` is `threshold` by default. */
export type SurpriseCalibrationOptions = Readonly<z.input<typeof schema>>;

/**
 * The causal surprise policy with the highest threshold at which, were there no budget, it would cut these windows into as many
 * patches as the finest rate allows; the lowest of all scores where none cuts so often. O(B T (order^2 + log B T)).
 *
 * @param windows of the training split
 * @throws TesseraError OPTIONS_INVALID, SHAPE_MISMATCH, NUMBER_INFINITE; SERIES_TOO_SHORT where no step can be judged
 */
export function calibrateSurprise(
  windows: readonly PolicyWindow[],
  options: SurpriseCalibrationOptions = {},
): PatchPolicy {
  const resolved = parseOptions(schema, options, 'calibrateSurprise');
  const { rates, spacing = defaultSpacing(rates[0]) } = resolved;
  for (const [index, window] of windows.entries()) checkWindow(window, index);
  const all = windows.map(({ values }) => scoresOf(values, resolved));
  const levels = [...new Set(all.flatMap((scores) => [...scores.filter(Number.isFinite)]))];
  if (levels.length === 0) {
    throw new TesseraError({
      code: 'SERIES_TOO_SHORT',
      argument: 'windows of calibrateSurprise',
      expected: `a window with more than ${2 * resolved.order} observed values that are not all equal`,
      found: `none among ${windows.length}`,
      wayOut: 'Give longer windows of the training split, or a lower order',
    });
  }
  levels.sort((a, b) => a - b);
  const wanted = all.reduce((sum, { length }) => sum + mostPatches(length, rates[0]), 0);
  const patchesAt = (threshold: number) =>
    all.reduce((sum, scores) => sum + passingSteps(scores, threshold, spacing, 0).length, 0);
  let low = 0;
  let high = levels.length;
  while (high - low > 1) {
    const middle = (low + high) >>> 1;
    if (patchesAt(levels[middle]) >= wanted) low = middle;
    else high = middle;
  }
  return surprise({ ...resolved, threshold: levels[low] });
}
