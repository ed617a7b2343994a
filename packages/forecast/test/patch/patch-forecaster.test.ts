import { RandomStream, randomKey, regularTimeAxis, SeriesFrame, SeriesSet } from '@tessera/core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { FittedPatchForecaster } from '../../src/patch/fitted-patch.js';
import { loadPatchForecaster } from '../../src/patch/load-patch-forecaster.js';
import { patchForecaster } from '../../src/patch/patch-forecaster.js';
import { runOnnx } from './run-onnx.js';

const season = 12;

/** A season with noise on a level, every 17th value missing. */
function seasonal(id: string, length: number, level: number, seed: number): SeriesFrame {
  const stream = new RandomStream(randomKey(seed));
  const values = Float64Array.from({ length }, (_, t) => {
    const value = level + 10 * Math.sin((2 * Math.PI * t) / season) + stream.normal();
    return t % 17 === 5 ? Number.NaN : value;
  });
  const time = regularTimeAxis({ start: Date.UTC(2000, 0, 1), frequency: 'D', length });
  return new SeriesFrame({ id, time, channels: [{ name: 'y', unit: 'kW', values }] });
}

const set = new SeriesSet([seasonal('a', 400, 100, 1), seasonal('b', 320, -3, 2)]);
const options = {
  model: {
    horizon: 12,
    lookback: 48,
    patchLength: 12,
    stride: 6,
    width: 16,
    heads: 2,
    hidden: 32,
    layers: 1,
  },
  training: { steps: 150, batchSize: 32, evaluateEvery: 50, schedule: { peak: 5e-3 }, seed: 5 },
} as const;

