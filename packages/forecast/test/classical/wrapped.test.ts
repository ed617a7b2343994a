/** What is particular to the forecasters that wrap a library: references, memory, silence. */
import { RandomStream, randomKey, regularTimeAxis, SeriesFrame } from '@tessera/core';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { arima } from '../../src/classical/arima.js';
import { type ArimaOrders, openArima, rootsLieOutside } from '../../src/classical/arima-library.js';
import { searchOrders } from '../../src/classical/arima-orders.js';
import { loadEts, loadMstl, loadProphet } from '../../src/classical/augurs.js';
import { ets } from '../../src/classical/ets.js';
import { mstl } from '../../src/classical/mstl.js';
import { prophet } from '../../src/classical/prophet.js';
import { repeatableOptimizer } from '../../src/classical/prophet-optimizer.js';
import type { Forecaster } from '../../src/forecaster/forecaster.js';
import { daily, noise, setOf, weekly, without } from './example-sets.js';

afterEach(() => vi.restoreAllMocks());

async function pointsOf(forecaster: Forecaster, frame: SeriesFrame, horizon: number): Promise<Float64Array> {
  const fitted = await forecaster.fit(setOf(frame), { horizon });
  return (await fitted.predict()).point(frame.id);
}

function randomWalk(length: number, drift: number, seed: number): Float64Array {
  const stream = new RandomStream(randomKey(seed));
  let level = 50;
  return Float64Array.from({ length }, () => {
    level += drift + stream.normal();
    return level;
  });
}

describe('ETS', () => {
  it('smooths a level like the best simple exponential smoothing', async () => {
    const stream = new RandomStream(randomKey(4));
    let level = 100;
    const values = Float64Array.from({ length: 300 }, () => {
      level += 0.5 * stream.normal();
      return level + 2 * stream.normal();
    });
    let best = { error: Number.POSITIVE_INFINITY, level: 0 };
    for (let alpha = 0.001; alpha < 1; alpha += 0.001) {
      let current = values.subarray(0, 10).reduce((sum, y) => sum + y, 0) / 10;
      let error = 0;
      for (const y of values) {
        error += (y - current) ** 2;
        current += alpha * (y - current);
      }
      if (error < best.error) best = { error, level: current };
    }
    const point = await pointsOf(ets({ season: 1 }), daily('a', values), 3);
    for (const value of point) expect(Math.abs(value - best.level)).toBeLessThan(0.2);
  });

  it('continues a trend and a season', async () => {
    (await pointsOf(ets(), daily('a', weekly(140)), 7)).forEach((value, h) => {
      expect(Math.abs(value - (114 + 0.1 * h + 10 * Math.sin((2 * Math.PI * h) / 7)))).toBeLessThan(4);
    });
  });
});

describe('MSTL', () => {
  it('continues two seasons at once', async () => {
    const truth = (t: number) =>
      100 + 10 * Math.sin((2 * Math.PI * t) / 7) + 5 * Math.sin((2 * Math.PI * t) / 30);
    const values = Float64Array.from({ length: 240 }, (_, t) => truth(t));
    (await pointsOf(mstl({ season: [7, 30] }), daily('a', values), 10)).forEach((value, h) => {
      expect(Math.abs(value - truth(240 + h))).toBeLessThan(1);
    });
  });

  it('is ETS of the series where no season fits into it twice, and counts the seasons left out', async () => {
    const frame = daily('a', weekly(40));
    const fitted = await mstl({ season: 30 }).fit(setOf(frame), { horizon: 5 });
    expect(fitted.notes).toMatchObject([{ kind: 'model-simplified', count: 1 }]);
    expect([...(await fitted.predict()).point('a')]).toEqual([
      ...(await pointsOf(ets({ season: 1 }), frame, 5)),
    ]);
    expect([...(await pointsOf(mstl({ season: 1 }), frame, 5))]).toEqual([
      ...(await pointsOf(ets({ season: 1 }), frame, 5)),
    ]);
  });

  it.each([[[7, 1]], [[]], [0], [2.5]])('refuses the season %j', (season) => {
    expect(() => mstl({ season })).toThrow(expect.objectContaining({ code: 'OPTIONS_INVALID' }));
  });
});

