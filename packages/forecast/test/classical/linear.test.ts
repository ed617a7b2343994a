import { SeriesFrame } from '@tessera/core';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { dlinear, nlinear } from '../../src/classical/linear/linear.js';
import { linearSeries, originRuns } from '../../src/classical/linear/linear-series.js';
import { movingAverageMetric } from '../../src/classical/linear/moving-average-metric.js';
import { meanSquaredError, solveRidge } from '../../src/classical/linear/ridge.js';
import { addWindows, emptyMoments, relativeToLast } from '../../src/classical/linear/window-moments.js';
import { daily, noise, setOf, weekly, without } from './example-sets.js';

type Matrix = number[][];

const transposed = (a: Matrix): Matrix => a[0].map((_, j) => a.map((row) => row[j]));
const product = (a: Matrix, b: Matrix): Matrix =>
  a.map((row) => b[0].map((_, j) => row.reduce((sum, value, k) => sum + value * b[k][j], 0)));

/** Gauss and Jordan with pivots. */
function solved(a: Matrix, b: Matrix): Matrix {
  const rows = a.map((row, i) => [...row, ...b[i]]);
  const n = a.length;
  for (let i = 0; i < n; i++) {
    let pivot = i;
    for (let r = i; r < n; r++) if (Math.abs(rows[r][i]) > Math.abs(rows[pivot][i])) pivot = r;
    [rows[i], rows[pivot]] = [rows[pivot], rows[i]];
    rows[i] = rows[i].map((value) => value / rows[i][i]);
    for (let r = 0; r < n; r++) {
      if (r === i) continue;
      const factor = rows[r][i];
      rows[r] = rows[r].map((value, j) => value - factor * rows[i][j]);
    }
  }
  return rows.map((row) => row.slice(n));
}

interface Windows {
  readonly x: Matrix;
  readonly y: Matrix;
}

/** Every window of a series, one by one; relative to its last input where asked for. */
function windowsOf(
  values: ArrayLike<number>,
  lookback: number,
  horizon: number,
  isRelative: boolean,
): Windows {
  const x: Matrix = [];
  const y: Matrix = [];
  for (let origin = lookback; origin + horizon <= values.length; origin++) {
    const base = isRelative ? values[origin - 1] : 0;
    x.push(Array.from({ length: lookback }, (_, i) => values[origin - lookback + i] - base));
    y.push(Array.from({ length: horizon }, (_, h) => values[origin + h] - base));
  }
  return { x, y };
}

/** Ridge regression with an intercept that is not shrunk, by its normal equations; weights `[features, outputs]`. */
function slowRidge({ x, y }: Windows, ridge: number): { weights: Matrix; intercepts: number[] } {
  const means = (rows: Matrix) =>
    rows[0].map((_, j) => rows.reduce((sum, row) => sum + row[j], 0) / rows.length);
  const centred = (rows: Matrix, at: number[]) => rows.map((row) => row.map((value, j) => value - at[j]));
  const [meanX, meanY] = [means(x), means(y)];
  const [cx, cy] = [centred(x, meanX), centred(y, meanY)];
  const gram = product(transposed(cx), cx);
  const trace = gram.reduce((sum, row, i) => sum + row[i], 0);
  const weights = solved(
    gram.map((row, i) => row.map((value, j) => value + (i === j ? (ridge * trace) / gram.length : 0))),
    product(transposed(cx), cy),
  );
  const intercepts = meanY.map(
    (mean, h) => mean - meanX.reduce((sum, value, i) => sum + value * weights[i][h], 0),
  );
  return { weights, intercepts };
}

