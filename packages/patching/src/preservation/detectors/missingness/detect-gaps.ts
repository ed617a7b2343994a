/**
 * How much is missing and where. One structure of kind `missingness` sums up the mask, and each run of missing steps is a structure of kind
 * `gap`, however short: a mask is seen and not estimated. Where there are too many to list, only those are structures that steps
 * missing independently at the same rate would hardly show; how many are left to the sum, it says.
 */
import { parseOptions } from '@tessera/core';
import { z } from 'zod';
import type { Detection } from '../../structures/detection.js';
import type { Structure } from '../../structures/structure.js';
import { missingMask } from './missing-mask.js';

const detector = 'gaps';

const schema = z.strictObject({
  /** Gaps that are listed one by one; of more, only those too long to be chance. Default 1,000. */
  mostGaps: z.int().min(0).default(1_000),
  /** Chance that a mask of independent steps has a gap as long as those too long to be chance. */
  significance: z.number().gt(0).lt(1).default(1e-3),
});

export type GapOptions = z.input<typeof schema>;

/**
 * The sum comes first: its statistic is the share of missing steps, its range goes from the first of them to the last. Details: `missing`
 * steps, number of `gaps` and those `unlisted`, `longest` in steps and `longestStart`, and `position`, the mean place of missing steps from 0
 * (begin) to 1 (end). The statistic of a gap is its length in steps, its threshold the least that is listed, and its p-value the chance
 * of such a length, were the steps missing independently. O(T).
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

  // A gap goes on with the rate as chance; where all is missing there is nothing to compare with.
  const chance = (steps: number) => -Math.expm1(gaps.length * Math.log1p(-(rate ** (steps - 1))));
  const threshold = gaps.length <= resolved.mostGaps ? 1 : leastLength(chance, resolved.significance, length);
  const listed = gaps.filter(({ start, end }) => end - start >= threshold);
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
      unlisted: gaps.length - listed.length,
      longest: longest.end - longest.start,
      longestStart: longest.start,
      position: length > 1 ? places / missing / (length - 1) : 0.5,
    },
  };

  const single = listed.map(
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
  return { ...base, status: 'found', structures: [sum, ...single] };
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