describe('Prophet', () => {
  it('continues a trend and a weekly season', async () => {
    (await pointsOf(prophet(), daily('a', weekly(140)), 7)).forEach((value, h) => {
      expect(Math.abs(value - (114 + 0.1 * h + 10 * Math.sin((2 * Math.PI * h) / 7)))).toBeLessThan(4);
    });
  });

  it('leaves missing values out instead of inventing them', async () => {
    const values = without(weekly(140), (t) => t % 3 === 1 && t < 100);
    const fitted = await prophet().fit(setOf(daily('a', values)), { horizon: 7 });
    expect(fitted.notes).toMatchObject([{ kind: 'missing-skipped', count: 33 }]);
  });

  it('reads whole seconds only', async () => {
    const frame = new SeriesFrame({
      id: 'a',
      time: regularTimeAxis({ start: 0, frequency: '100ms', length: 60 }),
      channels: [{ name: 'y', values: weekly(60) }],
    });
    await expect(prophet().fit(setOf(frame), { horizon: 3 })).rejects.toMatchObject({
      code: 'FIT_FAILED',
      found: 'Prophet reads times of whole seconds, and step 1 is at 100 ms',
    });
  });
});

describe('ARIMA', () => {
  it('finds the coefficient of a first-order autoregression', async () => {
    const stream = new RandomStream(randomKey(8));
    let state = 0;
    const values = Array.from({ length: 2000 }, () => {
      state = 0.7 * state + stream.normal();
      return state;
    });
    const orders: ArimaOrders = { p: 1, d: 0, q: 0, P: 0, D: 0, Q: 0, season: 0, line: false };
    const { point, deviation, variance } = openArima()(values, orders, 'likelihood', 2);
    expect(variance).toBeCloseTo(1, 1);
    const mean = values.reduce((sum, y) => sum + y, 0) / values.length;
    expect(point[0] - mean).toBeCloseTo(0.7 * (values[1999] - mean), 0);
    expect((deviation[1] / deviation[0]) ** 2).toBeCloseTo(1 + 0.7 ** 2, 1);
  });

  it.each([
    [[], true],
    [[0.5], true],
    [[-1], false],
    [[0.9999], false],
    [[1.2, -0.5], true],
    [[0.5, 0.6], false],
    [[0, 0, 0.99], true],
    [[0, 0, 0.999], false],
    [[0, 0, 0, -1.2], false],
    [[Number.NaN], false],
  ])('knows whether the roots of %j lie outside the unit circle', (coefficients, expected) => {
    expect(rootsLieOutside(coefficients)).toBe(expected);
  });

  it('knows how uncertain sums of noise are', () => {
    const walk = [...randomWalk(200, 0, 3)];
    const orders: ArimaOrders = { p: 0, d: 1, q: 0, P: 0, D: 0, Q: 0, season: 0, line: false };
    const once = openArima()(walk, orders, 'css', 4);
    [1, 2, 3, 4].forEach((steps, h) => {
      expect(once.deviation[h] ** 2).toBeCloseTo(steps * once.variance, 9);
    });
    const seasonal = openArima()(walk, { ...orders, D: 1, season: 3 }, 'css', 4);
    // (1 - B)(1 - B^3) has the weights 1, 1, 1, 2 of past noise.
    [1, 2, 3, 7].forEach((squares, h) => {
      expect(seasonal.deviation[h] ** 2).toBeCloseTo(squares * seasonal.variance, 9);
    });
  });

  it('continues a drift', async () => {
    const point = await pointsOf(arima({ season: 1 }), daily('a', randomWalk(200, 0.5, 5)), 20);
    expect((point[19] - point[0]) / 19).toBeCloseTo(0.5, 0);
  });

  it('continues straight lines, parabolas and seasons that repeat without noise', async () => {
    const shapes = [
      (t: number) => 3 * t - 5,
      (t: number) => t * t,
      (t: number) => [1, 5, 2, 9, 7, 0, 4][t % 7],
      (t: number) => 2 * t + [1, 5, 2, 9, 7, 0, 4][t % 7],
    ];
    for (const truth of shapes) {
      const values = Float64Array.from({ length: 70 }, (_, t) => truth(t));
      (await pointsOf(arima(), daily('a', values), 9)).forEach((value, h) => {
        expect(value).toBeCloseTo(truth(70 + h), 4);
      });
    }
  });

  it('uses the end of a long history, and counts the rest', async () => {
    const fitted = await arima({ maxValues: 100 }).fit(setOf(daily('a', weekly(150))), { horizon: 3 });
    expect(fitted.notes).toContainEqual(expect.objectContaining({ kind: 'history-shortened', count: 50 }));
    expect([...(await fitted.predict()).point('a')]).toEqual([
      ...(await pointsOf(arima(), daily('a', weekly(150)).slice(50, 150), 3)),
    ]);
  });

  it('differences a long season, and says that it does no more', async () => {
    const values = Float64Array.from(
      { length: 320 },
      (_, t) => Math.sin((2 * Math.PI * t) / 100) + 0.01 * (t % 3),
    );
    const fitted = await arima({ season: 100 }).fit(setOf(daily('a', values)), { horizon: 3 });
    expect(fitted.notes).toContainEqual(
      expect.objectContaining({ kind: 'model-simplified', detail: expect.stringContaining('100 steps') }),
    );
  });
});

