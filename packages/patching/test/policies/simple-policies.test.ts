import { irregularTimeAxis, randomKey, SeriesFrame, SeriesSet } from '@tessera/core';
import { describe, expect, it } from 'vitest';
import { calendar } from '../../src/policies/calendar.js';
import { gradient } from '../../src/policies/gradient.js';
import { oracle } from '../../src/policies/oracle.js';
import type { PatchPolicy } from '../../src/policies/patch-policy.js';
import { policyFromName, policyFromRecipe } from '../../src/policies/policy-registry.js';
import { policyWindows } from '../../src/policies/policy-windows.js';
import { random } from '../../src/policies/random.js';
import { topSteps } from '../../src/policies/top-steps.js';
import { uniform } from '../../src/policies/uniform.js';
import { variance } from '../../src/policies/variance.js';
import { windowKey } from '../../src/policies/window-key.js';

const nan = Number.NaN;

async function startsOf(policy: PatchPolicy, values: ArrayLike<number>, times?: Float64Array) {
  const [tree] = await policy.segment([{ values: Float64Array.from(values), times }]);
  return tree.levels.map((level) => [...level.toStarts()]);
}

describe('uniform patches', () => {
  it('are counted from the end, the first one longer where something is left over', async () => {
    expect(await startsOf(uniform({ rates: [4] }), new Float64Array(12))).toEqual([[0, 4, 8]]);
    expect(await startsOf(uniform({ rates: [4] }), new Float64Array(14))).toEqual([[0, 6, 10]]);
    expect(await startsOf(uniform({ rates: [4] }), new Float64Array(3))).toEqual([[0]]);
  });

  it('of a rate that is no whole number differ by one step', async () => {
    expect(await startsOf(uniform({ rates: [2.5] }), new Float64Array(10))).toEqual([[0, 3, 5, 8]]);
  });

  it('are rounded up to whole finer ones at coarser levels', async () => {
    const values = new Float64Array(24);
    expect(await startsOf(uniform({ rates: [3, 6] }), values)).toEqual([
      [0, 3, 6, 9, 12, 15, 18, 21],
      [0, 6, 12, 18],
    ]);
    expect((await startsOf(uniform({ rates: [3, 7] }), values))[1]).toEqual([0, 6, 15]);
  });
});

describe('random patches', () => {
  it('are as likely in one way as in any other', async () => {
    // Length 6 at rate 2 and of at least 1: two of five places, ten plans.
    const counts = new Map<string, number>();
    const policy = random({ rates: [2] });
    const windows = Array.from({ length: 4000 }, (_, i) => ({ values: Float64Array.of(i, 0, 0, 0, 0, 0) }));
    for (const { finest } of await policy.segment(windows)) {
      const plan = finest.toStarts().join();
      counts.set(plan, (counts.get(plan) ?? 0) + 1);
    }
    expect(counts.size).toBe(10);
    // Chi-square with 9 degrees of freedom: 27.9 is its 99.9 % quantile.
    const chiSquare = [...counts.values()].reduce((sum, count) => sum + (count - 400) ** 2 / 400, 0);
    expect(chiSquare).toBeLessThan(27.9);
  });

  it('differ from seed to seed and from window to window', async () => {
    const values = Float64Array.from({ length: 200 }, (_, t) => t);
    const [one] = await startsOf(random({ seed: 1 }), values);
    expect((await startsOf(random({ seed: 2 }), values))[0]).not.toEqual(one);
    expect(
      (
        await startsOf(
          random({ seed: 1 }),
          values.map((v) => v + 1),
        )
      )[0],
    ).not.toEqual(one);
    expect((await startsOf(random({ seed: 1 }), values))[0]).toEqual(one);
  });

  it('are as many as the rate allows and no shorter than asked for', async () => {
    const policy = random({ rates: [8], minLength: 5 });
    const windows = Array.from({ length: 200 }, (_, i) => ({ values: new Float64Array(80).fill(i) }));
    for (const { finest } of await policy.segment(windows)) {
      expect(finest.count).toBe(10);
      expect(finest.statistics().minLength).toBeGreaterThanOrEqual(5);
    }
    expect(() => random({ rates: [4], minLength: 5 })).toThrow(
      expect.objectContaining({ code: 'OPTIONS_INVALID' }),
    );
  });

  it('know a window by its values, not by the sign of a zero or the bits of a missing value', () => {
    const key = randomKey(1);
    expect(windowKey(key, Float64Array.of(0, nan))).toEqual(windowKey(key, Float64Array.of(-0, nan)));
    expect(windowKey(key, Float64Array.of(1, 2))).not.toEqual(windowKey(key, Float64Array.of(2, 1)));
    expect(windowKey(key, Float64Array.of(0))).not.toEqual(windowKey(key, Float64Array.of(0, 0)));
    expect(windowKey(key, Float64Array.of(nan))).not.toEqual(windowKey(key, Float64Array.of(0)));
  });
});

