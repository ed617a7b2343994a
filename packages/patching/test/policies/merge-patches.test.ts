import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Patches } from '../../src/patches/patches.js';
import { mergePatches } from '../../src/policies/merge-patches.js';
import { arbitraryLengths } from '../patches/arbitrary-patches.js';

/** Joins the cheapest pair again and again, each cost from its definition. */
function slowMerge(
  patches: Patches,
  values: Float64Array,
  most: number,
  guards: ReadonlyMap<number, number>,
): Patches {
  const starts = [...patches.toStarts()];
  const observed = (from: number, to: number) => [...values.slice(from, to)].filter((v) => !Number.isNaN(v));
  const error = (seen: readonly number[]) => {
    const mean = seen.reduce((sum, v) => sum + v, 0) / seen.length;
    return seen.reduce((sum, v) => sum + (v - mean) ** 2, 0);
  };
  while (starts.length > most) {
    const joins = starts.slice(1).map((start, i) => {
      const left = observed(starts[i], start);
      const right = observed(start, starts[i + 2] ?? patches.length);
      const rise = error([...left, ...right]) - error(left) - error(right);
      // Whole numbers at few steps: a rise is a fraction with a small denominator, so rounding is far below this.
      const cost = left.length * right.length === 0 ? 0 : Math.round(rise * 1e6) / 1e6;
      const steps = (starts[i + 2] ?? patches.length) - starts[i];
      return { start, guard: guards.get(start) ?? 0, cost, steps };
    });
    joins.sort((a, b) => a.guard - b.guard || a.cost - b.cost || a.steps - b.steps || a.start - b.start);
    starts.splice(starts.indexOf(joins[0].start), 1);
  }
  return Patches.fromStarts(starts, patches.length);
}

describe('merging patches', () => {
  it('joins the neighbours that differ least, as the slow way does', () => {
    fc.assert(
      fc.property(
        arbitraryLengths.filter((lengths) => lengths.length > 0),
        fc.integer({ min: 1, max: 12 }),
        fc.array(fc.oneof(fc.constant(Number.NaN), fc.integer({ min: 0, max: 50 })), { minLength: 1 }),
        fc.boolean(),
        (lengths, most, cycle, isGuarded) => {
          const patches = Patches.fromLengths(lengths);
          const values = Float64Array.from({ length: patches.length }, (_, t) => cycle[t % cycle.length]);
          const guards = new Map(isGuarded ? [...patches.toStarts()].map((start) => [start, start % 3]) : []);
          const before = values.slice();
          const merged = mergePatches(patches, values, most, guards);
          expect(values).toEqual(before);
          expect(merged.count).toBe(Math.min(most, patches.count));
          const slow = slowMerge(patches, values, most, guards);
          expect([...merged.toStarts()]).toEqual([...slow.toStarts()]);
        },
      ),
      // Equal costs that the scaling of values once rounded apart.
      { examples: [[[5, 1, 3, 6], 2, [0, Number.NaN, 47, Number.NaN], false]] },
    );
  });

  it('joins evenly where nothing differs', () => {
    const patches = Patches.fromLengths(new Array(16).fill(2));
    const merged = mergePatches(patches, new Float64Array(32).fill(7), 4);
    expect([...merged.toLengths()]).toEqual([8, 8, 8, 8]);
  });

  it('gives back patches that are few enough', () => {
    const patches = Patches.fromLengths([1, 2]);
    expect(mergePatches(patches, Float64Array.of(1, 2, 3), 2)).toBe(patches);
  });
});
