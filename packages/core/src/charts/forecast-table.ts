/**
 * The rows behind one panel of a forecast chart: one per time, with what was observed, what came and what each
 * forecaster said side by side, so that a saved chart is also a readable table. Keeps the end of a long history and thins
 * it where it has more points than a picture can show.
 */
import {
  checkLevel,
  checkNotEmpty,
  checkTimes,
  dataError,
  type ForecastLine,
  type ForecastPanel,
  finiteOrNull,
} from './chart-data.js';
import { thinSeries } from './thin-series.js';

/** `time`, `history`, `truth`, and per forecaster `f0`, `f0_lower_80`, `f0_upper_80`; `alone` marks lone points. */
export type ForecastRow = Record<string, number | null | true>;

/** Where one forecaster’s numbers are. */
export interface LineFields {
  readonly forecaster: string;
  readonly point: string;
  /** From the widest to the narrowest. */
  readonly bands: readonly { readonly level: number; readonly lower: string; readonly upper: string }[];
  /** Steps of the forecast. */
  readonly horizon: number;
}

export interface ForecastTable {
  readonly rows: readonly ForecastRow[];
  readonly lines: readonly LineFields[];
  /** Time of the last step of the history; undefined where there is no history. */
  readonly origin: number | undefined;
  /** Steps of history shown, and of history given. */
  readonly shown: number;
  readonly given: number;
  /** Lowest and highest value of all. */
  readonly extent: readonly [number, number] | undefined;
}

/**
 * @param historySteps how much of the history’s end to keep; default four horizons, at least 120 steps
 * @throws TesseraError CHART_DATA_INVALID
 */
export function forecastTable(
  panel: ForecastPanel,
  argument: string,
  historySteps: number | undefined,
  maxPoints: number,
): ForecastTable {
  checkTimes(panel.history, `${argument}.history`);
  checkTimes(panel.truth ?? [], `${argument}.truth`);
  const horizon = Math.max(0, ...panel.forecasts.map(({ points }) => points.length));
  const steps = historySteps ?? Math.max(120, 4 * horizon);
  const rows = new Map<number, ForecastRow>();
  const rowAt = (time: number): ForecastRow => {
    const row = rows.get(time) ?? { time };
    rows.set(time, row);
    return row;
  };

  const shown = panel.history.slice(Math.max(0, panel.history.length - steps));
  addHistory(shown, argument, maxPoints, rowAt);
  for (const [index, { time, value }] of (panel.truth ?? []).entries()) {
    rowAt(time).truth = finiteOrNull(value, `${argument}.truth[${index}].value`);
  }
  const lines = panel.forecasts.map((line, index) => {
    const where = `${argument}.forecasts[${index}]`;
    if (panel.forecasts.findIndex((other) => other.forecaster === line.forecaster) !== index) {
      const found = `"${line.forecaster}" twice`;
      throw dataError(`${where}.forecaster`, 'distinct forecasters in a panel', found, 'Rename one of them');
    }
    return addForecast(line, `f${index}`, where, rowAt);
  });
  checkNotEmpty([...rows.keys()], `${argument}.history and .forecasts`);
  const sorted = [...rows.values()].sort((a, b) => Number(a.time) - Number(b.time));
  return {
    rows: sorted,
    lines,
    origin: panel.history.length === 0 ? undefined : panel.history[panel.history.length - 1].time,
    shown: shown.length,
    given: panel.history.length,
    extent: extentOf(sorted),
  };
}

function addHistory(
  shown: ForecastPanel['history'],
  argument: string,
  maxPoints: number,
  rowAt: (time: number) => ForecastRow,
): void {
  const { times, values } = thinSeries(
    shown.map(({ time }) => time),
    shown.map(({ value }, index) => finiteOrNull(value, `${argument}.history[${index}].value`) ?? Number.NaN),
    maxPoints,
  );
  for (let i = 0; i < times.length; i++) {
    const row = rowAt(times[i]);
    row.history = Number.isNaN(values[i]) ? null : values[i];
    const lonely =
      (i === 0 || Number.isNaN(values[i - 1])) && (i === times.length - 1 || Number.isNaN(values[i + 1]));
    if (row.history !== null && lonely) row.alone = true;
  }
}

function addForecast(
  line: ForecastLine,
  point: string,
  argument: string,
  rowAt: (time: number) => ForecastRow,
): LineFields {
  checkTimes(line.points, `${argument}.points`);
  const levels = new Set<number>();
  for (const [index, step] of line.points.entries()) {
    const where = `${argument}.points[${index}]`;
    const row = rowAt(step.time);
    row[point] = finiteOrNull(step.point, `${where}.point`);
    for (const { level, lower, upper } of step.intervals ?? []) {
      checkLevel(level, `${where}.intervals.level`);
      const bounds = `${where}.intervals of ${level} %`;
      const low = finiteOrNull(lower, bounds);
      const high = finiteOrNull(upper, bounds);
      if (low !== null && high !== null && low > high) {
        throw dataError(
          bounds,
          'lower not above upper',
          `${low} and ${high}`,
          'Swap or recompute the bounds',
        );
      }
      levels.add(level);
      row[bandField(point, 'lower', level)] = low;
      row[bandField(point, 'upper', level)] = high;
    }
  }
  const bands = [...levels]
    .sort((a, b) => b - a)
    .map((level) => ({
      level,
      lower: bandField(point, 'lower', level),
      upper: bandField(point, 'upper', level),
    }));
  return { forecaster: line.forecaster, point, bands, horizon: line.points.length };
}

/** A point in a field name would mean a field within a field. */
function bandField(point: string, side: 'lower' | 'upper', level: number): string {
  return `${point}_${side}_${String(level).replace('.', '_')}`;
}

function extentOf(rows: readonly ForecastRow[]): readonly [number, number] | undefined {
  let low = Number.POSITIVE_INFINITY;
  let high = Number.NEGATIVE_INFINITY;
  for (const row of rows) {
    for (const [field, value] of Object.entries(row)) {
      if (field === 'time' || typeof value !== 'number') continue;
      low = Math.min(low, value);
      high = Math.max(high, value);
    }
  }
  if (low > high) return undefined;
  return low === high
    ? [low - Math.max(1, Math.abs(low) / 10), high + Math.max(1, Math.abs(high) / 10)]
    : [low, high];
}