describe('patchForecaster', () => {
  let fitted: FittedPatchForecaster;
  beforeAll(async () => {
    fitted = await patchForecaster(options).fit(set);
  });
  afterAll(() => fitted.dispose());

  it('forecasts every series on the axis that follows it', async () => {
    const forecast = await fitted.predict();
    expect(forecast.ids).toEqual(['a', 'b']);
    expect(forecast.get('a').time.timeAt(0)).toBe(set.get('a').time.timeAt(399) + 86_400_000);
    expect(forecast.horizon).toBe(12);
  });

  it('learns the season: its error is near the noise, far from the amplitude', async () => {
    const history = new SeriesSet(set.frames.map((frame) => frame.slice(0, frame.length - 12)));
    const forecast = await fitted.predict({ context: history });
    for (const { id, length } of set.frames) {
      const { values } = set.get(id).channel('y');
      const errors = [...forecast.point(id)]
        .map((point, step) => Math.abs(point - (values[length - 12 + step] ?? Number.NaN)))
        .filter((error) => !Number.isNaN(error));
      const mean = errors.reduce((sum, error) => sum + error, 0) / errors.length;
      expect(mean).toBeLessThan(2.5);
    }
  });

  it('gives ascending quantiles between which most of the truth lies', async () => {
    const forecast = await fitted.predict({ levels: [50, 80, 95], quantiles: [0.33] });
    expect(forecast.quantileLevels).toEqual([0.025, 0.1, 0.25, 0.33, 0.5, 0.75, 0.9, 0.975]);
    const { lower, upper } = forecast.interval('a', 95);
    for (const [step, low] of lower.entries()) expect(upper[step] ?? 0).toBeGreaterThan(low);
  });

  it('says which levels it can answer', async () => {
    await expect(fitted.predict({ levels: [99] })).rejects.toMatchObject({ code: 'LEVEL_INVALID' });
    await expect(fitted.predict({ horizon: 13 })).rejects.toMatchObject({ code: 'HORIZON_TOO_LONG' });
  });

  it('gives the same bits for the same seed', async () => {
    const again = await patchForecaster(options).fit(set);
    expect(again.params).toEqual(fitted.params);
    again.dispose();
  });

  it('comes to the same weights, up to rounding, where two threads share the work', async () => {
    const short = { ...options.training, steps: 20 };
    const one = await patchForecaster({ ...options, training: short }).fit(set);
    const two = await patchForecaster({ ...options, training: { ...short, threads: 2 } }).fit(set);
    for (const [i, weight] of one.params.entries()) expect(two.params[i]).toBeCloseTo(weight, 3);
    expect(two.notes).toMatchObject([{ kind: 'threads-shared', count: 2 }]);
    one.dispose();
    two.dispose();
  });

  it('does not see what lies after the origin', async () => {
    const cut = new SeriesSet([set.get('a').slice(0, 300)]);
    const planted = set.get('a').withChannels([
      {
        name: 'y',
        values: set
          .get('a')
          .channel('y')
          .values.map((value, t) => (t < 300 ? value : 1e6)),
      },
    ]);
    const [one, two] = [
      await fitted.predict({ context: cut }),
      await fitted.predict({ context: new SeriesSet([planted.slice(0, 300)]) }),
    ];
    expect(one.get('a').quantiles).toEqual(two.get('a').quantiles);
  });

  it('moves and stretches with the series', async () => {
    const scaled = set.map((frame) =>
      frame.withChannels([{ name: 'y', values: frame.channel('y').values.map((value) => 4 * value - 1000) }]),
    );
    const [plain, moved] = [await fitted.predict(), await fitted.predict({ context: scaled })];
    for (const [step, point] of plain.point('a').entries()) {
      expect(moved.point('a')[step]).toBeCloseTo(4 * point - 1000, 2);
    }
  });

  it('comes back from its file to the same bits', async () => {
    const loaded = await loadPatchForecaster(fitted.save());
    const [one, two] = [await fitted.predict(), await loaded.predict({ context: set })];
    expect(two.get('b').quantiles).toEqual(one.get('b').quantiles);
    await expect(loaded.predict()).rejects.toMatchObject({ code: 'CONTEXT_MISSING' });
    loaded.dispose();
  });

  it('refuses the weights of something else', async () => {
    await expect(loadPatchForecaster(new Uint8Array(20))).rejects.toMatchObject({ code: 'WEIGHTS_INVALID' });
    await expect(loadPatchForecaster('/no/such/file')).rejects.toMatchObject({ code: 'FILE_UNREADABLE' });
  });

  it('exports a model that another runtime reads to the same quantiles', async () => {
    const { values } = set.get('a').channel('y');
    const history = Float32Array.from(values.slice(-48));
    const quantiles = await runOnnx(
      fitted.exportOnnx(),
      { history: { data: history, dims: [1, 48] } },
      'quantiles',
    );
    const forecast = await fitted.predict({ levels: [80, 95], quantiles: [0.2, 0.3, 0.4, 0.6, 0.7, 0.8] });
    const expected = forecast.get('a').quantiles;
    expect(quantiles.length).toBe(expected.length);
    for (const [i, value] of expected.entries()) {
      expect(Math.abs((quantiles[i] ?? Number.NaN) - value)).toBeLessThan(
        1e-5 * Math.max(1, Math.abs(value)),
      );
    }
  });

  it('names options that do not fit together', () => {
    expect(() => patchForecaster({ model: { horizon: 12, patchLength: 16, stride: 5 } })).toThrow(
      'OPTIONS_INVALID: patchForecaster options.model.stride: expected a divisor of patchLength, found 5.',
    );
  });

  it('refuses series without room for a window', async () => {
    const short = new SeriesSet([seasonal('s', 20, 0, 3)]);
    await expect(patchForecaster(options).fit(short)).rejects.toMatchObject({ code: 'SERIES_TOO_SHORT' });
  });
});

describe.each(['queries', 'flatten'] as const)('head %s', (head) => {
  it('trains with a convolution, a root-mean-square norm and dropout', async () => {
    const fitted = await patchForecaster({
      model: {
        ...options.model,
        stride: 12,
        head,
        queryLength: 5,
        norm: 'rms',
        convolution: { kernel: 3, channels: 4 },
      },
      training: { ...options.training, steps: 30, dropout: 0.1, average: 0.9 },
    }).fit(set);
    const forecast = await fitted.predict();
    expect(forecast.point('a').every(Number.isFinite)).toBe(true);
    fitted.dispose();
  });
});
