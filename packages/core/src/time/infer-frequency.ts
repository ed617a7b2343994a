/**
 * The frequency that times were sampled at, from the times alone. A grid is accepted where all times lie on it and its
 * step occurs between at least two neighbours; of several, the one with the fewest steps between the first time and the
 * last, which leaves the fewest gaps.
 *
 * What times cannot tell is settled by custom. Two times suffice for an answer, and the answer may be wrong:
 *
 * - 1 January and 1 February are one month apart and also 31 days: months come first.
 * - Monday to Friday without a weekend between are days; business days need a weekend that is left out.
 * - 24 hours are a day and 7 days are a week; three months are a quarter and four quarters a year.
 * - Times that all end a month are month ends, also where the 31st, or a 30th in months of 30 days, was meant.
 * - Few times with gaps may lie on a coarser grid by chance: Monday, Thursday and the Tuesday after are days with gaps,
 *   and also three business days apart. How sparse a grid may be is for the caller to judge.
 *
 * It does not see holidays, a change of the frequency, times that were jittered, or 28 February as the start of a
 * series that keeps the 30th.
 */
import { TesseraError } from '../errors/tessera-error.js';
import { civilFromDays, dayLength, daysInMonth } from './civil-date.js';
import { businessDayIndex, type Frequency, type FrequencyUnit } from './frequency.js';

/** A grid that holds all the times. */
interface Grid {
  readonly frequency: Frequency;
  /** Steps from the first time to the last. */
  readonly steps: number;
}

/** Units of equal length, the longest first. */
const fixedUnits: readonly (readonly [FrequencyUnit, number])[] = [
  ['week', 7 * dayLength],
  ['day', dayLength],
  ['hour', 3_600_000],
  ['minute', 60_000],
  ['second', 1000],
  ['millisecond', 1],
];

/**
 * The frequency of the grid that the times lie on, or undefined where they lie on none. O(times).
 *
 * @param times strictly increasing UTC milliseconds; gaps of any length are allowed; at least two for an answer
 * @throws TesseraError TIME_UNSORTED
 */
export function inferFrequency(times: ArrayLike<number>): Frequency | undefined {
  const gaps = new GapDivisor();
  for (let i = 1; i < times.length; i++) {
    const gap = times[i] - times[i - 1];
    if (!(gap > 0 && gap < Number.POSITIVE_INFINITY)) throw unsorted(times, i);
    gaps.add(gap);
  }
  if (times.length < 2) return undefined;
  const span = times[times.length - 1] - times[0];
  const isDaily = gaps.divisor % dayLength === 0;
  // Where two grids have equally many steps, the earlier one here is taken.
  const grids = [
    isDaily ? monthGrid(times) : undefined,
    gaps.divides ? fixedGrid(gaps.divisor, span) : undefined,
    isDaily ? businessGrid(times) : undefined,
  ];
  let best: Grid | undefined;
  for (const grid of grids) {
    if (grid !== undefined && (best === undefined || grid.steps < best.steps)) best = grid;
  }
  return best?.frequency;
}

/** The greatest common divisor of gaps, and whether it is one of them. */
class GapDivisor {
  divisor = 0;
  #least = Number.POSITIVE_INFINITY;

  add(gap: number): void {
    if (gap < this.#least) this.#least = gap;
    let rest = gap;
    while (rest !== 0) [this.divisor, rest] = [rest, this.divisor % rest];
  }

  get divides(): boolean {
    return this.divisor === this.#least;
  }
}

function fixedGrid(step: number, span: number): Grid | undefined {
  const found = fixedUnits.find(([, length]) => step % length === 0);
  if (found === undefined) return undefined;
  const [unit, length] = found;
  return { frequency: { unit, count: step / length }, steps: span / step };
}

/** The grid of one time a month, or one in several months, on one day of the month or on its last. */
function monthGrid(times: ArrayLike<number>): Grid | undefined {
  const gaps = new GapDivisor();
  let first = 0;
  let before = 0;
  let keptDay = 0;
  let areEnds = true;
  let areKept = true;
  for (let i = 0; i < times.length; i++) {
    const { year, month, day } = civilFromDays(Math.floor(times[i] / dayLength));
    const index = year * 12 + month;
    const lastDay = daysInMonth(year, month);
    if (i === 0) {
      first = index;
      keptDay = day;
    } else {
      gaps.add(index - before);
    }
    areEnds = areEnds && day === lastDay;
    areKept = areKept && day === Math.min(keptDay, lastDay);
    if (!areEnds && !areKept) return undefined;
    before = index;
  }
  if (!gaps.divides) return undefined;
  const months = gaps.divisor;
  const [unit, length] = unitOfMonths(months);
  const frequency = { unit, count: months / length };
  return {
    frequency: areEnds ? { ...frequency, anchor: 'end' } : frequency,
    steps: (before - first) / months,
  };
}

function unitOfMonths(months: number): readonly [FrequencyUnit, number] {
  if (months % 12 === 0) return ['year', 12];
  return months % 3 === 0 ? ['quarter', 3] : ['month', 1];
}

function businessGrid(times: ArrayLike<number>): Grid | undefined {
  const gaps = new GapDivisor();
  for (let i = 0; i < times.length; i++) {
    // 1970-01-01 was a Thursday: four days before it were a Sunday.
    const weekday = (((Math.floor(times[i] / dayLength) + 4) % 7) + 7) % 7;
    if (weekday === 0 || weekday === 6) return undefined;
    if (i > 0) gaps.add(businessDayIndex(times[i]) - businessDayIndex(times[i - 1]));
  }
  if (!gaps.divides) return undefined;
  const span = businessDayIndex(times[times.length - 1]) - businessDayIndex(times[0]);
  return { frequency: { unit: 'businessDay', count: gaps.divisor }, steps: span / gaps.divisor };
}

function unsorted(times: ArrayLike<number>, index: number): TesseraError {
  return new TesseraError({
    code: 'TIME_UNSORTED',
    argument: `times[${index}]`,
    expected: 'finite, strictly increasing times',
    found: `${times[index]} after ${times[index - 1]}`,
    wayOut: 'Sort the times and remove duplicates',
  });
}
