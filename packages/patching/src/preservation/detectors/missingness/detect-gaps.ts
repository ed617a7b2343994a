/**
 * How much is missing and where, and the gaps too long to be chance. One structure of kind `missingness` sums up the mask; each gap that
 * steps missing independently at the same rate would hardly show is a structure of kind `gap`. Short gaps are in the sum only.
 */
import { parseOptions } from '@tessera/core';
import { z } from 'zod';
import type { Detection } from '../../structures/detection.js';
import type { Structure } from '../../structures/structure.js';
import { missingMask } from './missing-mask.js';

const detector = 'gaps';

const schema = z.strictObject({
  /** Chance that a mask of independent steps has a gap as long as those reported. */
  significance: z.number().gt(0).lt(1).default(1e-3),
});

export type GapOptions = z.input<typeof schema>;

/**
 * The sum comes first: its statistic is the share of missing steps, its range goes from the first of them to the last. Details: `missing`
 * steps, number of `gaps`, `longest` in steps and `longestStart`, and `position`, the mean place of missing steps from 0 (begin) to 1 (end).
 * The statistic of a gap is its length in steps. O(T).
 *
 * @param values shape `[T]`, NaN where missing
 * @throws TesseraError OPTIONS_INVALID, NUMBER_INFINITE
 */
export function detectGaps(channel: string, values: Float64Array, options: GapOptions = {}): Detection {
  const resolved = parseOptions(schema, options, detector);
  const { missing, gaps } = missingMask(channel, values);
  const base = { detector, options: resolved, missing };
  if (gaps.length === 0) return { ...base, status: 'none', structures: [] };

  const length = values.length;
  const rate = missing / length;
  const longest = gaps.reduce((a, b) => (b.end - b.start > a.end - a.start ? b : a));
  let places = 0;
  for (const { start, end } of gaps) places += ((start + end - 1) / 2) * (end - start);
  const common = { channel, scale: 1, detector };
  const sum: Structure = {
    ...common,
    kind: 'missingness',
    start: gaps[0].start,
    end: gaps[gaps.length - 1].end,
    statistic: rate,
    threshold: 0,
    pValue: Number.NaN,
    details: {
      missing,
      gaps: gaps.length,
      longest: longest.end - longest.start,
      longestStart: longest.start,
      position: length > 1 ? places / missing / (length - 1) : 0.5,
    },
  };

  // A gap goes on with the rate as chance; where all is missing there is nothing to compare with.
  const chance = (steps: number) => -Math.expm1(gaps.length * Math.log1p(-(rate ** (steps - 1))));
  const threshold = leastLength(chance, resolved.significance, length);
  const long = gaps
    .filter(({ start, end }) => end - start >= threshold)
    .map(
      ({ start, end }): Structure => ({
        ...common,
        kind: 'gap',
        start,
        end,
        statistic: end - start,
        threshold,
        pValue: chance(end - start),
        details: { share: (end - start) / length },
      }),
    );
  return { ...base, status: 'found', structures: [sum, ...long] };
}

/** The least length whose chance is small enough; above `most` where none is. */
function leastLength(chance: (steps: number) => number, significance: number, most: number): number {
  let low = 1;
  let high = most + 1;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (chance(middle) <= significance) high = middle;
    else low = middle + 1;
  }
  return low;
}
