/**
 * What charts are given: plain data without a word of frames, forecasters or backtests, so that a chart can be drawn
 * from any table. Missing values are null or NaN and stay gaps; infinite values are refused, because no axis holds them.
 */
import { TesseraError } from '../errors/tessera-error.js';

/** One step of a series. Every missing step has its own entry: an entry that is left out cannot be seen as a gap. */
export interface HistoryPoint {
  /** UTC milliseconds. */
  readonly time: number;
  readonly value: number | null;
}

/** A central interval. */
export interface IntervalBounds {
  /** Nominal coverage in percent, in (0, 100). */
  readonly level: number;
  readonly lower: number | null;
  readonly upper: number | null;
}

/** One step of a forecast. */
export interface ForecastPoint {
  /** UTC milliseconds. */
  readonly time: number;
  readonly point: number | null;
  readonly intervals?: readonly IntervalBounds[] | undefined;
}

export interface ForecastLine {
  readonly forecaster: string;
  /** By ascending time. */
  readonly points: readonly ForecastPoint[];
}

/** One series or channel with its forecasts. */
export interface ForecastPanel {
  /** Name of the series or channel. Default none, for a chart of one series. */
  readonly name?: string | undefined;
  /** Unit of the values; titles the y axis. */
  readonly unit?: string | undefined;
  /** By ascending time; its last entry is the forecast origin. */
  readonly history: readonly HistoryPoint[];
  readonly forecasts: readonly ForecastLine[];
  /** What came after the origin, where it is known. */
  readonly truth?: readonly HistoryPoint[] | undefined;
}

export interface ForecastChartData {
  readonly title?: string | undefined;
  /** Default: a line about origin, horizon and the history shown. */
  readonly subtitle?: string | undefined;
  readonly panels: readonly ForecastPanel[];
}

/** A score of one forecaster, e.g. on one window of one series of a backtest. */
export interface ScoreRow {
  readonly forecaster: string;
  readonly metric: string;
  /** Null where the score could not be computed. */
  readonly value: number | null;
}

/** A score of one forecaster at one step ahead. */
export interface StepErrorRow {
  readonly forecaster: string;
  /** Steps ahead, from 1. */
  readonly step: number;
  readonly value: number | null;
}

/** How often a forecaster’s interval of one level held the truth. */
export interface CoverageRow {
  readonly forecaster: string;
  /** Nominal coverage in percent, in (0, 100). */
  readonly level: number;
  /** Empirical coverage in percent, in [0, 100]; null where it could not be computed. */
  readonly coverage: number | null;
}

export function dataError(argument: string, expected: string, found: string, wayOut: string): TesseraError {
  return new TesseraError({ code: 'CHART_DATA_INVALID', argument, expected, found, wayOut });
}

/** The value where it is a number, null where it is missing. @throws TesseraError CHART_DATA_INVALID */
export function finiteOrNull(value: number | null | undefined, argument: string): number | null {
  if (value === null || value === undefined || Number.isNaN(value)) return null;
  if (Number.isFinite(value)) return value;
  throw dataError(argument, 'a finite number or null', String(value), 'Mark what cannot be drawn with null');
}

/** The last moment that a date can name (ECMA-262, time values and time range). */
const latestTime = 8.64e15;

/** @throws TesseraError CHART_DATA_INVALID */
export function checkTimes(points: readonly { readonly time: number }[], argument: string): void {
  let previous = Number.NEGATIVE_INFINITY;
  for (const [index, { time }] of points.entries()) {
    if (!(Math.abs(time) <= latestTime) || time <= previous) {
      const expected = 'times in milliseconds, ascending, each once';
      throw dataError(`${argument}[${index}].time`, expected, String(time), 'Sort the points by time');
    }
    previous = time;
  }
}

/** @throws TesseraError CHART_DATA_INVALID */
export function checkLevel(level: number, argument: string): void {
  if (level > 0 && level < 100) return;
  throw dataError(argument, 'a level in percent between 0 and 100', String(level), 'Give 80 for 80 %');
}

/** @throws TesseraError CHART_DATA_INVALID */
export function checkNotEmpty(items: readonly unknown[], argument: string): void {
  if (items.length === 0)
    throw dataError(argument, 'at least one entry', 'none', 'Give what should be drawn');
}
