/** Last change beyond what all event tasks share: the time decides, not only the level. */
import { describe, expect, it } from 'vitest';
import { lastChangeTask } from '../../../src/synthetic/index.js';
import { mean, meanSquare } from '../statistics.js';
import { thrown } from '../thrown.js';

describe('last change', () => {
  const task = lastChangeTask({ seed: 6 });

  it('steps between two sides, with the last change in the second half and the others in the first', () => {
    for (let i = 0; i < 200; i++) {
      const { deciding, distractions, signal, decision, answer } = task.window(i);
      const last = deciding?.start ?? -1;
      const starts = [0, ...distractions.map(({ start }) => start), last, 512];
      expect(starts).toHaveLength(6);
      for (let s = 1; s < starts.length; s++) {
        expect(starts[s] - starts[s - 1]).toBeGreaterThanOrEqual(16);
        const segment = signal.subarray(starts[s - 1], starts[s]);
        expect(new Set(segment).size).toBe(1);
        expect(Math.abs(segment[0])).toBeGreaterThanOrEqual(0.5);
        expect(Math.abs(segment[0])).toBeLessThan(1.5);
        if (s > 1) expect(Math.sign(segment[0])).toBe(-Math.sign(signal[starts[s - 1] - 1]));
      }
      expect(last).toBeGreaterThanOrEqual(256);
      expect(starts[3]).toBeLessThanOrEqual(256 - 16);
      expect([decision.before, decision.after]).toEqual([signal[last - 1], signal[511]]);
      expect(decision.offset).toBe(Math.floor(((last - 256) * 96) / 241));
      answer.forEach((value, h) => {
        expect(value).toBe(h < decision.offset ? decision.after : decision.before);
      });
    }
  });

  it('gives every place of the last change and every step of the horizon', () => {
    const small = lastChangeTask({ lookback: 40, horizon: 5, minSegment: 4, changes: 2 });
    const { truths } = small.windows({ count: 1000 });
    expect(new Set(truths.map(({ deciding }) => deciding?.start)).size).toBe(17);
    expect(new Set(truths.map(({ decision }) => decision.offset))).toEqual(new Set([0, 1, 2, 3, 4]));
  });

  it('needs the time of the change: knowing both levels but not the time costs most of what there is to win', () => {
    const count = 2000;
    const { answers, truths } = task.windows({ count });
    // The best forecast that knows the levels: their mix by the share of times that are earlier.
    const errors = truths.map(({ decision: { before, after } }, i) => {
      const timeless = Float64Array.from({ length: 96 }, (_, h) => {
        const isBack = (h + 1) / 96;
        return isBack * before + (1 - isBack) * after;
      });
      return meanSquare(answers.subarray(i * 96, (i + 1) * 96), timeless);
    });
    const { oracle, uninformed } = task.floors;
    expect(mean(errors)).toBeGreaterThan(0.5 * (uninformed - oracle));
  });

  it('refuses segments that do not fit, when it is made', () => {
    const fits = { lookback: 40, changes: 4, minSegment: 5 };
    expect(
      lastChangeTask(fits)
        .window(0)
        .distractions.map(({ start }) => start),
    ).toEqual([5, 10, 15]);
    expect(thrown(() => lastChangeTask({ ...fits, lookback: 39 })).code).toBe('PLAN_IMPOSSIBLE');
    expect(thrown(() => lastChangeTask({ lookback: 1 })).code).toBe('PLAN_IMPOSSIBLE');
    expect(lastChangeTask({ lookback: 2, changes: 1 }).window(0).deciding).toEqual({ start: 1, end: 2 });
  });
});
