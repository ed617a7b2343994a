import { describe, expect, it } from 'vitest';
import { PatchTree } from '../../src/patches/patch-tree.js';
import { Patches } from '../../src/patches/patches.js';
import { calendar } from '../../src/policies/calendar.js';
import { brokenLimits, type PatchLimits } from '../../src/policies/limit-patches.js';
import { limited } from '../../src/policies/limited.js';
import { longGaps } from '../../src/policies/long-gaps.js';
import type { PatchPolicy, PolicyWindow } from '../../src/policies/patch-policy.js';
import { surprise } from '../../src/policies/surprise.js';
import { fuzzedWindow, sharedWindows } from './fuzzed-windows.js';

const nan = Number.NaN;
const ramp = (length: number) => Float64Array.from({ length }, (_, t) => t);

/** Cuts every window at these starts, whatever it holds. */
function fixed(isCausal: boolean, ...levels: readonly (readonly number[])[]): PatchPolicy {
  return {
    name: 'fixed',
    recipe: { name: 'fixed', options: {} },
    isCausal,
    rates: levels.map(() => 1),
    segment: async (windows) =>
      windows.map(
        ({ values: { length } }) => new PatchTree(levels.map((starts) => Patches.fromStarts(starts, length))),
      ),
  };
}

async function startsOf(policy: PatchPolicy, values: ArrayLike<number>): Promise<number[][]> {
  const [tree] = await policy.segment([{ values: Float64Array.from(values) }]);
  return tree.levels.map((level) => [...level.toStarts()]);
}

describe('limits by hindsight', () => {
  const byLimits = (limits: PatchLimits, values: ArrayLike<number>, ...levels: number[][]) =>
    startsOf(limited(fixed(false, ...levels), limits), values);

  it('join the patches that differ least until there are few enough', async () => {
    const values = [0, 0, 1, 1, 9, 9, 8, 8];
    expect(await byLimits({ maxPatches: 3 }, values, [0, 2, 4, 6])).toEqual([[0, 4, 6]]);
    expect(await byLimits({ maxPatches: 2 }, values, [0, 2, 4, 6])).toEqual([[0, 4]]);
    expect(await byLimits({ maxPatches: 1 }, values, [0, 2, 4, 6])).toEqual([[0]]);
    expect(await byLimits({ rate: 4 }, values, [0, 2, 4, 6])).toEqual([[0, 4]]);
  });

  it('drop boundaries that make patches too short, at the end too', async () => {
    expect(await byLimits({ minLength: 3 }, ramp(10), [0, 1, 3, 5, 6, 8])).toEqual([[0, 3, 6]]);
  });

  it('split patches that are too long evenly, the longest first while there is room', async () => {
    expect(await byLimits({ maxLength: 4 }, ramp(10), [0])).toEqual([[0, 3, 6]]);
    expect(await byLimits({ maxLength: 4, maxPatches: 3 }, ramp(16), [0, 6])).toEqual([[0, 6, 11]]);
  });

  it('part a long gap where it ends, and leave a short one alone', async () => {
    const values = [1, nan, nan, nan, 1, nan, nan, 1];
    expect(await byLimits({ longestGap: 2 }, values, [0])).toEqual([[0, 4]]);
    expect(await byLimits({ longestGap: 1 }, values, [0])).toEqual([[0, 4, 7]]);
    expect(await byLimits({ longestGap: 3 }, values, [0])).toEqual([[0]]);
  });

  it('take a boundary within a gap for its part', async () => {
    expect(await byLimits({ longestGap: 2 }, [1, nan, nan, nan, 1, 1], [0, 2])).toEqual([[0, 2]]);
  });

  it('do not count what is missing at the beginning or the end as a gap', async () => {
    expect(await byLimits({ longestGap: 1 }, [nan, nan, 1, 1, nan, nan], [0])).toEqual([[0]]);
  });

  it('keep the boundary at the longer gap where only one fits', async () => {
    const values = [1, nan, nan, 1, 5, nan, nan, nan, 5, 9];
    expect(await byLimits({ longestGap: 1, maxPatches: 2 }, values, [0, 4, 9])).toEqual([[0, 8]]);
    expect(await byLimits({ longestGap: 1, minLength: 5 }, [...values, 9, 9, 9], [0])).toEqual([[0, 8]]);
  });

  it('part gaps at coarser levels too, and keep levels nested', async () => {
    const values = [1, 1, nan, nan, nan, 1, 1, 1];
    expect(await byLimits({ longestGap: 2 }, values, [0, 7], [0])).toEqual([
      [0, 5, 7],
      [0, 5],
    ]);
    expect(await byLimits({ minLength: 3 }, ramp(8), [0, 2, 4], [0, 2])).toEqual([[0, 4], [0]]);
  });
});

