/**
 * Reading a metric’s input with its rules checked: shapes agree, an observed truth is finite, a forecast is a number
 * wherever the truth is known. What the mask hides is never looked at. An infinite forecast is allowed, because an
 * interval of a short calibration set may be unbounded; NaN is not, because no score could say what it means.
 */
import { TesseraError } from '../errors/tessera-error.js';
import type { MetricInput } from './metric.js';

/** Two levels that differ by no more are the same; the bound is part of the Metric interface. */
const levelTolerance = 1e-9;

/**
 * Calls `visit` for every observed step, in order. O(H).
 *
 * @throws TesseraError SHAPE_MISMATCH, METRIC_INPUT_INVALID
 */
export function forEachObserved(input: MetricInput, visit: (actual: number, step: number) => void): void {
  const { actual, observed, point } = input;
  checkLength('observed', observed.length, actual.length, 'one per step of actual');
  checkLength('point', point.length, actual.length, 'one per step of actual');
  for (let step = 0; step < actual.length; step++) {
    if (observed[step] === 0) continue;
    const value = actual[step];
    if (!Number.isFinite(value)) {
      throw inputError(
        `actual[${step}]`,
        'a finite number where observed is 1',
        value,
        'Set observed to 0 there',
      );
    }
    visit(value, step);
  }
}

/** The point forecast of an observed step. @throws TesseraError METRIC_INPUT_INVALID where it is NaN */
export function pointAt(input: MetricInput, step: number): number {
  const value = input.point[step];
  if (Number.isNaN(value)) throw missingForecast(`point[${step}]`);
  return value;
}

/**
 * The columns of `quantiles` that hold the wanted levels. O(Q · wanted).
 *
 * @throws TesseraError SHAPE_MISMATCH, METRIC_INPUT_INVALID
 */
export function quantileColumns(input: MetricInput, wanted: readonly number[]): readonly number[] {
  const { actual, quantileLevels, quantiles } = input;
  const cells = actual.length * quantileLevels.length;
  checkLength(
    'quantiles',
    quantiles.length,
    cells,
    `${actual.length} steps of ${quantileLevels.length} levels`,
  );
  return wanted.map((level) => {
    const column = quantileLevels.findIndex((each) => Math.abs(each - level) <= levelTolerance);
    if (column >= 0) return column;
    throw inputError(
      'quantileLevels',
      `the level ${level}`,
      quantileLevels.length === 0 ? 'none' : quantileLevels.join(', '),
      'Forecast this quantile too, or leave the metric out',
    );
  });
}

/** A quantile forecast of an observed step. @throws TesseraError METRIC_INPUT_INVALID where it is NaN */
export function quantileAt(input: MetricInput, step: number, column: number): number {
  const value = input.quantiles[step * input.quantileLevels.length + column];
  if (Number.isNaN(value)) {
    throw missingForecast(`quantiles at step ${step}, level ${input.quantileLevels[column]}`);
  }
  return value;
}

/** An error that says which part of a metric’s input is wrong. */
export function inputError(
  argument: string,
  expected: string,
  found: number | string,
  wayOut: string,
): TesseraError {
  return new TesseraError({
    code: 'METRIC_INPUT_INVALID',
    argument,
    expected,
    found: String(found),
    wayOut,
  });
}

function missingForecast(argument: string): TesseraError {
  const wayOut = 'Forecast every observed step; a metric does not leave any out on its own';
  return inputError(argument, 'a number where observed is 1', Number.NaN, wayOut);
}

function checkLength(argument: string, found: number, expected: number, why: string): void {
  if (found === expected) return;
  throw new TesseraError({
    code: 'SHAPE_MISMATCH',
    argument,
    expected: `${expected} entries, ${why}`,
    found: String(found),
    wayOut: 'Give arrays of the same window',
  });
}
