import { RandomStream, randomKey, regularTimeAxis, SeriesFrame, SeriesSet } from '@tessera/core';
import { limited, policyFromName } from '@tessera/patching';
import { describe, expect, it } from 'vitest';
import { forecasterFromRecipe } from '../../src/forecaster/registry.js';
import { loadPatchForecaster } from '../../src/patch/load-patch-forecaster.js';
import { patchForecaster } from '../../src/patch/patch-forecaster.js';

const horizon = 6;
const model = {
  horizon,
  lookback: 48,
  width: 16,
  heads: 2,
  hidden: 32,
  layers: 1,
  head: 'queries',
  queryLength: 3,
  embedding: { kind: 'crop', samples: 8, convolution: { kernel: 4, channels: 8 } },
} as const;
const training = { steps: 300, batchSize: 32, evaluateEvery: 50, schedule: { peak: 5e-3 }, seed: 5 } as const;

function seasonal(id: string, length: number, seed: number): SeriesFrame {
  const stream = new RandomStream(randomKey(seed));
  const values = Float64Array.from({ length }, (_, t) => {
    const value = 50 + 10 * Math.sin((2 * Math.PI * t) / 12) + stream.normal();
    return t % 17 === 5 ? Number.NaN : value;
  });
  const time = regularTimeAxis({ start: Date.UTC(2000, 0, 1), frequency: 'D', length });
  return new SeriesFrame({ id, time, channels: [{ name: 'y', values }] });
}

const set = new SeriesSet([seasonal('a', 300, 1), seasonal('b', 260, 2)]);
const history = set.map((frame) => frame.slice(0, frame.length - horizon));

function meanError(points: ArrayLike<number>, truth: ArrayLike<number>): number {
  const errors = Array.from(points, (point, i) => Math.abs(point - truth[i])).filter((e) => !Number.isNaN(e));
  return errors.reduce((sum, error) => sum + error, 0) / errors.length;
}

describe.each(['uniform:8', 'random:8', 'changepoint', 'surprise:8', 'variance:8', 'calendar:week'])(
  'patches by %s',
  (name) => {
    const policy = limited(policyFromName(name), { rate: 6 });

    it('carry a forecaster that learns the season, is stored with its policy and made again from its recipe', async () => {
      const fitted = await patchForecaster({ model, training }, policy).fit(history);
      const forecast = await fitted.predict();
      for (const { id, length } of set.frames) {
        const truth = set
          .get(id)
          .channel('y')
          .values.subarray(length - horizon);
        // The level alone is off by the season.
        const level = new Float64Array(horizon).fill(50);
        expect(meanError(forecast.point(id), truth)).toBeLessThan(0.6 * meanError(level, truth));
      }
      const loaded = await loadPatchForecaster(fitted.save());
      expect(loaded.policy?.recipe).toEqual(policy.recipe);
      expect((await loaded.predict({ context: history })).get('b').quantiles).toEqual(
        forecast.get('b').quantiles,
      );
      const again = await forecasterFromRecipe(fitted.recipe).fit(history);
      expect((await again.predict()).get('a').quantiles).toEqual(forecast.get('a').quantiles);
      for (const each of [fitted, loaded, again]) each.dispose?.();
    });
  },
);

describe('patches of a policy', () => {
  const short = { ...training, steps: 5 };

  it('say that they cannot leave as one graph', async () => {
    const fitted = await patchForecaster({ model, training: short }, policyFromName('uniform:8')).fit(set);
    expect(() => fitted.exportOnnx()).toThrow('EXPORT_UNSUPPORTED');
    fitted.dispose();
  });

  it('are refused where there are more than the model was made for', async () => {
    const many = { ...policyFromName('uniform:4'), rates: [8] };
    await expect(patchForecaster({ model, training: short }, many).fit(set)).rejects.toMatchObject({
      code: 'PATCHES_TOO_MANY',
    });
  });

  it.each(['flatten', 'resample', 'pool', 'summary'] as const)('enter by %s as well', async (kind) => {
    const embedded = { ...model, embedding: kind === 'flatten' ? { kind, patchLength: 8 } : { kind } };
    const fitted = await patchForecaster(
      { model: embedded, training: short },
      policyFromName('uniform:8'),
    ).fit(set);
    expect((await fitted.predict()).point('a').every(Number.isFinite)).toBe(true);
    fitted.dispose();
  });

  it('take covariates and mixed channels', async () => {
    const stream = new RandomStream(randomKey(9));
    const wide = set.map((frame) =>
      frame.withChannels([
        ...frame.channels,
        { name: 'z', values: Float64Array.from({ length: frame.length }, () => stream.normal()) },
        { name: 'past', role: 'past', values: new Float64Array(frame.length).fill(1) },
        {
          name: 'known',
          role: 'future',
          values: Float64Array.from({ length: frame.length }, (_, t) => t % 2),
        },
      ]),
    );
    const recipe = { model: { ...model, channels: 'mixed' as const }, training: short };
    const fitted = await patchForecaster(recipe, policyFromName('variance:8')).fit(
      wide.map((frame) => frame.slice(0, frame.length - horizon)),
    );
    const future = wide.map((frame) => frame.select(['known']).slice(frame.length - horizon, frame.length));
    const forecast = await fitted.predict({ future });
    expect(forecast.get('a').channels).toEqual(['y', 'z']);
    expect(forecast.point('a', 'y').every(Number.isFinite)).toBe(true);
    fitted.dispose();
  });
});
