/**
 * Days of the six holidays on which the United States do least by appointment. The rules are those of the federal law
 * for 1942 and later; holidays that fall on a weekend are not moved to the next working day.
 *
 * Sources: 5 U.S.C. 6103; for Memorial Day before 1971, Public Law 90-363 (82 Stat. 250), which moved it from 30 May.
 */
import type { DatasetEvent } from '../card/dataset-card.js';

const dayLength = 86_400_000;
const monday = 1;
const thursday = 4;
/** Since then Memorial Day is the last Monday in May. */
const uniformMondays = 1971;

interface Holiday {
  readonly name: string;
  readonly dayIn: (year: number) => number;
}

const holidays: readonly Holiday[] = [
  { name: "New Year's Day", dayIn: (year) => Date.UTC(year, 0, 1) },
  {
    name: 'Memorial Day',
    dayIn: (year) => (year < uniformMondays ? Date.UTC(year, 4, 30) : weekdayFrom(year, 4, 25, monday)),
  },
  { name: 'Independence Day', dayIn: (year) => Date.UTC(year, 6, 4) },
  { name: 'Labor Day', dayIn: (year) => weekdayFrom(year, 8, 1, monday) },
  { name: 'Thanksgiving Day', dayIn: (year) => weekdayFrom(year, 10, 22, thursday) },
  { name: 'Christmas Day', dayIn: (year) => Date.UTC(year, 11, 25) },
];

/**
 * The holidays within `[from, to)`, in order, each as an intervention of one day.
 *
 * @param from day as `yyyy-mm-dd`, like `to`
 */
export function usHolidays(from: string, to: string): DatasetEvent[] {
  const events: DatasetEvent[] = [];
  const end = Date.parse(to);
  for (let year = new Date(from).getUTCFullYear(); Date.UTC(year, 0, 1) < end; year++) {
    for (const { name, dayIn } of holidays) {
      const day = dayIn(year);
      if (day < Date.parse(from) || day >= end) continue;
      const source =
        name === 'Memorial Day' && year < uniformMondays
          ? '5 U.S.C. 6103 before its change by Public Law 90-363, 82 Stat. 250'
          : '5 U.S.C. 6103, https://www.law.cornell.edu/uscode/text/5/6103';
      events.push({ name, kind: 'intervention', start: iso(day), end: iso(day + dayLength), source });
    }
  }
  return events;
}

/** The first such weekday at or after a day; months and weekdays count from 0, Sunday first. */
function weekdayFrom(year: number, month: number, day: number, weekday: number): number {
  const start = Date.UTC(year, month, day);
  return start + ((weekday - new Date(start).getUTCDay() + 7) % 7) * dayLength;
}

function iso(time: number): string {
  return new Date(time).toISOString().slice(0, 10);
}