describe('the steps with the highest scores', () => {
  it('are taken best first, earlier first among equals, and apart', () => {
    const scores = Float64Array.of(9, 1, 5, 5, 0, 7, nan, 3, Number.NEGATIVE_INFINITY, 2);
    expect(topSteps(scores, 3, 1)).toEqual([0, 2, 5]);
    expect(topSteps(scores, 4, 2)).toEqual([0, 2, 5, 7]);
    expect(topSteps(scores, 99, 1)).toEqual([0, 1, 2, 3, 4, 5, 7, 9]);
    expect(topSteps(scores, 1, 1)).toEqual([0]);
    expect(topSteps(scores, 99, 4)).toEqual([0, 5]);
    expect(topSteps(new Float64Array(0), 3, 1)).toEqual([]);
  });
});

describe('boundaries by gradient', () => {
  it('lie where the largest steps are, over missing values too, and nowhere in a constant series', async () => {
    const policy = gradient({ rates: [4] });
    expect(await startsOf(policy, [0, 0, 9, 9, 9, nan, 4, 4, 4, 4, 5, 5])).toEqual([[0, 2, 6]]);
    expect(await startsOf(policy, new Array(40).fill(2))).toEqual([[0]]);
  });
});

describe('boundaries by variance', () => {
  it('crowd where the series is restless', async () => {
    const values = Array.from({ length: 100 }, (_, t) => (t >= 60 && t < 80 ? (t % 2) * 5 : 0.01 * (t % 2)));
    const [starts] = await startsOf(variance({ rates: [10], radius: 2 }), values);
    expect(starts).toHaveLength(10);
    expect(starts.slice(1).every((start) => start >= 58 && start < 82)).toBe(true);
  });

  it('do not take the rounding of a large constant for variance', async () => {
    expect(await startsOf(variance({ rates: [4] }), new Array(40).fill(0.1 + 2 ** 40))).toEqual([[0]]);
  });
});

describe('boundaries by the calendar', () => {
  const at = (...stamps: string[]) => Float64Array.from(stamps, (stamp) => Date.parse(`${stamp}Z`));
  const cut = async (units: Parameters<typeof calendar>[0], times: Float64Array) =>
    startsOf(calendar(units), new Float64Array(times.length), times);

  it('lie where a new day, week, month, quarter or year begins', async () => {
    const times = at(
      '2023-12-30T22:00',
      '2023-12-30T23:00',
      '2023-12-31T00:00',
      '2024-01-01T00:00',
      '2024-01-01T07:00',
      '2024-04-01T00:00',
      '2024-05-01T00:00',
    );
    expect(await cut({ units: ['day'] }, times)).toEqual([[0, 2, 3, 5, 6]]);
    expect(await cut({ units: ['hour'] }, times)).toEqual([[0, 1, 2, 3, 4, 5, 6]]);
    // 2024-01-01 was a Monday.
    expect(await cut({ units: ['week'] }, times)).toEqual([[0, 3, 5, 6]]);
    expect(await cut({ units: ['month', 'quarter', 'year'] }, times)).toEqual([
      [0, 3, 5, 6],
      [0, 3, 5],
      [0, 3],
    ]);
  });

  it('count weeks from Monday before 1970 too', async () => {
    const times = at('1969-12-28T00:00', '1969-12-29T00:00', '1970-01-04T00:00', '1970-01-05T00:00');
    expect(await cut({ units: ['week'] }, times)).toEqual([[0, 1, 3]]);
  });

  it('put a week that two months share into the one it begins in', async () => {
    const times = Float64Array.from({ length: 21 }, (_, day) => Date.UTC(2024, 0, 22 + day));
    expect(await cut({ units: ['week', 'month'] }, times)).toEqual([
      [0, 7, 14],
      [0, 14],
    ]);
  });

  it('need times', async () => {
    await expect(calendar().segment([{ values: new Float64Array(3), id: 'a' }])).rejects.toMatchObject({
      code: 'OPTIONS_INVALID',
      argument: 'times of window "a"',
      found: 'none',
    });
    const times = Float64Array.of(0, nan);
    await expect(calendar().segment([{ values: new Float64Array(2), times }])).rejects.toMatchObject({
      found: 'NaN',
    });
  });
});

