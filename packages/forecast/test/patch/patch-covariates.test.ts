import { RandomStream, randomKey, regularTimeAxis, SeriesFrame, SeriesSet } from '@tessera/core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { futureFrame, trainingFrame } from '../../src/backtest/cut-frame.js';
import type { FittedPatchForecaster } from '../../src/patch/fitted-patch.js';
import { loadPatchForecaster } from '../../src/patch/load-patch-forecaster.js';
import { patchForecaster } from '../../src/patch/patch-forecaster.js';
import { runOnnx } from './run-onnx.js';

const horizon = 6;
const model = {
  horizon,
  lookback: 24,
  patchLength: 6,
  stride: 6,
  width: 16,
  heads: 2,
  hidden: 32,
  layers: 1,
  queryLength: 3,
} as const;
const training = { steps: 200, batchSize: 32, evaluateEvery: 50, schedule: { peak: 5e-3 }, seed: 5 } as const;

function noise(length: number, seed: number): Float64Array {
  const stream = new RandomStream(randomKey(seed));
  return Float64Array.from({ length }, () => stream.normal());
}

function frameOf(
  id: string,
  channels: ConstructorParameters<typeof SeriesFrame>[0]['channels'],
  length: number,
) {
  const time = regularTimeAxis({ start: Date.UTC(2000, 0, 1), frequency: 'D', length });
  return new SeriesFrame({ id, time, channels });
}

function meanError(points: ArrayLike<number>, truth: ArrayLike<number>): number {
  return Array.from(points).reduce((sum, point, i) => sum + Math.abs(point - truth[i]), 0) / points.length;
}

/** A target that nothing but its known future explains: 4 where a promotion runs, which runs by chance. */
function promoted(id: string, seed: number, length = 400): SeriesFrame {
  const promotion = noise(length, seed).map((value) => (value > 0 ? 1 : 0));
  const jitter = noise(length, seed + 100);
  return frameOf(
    id,
    [
      { name: 'sales', values: promotion.map((value, t) => 10 + 4 * value + 0.2 * jitter[t]) },
      { name: 'promotion', role: 'future', values: promotion },
    ],
    length,
  );
}

describe.each(['flatten', 'queries'] as const)('future covariates, head %s', (head) => {
  const whole = promoted('a', 1);
  const cut = whole.length - horizon;
  const set = new SeriesSet([trainingFrame(whole, 0, cut)]);
  const future = new SeriesSet([futureFrame(whole, cut, horizon) ?? whole]);
  let fitted: FittedPatchForecaster;
  beforeAll(async () => {
    fitted = await patchForecaster({ model: { ...model, head }, training }).fit(set);
  });
  afterAll(() => fitted.dispose());

  it('explains what only they can explain', async () => {
    const truth = whole.channel('sales').values.subarray(cut);
    const used = await fitted.predict({ future });
    const blind = await patchForecaster({ model: { ...model, head, covariates: 'ignore' }, training }).fit(
      set,
    );
    const unaware = await blind.predict();
    expect(meanError(used.point('a'), truth)).toBeLessThan(0.8);
    expect(meanError(unaware.point('a'), truth)).toBeGreaterThan(1.2);
    expect(blind.notes).toMatchObject([{ kind: 'covariates-ignored', count: 1 }]);
    expect(fitted.notes).toEqual([]);
    blind.dispose();
  });

  it('answers a change of the plan', async () => {
    const none = new SeriesSet(
      future.frames.map((frame) =>
        frame.withChannels([{ name: 'promotion', role: 'future', values: new Float64Array(horizon) }]),
      ),
    );
    const without = await fitted.predict({ future: none });
    for (const point of without.point('a')) expect(point).toBeLessThan(12);
  });

  it('asks for them where they are missing, too few or of other times', async () => {
    await expect(fitted.predict()).rejects.toMatchObject({ code: 'FUTURE_MISSING', found: 'none' });
    const short = new SeriesSet([future.frames[0].slice(0, 3)]);
    await expect(fitted.predict({ future: short })).rejects.toMatchObject({ found: '3 steps' });
    expect((await fitted.predict({ future: short, horizon: 3 })).horizon).toBe(3);
    const shifted = new SeriesSet([whole.slice(0, horizon)]);
    await expect(fitted.predict({ future: shifted })).rejects.toMatchObject({
      found: 'steps of other times',
    });
  });

  it('refuses a context without the covariate', async () => {
    const context = set.map((frame) => frame.select(['sales']));
    await expect(fitted.predict({ context, future })).rejects.toMatchObject({ code: 'CHANNEL_UNKNOWN' });
  });

  it('exports them as an input', async () => {
    const history = Float32Array.from(set.get('a').channel('sales').values.slice(-model.lookback));
    const known = Float32Array.from(whole.channel('promotion').values.slice(-model.lookback - horizon));
    const quantiles = await runOnnx(
      fitted.exportOnnx(),
      {
        history: { data: history, dims: [1, model.lookback] },
        known: { data: known, dims: [1, 1, model.lookback + horizon] },
      },
      'quantiles',
    );
    const forecast = await fitted.predict({ future });
    const count = quantiles.length / horizon;
    for (const [step, point] of forecast.point('a').entries()) {
      const median = quantiles[step * count + (count - 1) / 2] ?? Number.NaN;
      expect(Math.abs(median - point)).toBeLessThan(1e-4);
    }
  });
});

