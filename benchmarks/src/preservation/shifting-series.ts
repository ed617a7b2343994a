/** A long series whose segments are equally long and differ in level, in line or in variance, under normal noise of deviation 1. */
import { type Key, RandomStream } from '@tessera/core';

export const shifts = ['levels', 'lines', 'variances'] as const;
export type Shift = (typeof shifts)[number];

/**
 * A level is drawn with deviation 4; a line gains a rise over the segment of deviation 4 as well; a variance is drawn from 1 and 9 in
 * turn.
 *
 * @param changes how many, so that there is one segment more
 */
export function shiftingSeries(
  key: Key,
  { shift, points, changes }: { readonly shift: Shift; readonly points: number; readonly changes: number },
): { readonly values: Float64Array; readonly changes: readonly number[] } {
  const stream = new RandomStream(key);
  const starts = Array.from({ length: changes + 1 }, (_, i) => Math.round((i * points) / (changes + 1)));
  const values = new Float64Array(points);
  for (const [i, start] of starts.entries()) {
    const end = starts[i + 1] ?? points;
    const level = shift === 'variances' ? 0 : 4 * stream.normal();
    const rise = shift === 'lines' ? 4 * stream.normal() : 0;
    const noise = shift === 'variances' && i % 2 === 1 ? 3 : 1;
    for (let t = start; t < end; t++) {
      values[t] = level + (rise * (t - start)) / (end - start) + noise * stream.normal();
    }
  }
  return { values, changes: starts.slice(1) };
}
