import { describe, expect, it } from 'vitest';
import { drift } from '../../src/classical/drift.js';
import { naive } from '../../src/classical/naive.js';
import { seasonalNaive } from '../../src/classical/seasonal-naive.js';
import { windowMean } from '../../src/classical/window-mean.js';
import type { Forecaster, PredictOptions } from '../../src/forecaster/forecaster.js';
import { daily, setOf } from './example-sets.js';

const missing = Number.NaN;

async function forecast(forecaster: Forecaster, values: readonly number[], options: PredictOptions = {}) {
  const fitted = await forecaster.fit(setOf(daily('a', values)), { horizon: options.horizon });
  const answer = await fitted.predict(options);
  return {
    point: [...answer.point('a')],
    interval: (level: number) => {
      const { lower, upper } = answer.interval('a', level);
      return Array.from(lower, (bound, h) => [bound, upper[h]]);
    },
    notes: [...fitted.notes, ...answer.notes],
  };
}

describe('naive', () => {
  it('repeats the last value, with the changes over as many steps as intervals', async () => {
    // One step: |changes| are 2, 4, 1, 3, 3. Two steps: 2, 5, 2, 0.
    const answer = await forecast(naive(), [10, 12, 8, 7, 10, 7], { horizon: 2, levels: [50] });
    expect(answer.point).toEqual([7, 7]);
    // Rank ceil(6 * 0.5) = 3 of 1, 2, 3, 3, 4. Two steps have fewer than 19 errors, one step has more of them: sqrt(2).
    expect(answer.interval(50)[0]).toEqual([4, 10]);
    expect(answer.interval(50)[1][1]).toBeCloseTo(7 + 3 * Math.SQRT2, 12);
    expect(answer.notes.map(({ kind, count }) => [kind, count])).toEqual([['residuals-stretched', 1]]);
  });

  it('takes the errors of each step ahead where there are enough of them', async () => {
    const values = Array.from({ length: 41 }, (_, t) => (t % 2 === 0 ? 0 : 1));
    const answer = await forecast(naive(), values, { horizon: 2, levels: [80] });
    // One step changes the value each time, two steps never do.
    expect(answer.interval(80)).toEqual([
      [-1, 1],
      [0, 0],
    ]);
    expect(answer.notes).toEqual([]);
  });

  it('looks behind missing values and widens for the steps since', async () => {
    const values = [...Array.from({ length: 40 }, (_, t) => t), missing, missing];
    const answer = await forecast(naive(), values, { horizon: 1, levels: [80] });
    expect(answer.point).toEqual([39]);
    expect(answer.interval(80)).toEqual([[36, 42]]);
    expect(answer.notes).toMatchObject([{ kind: 'looked-back', id: 'a', channel: 'y', count: 1 }]);
  });

  it('says where an interval needs more errors than there are', async () => {
    const answer = await forecast(naive(), [1, 2, 4, 7], { horizon: 1, levels: [80, 95] });
    // Errors 1, 2, 3: a level of 80 % needs rank ceil(4 * 0.8) = 4.
    expect(answer.interval(80)).toEqual([[4, 10]]);
    expect(answer.interval(95)).toEqual([[4, 10]]);
    expect(answer.notes).toMatchObject([{ kind: 'few-residuals', count: 1 }]);
  });

  it('needs two neighbouring values', async () => {
    await expect(forecast(naive(), [1, missing, 2, missing, 3])).rejects.toMatchObject({
      code: 'SERIES_TOO_SHORT',
      message:
        'SERIES_TOO_SHORT: series "a", channel "y": expected two observed values one step apart, to calibrate intervals, found none in 5 steps. Give a longer history, leave the series out, or use a simpler forecaster.',
    });
  });
});

