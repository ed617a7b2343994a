/** Patches as charts draw them: from the step where one begins to the step where the next does, coloured by length. */
import { dataError } from './chart-data.js';

export interface PatchSpan {
  /** First step. */
  readonly from: number;
  /** First step after it. */
  readonly to: number;
  readonly steps: number;
}

/** The patches between exclusive ends, which must cover `length` steps. @throws TesseraError CHART_DATA_INVALID */
export function patchSpans(ends: ArrayLike<number>, length: number, argument: string): PatchSpan[] {
  let from = 0;
  const spans = Array.from(ends, (to): PatchSpan => {
    if (!Number.isInteger(to) || to <= from || to > length) {
      throw dataError(argument, `ascending ends up to ${length}`, String(to), 'Give the ends of patches');
    }
    const span = { from, to, steps: to - from };
    from = to;
    return span;
  });
  if (from === length) return spans;
  throw dataError(argument, `${length} as the last end`, String(from), 'Cover every step');
}

/** The colour of a field `steps`, on one scale for all of these lengths. */
export function lengthColor(lengths: readonly number[]) {
  const [least, most] = lengths.reduce(
    ([low, high], each) => [Math.min(low, each), Math.max(high, each)],
    [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY],
  );
  const domain: [number, number] = least === most ? [least, least + 1] : [least, most];
  return {
    field: 'steps',
    type: 'quantitative',
    // Lengths differ by factors, and a scale needs two ends.
    scale: { type: 'log', scheme: 'viridis', domain },
    legend: least === most ? null : { title: 'steps per patch', gradientLength: 220, format: '~s' },
  } as const;
}
