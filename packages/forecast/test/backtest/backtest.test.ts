import type { SeriesSet } from '@tessera/core';
import { describe, expect, it } from 'vitest';
import { backtest } from '../../src/backtest/backtest.js';
import { testForecaster } from './test-forecasters.js';
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