describe('moments of windows', () => {
  it('equal the sums over every window, in one run or several', () => {
    fc.assert(
      fc.property(
        fc.array(fc.double({ min: -9, max: 9, noNaN: true }), { minLength: 12, maxLength: 40 }),
        fc.integer({ min: 1, max: 5 }),
        fc.integer({ min: 1, max: 5 }),
        fc.integer({ min: 0, max: 20 }),
        (list, lookback, horizon, cut) => {
          const values = Float64Array.from(list);
          const count = values.length - lookback - horizon + 1;
          const first = Math.min(cut, count);
          const moments = emptyMoments(lookback, horizon);
          addWindows(moments, values, 0, first);
          addWindows(moments, values, first, count - first);
          for (const isRelative of [false, true]) {
            const { x, y } = windowsOf(values, lookback, horizon, isRelative);
            const found = isRelative ? relativeToLast(moments) : moments;
            expect(found.count).toBe(x.length);
            const xx = product(transposed(x), x);
            const xy = product(transposed(x), y);
            const yy = product(transposed(y), y);
            for (let i = 0; i < lookback; i++) {
              for (let j = i; j < lookback; j++)
                expect(found.inputProducts[i * lookback + j]).toBeCloseTo(xx[i][j], 8);
              for (let h = 0; h < horizon; h++)
                expect(found.crossProducts[i * horizon + h]).toBeCloseTo(xy[i][h], 8);
            }
            for (let h = 0; h < horizon; h++) expect(found.outputSquares[h]).toBeCloseTo(yy[h][h], 8);
            x[0].forEach((_, i) => {
              expect(found.inputSums[i]).toBeCloseTo(
                x.reduce((sum, row) => sum + row[i], 0),
                8,
              );
            });
          }
        },
      ),
      { numRuns: 40 },
    );
  });
});

describe('ridge regression from moments', () => {
  const values = weekly(60);
  const [lookback, horizon] = [6, 4];
  const moments = emptyMoments(lookback, horizon);
  addWindows(moments, values, 0, values.length - lookback - horizon + 1);

  it.each([1e-6, 0.1, 10])('equals the normal equations with ridge %d', (ridge) => {
    const map = solveRidge(moments, ridge);
    const { weights, intercepts } = slowRidge(windowsOf(values, lookback, horizon, false), ridge);
    for (let h = 0; h < horizon; h++) {
      expect(map.intercepts[h]).toBeCloseTo(intercepts[h], 6);
      for (let i = 0; i < lookback; i++) expect(map.weights[h * lookback + i]).toBeCloseTo(weights[i][h], 8);
    }
  });

  it('knows the mean squared error without a window', () => {
    const map = solveRidge(moments, 0.1);
    const { x, y } = windowsOf(values, lookback, horizon, false);
    let sum = 0;
    x.forEach((row, n) => {
      for (let h = 0; h < horizon; h++) {
        const forecast = row.reduce(
          (total, v, i) => total + v * map.weights[h * lookback + i],
          map.intercepts[h],
        );
        sum += (y[n][h] - forecast) ** 2;
      }
    });
    expect(meanSquaredError(map, moments, [0, 1, 2, 3])).toBeCloseTo(sum / (x.length * horizon), 8);
  });

  it('gives DLinear’s weights of moving average and rest by the metric', () => {
    const kernel = 3;
    const { x, y } = windowsOf(values, lookback, horizon, false);
    const average = (row: number[]) =>
      row.map((_, t) =>
        [t - 1, t, t + 1].reduce((sum, s) => sum + row[Math.min(Math.max(s, 0), lookback - 1)] / 3, 0),
      );
    // Both parts beside each other, as DLinear has them, with the penalty of the window’s own scale.
    const doubled = x.map((row) => [...average(row), ...row.map((value, t) => value - average(row)[t])]);
    const traceOf = (rows: Matrix) => {
      const columns = transposed(rows);
      return columns.reduce((sum, column) => {
        const mean = column.reduce((total, value) => total + value, 0) / column.length;
        return sum + column.reduce((total, value) => total + (value - mean) ** 2, 0);
      }, 0);
    };
    const ridge = 0.1;
    const penalty = (ridge * traceOf(x)) / lookback;
    const slow = slowRidge({ x: doubled, y }, (penalty * 2 * lookback) / traceOf(doubled));
    const map = solveRidge(moments, ridge, movingAverageMetric(lookback, kernel));
    x.slice(0, 5).forEach((row, n) => {
      for (let h = 0; h < horizon; h++) {
        const expected = doubled[n].reduce(
          (sum, value, i) => sum + value * slow.weights[i][h],
          slow.intercepts[h],
        );
        const found = row.reduce(
          (sum, value, i) => sum + value * map.weights[h * lookback + i],
          map.intercepts[h],
        );
        expect(found).toBeCloseTo(expected, 7);
      }
    });
  });

  it('says where inputs do not determine the weights', () => {
    const flat = emptyMoments(3, 1);
    addWindows(flat, new Float64Array(20).fill(2), 0, 17);
    expect(() => solveRidge(flat, 0)).toThrow('a larger ridge is needed');
    expect([...solveRidge(flat, 1).weights]).toEqual([0, 0, 0]);
  });
});

