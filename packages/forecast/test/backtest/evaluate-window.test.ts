import { mae, regularTimeAxis, SeriesFrame } from '@tessera/core';
import { describe, expect, it } from 'vitest';
import { stepInput, windowInputs } from '../../src/backtest/evaluate-window.js';
import type { SeriesForecast } from '../../src/forecast/forecast.js';

const start = Date.UTC(2024, 0, 1);
const time = regularTimeAxis({ start, frequency: 'D', length: 8 });
const frame = new SeriesFrame({
  id: 'a',
  time,
  channels: [
    { name: 'x', values: [0, 1, 2, 3, 4, 5, 6, 7] },
    { name: 'past', role: 'past', values: [9, 9, 9, 9, 9, 9, 9, 9] },
    { name: 'y', values: [0, 10, 20, 30, 40, 50, Number.NaN, 70] },
  ],
});
/** Cut after 5 steps, a gap of 1, a horizon of 2: steps 6 and 7 are scored. */
const question = {
  frame,
  cut: { window: 0, from: 1, cut: 5 },
  gap: 1,
  horizon: 2,
  quantileLevels: [0.1, 0.5],
  season: 7,
} as const;
/** Channels in another order than in the frame. */
const answer: SeriesForecast = {
  id: 'a',
  time: time.slice(5, 8),
  channels: ['y', 'x'],
  point: Float64Array.of(1, 2, 3, 4, 5, 6),
  quantiles: Float64Array.of(10, 11, 20, 21, 30, 31, 40, 41, 50, 51, 60, 61),
};

describe('windowInputs', () => {
  it('lays truth and forecast of every target beside each other, without the gap', () => {
    const [x, y] = windowInputs(answer, question);
    expect(x.channel).toBe(0);
    expect([...x.input.actual]).toEqual([6, 7]);
    expect([...x.input.point]).toEqual([4, 6]);
    expect([...x.input.quantiles]).toEqual([40, 41, 60, 61]);
    expect(y.channel).toBe(1);
    expect([...y.input.actual]).toEqual([Number.NaN, 70]);
    expect([...y.input.observed]).toEqual([0, 1]);
    expect([...y.input.point]).toEqual([3, 5]);
    expect([...y.input.quantiles]).toEqual([30, 31, 50, 51]);
  });

  it('gives scaled metrics the training range and the season', () => {
    const [x] = windowInputs(answer, question);
    expect([...x.input.insample]).toEqual([1, 2, 3, 4]);
    expect(x.input.season).toBe(7);
  });

  it('skips truth that is missing', () => {
    const [, y] = windowInputs(answer, question);
    expect(mae.statistic(y.input)).toEqual({ sum: 65, weight: 1 });
  });

  it('cuts single steps out of a window', () => {
    const [x] = windowInputs(answer, question);
    const second = stepInput(x.input, 1);
    expect([[...second.actual], [...second.point], [...second.quantiles]]).toEqual([[7], [6], [60, 61]]);
  });

  it.each([
    ['too few steps', { time: time.slice(5, 7), point: answer.point.slice(0, 4) }, '3 steps', '2'],
    ['a missing channel', { channels: ['y', 'z'] }, 'the channel "x"', 'y, z'],
    ['other times', { time: time.slice(4, 7) }, '2024-01-06T00:00:00.000Z', '2024-01-05T00:00:00.000Z'],
  ])('refuses a forecast with %s', (_, change, expected, found) => {
    expect(() => windowInputs({ ...answer, ...change }, question)).toThrow(
      expect.objectContaining({ code: 'FORECAST_INVALID', expected, found }),
    );
  });
});