describe('the search for orders', () => {
  const search = { d: 0, D: 0, season: 7, seasonalTerms: true, count: 200, isQuick: false };

  it('walks to the model of the least AICc', () => {
    const found = searchOrders(search, ({ p, q, P, Q }) =>
      Math.exp(((p - 3) ** 2 + (q - 1) ** 2 + (P - 1) ** 2 + Q ** 2) / 10),
    );
    expect(found).toMatchObject({ p: 3, q: 1, P: 1, Q: 0, line: false });
  });

  it('prefers the smaller of equal models, and skips those that cannot be fitted', () => {
    expect(searchOrders(search, () => 1)).toMatchObject({ p: 0, q: 0, P: 0, Q: 0 });
    expect(searchOrders(search, ({ p }) => (p === 1 ? 1 : Number.NaN))).toMatchObject({ p: 1 });
    expect(searchOrders(search, () => Number.NaN)).toBeUndefined();
  });

  it('tries few models of low orders where it is to be quick', () => {
    let tried = 0;
    const found = searchOrders({ ...search, isQuick: true }, ({ p, q }) => {
      tried += 1;
      return Math.exp(-p - q);
    });
    expect(tried).toBe(12);
    expect(Math.max(found?.p ?? 9, found?.q ?? 9)).toBe(3);
  });

  it('tries a drift only where the series is differenced once, and seasonal terms only where they may be', () => {
    const tried: ArimaOrders[] = [];
    const remember = (orders: ArimaOrders) => {
      tried.push(orders);
      return 1;
    };
    searchOrders({ ...search, d: 2, seasonalTerms: false }, remember);
    expect(tried.every(({ line, P, Q }) => !line && P === 0 && Q === 0)).toBe(true);
    tried.length = 0;
    searchOrders({ ...search, d: 1 }, remember);
    expect(new Set(tried.map(({ line }) => line))).toEqual(new Set([true, false]));
    expect(new Set(tried.map((orders) => JSON.stringify(orders))).size).toBe(tried.length);
    expect(tried.length).toBeLessThanOrEqual(40);
  });
});