describe('the oracle', () => {
  const windows = Array.from({ length: 3 }, (_, i) => ({
    values: Float64Array.from({ length: 40 }, () => i),
  }));

  it('keeps the plan of the highest score of each window, the uniform one among them', async () => {
    const seen: string[][] = windows.map(() => []);
    const scores = [3, 1, 7, 7, 2];
    const policy = oracle(
      (given, trees) => {
        expect(given).toBe(windows);
        for (const [i, { finest }] of trees.entries()) seen[i].push(finest.toStarts().join());
        // The first window likes the first plan best, the others the third.
        return trees.map((_, i) => (i === 0 ? -scores[2] - seen[0].length : scores[seen[i].length - 1]));
      },
      { rates: [8], plans: 5 },
    );
    const best = await policy.segment(windows);
    expect(best[0].finest.toStarts().join()).toBe('0,8,16,24,32');
    expect(best[1].finest.toStarts().join()).toBe(seen[1][2]);
    expect(best[2].finest.toStarts().join()).toBe(seen[2][2]);
    expect(new Set(seen[1]).size).toBe(5);
  });

  it('waits for scores that take time', async () => {
    const [tree] = await oracle(async (_, trees) => trees.map(({ finest }) => finest.start(1)), {
      rates: [10],
      plans: 20,
    }).segment([windows[0]]);
    expect(tree.finest.start(1)).toBeGreaterThan(10);
  });

  it.each([
    [() => [1, 2, nan], 'NaN'],
    [() => [1], '1'],
  ])('refuses scores that are not one number per window', async (score, found) => {
    await expect(oracle(score).segment(windows)).rejects.toMatchObject({
      code: 'METRIC_INPUT_INVALID',
      found,
    });
  });
});

describe('policies by name', () => {
  it.each([
    ['uniform:16', 'uniform', { rates: [16] }],
    ['uniform:8/32', 'uniform', { rates: [8, 32] }],
    ['random', 'random', { rates: [16] }],
    ['changepoint', 'changepoint', { rates: [16], form: 'count' }],
    ['surprise:2.5', 'surprise', { rates: [2.5], form: 'top' }],
    ['gradient:8', 'gradient', { rates: [8] }],
    ['variance:8', 'variance', { rates: [8] }],
    ['calendar', 'calendar', { units: ['day'] }],
    ['calendar:day/week', 'calendar', { units: ['day', 'week'] }],
  ])('%s', (text, name, options) => {
    expect(policyFromName(text).recipe).toMatchObject({ name, options });
  });

  it('take the rate where the name says none, and as a limit where no name could', () => {
    expect(policyFromName('random', 8).rates).toEqual([8]);
    expect(policyFromName('random:4', 8).rates).toEqual([4]);
    expect(policyFromName('calendar:week', 8)).toMatchObject({ rates: [8], recipe: { name: 'limited' } });
  });

  it.each([
    ['unifrom:16', 'POLICY_UNKNOWN', 'Did you mean uniform'],
    ['oracle', 'POLICY_UNKNOWN', 'Use one of these names'],
    ['toString', 'POLICY_UNKNOWN', 'Use one of these names'],
    ['uniform:', 'OPTIONS_INVALID', 'Write for example uniform:16 or calendar:week'],
    ['uniform:0', 'OPTIONS_INVALID', 'Write for example uniform:16 or calendar:week'],
    ['uniform:8:9', 'OPTIONS_INVALID', 'Write for example uniform:16 or calendar:week'],
    ['calendar:fortnight', 'OPTIONS_INVALID', 'Write for example uniform:16 or calendar:week'],
    ['uniform:9/8', 'OPTIONS_INVALID', 'Correct this option or leave it out to use its default'],
  ])('refuse %s', (text, code, wayOut) => {
    expect(() => policyFromName(text)).toThrow(expect.objectContaining({ code, wayOut }));
  });

  it('refuse recipes of what cannot be made from data', () => {
    expect(() => policyFromRecipe({ name: 'learned', options: {} })).toThrow(
      expect.objectContaining({ code: 'POLICY_UNKNOWN' }),
    );
    expect(() => policyFromRecipe({ name: 'limited', options: { limits: {} } })).toThrow(
      expect.objectContaining({ code: 'OPTIONS_INVALID', argument: 'limited options.policy' }),
    );
  });
});

describe('windows of series', () => {
  const time = irregularTimeAxis([0, 5, 9]);
  const frame = new SeriesFrame({
    id: 'a',
    time,
    channels: [
      { name: 'x', values: [1, nan, 3] },
      { name: 'y', values: [4, 5, 6] },
      { name: 'price', role: 'future', values: [7, 8, 9] },
    ],
  });

  it('are one per target channel, with times, sharing the values', () => {
    const windows = policyWindows(frame);
    expect(windows.map(({ id }) => id)).toEqual(['a/x', 'a/y']);
    expect(windows[0].values).toBe(frame.channel('x').values);
    expect(windows[1].times).toEqual(Float64Array.of(0, 5, 9));
  });

  it('of a set follow its order, named by series where there is one target', () => {
    const single = frame.select(['x']);
    const windows = policyWindows(new SeriesSet([single.withId('b'), single]));
    expect(windows.map(({ id }) => id)).toEqual(['b', 'a']);
  });
});
