/**
 * Time axes with exactly one step per observation, for data whose labels count observations: a regular grid with gaps
 * would shift them.
 */
import {
  type Frequency,
  irregularTimeAxis,
  regularTimeAxis,
  stepsBetween,
  type TimeAxis,
} from '@tessera/core';

/**
 * Where a series without dates begins: step i of it is not a date, only an order. Chosen to be recognised; no data set
 * says so.
 */
export const pseudoStart = Date.UTC(2000, 0, 1);

const fixedUnits = [
  ['week', 7 * 86_400_000],
  ['day', 86_400_000],
  ['hour', 3_600_000],
  ['minute', 60_000],
  ['second', 1000],
] as const;

/** An axis of `length` steps of one second from the pseudo-start, for series that have an order and no dates. */
export function orderAxis(length: number): TimeAxis {
  return regularTimeAxis({ start: pseudoStart, frequency: 's', length });
}

/**
 * The regular axis on which `times` are steps 0, 1, 2 and so on, or an irregular one of these times.
 *
 * @throws TesseraError TIME_UNSORTED
 */
export function observationAxis(times: readonly number[]): TimeAxis {
  const frequency = times.length < 2 ? undefined : firstStep(times[0], times[1]);
  const isRegular =
    frequency !== undefined && times.every((time, i) => stepsBetween(times[0], frequency, time) === i);
  return isRegular
    ? regularTimeAxis({ start: times[0], frequency, length: times.length })
    : irregularTimeAxis(times);
}

/** The frequency that leads from one time to the next: calendar months where the day of the month stays. */
function firstStep(from: number, to: number): Frequency | undefined {
  const a = new Date(from);
  const b = new Date(to);
  const months = (b.getUTCFullYear() - a.getUTCFullYear()) * 12 + b.getUTCMonth() - a.getUTCMonth();
  if (months > 0 && stepsBetween(from, { unit: 'month', count: months }, to) === 1) {
    return months % 12 === 0 ? { unit: 'year', count: months / 12 } : { unit: 'month', count: months };
  }
  const step = fixedUnits.find(([, length]) => to > from && (to - from) % length === 0);
  return step === undefined ? undefined : { unit: step[0], count: (to - from) / step[1] };
}
