import { regularTimeAxis } from '@tessera/core';
import { describe, expect, it } from 'vitest';
import { Forecast, type ForecastOptions } from '../../src/forecast/forecast.js';
import { resolveLevels } from '../../src/forecast/levels.js';

const time = regularTimeAxis({ start: Date.UTC(2024, 0, 1), frequency: 'D', length: 2 });

/** Two steps, channels y and z; quantiles are the point with the level’s place added. */
const options: ForecastOptions = {
  model: 'naive',
  horizon: 2,
  levels: [80],
  quantileLevels: [0.1, 0.25, 0.5, 0.9],
  series: [
    {
      id: 'a',
      time,
      channels: ['y', 'z'],
      point: Float64Array.of(10, 20, 30, 40),
      quantiles: Float64Array.from({ length: 16 }, (_, i) => 10 * (1 + Math.floor(i / 4)) + (i % 4)),
    },
  ],
};
const forecast = new Forecast(options);
const [series] = options.series;
const single = new Forecast({
  ...options,
  series: [{ ...series, channels: ['y'], point: Float64Array.of(1, 2), quantiles: new Float64Array(8) }],
});

describe('a forecast', () => {
  it('answers by series, channel, level and interval', () => {
    expect([...forecast.point('a', 'z')]).toEqual([20, 40]);
    expect([...forecast.quantile('a', 0.25, 'y')]).toEqual([11, 31]);
    expect([...forecast.quantile('a', 0.1 + 1e-12, 'y')]).toEqual([10, 30]);
    expect(forecast.interval('a', 80, 'z')).toEqual({
      lower: Float64Array.of(20, 40),
      upper: Float64Array.of(23, 43),
    });
    expect([...single.point('a')]).toEqual([1, 2]);
    expect(forecast.ids).toEqual(['a']);
  });

  it.each([
    [() => forecast.get('b'), 'SERIES_UNKNOWN', 'expected one of a, found "b"'],
    [() => forecast.point('a'), 'CHANNEL_UNKNOWN', 'expected one of y, z, found none'],
    [() => forecast.point('a', 'x'), 'CHANNEL_UNKNOWN', 'expected one of y, z, found "x"'],
    [() => forecast.quantile('a', 0.3, 'y'), 'LEVEL_INVALID', 'Ask predict for { quantiles: [0.3] }'],
    [() => forecast.interval('a', 50, 'y'), 'LEVEL_INVALID', 'Ask predict for { levels: [50] }'],
  ])('says what it does not hold: %#', (ask, code, words) => {
    expect(ask).toThrow(expect.objectContaining({ code }));
    expect(ask).toThrow(words);
  });

  it.each([
    ['an id twice', { series: [series, series] }],
    ['a time axis of another length', { series: [{ ...series, time: time.slice(0, 1) }] }],
    ['too few points', { series: [{ ...series, point: new Float64Array(3) }] }],
    ['too few quantiles', { series: [{ ...series, quantiles: new Float64Array(15) }] }],
    ['quantiles that descend', { series: [{ ...series, quantiles: series.quantiles.slice().reverse() }] }],
  ])('refuses %s', (_, change) => {
    expect(() => new Forecast({ ...options, ...change })).toThrow(
      expect.objectContaining({ code: 'FORECAST_INVALID' }),
    );
  });
});

describe('the rows of a forecast', () => {
  it('are long: bounds under their level, other quantiles under theirs', () => {
    const rows = forecast.toRows();
    expect(rows.length).toBe(4);
    expect(rows[1]).toEqual({
      unique_id: 'a',
      ds: new Date(Date.UTC(2024, 0, 1)),
      channel: 'z',
      naive: 20,
      'lo-80': 20,
      'hi-80': 23,
      'q0.25': 21,
      'q0.5': 22,
    });
    expect(rows[2]).toMatchObject({ ds: new Date(Date.UTC(2024, 0, 2)), channel: 'y', naive: 30 });
    expect(Object.keys(single.toRows()[0])).toEqual([
      'unique_id',
      'ds',
      'naive',
      'lo-80',
      'hi-80',
      'q0.25',
      'q0.5',
    ]);
  });

  it('take other names', () => {
    const names = { id: 'shop', time: 'day', channel: 'what', point: 'point' };
    expect(Object.keys(forecast.toRows(names)[0]).slice(0, 4)).toEqual(['shop', 'day', 'what', 'point']);
    expect(() => forecast.toRows({ id: 'lo-80' })).toThrow(
      expect.objectContaining({ code: 'COLUMN_DUPLICATE' }),
    );
  });

  it('make an arquero table', async () => {
    const table = await forecast.toArquero();
    expect(table.numRows()).toBe(4);
    expect(table.get('naive', 3)).toBe(40);
    expect(table.get('channel', 3)).toBe('z');
  });
});

describe('levels', () => {
  it('hold the bounds of every interval, the median and what was asked for beyond, once and in order', () => {
    expect(resolveLevels([95, 80, 80], [0.9, 0.3])).toEqual({
      levels: [80, 95],
      quantileLevels: [0.025, 0.1, 0.3, 0.5, 0.9, 0.975],
    });
    expect(resolveLevels([], [])).toEqual({ levels: [], quantileLevels: [0.5] });
  });

  it.each([
    [[0], []],
    [[100], []],
    [[-5], []],
    [[Number.NaN], []],
    [[], [0]],
    [[], [1]],
    [[], [Number.NaN]],
  ])('refuse %j and %j', (levels, quantiles) => {
    expect(() => resolveLevels(levels, quantiles)).toThrow(
      expect.objectContaining({ code: 'LEVEL_INVALID' }),
    );
  });
});
