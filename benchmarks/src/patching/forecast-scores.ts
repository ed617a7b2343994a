/**
 * Errors of a fitted point forecaster on windows. Its distribution is the point forecast plus the errors it made on the validation
 * windows, step by step of the horizon and each in units of its window’s own deviation, because the model sees windows on that scale.
 * CRPS is twice the mean pinball loss over the levels .05, .15, … .95.
 */
import { crps, evaluate, type MetricInput, mae, mse, type SeriesSet } from '@tessera/core';
import type { FittedPatchForecaster } from '@tessera/forecast';

const levels = Array.from({ length: 10 }, (_, i) => (2 * i + 1) / 20);
const metrics = [mse, mae, crps(levels)];

/** What a forecaster says of a window, and what came. */
export interface JudgedWindow {
  /** Shapes `[H]`; NaN where nothing was observed. */
  readonly actual: Float64Array;
  readonly point: Float64Array;
  /** Deviation of the lookback. */
  readonly scale: number;
}

/** Metrics by name on the test windows. */
export async function forecastScores(
  fitted: FittedPatchForecaster,
  validation: SeriesSet,
  test: SeriesSet,
  lookback: number,
): Promise<ReadonlyMap<string, number>> {
  return scoresOf(
    await judgedWindows(fitted, validation, lookback),
    await judgedWindows(fitted, test, lookback),
  );
}

/** MSE, MAE and CRPS of `test`, with the errors of `validation` around its forecasts. */
export function scoresOf(
  validation: readonly JudgedWindow[],
  test: readonly JudgedWindow[],
): ReadonlyMap<string, number> {
  const errors = residualQuantiles(validation, levels);
  const rows = evaluate(
    test.map((window) => metricInput(window, errors)),
    metrics,
  );
  return new Map(rows.map(({ metric, value }) => [metric, value]));
}

/** Mean squared error of the point forecasts. */
export async function meanSquaredError(
  fitted: FittedPatchForecaster,
  set: SeriesSet,
  lookback: number,
): Promise<number> {
  const windows = await judgedWindows(fitted, set, lookback);
  const none = new Float64Array(windows[0].actual.length * levels.length);
  return evaluate(
    windows.map((window) => metricInput(window, none)),
    [mse],
  )[0].value;
}

async function judgedWindows(
  fitted: FittedPatchForecaster,
  set: SeriesSet,
  lookback: number,
): Promise<JudgedWindow[]> {
  const context = set.map((frame) => frame.slice(0, lookback));
  const forecast = await fitted.predict({ context, levels: [] });
  return set.frames.map(({ id, targets: [{ values }] }) => ({
    actual: values.slice(lookback),
    point: forecast.point(id),
    scale: deviationOf(values.subarray(0, lookback)),
  }));
}

/**
 * Quantiles of the errors of each step, in units of the windows’ scales; shape `[H, Q]`, row by row, NaN where a step was never observed.
 * Between two errors by a straight line (type 7 of Hyndman and Fan, 1996).
 */
export function residualQuantiles(windows: readonly JudgedWindow[], wanted: readonly number[]): Float64Array {
  const [{ actual: first }] = windows;
  const quantiles = new Float64Array(first.length * wanted.length);
  for (let step = 0; step < first.length; step++) {
    const errors = Float64Array.from(
      windows,
      ({ actual, point, scale }) => (actual[step] - point[step]) / scale,
    )
      .filter((error) => !Number.isNaN(error))
      .sort();
    for (const [column, level] of wanted.entries()) {
      const place = level * (errors.length - 1);
      const low = Math.floor(place);
      const [a, b] = [errors[low] ?? Number.NaN, errors[low + 1] ?? errors[low]];
      quantiles[step * wanted.length + column] = a + (place - low) * (b - a);
    }
  }
  return quantiles;
}

/** @param errors quantiles as of `residualQuantiles` */
function metricInput({ actual, point, scale }: JudgedWindow, errors: Float64Array): MetricInput {
  return {
    actual,
    observed: Uint8Array.from(actual, (value) => (Number.isNaN(value) ? 0 : 1)),
    point,
    quantileLevels: levels,
    quantiles: errors.map((error, i) => point[Math.floor(i / levels.length)] + error * scale),
    insample: new Float64Array(),
    season: 1,
  };
}

/** Standard deviation of what was observed; 1 where nothing varies. */
function deviationOf(values: Float64Array): number {
  const known = values.filter((value) => !Number.isNaN(value));
  const mean = known.reduce((sum, value) => sum + value, 0) / known.length;
  const deviation = Math.sqrt(known.reduce((sum, value) => sum + (value - mean) ** 2, 0) / known.length);
  return deviation > 0 ? deviation : 1;
}
