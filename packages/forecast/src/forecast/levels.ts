/** Interval levels in percent and quantile levels in (0, 1), checked, ordered and told apart. */
import { TesseraError } from '@tessera/core';

/** Two levels that differ by no more are the same, as in the metrics of core. */
const tolerance = 1e-9;

export interface Levels {
  /** Central intervals in percent, ascending. */
  readonly levels: readonly number[];
  /** Every bound of an interval, the median and what was asked for beyond; ascending, without repeats. */
  readonly quantileLevels: readonly number[];
}

/** The levels of a forecast with those `intervals` and `quantiles`. @throws TesseraError LEVEL_INVALID */
export function resolveLevels(intervals: readonly number[], quantiles: readonly number[]): Levels {
  const levels = distinct(intervals);
  const bounds = levels.flatMap((level) => [...intervalBounds(level)]);
  return { levels, quantileLevels: distinct([...bounds, 0.5, ...quantiles.map(checkQuantileLevel)]) };
}

/** The quantile levels that bound a central interval of `level` percent. @throws TesseraError LEVEL_INVALID */
export function intervalBounds(level: number): readonly [lower: number, upper: number] {
  if (level > 0 && level < 100) return [(100 - level) / 200, (100 + level) / 200];
  throw levelError(
    'interval level',
    'a number between 0 and 100, both excluded',
    level,
    'Give it in percent, e.g. 80',
  );
}

/** Position of a level in an ascending list, or -1. O(Q) */
export function indexOfLevel(levels: readonly number[], wanted: number): number {
  return levels.findIndex((level) => Math.abs(level - wanted) <= tolerance);
}

export function levelError(argument: string, expected: string, found: unknown, wayOut: string): TesseraError {
  return new TesseraError({ code: 'LEVEL_INVALID', argument, expected, found: String(found), wayOut });
}

function checkQuantileLevel(level: number): number {
  if (level > 0 && level < 1) return level;
  throw levelError(
    'quantile level',
    'a number between 0 and 1, both excluded',
    level,
    'Write the median as 0.5',
  );
}

function distinct(levels: readonly number[]): number[] {
  const sorted = [...levels].sort((a, b) => a - b);
  return sorted.filter((level, i) => i === 0 || level - sorted[i - 1] > tolerance);
}