describe('wrapped libraries', () => {
  it('free every model that they make, also where a fit fails', async () => {
    const [AutoETS, MSTL, { Prophet }] = [await loadEts(), await loadMstl(), await loadProphet()];
    for (const [model, forecaster, season] of [
      [AutoETS, ets({ season: 1 }), 1],
      [MSTL, mstl({ season: 7 }), 7],
      [Prophet, prophet(), 7],
    ] as const) {
      const fits = vi.spyOn(model.prototype, 'fit');
      const frees = vi.spyOn(model.prototype, 'free');
      await forecaster.fit(setOf(daily('a', weekly(60, season)), daily('b', noise(60, season))), {
        horizon: 5,
      });
      expect(fits.mock.calls.length).toBe(4);
      expect(frees.mock.calls.length).toBe(4);
      fits.mockImplementation(() => {
        throw new Error('planted');
      });
      await expect(forecaster.fit(setOf(daily('a', weekly(60))), { horizon: 5 })).rejects.toMatchObject({
        code: 'FIT_FAILED',
        found: expect.stringContaining('planted'),
      });
      expect(frees.mock.calls.length).toBe(5);
    }
  });

  it('write nothing to the console or the process’s output', async () => {
    const { optimizer } = await loadProphet();
    const streams = [vi.spyOn(process.stdout, 'write'), vi.spyOn(process.stderr, 'write')];
    const consoles = [vi.spyOn(console, 'log'), vi.spyOn(console, 'warn'), vi.spyOn(console, 'error')];
    for (const create of [ets, mstl, prophet, arima]) {
      for (const values of [weekly(60), noise(13, 1), weekly(60).map((_, t) => (t < 30 ? 0 : 1))]) {
        await create().fit(setOf(daily('a', values)), { horizon: 5 });
      }
    }
    expect(optimizer).toBeDefined();
    for (const spy of [...streams, ...consoles]) expect(spy).not.toHaveBeenCalled();
  });

  it('leave the process’s output as it was where the optimiser breaks down, and give it a second start', () => {
    const write = process.stdout.write;
    const sigmas: number[] = [];
    const repeatable = repeatableOptimizer({
      optimize: ({ sigmaObs }) => {
        sigmas.push(sigmaObs);
        process.stdout.write('optimization failed: 70\n');
        throw new Error('no descent\n  at all');
      },
    });
    const data = JSON.stringify({ X: [[1]], s_a: [1], s_m: [0], sigmas: [1] });
    const initial = { k: 0, m: 0, delta: new Float64Array(1), beta: new Float64Array(1), sigmaObs: 1 };
    const message = 'Prophet’s optimiser failed: Error: no descent at all optimization failed: 70';
    expect(() => repeatable.optimizer.optimize(initial, data, {})).toThrow(message);
    expect(sigmas).toEqual([1, 0.3]);
    expect(repeatable.failure()?.message).toBe(message);
    expect(process.stdout.write).toBe(write);
  });

  it('sort the columns of Prophet’s seasons, and put their coefficients back', () => {
    const seen: string[] = [];
    const { optimizer, params } = repeatableOptimizer({
      optimize: ({ delta }, data) => {
        seen.push(data);
        const logs = { debug: '', info: '', warn: '', error: '', fatal: '' };
        const beta = Float64Array.of(10, 20, 30);
        return { logs, params: { k: 0, m: 0, delta, beta, sigmaObs: 0.5, trend: new Float64Array(2) } };
      },
    });
    const initial = { k: 0, m: 0, delta: new Float64Array(2), beta: new Float64Array(3), sigmaObs: 1 };
    const columns = (order: number[]) =>
      JSON.stringify({
        X: [
          [1, 1, 0],
          [5, 4, 9],
        ].map((row) => order.map((column) => row[column])),
        s_a: order.map((column) => [1, 2, 3][column]),
        s_m: order.map(() => 0),
        sigmas: order.map((column) => [7, 8, 9][column]),
      });
    const one = optimizer.optimize(initial, columns([0, 1, 2]), {});
    const other = optimizer.optimize(initial, columns([2, 0, 1]), {});
    expect(seen[0]).toBe(seen[1]);
    expect(JSON.parse(seen[0]).X).toEqual([
      [0, 1, 1],
      [9, 4, 5],
    ]);
    expect([...one.params.beta]).toEqual([30, 20, 10]);
    expect([...other.params.beta]).toEqual([10, 30, 20]);
    expect(params()).toEqual({ delta: Float64Array.of(1e-4, -1e-4), sigma: 0.5 });
  });

  it('begin again where Prophet finds no descent, and count it', async () => {
    const values = Float64Array.from({ length: 80 }, (_, t) => 10 + Math.sin(t * 184) + (t % 7));
    const frame = new SeriesFrame({
      id: 'a',
      time: regularTimeAxis({ start: 0, frequency: 'D', length: 80 }),
      channels: [{ name: 'y', values }],
    });
    const fitted = await prophet().fit(setOf(frame), { horizon: 7 });
    expect(fitted.notes).toMatchObject([{ kind: 'fit-restarted', count: 1 }]);
  });
});