/** A follower that repeats its leader 6 steps later; both look like noise by themselves. */
function followed(role: 'past' | 'target', length = 500): SeriesSet {
  const leader = noise(length, 7);
  const jitter = noise(length, 8);
  const follower = leader.map((_, t) => (t < horizon ? 0 : leader[t - horizon]) + 0.1 * jitter[t]);
  return new SeriesSet([
    frameOf(
      's',
      [
        { name: 'follower', values: follower },
        { name: 'leader', role, values: leader },
      ],
      length,
    ),
  ]);
}

describe('rows known up to the origin', () => {
  it.each([
    ['a past covariate', 'past', 'independent'],
    ['another target, where channels are mixed', 'target', 'mixed'],
  ] as const)('%s explains a follower', async (_, role, channels) => {
    const set = followed(role);
    const cut = 500 - horizon;
    const history = set.map((frame) => frame.slice(0, cut));
    const truth = set.get('s').channel('follower').values.subarray(cut);
    const seeing = await patchForecaster({
      model: { ...model, channels },
      training: { ...training, steps: 500 },
    }).fit(history);
    const forecast = (await seeing.predict()).get('s');
    const points = truth.map((_value, step) => forecast.point[step * forecast.channels.length]);
    expect(meanError(points, truth)).toBeLessThan(0.5);
    expect(meanError(new Float64Array(horizon), truth)).toBeGreaterThan(0.6);
    const loaded = await loadPatchForecaster(seeing.save());
    const again = await loaded.predict({ context: history });
    expect(again.get('s').quantiles).toEqual((await seeing.predict()).get('s').quantiles);
    seeing.dispose();
    loaded.dispose();
  });

  it('a mixed forecaster refuses channels that it does not know', async () => {
    const set = followed('target');
    const fitted = await patchForecaster({
      model: { ...model, channels: 'mixed' },
      training: { ...training, steps: 5 },
    }).fit(set);
    const context = set.map((frame) => frame.select(['follower']));
    await expect(fitted.predict({ context })).rejects.toMatchObject({ code: 'CHANNEL_UNKNOWN' });
    fitted.dispose();
  });

  it('garbage that was not observed changes nothing', async () => {
    const set = followed('past');
    const fitted = await patchForecaster({ model, training: { ...training, steps: 20 } }).fit(set);
    const observed = new Uint8Array(500).fill(1);
    observed[495] = 0;
    const masked = (garbage: number) =>
      set.map((frame) =>
        frame.withChannels([
          frame.channel('follower'),
          {
            name: 'leader',
            role: 'past',
            observed,
            values: frame.channel('leader').values.map((value, t) => (t === 495 ? garbage : value)),
          },
        ]),
      );
    const [one, two] = [
      await fitted.predict({ context: masked(1e9) }),
      await fitted.predict({ context: masked(0) }),
    ];
    expect(one.get('s').quantiles).toEqual(two.get('s').quantiles);
    fitted.dispose();
  });
});
