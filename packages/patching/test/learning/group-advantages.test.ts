import { describe, expect, test } from 'vitest';
import type { SampledPlans } from '../../src/learned/sampled-plans.js';
import { boundaryCredit } from '../../src/learning/boundary-credit.js';
import { groupAdvantages } from '../../src/learning/group-advantages.js';

const near = (values: readonly number[]) => values.map((value) => expect.closeTo(value, 12));

describe('advantages', () => {
  test('are distances from the group in units of its deviation, by hand', () => {
    // Mean 3, deviation sqrt((4 + 0 + 4) / 3); mean 1, deviation 0.
    const rewards = Float64Array.of(1, 3, 5, 1, 1, 1);
    const unit = Math.sqrt(8 / 3);
    expect([...groupAdvantages(rewards, 3)]).toEqual(near([-2 / unit, 0, 2 / unit, 0, 0, 0]));
    expect([...rewards]).toEqual([1, 3, 5, 1, 1, 1]);
  });

  test('leave-one-out compares with the mean of the others', () => {
    const options = { baseline: 'leave-one-out', isNormalised: false, clamp: 1e9 } as const;
    expect([...groupAdvantages(Float64Array.of(1, 3, 8), 3, options)]).toEqual(
      near([1 - 5.5, 3 - 4.5, 8 - 2]),
    );
  });

  test('are cut at the clamp', () => {
    const rewards = Float64Array.from({ length: 40 }, (_, i) => (i === 0 ? -1000 : 1));
    expect(groupAdvantages(rewards, 40)[0]).toBe(-4);
  });

  test('leave out rewards that are not finite, and groups that they leave alone', () => {
    const rewards = Float64Array.of(Number.NaN, 1, 3, Number.NaN, Number.NEGATIVE_INFINITY, 2);
    expect([...groupAdvantages(rewards, 3)]).toEqual([0, -1, 1, 0, 0, 0]);
  });

  test('do not depend on location and scale of the rewards', () => {
    const rewards = Float64Array.of(0.1, 0.5, -0.3, 0.2);
    const other = rewards.map((reward) => 50 * reward - 700);
    const expected = [...groupAdvantages(rewards, 4)].map((value) => expect.closeTo(value, 9));
    expect([...groupAdvantages(other, 4)]).toEqual(expected);
  });
});

describe('boundary credit', () => {
  function plansOf(rows: readonly (readonly number[])[], group: number): SampledPlans {
    return {
      windows: rows.length / group,
      group,
      length: rows[0].length,
      depth: 1,
      labels: Uint8Array.from(rows.flat()),
      logProbabilities: new Float64Array(rows.length),
      actions: { kind: 'picks', picks: new Int32Array(0) },
    };
  }

  test('is what plans with the boundary got above those without, by hand', () => {
    const plans = plansOf(
      [
        [1, 0, 1, 0, 0, 1],
        [1, 0, 1, 0, 0, 0],
        [1, 0, 0, 0, 1, 0],
      ],
      3,
    );
    const credit = boundaryCredit(plans, Float64Array.of(3, 1, -1), 0);
    // Step 2: (3 + 1) / 2 - (-1) = 3; a third of the group is without it. Step 4: -1 - 2 = -3. Step 5: 3 - 0 = 3.
    expect([...credit]).toEqual(
      near([0, 0, 1, 0, 1, 2, 0, 0, 1, 0, 1, -1, 0, 0, -2, 0, -2, -1].map((value) => value)),
    );
  });

  test('takes near boundaries for the same, and gives nothing where all agree', () => {
    const plans = plansOf(
      [
        [1, 0, 1, 0, 0, 0],
        [1, 0, 0, 1, 0, 0],
      ],
      2,
    );
    expect([...boundaryCredit(plans, Float64Array.of(1, -1), 1)].map(Math.abs)).toEqual([
      0, 1, 0, 0, 1, 0, 0, 1, 0, 0, 1, 0,
    ]);
    expect(boundaryCredit(plans, Float64Array.of(1, -1), 6).every((value) => value === 0)).toBe(true);
  });
});