describe('origins that can be used', () => {
  it('are those whose outputs were observed and whose inputs exist', () => {
    fc.assert(
      fc.property(
        fc.array(fc.boolean(), { minLength: 1, maxLength: 40 }),
        fc.integer({ min: 1, max: 6 }),
        fc.integer({ min: 1, max: 6 }),
        fc.integer({ min: 0, max: 45 }),
        fc.integer({ min: 0, max: 45 }),
        (flags, lookback, horizon, from, to) => {
          // A series begins with its first observed value.
          const values = Float64Array.from([true, ...flags], (isThere, t) => (isThere ? t : Number.NaN));
          const frame = daily('a', values);
          if (frame.time.kind !== 'regular') throw new Error('daily is regular');
          const series = linearSeries({ id: 'a', channel: 'y', time: frame.time, values, season: 1 }, '');
          const expected: number[] = [];
          for (
            let origin = Math.max(from, lookback);
            origin < to && origin + horizon <= values.length;
            origin++
          ) {
            if (!values.subarray(origin, origin + horizon).some(Number.isNaN)) expected.push(origin);
          }
          const found = originRuns(series, lookback, horizon, from, to).flatMap((run) => {
            expect(run.to).toBeGreaterThan(run.from);
            return Array.from({ length: run.to - run.from }, (_, i) => run.from + i);
          });
          expect(found).toEqual(expected);
        },
      ),
    );
  });
});

