/** What holds for every patch policy; run it on each. */
import type { Progress } from '@tessera/core';
import { describe, expect, it } from 'vitest';
import { PatchTree } from '../../src/patches/patch-tree.js';
import type { PatchPolicy, PolicyWindow } from '../../src/policies/patch-policy.js';
import { fuzzedWindows, sharedWindows } from './fuzzed-windows.js';

/** Most patches of a window at a rate, written once more: a test that shares the rule with the code tests nothing. */
function most(length: number, rate: number): number {
  if (length === 0) return 0;
  return rate > length ? 1 : Math.floor(length / rate);
}

const window = (...values: number[]): PolicyWindow => ({
  values: Float64Array.from(values),
  times: Float64Array.from(values, (_, t) => t * 3_600_000),
});

const hostile: Readonly<Record<string, PolicyWindow>> = {
  'no step': window(),
  'one step': window(3),
  'one missing step': window(Number.NaN),
  'two steps': window(1, 2),
  constant: window(...new Array<number>(64).fill(5)),
  'all missing': window(...new Array<number>(64).fill(Number.NaN)),
  'one observed': window(...new Array<number>(63).fill(Number.NaN), 1),
  huge: window(...Array.from({ length: 64 }, (_, t) => (t % 3 === 0 ? 1 : -1) * Number.MAX_VALUE)),
  tiny: window(...Array.from({ length: 64 }, (_, t) => (t % 5) * Number.MIN_VALUE)),
};

/** @param make the same policy anew @param fuzzed windows for the cap; 10,000 unless the policy is slow by design */
export function policyConformance(title: string, make: () => PatchPolicy, fuzzed = 10_000): void {
  describe(title, () => {
    it.each(Object.entries(hostile))('cuts a window that is %s', async (_, given) => {
      const [tree] = await make().segment([given]);
      expect(tree).toBeInstanceOf(PatchTree);
      expect(tree.length).toBe(given.values.length);
    });

    it(`covers every step once and never exceeds a maximum in ${fuzzed} fuzzed windows`, async () => {
      const policy = make();
      const windows = sharedWindows(fuzzed);
      const trees = await policy.segment(windows);
      expect(trees).toHaveLength(windows.length);
      for (const [i, { values, id }] of windows.entries()) {
        // A tree cannot hold anything but nested partitions, so that its length is what is left to check.
        if (trees[i].length !== values.length) expect.fail(`${id} has ${trees[i].length} steps`);
        if (trees[i].depth !== policy.rates.length) expect.fail(`${id} has ${trees[i].depth} levels`);
        for (const [level, rate] of policy.rates.entries()) {
          const { count } = trees[i].levels[level];
          if (count > most(values.length, rate)) expect.fail(`${id} has ${count} patches at rate ${rate}`);
        }
      }
    });

    it('gives a window the same patches each time, alone and among others', async () => {
      const windows = fuzzedWindows(40);
      const trees = await make().segment(windows);
      const again = await make().segment(windows.toReversed());
      expect(again.toReversed().map((tree) => tree.toJSON())).toEqual(trees.map((tree) => tree.toJSON()));
      const [alone] = await make().segment([windows[23]]);
      expect(alone.equals(trees[23])).toBe(true);
    });

    it('writes to nothing it is given', async () => {
      const windows = fuzzedWindows(40);
      await make().segment(windows);
      expect(windows).toEqual(fuzzedWindows(40));
    });

    it('does not see the bits of a missing value', async () => {
      const bits = new BigUint64Array([0x7ff8_0000_dead_beefn]);
      const [garbage] = new Float64Array(bits.buffer);
      const windows = fuzzedWindows(60);
      const others = windows.map((each) => ({
        ...each,
        values: each.values.map((value) => (Number.isNaN(value) ? garbage : value)),
      }));
      const trees = await make().segment(windows);
      expect((await make().segment(others)).every((tree, i) => tree.equals(trees[i]))).toBe(true);
    });

    const { isCausal } = make();
    it(isCausal ? 'moves no boundary when data is appended' : 'says that it is not causal', async () => {
      const policy = make();
      // What is not causal must be seen not to be, or the flag says nothing.
      let moved = 0;
      for (const whole of fuzzedWindows(60)) {
        const [tree] = await policy.segment([whole]);
        const { length } = whole.values;
        const prefixes = Array.from({ length }, (_, n) => ({
          values: whole.values.slice(0, n),
          times: whole.times?.slice(0, n),
        }));
        for (const [n, prefix] of (await policy.segment(prefixes)).entries()) {
          for (const [level, patches] of prefix.levels.entries()) {
            const before = tree.levels[level].toStarts().filter((start) => start < n);
            if (before.join() !== patches.toStarts().join()) moved += 1;
          }
        }
      }
      if (isCausal) expect(moved).toBe(0);
      else expect(moved).toBeGreaterThan(0);
    });

    it('has a recipe of plain data', () => {
      const { recipe, rates } = make();
      expect(JSON.parse(JSON.stringify(recipe))).toEqual(recipe);
      expect(rates.length).toBeGreaterThan(0);
    });

    it('tells its progress and hears an abort', async () => {
      const seen: Progress[] = [];
      await make().segment(fuzzedWindows(3), { onProgress: (progress) => seen.push(progress) });
      expect(seen.at(-1)).toMatchObject({ done: seen.length, total: seen.length });
      const signal = AbortSignal.abort();
      await expect(make().segment(fuzzedWindows(3), { signal })).rejects.toMatchObject({
        code: 'OPERATION_ABORTED',
      });
    });

    it('refuses infinite values, and times that are not one per value', async () => {
      await expect(make().segment([window(1, Number.POSITIVE_INFINITY)])).rejects.toMatchObject({
        code: 'NUMBER_INFINITE',
        argument: 'step 1 of window 0',
      });
      const values = Float64Array.of(1, 2);
      await expect(make().segment([{ values, times: Float64Array.of(0), id: 'a' }])).rejects.toMatchObject({
        code: 'SHAPE_MISMATCH',
        argument: 'times of window 0 ("a")',
      });
    });
  });
}
