import { SeriesSet } from '@tessera/core';
import { describe, expect, it } from 'vitest';
import { backtest } from '../../src/backtest/backtest.js';
import { lastValue, testForecaster } from './test-forecasters.js';
import { frameOf, ramp, setOf, weeklySet } from './test-sets.js';

const options = { horizon: 3, windows: 2, levels: [80], workers: 0 } as const;

describe('backtest', () => {
  it('scores every step against what came', async () => {
    const result = await backtest(testForecaster(), setOf(ramp(20)), { ...options, metrics: ['MAE', 'MSE'] });
    // On a ramp the last value is 1, 2, 3 too low.
    expect(result.summary()).toEqual([
      { model: 'last-value', metric: 'MAE', unit: 'target', value: 2, cells: 2 },
      { model: 'last-value', metric: 'MSE', unit: 'target squared', value: 14 / 3, cells: 2 },
    ]);
    expect(result.byStep().map(({ metric, step, value }) => [metric, step, value])).toEqual([
      ['MAE', 1, 1],
      ['MAE', 2, 2],
      ['MAE', 3, 3],
      ['MSE', 1, 1],
      ['MSE', 2, 4],
      ['MSE', 3, 9],
    ]);
  });

  it('gives one row per model, series, channel, origin and metric', async () => {
    const result = await backtest(testForecaster(), setOf(ramp(20)), { ...options, metrics: ['MAE'] });
    expect(result.toRows()).toEqual([
      {
        model: 'last-value',
        unique_id: 's0',
        channel: 'y',
        window: 0,
        origin: new Date(Date.UTC(2024, 0, 14)),
        metric: 'MAE',
        value: 2,
        weight: 3,
      },
      {
        model: 'last-value',
        unique_id: 's0',
        channel: 'y',
        window: 1,
        origin: new Date(Date.UTC(2024, 0, 17)),
        metric: 'MAE',
        value: 2,
        weight: 3,
      },
    ]);
  });

  it('leaves the gap unscored and asks for steps beyond it', async () => {
    const asked: (number | undefined)[] = [];
    const forecaster = testForecaster({ onPredict: ({ horizon }) => asked.push(horizon) });
    const result = await backtest(forecaster, setOf(ramp(20)), { ...options, gap: 4, metrics: ['MAE'] });
    expect(asked).toEqual([7, 7]);
    expect(result.summary()[0].value).toBe(6);
    expect(result.byStep().map(({ value }) => value)).toEqual([5, 6, 7]);
  });

  it('trains on all history, or on a sliding range of it', async () => {
    const lengths: number[] = [];
    const forecaster = testForecaster({ onFit: ({ frames: [frame] }) => lengths.push(frame.length) });
    await backtest(forecaster, setOf(ramp(20)), options);
    await backtest(forecaster, setOf(ramp(20)), { ...options, strategy: { sliding: 5 } });
    expect(lengths).toEqual([14, 17, 5, 5]);
  });

  it('without refit fits once and gives the later histories as context', async () => {
    const fits: number[] = [];
    const contexts: (number | undefined)[] = [];
    const forecaster = testForecaster({
      onFit: ({ frames: [frame] }) => fits.push(frame.length),
      onPredict: ({ context }) => contexts.push(context?.frames[0].length),
    });
    const fixed = { ...options, windows: 3, refit: false, metrics: ['MAE'] };
    const result = await backtest(forecaster, setOf(ramp(20)), fixed);
    expect(fits).toEqual([11]);
    expect(contexts).toEqual([undefined, 14, 17]);
    expect(result.summary()[0].value).toBe(2);
    await backtest(forecaster, setOf(ramp(20)), { ...fixed, context: 4, trainUntil: Date.UTC(2024, 0, 6) });
    expect(fits).toEqual([11, 5]);
    expect(contexts).toEqual([undefined, 14, 17, 4, 4, 4]);
  });

  it('gives a global forecaster all series at once, a local one each alone', async () => {
    const sizes: number[] = [];
    const onFit = (set: SeriesSet) => sizes.push(set.size);
    const set = setOf(ramp(20), ramp(25));
    await backtest(testForecaster({ scope: 'global', onFit }), set, options);
    expect(sizes).toEqual([2, 2]);
    sizes.length = 0;
    await backtest(testForecaster({ scope: 'local', onFit }), set, options);
    expect(sizes).toEqual([1, 1, 1, 1]);
  });

  it('cuts past covariates at the origin and passes future ones for gap and horizon', async () => {
    const seen: string[] = [];
    const forecaster = testForecaster({
      onFit: ({ frames: [frame] }) => {
        seen.push(...frame.channels.map(({ name, values }) => `${name}:${values.length}`));
      },
      onPredict: ({ future }) => {
        seen.push(
          ...(future?.frames[0].channels ?? []).map(({ name, values }) => `future ${name}:${values.length}`),
        );
      },
    });
    await backtest(forecaster, weeklySet(1, 30), { ...options, windows: 1, gap: 2 });
    expect(seen).toEqual(['y:25', 'p:25', 'f:25', 'future f:5']);
  });

  it('skips truth that is missing, whatever stands under it', async () => {
    const values = ramp(20);
    values[18] = Number.NaN;
    const result = await backtest(testForecaster(), setOf(values), {
      ...options,
      windows: 1,
      metrics: ['MAE'],
    });
    expect(result.toRows()[0]).toMatchObject({ value: 2, weight: 2 });
    expect(result.byStep().map(({ value }) => value)).toEqual([1, Number.NaN, 3]);
  });

  it('asks for the quantiles that the metrics need', async () => {
    const result = await backtest(testForecaster(), setOf(ramp(20)), {
      ...options,
      metrics: ['pinball-0.05', 'coverage-90', 'MAE'],
    });
    expect(result.failures).toEqual([]);
    // The truth lies 1 to 3 above the point, the 95 % quantile 4.5 above.
    expect(result.summary().map(({ value }) => value)).toEqual([expect.closeTo(0.05 * (2 + 4.5), 9), 1, 2]);
  });

  it('scores every default metric where no metric is named', async () => {
    const result = await backtest(testForecaster(), setOf(ramp(20)), options);
    expect(result.options.metrics).toEqual([
      'MAE',
      'MSE',
      'RMSE',
      'MASE',
      'RMSSE',
      'sMAPE',
      'WAPE',
      'coverage-80',
      'width-80',
      'MSIS-80',
      'CRPS',
      'wQL',
    ]);
    expect(result.summary().every(({ value }) => Number.isFinite(value))).toBe(true);
  });

  it('numbers forecasters of the same name', async () => {
    const result = await backtest([testForecaster(), testForecaster()], setOf(ramp(20)), options);
    expect(result.models.map(({ name }) => name)).toEqual(['last-value', 'last-value (2)']);
  });

  it('keeps forecasts only where asked, on the times that were scored', async () => {
    expect((await backtest(testForecaster(), setOf(ramp(20)), options)).forecasts).toEqual([]);
    const kept = { ...options, gap: 1, keepForecasts: true };
    const { forecasts } = await backtest(testForecaster(), setOf(ramp(20)), kept);
    expect(forecasts.map(({ window, forecast }) => [window, ...forecast.point])).toEqual([
      [0, 12, 12, 12],
      [1, 15, 15, 15],
    ]);
    expect(forecasts[1].forecast.time.times()).toEqual(frameOf('s0', ramp(20)).slice(17, 20).time.times());
    expect(forecasts[1].forecast.quantiles.length).toBe(3 * forecasts[1].quantileLevels.length);
    expect(new Date(forecasts[1].origin)).toEqual(new Date(Date.UTC(2024, 0, 16)));
  });

  it('counts what forecasters noted over all windows', async () => {
    const note = { kind: 'missing-skipped', id: 's0', count: 2, detail: 'Skipped 2 values.' } as const;
    const result = await backtest(testForecaster({ notes: [note] }), setOf(ramp(20)), options);
    expect(result.notes).toEqual([{ model: 'last-value', ...note, count: 4, times: 2 }]);
  });

  it('frees what a fitted forecaster holds, also where it fails', async () => {
    let held = 0;
    const plain = testForecaster({
      onPredict: () => {
        if (held > 1) throw new Error('no');
      },
    });
    const holding = {
      ...plain,
      async fit(...given: Parameters<typeof plain.fit>) {
        held += 1;
        const dispose = () => {
          held -= 1;
        };
        return { ...(await plain.fit(...given)), dispose };
      },
    };
    await backtest(holding, setOf(ramp(20)), options);
    expect(held).toBe(0);
    held = 1;
    await expect(backtest(holding, setOf(ramp(20)), options)).rejects.toThrow('BACKTEST_FAILED');
    expect(held).toBe(1);
  });

  it('does not change the set, nor its own options', async () => {
    const set = weeklySet(2, 40);
    const given = Object.freeze({ ...options, levels: Object.freeze([80]) });
    const vandal = testForecaster({
      onFit: ({ frames }) => {
        for (const { channels } of frames) for (const { values } of channels) values.fill(0);
      },
    });
    await backtest([vandal, testForecaster()], set, given);
    const untouched = weeklySet(2, 40);
    expect(set.frames.map((frame, i) => frame.equals(untouched.frames[i]))).toEqual([true, true]);
  });

  it('reports its progress and the time left, unit by unit', async () => {
    const seen: [number, number, string | undefined][] = [];
    const models = [testForecaster(), testForecaster({ name: 'other' })];
    await backtest(models, setOf(ramp(20)), options, {
      onProgress: ({ stage, done, total, remaining, detail }) => {
        expect(stage).toBe('backtest');
        expect(remaining).toBeGreaterThanOrEqual(0);
        seen.push([done, total, detail]);
      },
    });
    expect(seen).toEqual([
      [1, 4, 'last-value'],
      [2, 4, 'other'],
      [3, 4, 'last-value'],
      [4, 4, 'other'],
    ]);
  });

  it('stops when the signal fires, also between windows', async () => {
    const controller = new AbortController();
    let fits = 0;
    const forecaster = testForecaster({
      onFit: () => {
        fits += 1;
        if (fits === 2) controller.abort();
      },
    });
    const run = backtest(
      forecaster,
      setOf(ramp(40)),
      { ...options, windows: 10 },
      { signal: controller.signal },
    );
    await expect(run).rejects.toThrow(expect.objectContaining({ code: 'OPERATION_ABORTED' }));
    expect(fits).toBe(2);
  });

  it('stops between forecasts of one fit too, which never wait for anything', async () => {
    const controller = new AbortController();
    let forecasts = 0;
    const forecaster = testForecaster({
      onPredict: () => {
        forecasts += 1;
        const began = performance.now();
        while (performance.now() - began < 5);
      },
    });
    setTimeout(() => controller.abort(), 20);
    const many = { ...options, windows: 300, step: 1, refit: false };
    const run = backtest(forecaster, setOf(ramp(400)), many, { signal: controller.signal });
    await expect(run).rejects.toThrow(expect.objectContaining({ code: 'OPERATION_ABORTED' }));
    expect(forecasts).toBeLessThan(100);
  });

  it('does not begin when the signal has fired already', async () => {
    const signal = AbortSignal.abort();
    const run = backtest(testForecaster(), setOf(ramp(20)), options, { signal });
    await expect(run).rejects.toThrow(expect.objectContaining({ code: 'OPERATION_ABORTED' }));
  });
});

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