describe('the linear forecasters', () => {
  it.each([
    ['nlinear', nlinear, true],
    ['dlinear', (options: object) => dlinear({ kernel: 1, ...options }), false],
  ] as const)(
    '%s equals ridge regression over every window of every series',
    async (_, create, isRelative) => {
      const [lookback, horizon, ridge] = [5, 3, 0.05];
      const series = [weekly(60, 1), weekly(50, 2).map((y) => 3 * y - 40)];
      const set = setOf(...series.map((values, i) => daily(`s${i}`, values)));
      const fitted = await create({ lookback, ridge }).fit(set, { horizon });
      const forecast = await fitted.predict();
      const scaled = series.map((values) => {
        const mean = values.reduce((sum, y) => sum + y, 0) / values.length;
        const deviation = Math.sqrt(values.reduce((sum, y) => sum + (y - mean) ** 2, 0) / values.length);
        return { mean, deviation, values: values.map((y) => (y - mean) / deviation) };
      });
      const parts = scaled.map(({ values }) => windowsOf(values, lookback, horizon, isRelative));
      const all = { x: parts.flatMap(({ x }) => x), y: parts.flatMap(({ y }) => y) };
      const { weights, intercepts } = slowRidge(all, ridge);
      scaled.forEach(({ mean, deviation, values }, i) => {
        const window = values.subarray(values.length - lookback);
        const base = isRelative ? window[lookback - 1] : 0;
        for (let h = 0; h < horizon; h++) {
          const expected = window.reduce(
            (sum, y, k) => sum + (y - base) * weights[k][h],
            intercepts[h] + base,
          );
          // A kernel of one step makes the moving average the window itself, and the rest 0.
          expect(forecast.point(`s${i}`)[h]).toBeCloseTo(mean + deviation * expected, 6);
        }
      });
    },
  );

  it('finds a season and a trend that repeat without noise', async () => {
    const truth = (t: number) => 5 + 0.3 * t + Math.sin((2 * Math.PI * t) / 7);
    const values = Float64Array.from({ length: 120 }, (_, t) => truth(t));
    const fitted = await nlinear({ lookback: 14, ridge: 1e-9 }).fit(setOf(daily('a', values)), {
      horizon: 7,
    });
    (await fitted.predict()).point('a').forEach((value, h) => {
      expect(value).toBeCloseTo(truth(120 + h), 4);
    });
  });

  it('uses windows around missing values, and fills inputs from before alone', async () => {
    const values = without(weekly(100), (t) => t % 13 === 0 && t > 0);
    const fitted = await nlinear({ lookback: 7 }).fit(setOf(daily('a', values)), { horizon: 3 });
    expect(fitted.notes).toMatchObject([{ kind: 'interpolated', count: 7 }]);
    // A later value must not change what an earlier one is filled with.
    const time = daily('a', values).time;
    if (time.kind !== 'regular') throw new Error('daily is regular');
    const history = { id: 'a', channel: 'y', time, values, season: 7 };
    const whole = linearSeries(history, '', { location: 0, scale: 1 });
    const part = linearSeries({ ...history, values: values.slice(0, 60) }, '', { location: 0, scale: 1 });
    expect([...whole.values.subarray(0, 60)]).toEqual([...part.values]);
    expect(whole.values[13]).toBe(values[6]);
  });

  it('gives each channel weights of its own where asked to', async () => {
    const frame = (id: string, seed: number) =>
      new SeriesFrame({
        id,
        time: daily(id, weekly(80)).time,
        channels: [
          { name: 'y', values: weekly(80, seed) },
          { name: 'z', values: noise(80, seed) },
        ],
      });
    const set = setOf(frame('a', 1), frame('b', 2));
    const own = await (await nlinear({ lookback: 7, weights: 'channel' }).fit(set, { horizon: 3 })).predict();
    const alone = await (
      await nlinear({ lookback: 7 }).fit(setOf(...set.frames.map((each) => each.select(['z']))), {
        horizon: 3,
      })
    ).predict();
    expect([...own.point('a', 'z')]).toEqual([...alone.point('a')]);
    const shared = await (await nlinear({ lookback: 7 }).fit(set, { horizon: 3 })).predict();
    expect([...shared.point('a', 'z')]).not.toEqual([...own.point('a', 'z')]);
  });

  it('forecasts series that it was not fitted on, with the errors of all', async () => {
    const set = setOf(...[1, 2, 3].map((seed) => daily(`s${seed}`, weekly(90, seed))));
    const fitted = await nlinear({ lookback: 14 }).fit(set, { horizon: 5 });
    const stranger = await fitted.predict({
      context: setOf(
        daily(
          'new',
          weekly(40, 9).map((y) => 1000 * y),
        ),
      ),
    });
    const { lower, upper } = stranger.interval('new', 80);
    expect(stranger.point('new')[0]).toBeGreaterThan(8e4);
    expect(upper[0] - lower[0]).toBeGreaterThan(1000);
    expect(upper[0] - lower[0]).toBeLessThan(2e4);
    await expect(fitted.predict({ context: setOf(daily('new', weekly(10))) })).rejects.toMatchObject({
      code: 'SERIES_TOO_SHORT',
      expected: 'at least 14 steps to look back on',
    });
  });

  it('says which window it needs', async () => {
    await expect(
      nlinear({ lookback: 20 }).fit(setOf(daily('a', weekly(25))), { horizon: 7 }),
    ).rejects.toMatchObject({
      code: 'SERIES_TOO_SHORT',
      message:
        'SERIES_TOO_SHORT: series "a", channel "y": expected a window of 20 steps to look back on and 7 observed steps after them, to fit nlinear, found none in 25 steps. Give a longer history, leave the series out, or use a simpler forecaster.',
    });
  });

  it('says where nothing could be held out', async () => {
    const fitted = await nlinear({ lookback: 5 }).fit(setOf(daily('a', weekly(13))), { horizon: 5 });
    expect(fitted.notes).toMatchObject([{ kind: 'few-residuals' }]);
  });

  it('chooses a strong ridge for noise and a weak one for a clean signal', async () => {
    const forecastOf = async (values: Float64Array) => {
      const fitted = await dlinear({ lookback: 20 }).fit(setOf(daily('a', values)), { horizon: 5 });
      return (await fitted.predict()).point('a');
    };
    for (const value of await forecastOf(noise(300, 3))) expect(Math.abs(value - 10)).toBeLessThan(0.5);
    const wave = await forecastOf(Float64Array.from({ length: 120 }, (_, t) => Math.sin(t)));
    wave.forEach((value, h) => {
      expect(value).toBeCloseTo(Math.sin(120 + h), 4);
    });
  });

  it('says where windows do not determine the weights', async () => {
    const fit = nlinear({ lookback: 12, ridge: 0 }).fit(setOf(daily('a', weekly(20))), { horizon: 2 });
    await expect(fit).rejects.toMatchObject({
      code: 'FIT_FAILED',
      wayOut: 'Use a larger ridge, or ridge: "auto"',
    });
  });
});