describe('seasonal naive', () => {
  it('repeats the last season, over and over', async () => {
    const answer = await forecast(seasonalNaive({ season: 3 }), [1, 2, 3, 4, 6, 8], {
      horizon: 7,
      levels: [50],
    });
    expect(answer.point).toEqual([4, 6, 8, 4, 6, 8, 4]);
    // Errors over one season: 3, 4, 5; rank 2. Later seasons have fewer: these, widened by sqrt(2) and sqrt(3).
    expect(answer.interval(50)[2]).toEqual([4, 12]);
    expect(answer.interval(50)[3][1]).toBeCloseTo(4 + 4 * Math.sqrt(2), 12);
    expect(answer.interval(50)[6][1]).toBeCloseTo(4 + 4 * Math.sqrt(3), 12);
  });

  it('takes a missing position from the season before, counts it, and widens only there', async () => {
    const values = [
      ...Array.from({ length: 30 }, (_, t) => 10 * (t % 3) + Math.floor(t / 3)),
      100,
      missing,
      120,
    ];
    const answer = await forecast(seasonalNaive({ season: 3 }), values, { horizon: 3, levels: [20] });
    expect(answer.point).toEqual([100, 19, 120]);
    const [first, second] = answer.interval(20).map(([low, high]) => high - low);
    expect([first, second]).toEqual([2, 4]);
    expect(answer.notes).toMatchObject([{ kind: 'looked-back', count: 1 }]);
  });

  it('takes the usual season of the frequency by default', async () => {
    const values = Array.from({ length: 21 }, (_, t) => t % 7);
    expect((await forecast(seasonalNaive(), values)).point).toEqual([0, 1, 2, 3, 4, 5, 6]);
  });

  it.each([
    [[1, 2, 3], 'two observed values a season of 3 steps apart, to calibrate intervals'],
    [[1, missing, 3, 2, missing, 4], 'an observed value at each of 3 positions of the season'],
  ])('says what it needs of %j', async (values, expected) => {
    await expect(forecast(seasonalNaive({ season: 3 }), values, { horizon: 3 })).rejects.toMatchObject({
      code: 'SERIES_TOO_SHORT',
      expected,
    });
  });

  it('refuses a season of no steps', () => {
    expect(() => seasonalNaive({ season: 0 })).toThrow(
      "OPTIONS_INVALID: seasonal-naive options.season: expected a whole number of steps of at least 1, or 'auto', found 0. Correct this option or leave it out to use its default.",
    );
  });
});

describe('drift', () => {
  it('goes on along the line through the first and the last value', async () => {
    const answer = await forecast(drift(), [missing, 1, 5, missing, 4, 7, missing], {
      horizon: 2,
      levels: [50],
    });
    // (7 - 1) / 4 steps = 1.5, from 7 at step 5; the horizon begins at step 7.
    expect(answer.point).toEqual([10, 11.5]);
    // One-step errors 4 - 1.5 and 3 - 1.5, widened by sqrt(1 + 1 / 4); rank ceil(3 * 0.5) = 2; two steps ahead: sqrt(2).
    expect(answer.interval(50)[0][1]).toBeCloseTo(10 + 2.5 * Math.sqrt(1.25) * Math.SQRT2, 12);
  });

  it('is certain of a straight line', async () => {
    const answer = await forecast(drift(), [2, 4, 6, 8], { horizon: 3, levels: [80] });
    expect(answer.point).toEqual([10, 12, 14]);
    expect(answer.interval(80)).toEqual([
      [10, 10],
      [12, 12],
      [14, 14],
    ]);
  });

  it('keeps the slope of the fit in another context', async () => {
    const fitted = await drift().fit(setOf(daily('a', [2, 4, 6, 8])), { horizon: 1 });
    const context = setOf(daily('a', [2, 4, 6, 8, 100]));
    expect([...(await fitted.predict({ context })).point('a')]).toEqual([102]);
  });
});

describe('window mean', () => {
  it('averages the last observed values', async () => {
    const answer = await forecast(windowMean({ window: 2 }), [1, 3, 5, missing, 9, missing], {
      horizon: 2,
      levels: [50],
    });
    expect(answer.point).toEqual([7, 7]);
    // Means 2 after step 1, 4 after 2 and 3, 7 after 4: one step ahead they erred by 3 and 5.
    expect(answer.interval(50)[0]).toEqual([2, 12]);
    expect(answer.notes).toContainEqual(expect.objectContaining({ kind: 'missing-skipped', count: 1 }));
  });

  it('takes a season by default, and half of the history where there is none', async () => {
    const ramp = Array.from({ length: 20 }, (_, t) => t);
    expect((await forecast(windowMean(), ramp, { horizon: 1 })).point).toEqual([16]);
    const { id, channels } = daily('a', ramp);
    const { regularTimeAxis, SeriesFrame } = await import('@tessera/core');
    const yearly = new SeriesFrame({
      id,
      time: regularTimeAxis({ start: 0, frequency: 'Y', length: 20 }),
      channels,
    });
    const fitted = await windowMean().fit(setOf(yearly), { horizon: 1 });
    expect([...(await fitted.predict()).point('a')]).toEqual([14.5]);
  });

  it('keeps its sums exact over long histories', async () => {
    const values = Array.from({ length: 5000 }, (_, t) => (t < 2500 ? 1e9 + t : 0.1));
    expect((await forecast(windowMean({ window: 7 }), values, { horizon: 1 })).point[0]).toBeCloseTo(0.1, 14);
  });
});