describe('limits from left to right', () => {
  const byLimits = (limits: PatchLimits, values: ArrayLike<number>, ...levels: number[][]) =>
    startsOf(limited(fixed(true, ...levels), limits), values);

  it('keep the first boundaries that the budget allows', async () => {
    expect(await byLimits({ maxPatches: 3 }, ramp(8), [0, 2, 4, 6])).toEqual([[0, 2, 4]]);
    // After n steps there may be floor(n / 3) patches, so the second begins at step 5 at the earliest.
    expect(await byLimits({ rate: 3 }, ramp(9), [0, 1, 2, 3, 4, 5, 6, 7, 8])).toEqual([[0, 5, 8]]);
  });

  it('wait until a patch is long enough, and end one that is too long', async () => {
    expect(await byLimits({ minLength: 3 }, ramp(8), [0, 1, 2, 4, 6, 7])).toEqual([[0, 4, 7]]);
    expect(await byLimits({ maxLength: 3 }, ramp(8), [0, 4])).toEqual([[0, 3, 4, 7]]);
  });

  it('part a long gap at every level where it ends', async () => {
    const values = [1, nan, nan, nan, 1, 1];
    expect(await byLimits({ longestGap: 2 }, values, [0], [0])).toEqual([
      [0, 4],
      [0, 4],
    ]);
  });
});

describe('any limited policy', () => {
  const limits = { maxPatches: 6, minLength: 3, maxLength: 25, longestGap: 5 };

  it.each([
    ['by hindsight', surprise({ rates: [2] })],
    ['from left to right', surprise({ rates: [2], form: 'threshold', threshold: 1 })],
    ['by the calendar', calendar({ units: ['hour'] })],
  ])('has at most maxPatches in 10,000 fuzzed windows: %s', async (_, policy) => {
    const windows = sharedWindows(10_000);
    const trees = await limited(policy, limits).segment(windows);
    expect(Math.max(...trees.map(({ finest }) => finest.count))).toBe(6);
  });

  it('keeps every limit that no earlier one contradicts', async () => {
    const { maxPatches: _, ...others } = limits;
    const windows = sharedWindows(1000).filter(({ values }) => values.length >= 3);
    const trees = await limited(surprise({ rates: [2] }), others).segment(windows);
    for (const [i, { values, id }] of windows.entries()) {
      const { tooShort, tooLong, gapsInside } = brokenLimits(trees[i].finest, values, others);
      if (tooShort > 0 || tooLong > 0) expect.fail(`${id}: ${tooShort} too short, ${tooLong} too long`);
      // Only the shortest length comes before gaps, so a gap is broken only where another start is near.
      if (gapsInside === 0) continue;
      const starts = [...trees[i].finest.toStarts(), values.length];
      for (const { start, end } of longGaps(values, limits.longestGap)) {
        const isParted = starts.some((each) => each >= start && each <= end);
        if (!isParted && !starts.some((each) => Math.abs(each - end) < 3))
          expect.fail(`${id}: gap at ${end}`);
      }
    }
  });

  it('counts what gave way', () => {
    const values = Float64Array.of(1, nan, nan, nan, 1, 1, 1, 1);
    const patches = Patches.fromStarts([0, 7], 8);
    expect(brokenLimits(patches, values, { minLength: 2, maxLength: 6, longestGap: 2 })).toEqual({
      tooShort: 1,
      tooLong: 1,
      gapsInside: 1,
    });
    expect(brokenLimits(patches, values, {})).toEqual({ tooShort: 0, tooLong: 0, gapsInside: 0 });
  });

  it('has the name, the causality and at least the rates of what it limits', () => {
    const policy = limited(surprise({ rates: [4, 16] }), { rate: 8 });
    expect(policy).toMatchObject({ name: 'surprise', isCausal: false, rates: [8, 16] });
    expect(policy.recipe.name).toBe('limited');
  });

  it('refuses limits that cannot be kept', () => {
    expect(() => limited(calendar(), { minLength: 4, maxLength: 6 })).toThrow(
      expect.objectContaining({ code: 'OPTIONS_INVALID', argument: 'limited options.maxLength' }),
    );
    expect(() => limited(calendar(), { maxPatches: 0 })).toThrow(
      expect.objectContaining({ code: 'OPTIONS_INVALID', argument: 'limited options.maxPatches' }),
    );
  });

  it('passes a window on as it is', async () => {
    const given: PolicyWindow[] = [];
    const inner: PatchPolicy = {
      ...fixed(false, [0]),
      segment: async (windows) => {
        given.push(...windows);
        return fixed(false, [0]).segment(windows);
      },
    };
    const window = fuzzedWindow(4);
    await limited(inner, {}).segment([window]);
    expect(given[0]).toBe(window);
  });
});
