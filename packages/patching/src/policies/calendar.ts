/**
 * Boundaries where a new day, week or month begins, by the times of the steps alone. In UTC; knows no holidays and no local time. It
 * promises no rate: put limits around it where one is needed.
 */
import { parseOptions, TesseraError } from '@tessera/core';
import { z } from 'zod';
import { PatchTree } from '../patches/patch-tree.js';
import { Patches } from '../patches/patches.js';
import type { PatchPolicy, PolicyWindow } from './patch-policy.js';
import { rulePolicy } from './rule-policy.js';

/** From fine to coarse. */
export const calendarUnits = ['hour', 'day', 'week', 'month', 'quarter', 'year'] as const;
export type CalendarUnit = (typeof calendarUnits)[number];

const schema = z.strictObject({
  units: z
    .array(z.enum(calendarUnits))
    .min(1)
    .readonly()
    .refine(
      (units) => units.every((unit, i) => i === 0 || rank(unit) > rank(units[i - 1])),
      'units from fine to coarse',
    )
    .default(['day']),
});
/**
 * `units`: what a patch of each level is, from fine to coarse; default days. Where one does not nest in another, as weeks in months,
 * a fine patch belongs to the coarse one in which it begins.
 */
export type CalendarOptions = Readonly<z.input<typeof schema>>;

function rank(unit: CalendarUnit): number {
  return calendarUnits.indexOf(unit);
}

/** Windows need times. @throws TesseraError OPTIONS_INVALID */
export function calendar(options: CalendarOptions = {}): PatchPolicy {
  const resolved = parseOptions(schema, options, 'calendar');
  const { units } = resolved;
  return rulePolicy({
    name: 'calendar',
    options: resolved,
    isCausal: true,
    rates: units.map(() => 1),
    cut: (window) => {
      const times = timesOf(window);
      let candidates = Array.from(times, (_, step) => step);
      const levels = units.map((unit) => {
        const period = periodOf[unit];
        candidates = candidates.filter(
          (step, i) => i === 0 || period(times[step]) !== period(times[candidates[i - 1]]),
        );
        return Patches.fromStarts(candidates, times.length);
      });
      return new PatchTree(levels);
    },
  });
}

function timesOf({ times, values, id }: PolicyWindow): Float64Array {
  if (values.length === 0) return new Float64Array(0);
  const wrong = times?.findIndex((time) => !(Math.abs(time) <= latestTime));
  if (times !== undefined && wrong === -1) return times;
  throw new TesseraError({
    code: 'OPTIONS_INVALID',
    argument: id === undefined ? 'times of a window' : `times of window "${id}"`,
    expected: 'times in UTC milliseconds, which the calendar policy cuts by',
    found: times === undefined ? 'none' : `${times[wrong ?? 0]}`,
    wayOut: 'Give windows with times, or choose a policy that needs none',
  });
}

/** The last moment that a date can name (ECMA-262, time values and time range). */
const latestTime = 8.64e15;
const hourLength = 3_600_000;
const dayLength = 24 * hourLength;
/** 1970-01-01 was a Thursday; weeks begin on Monday. */
const daysFromMonday = 3;

/** A number that changes where a new period begins. */
const periodOf: Readonly<Record<CalendarUnit, (time: number) => number>> = {
  hour: (time) => Math.floor(time / hourLength),
  day: (time) => Math.floor(time / dayLength),
  week: (time) => Math.floor((Math.floor(time / dayLength) + daysFromMonday) / 7),
  month: (time) => monthOf(time),
  quarter: (time) => Math.floor(monthOf(time) / 3),
  year: (time) => new Date(time).getUTCFullYear(),
};

function monthOf(time: number): number {
  const date = new Date(time);
  return date.getUTCFullYear() * 12 + date.getUTCMonth();
}
