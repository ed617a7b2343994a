import { describe, expect, it } from 'vitest';
import { calibratedPath, certainPath, type PathOptions } from '../../src/classical/calibrated-path.js';
import type { ChannelModel } from '../../src/classical/channel-model.js';
import { daily } from './example-sets.js';

const { time } = daily('a', new Float64Array(1));
const history = { id: 'a', channel: 'y', time, values: new Float64Array(0), season: 1 };
if (time.kind !== 'regular') throw new Error('daily is regular');
const regular = { ...history, time };

function answerOf(model: ChannelModel, horizon: number, quantileLevels: readonly number[]) {
  const notes: [string, number][] = [];
  const note = (kind: string, count: number) => {
    if (count > 0) notes.push([kind, count]);
  };
  const { point, quantiles } = model.forecast({ history: regular, horizon, quantileLevels, note });
  return { point: [...point], quantiles: [...quantiles], notes };
}

/** A method that always forecasts 100, 101, …, with deviations 1, 2, …, and remembers what it was given. */
function counting(change: Partial<PathOptions> = {}) {
  const fits: [number, number][] = [];
  const notes: string[] = [];
  const options: PathOptions = {
    values: Float64Array.from({ length: 59 }, (_, t) => (t < 40 ? 0 : 100 + (t - 40) + 0.5 * (t - 39))),
    gap: 0,
    horizon: 3,
    least: 10,
    note: (kind) => notes.push(kind),
    fitPath: (values, steps) => {
      fits.push([values.length, steps]);
      return {
        point: Float64Array.from({ length: steps }, (_, h) => 100 + h),
        deviation: Float64Array.from({ length: steps }, (_, h) => h + 1),
      };
    },
    ...change,
  };
  return { options, fits, notes };
}

describe('a calibrated path', () => {
  it('is as wide as the errors on the held-out end, in units of the model’s own growth', async () => {
    const { options, fits, notes } = counting();
    const model = await calibratedPath(options);
    // The larger of horizon and 19 steps is held out, a third of the history at most.
    expect(fits).toEqual([
      [59, 19],
      [40, 19],
    ]);
    // Every error is half a deviation.
    expect(answerOf(model, 3, [0.1, 0.5, 0.9])).toEqual({
      point: [100, 101, 102],
      quantiles: [99.5, 100, 100.5, 100, 101, 102, 100.5, 102, 103.5],
      notes: [],
    });
    expect(notes).toEqual([]);
  });

  it('leaves out the steps of a gap, and values that were not observed', async () => {
    const { options } = counting({ gap: 2 });
    const observed = options.values.map((value, t) => (t >= 40 && t < 48 ? Number.NaN : value));
    const garbage = options.values.map((value, t) => (t >= 40 && t < 48 ? 1e9 : value));
    const model = await calibratedPath({ ...options, values: garbage, observed });
    const answer = answerOf(model, 3, [0.1, 0.5, 0.975]);
    expect(answer.point).toEqual([102, 103, 104]);
    expect(answer.quantiles[2]).toBe(103.5);
    // 11 errors are left, and 95 % need 19.
    expect(answer.notes).toEqual([['few-residuals', 1]]);
    expect(model.longestHorizon).toBe(3);
  });

  it('takes errors as they are where the model claims to be certain', async () => {
    const certain = counting();
    const model = await calibratedPath({
      ...certain.options,
      fitPath: (_, steps) => ({
        point: new Float64Array(steps).fill(100),
        deviation: new Float64Array(steps),
      }),
    });
    const { quantiles } = answerOf(model, 1, [0.025, 0.5, 0.975]);
    expect(quantiles).toEqual([72.5, 100, 127.5]);
  });

  it.each([
    ['is too short', { values: new Float64Array(12), least: 11 }],
    ['cannot be fitted without its end', {}],
  ])('falls back to the model’s own deviation where the history %s, and says so', async (_, change) => {
    const { options, notes } = counting(change);
    const fitPath: PathOptions['fitPath'] = (values, steps) => {
      if (values.length < options.values.length) throw new Error('planted');
      return options.fitPath(values, steps);
    };
    const model = await calibratedPath({ ...options, fitPath });
    expect(notes).toEqual(['few-residuals']);
    const { quantiles } = answerOf(model, 2, [0.975]);
    expect(quantiles[0]).toBeCloseTo(101.959963985, 8);
    expect(quantiles[1]).toBeCloseTo(101 + 2 * 1.959963985, 8);
  });

  it.each([
    [{ point: Float64Array.of(1, Number.NaN), deviation: Float64Array.of(1, 1) }],
    [{ point: Float64Array.of(1, Number.POSITIVE_INFINITY), deviation: Float64Array.of(1, 1) }],
    [{ point: Float64Array.of(1, 1), deviation: Float64Array.of(1, Number.NaN) }],
    [{ point: Float64Array.of(1, 1), deviation: Float64Array.of(1, -1) }],
  ])('is refused where it is not a forecast: %#', async (path) => {
    await expect(calibratedPath({ ...counting().options, fitPath: () => path })).rejects.toThrow(
      'not finite',
    );
  });

  it('can be certain', () => {
    expect(answerOf(certainPath(Float64Array.of(9, 1, 2), 1, 2), 2, [0.1, 0.9])).toEqual({
      point: [1, 2],
      quantiles: [1, 1, 2, 2],
      notes: [],
    });
  });
});
