/**
 * The forms in which a date may be written. Each is tried on its own, so that a column can be held to one of them. No
 * form rolls over: 30 February does not become 1 March. Two-digit years, week numbers and names of months in other
 * languages than English are not read, because they mean different things to different people.
 */
import { daysFromCivil, daysInMonth } from './civil-date.js';
import { impossible, notThisForm, type TimeScanner } from './time-scanner.js';

export interface DateForm {
  readonly name: string;
  /** Whether a clock may follow. */
  readonly takesClock: boolean;
  /** Whether the order of day and month is for the column to tell. */
  readonly isOrderOpen: boolean;
  /** Days since 1970-01-01, or `notThisForm` or `impossible`. */
  read(scanner: TimeScanner): number;
}

const slash = 47;
const dash = 45;
const dot = 46;
const space = 32;
const comma = 44;

/** Tried in this order; no text has the shape of two. */
export const dateForms: readonly DateForm[] = [
  form('YYYY-MM-DD', (scanner) => yearFirst(scanner, dash)),
  form('YYYY/MM/DD', (scanner) => yearFirst(scanner, slash)),
  form('YYYY.MM.DD', (scanner) => yearFirst(scanner, dot)),
  yearLast(slash),
  yearLast(dash),
  yearLast(dot),
  form('Mon D YYYY', (scanner) => {
    const month = scanner.month();
    if (month < 0 || !scanner.take(space)) return notThisForm;
    const day = scanner.digits(1, 2);
    scanner.take(comma);
    return day < 0 || !scanner.take(space) ? notThisForm : daysOf(scanner.digits(4, 4), month, day);
  }),
  form('D Mon YYYY', (scanner) => namedMonth(scanner, space)),
  form('D-Mon-YYYY', (scanner) => namedMonth(scanner, dash)),
  period('YYYY-MM', (scanner) => {
    const year = scanner.digits(4, 4);
    return year < 0 || !scanner.take(dash) ? notThisForm : daysOf(year, scanner.digits(1, 2), 1);
  }),
  period('Mon YYYY', (scanner) => {
    const month = scanner.month();
    return month < 0 || !scanner.take(space) ? notThisForm : daysOf(scanner.digits(4, 4), month, 1);
  }),
  period('YYYY-Qn', (scanner) => {
    const year = scanner.digits(4, 4);
    return year < 0 || !scanner.take(dash) ? notThisForm : quarter(scanner, year);
  }),
  period('YYYYQn', (scanner) => quarter(scanner, scanner.digits(4, 4))),
];

function form(name: string, read: DateForm['read']): DateForm {
  return { name, takesClock: true, isOrderOpen: false, read };
}

function period(name: string, read: DateForm['read']): DateForm {
  return { name, takesClock: false, isOrderOpen: false, read };
}

function yearFirst(scanner: TimeScanner, separator: number): number {
  const year = scanner.digits(4, 4);
  if (year < 0 || !scanner.take(separator)) return notThisForm;
  const month = scanner.digits(1, 2);
  if (month < 0 || !scanner.take(separator)) return notThisForm;
  return daysOf(year, month, scanner.digits(1, 2));
}

function namedMonth(scanner: TimeScanner, separator: number): number {
  const day = scanner.digits(1, 2);
  if (day < 0 || !scanner.take(separator)) return notThisForm;
  const month = scanner.month();
  if (month < 0 || !scanner.take(separator)) return notThisForm;
  return daysOf(scanner.digits(4, 4), month, day);
}

/** Reads month first unless the column, or the number itself, says otherwise. */
function yearLast(separator: number): DateForm {
  const mark = String.fromCharCode(separator);
  return {
    name: `MM${mark}DD${mark}YYYY`,
    takesClock: true,
    isOrderOpen: true,
    read: (scanner) => {
      const first = scanner.digits(1, 2);
      if (first < 0 || !scanner.take(separator)) return notThisForm;
      const second = scanner.digits(1, 2);
      if (second < 0 || !scanner.take(separator)) return notThisForm;
      const year = scanner.digits(4, 4);
      scanner.first = first;
      scanner.second = second;
      return (scanner.dayFirst ?? first > 12) ? daysOf(year, second, first) : daysOf(year, first, second);
    },
  };
}

function quarter(scanner: TimeScanner, year: number): number {
  if (year < 0 || (!scanner.take(81) && !scanner.take(113))) return notThisForm;
  const number = scanner.digits(1, 1);
  return number < 0 ? notThisForm : daysOf(year, number === 0 ? 0 : number * 3 - 2, 1);
}

/** Days since 1970-01-01, or `impossible`; `notThisForm` where a part is -1, for one that is not there. */
export function daysOf(year: number, month: number, day: number): number {
  if (year < 0 || month < 0 || day < 0) return notThisForm;
  if (month < 1 || month > 12 || day < 1 || day > daysInMonth(year, month)) return impossible;
  return daysFromCivil(year, month, day);
}
