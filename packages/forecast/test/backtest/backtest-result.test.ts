import { describe, expect, it } from 'vitest';
import { backtest } from '../../src/backtest/backtest.js';
import { lastValue, testForecaster } from './test-forecasters.js';
import { ramp, setOf } from './test-sets.js';

/** Too low by 1, 2, 3 (model `low`) or too high by 3, 2, 1 at all windows but the last (model `high`). */
const low = testForecaster({ name: 'low' });
const high = testForecaster({ name: 'high', point: (history, channel) => lastValue(history, channel) + 4 });
const options = {
  horizon: 3,
  windows: 4,
  workers: 0,
  metrics: ['MAE', 'coverage-80'],
  levels: [80],
} as const;
const set = setOf(
  ramp(30),
  ramp(40).map((value) => 10 * value),
);

describe('BacktestResult', () => {
  it('aggregates by window and by series', async () => {
    const result = await backtest(low, set, options);
    const windows = result.byWindow().filter(({ metric }) => metric === 'MAE');
    expect(windows.map(({ window, value, cells }) => [window, value, cells])).toEqual([
      [0, 11, 2],
      [1, 11, 2],
      [2, 11, 2],
      [3, 11, 2],
    ]);
    const series = result.bySeries().filter(({ metric }) => metric === 'MAE');
    expect(series.map(({ unique_id, value }) => [unique_id, value])).toEqual([
      ['s0', 2],
      ['s1', 20],
    ]);
  });

  it('picks the best by the direction of the metric', async () => {
    const offBy = (name: string, offset: number) =>
      testForecaster({
        name,
        point: (history, channel, step) => lastValue(history, channel) + step + 1 + offset,
      });
    const result = await backtest(
      [offBy('far', 9), offBy('near', 2), offBy('exact', 0)],
      setOf(ramp(30)),
      options,
    );
    expect(result.best('MAE').name).toBe('exact');
    expect(result.best().name).toBe('exact');
    // Intervals reach 4 to either side: coverage is 0 for `far` and 1 for the others, 0.8 being the ideal.
    expect(result.best('coverage-80').name).toBe('near');
  });

  it('does not call a model best that failed where others did not', async () => {
    const lucky = testForecaster({
      name: 'lucky',
      point: (history, channel, step) => {
        if (history.length < 25) throw new Error('too hard');
        return lastValue(history, channel) + step + 1;
      },
    });
    const result = await backtest([lucky, low], setOf(ramp(30)), options);
    expect(
      result
        .summary()
        .filter(({ metric }) => metric === 'MAE')
        .map(({ value }) => value),
    ).toEqual([0, 2]);
    expect(result.best('MAE').name).toBe('low');
  });

  it('compares two models on the windows that both have', async () => {
    const result = await backtest([low, high], set, options);
    const compared = result.compare('low', 'MAE', { against: 'high' });
    // s0: 2 against |3, 2, 1| = 2; s1: 20 against |-6, -16, -26| = 16.
    expect(compared).toMatchObject({ difference: 2, lower: 0, upper: 4, units: 2 });
  });

  it('resamples windows where there is one series', async () => {
    const result = await backtest([low, high], setOf(ramp(30)), options);
    expect(result.compare('low', 'MAE', { against: 'high' })).toEqual({
      difference: 0,
      lower: 0,
      upper: 0,
      units: 4,
    });
  });

  it('becomes JSON with resolved options, models, summary, rows and failures', async () => {
    const result = await backtest(low, setOf(ramp(30)), options);
    const json = JSON.parse(JSON.stringify(result));
    expect(Object.keys(json)).toEqual(['options', 'models', 'summary', 'rows', 'failures', 'notes']);
    expect(json.options).toEqual({
      horizon: 3,
      windows: 4,
      step: 3,
      gap: 0,
      strategy: 'expanding',
      refit: true,
      levels: [80],
      quantiles: [],
      metrics: ['MAE', 'coverage-80'],
      workers: 0,
      keepForecasts: false,
      byStep: true,
    });
    expect(json.models[0]).toMatchObject({
      name: 'low',
      recipe: { name: 'test-low', options: {} },
      thread: 'caller',
      cells: 4,
      failures: 0,
    });
    expect(json.models[0].fitSeconds).toBeGreaterThanOrEqual(0);
    expect(json.rows).toHaveLength(8);
  });

  it('becomes an arquero table with one row per score', async () => {
    const table = await (await backtest(low, setOf(ramp(30)), options)).toArquero();
    expect(table.columnNames()).toEqual([
      'model',
      'unique_id',
      'channel',
      'origin',
      'window',
      'metric',
      'value',
      'weight',
    ]);
    expect(table.numRows()).toBe(8);
    expect(table.get('value', 0)).toBe(2);
  });

  it('refuses names that it does not have', async () => {
    const result = await backtest(low, setOf(ramp(30)), options);
    expect(() => result.best('RMSE')).toThrow(
      'OPTIONS_INVALID: metric: expected one of MAE, coverage-80, found "RMSE". Use a metric that was scored.',
    );
    expect(() => result.compare('low', 'MAE', { against: 'x' })).toThrow(
      'OPTIONS_INVALID: model: expected one of low, found "x". Use the name of a model of this backtest.',
    );
  });

  it('has no steps where they were not scored, and says so', async () => {
    const result = await backtest(low, setOf(ramp(30)), { ...options, byStep: false });
    expect(() => result.byStep()).toThrow(
      'OPTIONS_INVALID: byStep: expected a backtest that scored every step, found byStep false. Run it with byStep true.',
    );
  });
});
