import { SeriesSet } from '@tessera/core';
import { describe, expect, it } from 'vitest';
import { backtest } from '../../src/backtest/backtest.js';
import { lastValue, testForecaster } from './test-forecasters.js';
import { ramp, setOf } from './test-sets.js';

const options = { horizon: 3, windows: 2, levels: [80], workers: 0 } as const;

describe('failures of a backtest', () => {
  const picky = testForecaster({
    name: 'picky',
    point: (history, channel) => {
      if (history.id === 's1' && history.length > 14) throw new Error('no');
      return lastValue(history, channel);
    },
  });

  it('are collected per model, series and origin, and stop nothing', async () => {
    const result = await backtest([picky, testForecaster()], setOf(ramp(20), ramp(20)), options);
    expect(result.failures).toEqual([
      {
        model: 'picky',
        unique_id: 's1',
        window: 1,
        origin: Date.UTC(2024, 0, 17),
        stage: 'predict',
        code: 'PREDICT_FAILED',
        message: 'PREDICT_FAILED: no',
      },
    ]);
    expect(result.models.map(({ cells, failures }) => [cells, failures])).toEqual([
      [3, 1],
      [4, 0],
    ]);
  });

  it('name series that are too short for a window, which asks no model', async () => {
    const result = await backtest(testForecaster(), setOf(ramp(6), ramp(20)), options);
    expect(result.failures).toEqual([
      {
        unique_id: 's0',
        window: 0,
        stage: 'plan',
        code: 'HORIZON_TOO_LONG',
        message:
          'HORIZON_TOO_LONG: series "s0", window 1 of 2: expected at least 7 steps (1 training step + a horizon of 3 ' +
          '+ 1 later origins 3 apart), found 6 steps. Shorten the horizon, ask for fewer windows, or leave the ' +
          'series out.',
      },
    ]);
    expect(result.models[0].cells).toBe(3);
  });

  it('are an error where every series is shorter than the horizon', async () => {
    const run = backtest(testForecaster(), setOf(ramp(3), ramp(2)), options);
    await expect(run).rejects.toThrow(
      'HORIZON_TOO_LONG: series "s0", window 2 of 2: expected at least 4 steps (1 training step + a horizon of 3), ' +
        'found 3 steps. Shorten the horizon, ask for fewer windows, or leave the series out.',
    );
  });

  it('are an error where nothing at all was scored, with the failures as its cause', async () => {
    const broken = testForecaster({
      onFit: () => {
        throw new Error('singular');
      },
    });
    const run = backtest(broken, setOf(ramp(20)), options);
    await expect(run).rejects.toThrow(
      'BACKTEST_FAILED: backtest: expected at least one scored window, found 2 failures, the first: ' +
        'FIT_FAILED: singular. Read the failures in the cause of this error.',
    );
    await expect(run).rejects.toHaveProperty('cause', [
      expect.objectContaining({ stage: 'fit', window: 0 }),
      expect.objectContaining({ stage: 'fit', window: 1 }),
    ]);
  });

  it('say that a forecaster without context cannot skip the refit, before it is fitted', async () => {
    let fits = 0;
    const stubborn = testForecaster({ name: 'stubborn', acceptsContext: false, onFit: () => (fits += 1) });
    const result = await backtest([stubborn, testForecaster()], setOf(ramp(20)), {
      ...options,
      refit: false,
    });
    expect(fits).toBe(0);
    expect(result.failures.map(({ model, window, code }) => [model, window, code])).toEqual([
      ['stubborn', 0, 'CONTEXT_UNSUPPORTED'],
      ['stubborn', 1, 'CONTEXT_UNSUPPORTED'],
    ]);
    expect(result.failures[0].message).toBe(
      'CONTEXT_UNSUPPORTED: forecaster "stubborn": expected one that forecasts later origins without a refit, found ' +
        'acceptsContext false. Set refit to true, or leave the forecaster out.',
    );
  });

  it('let a forecaster without context run where there is one window', async () => {
    const single = { ...options, windows: 1, refit: false };
    const result = await backtest(testForecaster({ acceptsContext: false }), setOf(ramp(20)), single);
    expect(result.failures).toEqual([]);
  });

  it('name forecasts that do not answer the question', async () => {
    const mute = testForecaster({ name: 'mute', point: () => Number.NaN });
    const result = await backtest([mute, testForecaster()], setOf(ramp(20)), options);
    expect(result.failures.map(({ stage, code }) => [stage, code])).toEqual([
      ['score', 'METRIC_INPUT_INVALID'],
      ['score', 'METRIC_INPUT_INVALID'],
    ]);
  });

  it.each([
    ['horizon', { horizon: 0 }, 'at least 1 step'],
    ['windows', { windows: 0 }, 'at least 1 window'],
    ['gap', { gap: -1 }, 'a gap of 0 or more steps'],
    ['strategy', { strategy: 'rolling' }, "'expanding' or { sliding: whole number of steps }"],
    ['workers', { workers: -1 }, "'auto' or a whole number of threads, 0 for none"],
    ['context', { context: 5 }, 'nothing, because every origin is fitted anew'],
    ['trainUntil', { trainUntil: 5 }, 'nothing, because every origin is fitted anew'],
  ])('refuse the option %s where it makes no sense', async (name, change, expected) => {
    const given = JSON.parse(JSON.stringify({ ...options, ...change }));
    await expect(backtest(testForecaster(), setOf(ramp(20)), given)).rejects.toThrow(
      expect.objectContaining({ code: 'OPTIONS_INVALID', argument: `backtest options.${name}`, expected }),
    );
  });

  it('refuse to train on what is forecast', async () => {
    const trainUntil = Date.UTC(2024, 0, 16);
    const run = backtest(testForecaster(), setOf(ramp(20)), { ...options, refit: false, trainUntil });
    await expect(run).rejects.toThrow(
      'OPTIONS_INVALID: backtest options.trainUntil: expected no later than 2024-01-15T00:00:00.000Z, which the first ' +
        'origin of "s0" may not see, found 2024-01-16T00:00:00.000Z. Choose an earlier time or fewer windows: ' +
        'training would see what is forecast.',
    );
  });

  it('refuse the same metric twice', async () => {
    const run = backtest(testForecaster(), setOf(ramp(20)), { ...options, metrics: ['MAE', 'mae'] });
    await expect(run).rejects.toThrow(
      'OPTIONS_INVALID: backtest options.metrics: expected distinct metrics, found MAE twice. Leave one of them out.',
    );
  });

  it('refuse an empty set and an empty list of forecasters', async () => {
    await expect(backtest(testForecaster(), new SeriesSet([]), options)).rejects.toThrow(
      'OPTIONS_INVALID: set: expected at least one series, found none. Give a set that holds series.',
    );
    await expect(backtest([], setOf(ramp(20)), options)).rejects.toThrow(
      'OPTIONS_INVALID: forecasters: expected at least one, found none. Give a forecaster.',
    );
  });
});
