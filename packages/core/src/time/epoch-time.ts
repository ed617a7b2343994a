/**
 * Numbers as time stamps: counts from 1970, or dates that are written with digits only. A number says by its size what
 * it is, or the caller does; the sizes are so far apart that no time from 1973 to 5138 can be meant by two of them.
 */
import { daysOf } from './time-forms.js';

/** Seconds, milliseconds, microseconds, nanoseconds since 1970-01-01 in UTC. */
export const epochUnits = ['s', 'ms', 'us', 'ns'] as const;
export type EpochUnit = (typeof epochUnits)[number];

export const epochForm: Record<EpochUnit, string> = {
  s: 'epoch seconds',
  ms: 'epoch milliseconds',
  us: 'epoch microseconds',
  ns: 'epoch nanoseconds',
};
/** How many of a unit make a millisecond. */
const perMillisecond: Record<'us' | 'ns', number> = { us: 1000, ns: 1_000_000 };

/** UTC milliseconds of a count from 1970. */
export function timeOfEpoch(value: number | bigint, unit: EpochUnit): number {
  if (unit === 'ms') return Number(value);
  if (unit === 's') return Number(value) * 1000;
  const per = perMillisecond[unit];
  if (typeof value === 'number') return value / per;
  // Nanoseconds of today do not fit a double, milliseconds and the rest of one do.
  return Number(value / BigInt(per)) + Number(value % BigInt(per)) / per;
}

/** What a number without a stated unit is: by its size no two of them can be meant at once. */
export function formOfNumber(value: number): 'YYYY' | 'YYYYMMDD' | 's' | 'ms' | undefined {
  const size = Math.abs(value);
  // From 1973 to 5138, seconds have 9 to 11 digits before the point and milliseconds 12 to 14.
  if (size >= 1e8 && size < 1e11) return 's';
  if (size >= 1e11 && size < 1e14) return 'ms';
  if (!Number.isInteger(value)) return undefined;
  if (value >= 1000 && value < 10_000) return 'YYYY';
  return value >= 10_000_000 && value < 100_000_000 ? 'YYYYMMDD' : undefined;
}

/** Days since 1970-01-01 of a number such as 20200131, or `impossible`. */
export function daysOfNumber(value: number): number {
  return daysOf(Math.floor(value / 10_000), Math.floor(value / 100) % 100, value % 100);
}
