/**
 * One column of time stamps, row by row. The first row settles the form, all others are held to it and are read by it
 * alone; only a row that does not fit goes through the other forms, to say what it is. Keeps nothing of a row but what
 * messages need.
 */
import { TesseraError } from '../errors/tessera-error.js';
import { dayLength, daysFromCivil, greatestTime } from './civil-date.js';
import { daysOfNumber, type EpochUnit, epochForm, formOfNumber, timeOfEpoch } from './epoch-time.js';
import type { TimeColumnForm, TimeParser } from './parse-time.js';
import {
  againstDayFirst,
  ambiguous,
  exchangeDayAndMonth,
  mixedForms,
  mixedZones,
  nonexistent,
  type OpenDate,
  type TimeFault,
  unreadable,
} from './time-faults.js';
import { type DateForm, dateForms } from './time-forms.js';
import { impossible, notThisForm, TimeScanner } from './time-scanner.js';

const space = 32;

export interface ColumnParserOptions {
  readonly argument: string;
  readonly dayFirst: boolean | undefined;
  readonly unit: EpochUnit | undefined;
  readonly unitOption: string;
  readonly placeOf: (row: number) => string;
}

export class ColumnParser implements TimeParser {
  readonly #options: ColumnParserOptions;
  readonly #scanner = new TimeScanner();
  #row = 0;
  /** What the first row is: all others are held to it. */
  #first: { readonly form: string; readonly zoned: boolean; readonly place: string } | undefined;
  /** How the first row is read and parted, where it is text. */
  #dateForm: DateForm | undefined;
  #separator = '';
  /** The first row whose day and month could change places. */
  #open: OpenDate | undefined;
  /** Rows that were read before their order was known. */
  #openRows = 0;
  /** The row that told the order; undefined where the caller did. */
  #orderPlace: string | undefined;

  constructor(options: ColumnParserOptions) {
    this.#options = options;
    this.#scanner.dayFirst = options.dayFirst;
  }

  push(value: unknown): number {
    this.#row += 1;
    if (typeof value === 'string') return this.#text(value);
    if (typeof value === 'number') return this.#number(value, value);
    if (typeof value === 'bigint') return this.#bigint(value);
    if (value instanceof Date) return this.#held('Date', true, value.getTime(), value);
    throw this.#unreadable(value);
  }

  finish(): TimeColumnForm {
    if (this.#open !== undefined && this.#scanner.dayFirst === undefined) {
      throw ambiguous(this.#options.argument, this.#open, `no day above 12 in ${this.#row} rows`);
    }
    const swapped = this.#scanner.dayFirst === true ? this.#openRows : 0;
    return {
      form: this.#first === undefined ? '' : this.#nameOf(this.#first.form),
      zoned: this.#first?.zoned ?? false,
      settle: (time, row) => (row <= swapped ? exchangeDayAndMonth(time) : time),
    };
  }

  #text(cell: string): number {
    const text = isSpaced(cell) ? cell.trim() : cell;
    const scanner = this.#scanner;
    // Nearly every row ends here.
    if (this.#dateForm !== undefined) {
      const time = this.#read(this.#dateForm, text);
      const isAlike = scanner.separator === this.#separator && scanner.isZoned === this.#first?.zoned;
      if (isAlike && time < impossible) return this.#ordered(this.#dateForm, time, text);
    }
    if (/^[+-]?\d+(?:\.\d+)?$/.test(text)) return this.#digits(text);
    for (const dateForm of dateForms) {
      const time = this.#read(dateForm, text);
      if (Number.isNaN(time)) continue;
      if (time === impossible) throw this.#error(this.#nonexistent(dateForm, text));
      const clock = scanner.separator === '' ? '' : `${scanner.separator}HH:MM`;
      this.#hold(dateForm.name + clock, scanner.isZoned, text);
      this.#dateForm = dateForm;
      this.#separator = scanner.separator;
      return this.#ordered(dateForm, time, text);
    }
    throw this.#unreadable(text);
  }

  /** UTC milliseconds of a text in a form, or `notThisForm`, or `impossible`. */
  #read(dateForm: DateForm, text: string): number {
    const scanner = this.#scanner;
    scanner.begin(text);
    const days = dateForm.read(scanner);
    if (!(days < impossible)) return days;
    if (!dateForm.takesClock) return scanner.isAtEnd ? days * dayLength : notThisForm;
    const clock = scanner.clock();
    return clock < impossible ? days * dayLength + clock - scanner.offset : clock;
  }

  /** Learns the order of days and months from a date that was just read, or notes that it is still open. */
  #ordered(dateForm: DateForm, time: number, text: string): number {
    const scanner = this.#scanner;
    if (!dateForm.isOrderOpen || scanner.dayFirst !== undefined) return time;
    const { first, second } = scanner;
    if (first > 12 || second > 12) {
      scanner.dayFirst = first > 12;
      this.#orderPlace = this.#place();
      return time;
    }
    // The day that is to be swapped later is that of the zone, which is forgotten by then.
    if (scanner.offset !== 0) {
      const open = { place: this.#place(), text, time: time + scanner.offset };
      throw ambiguous(this.#options.argument, open, 'a zone beside it');
    }
    if (first !== second) this.#open ??= { place: this.#place(), text, time };
    this.#openRows = this.#row;
    return time;
  }

  #digits(text: string): number {
    if (this.#options.unit === undefined && /^\d{4}$/.test(text)) return this.#year(Number(text), text);
    return this.#number(Number(text), text);
  }

  #number(value: number, cell: unknown): number {
    if (this.#options.unit !== undefined) {
      return this.#held(epochForm[this.#options.unit], true, timeOfEpoch(value, this.#options.unit), cell);
    }
    const kind = formOfNumber(value);
    if (kind === undefined) throw this.#unreadable(cell);
    if (kind === 'YYYY') return this.#year(value, cell);
    if (kind !== 'YYYYMMDD') return this.#held(epochForm[kind], true, timeOfEpoch(value, kind), cell);
    const days = daysOfNumber(value);
    if (days === impossible) throw this.#error(nonexistent(cell));
    return this.#held(kind, false, days * dayLength, cell);
  }

  #year(year: number, cell: unknown): number {
    return this.#held('YYYY', false, daysFromCivil(year, 1, 1) * dayLength, cell);
  }

  #bigint(value: bigint): number {
    if (this.#options.unit === undefined) throw this.#unreadable(value);
    return this.#held(epochForm[this.#options.unit], true, timeOfEpoch(value, this.#options.unit), value);
  }

  #held(form: string, zoned: boolean, time: number, cell: unknown): number {
    if (!(Math.abs(time) <= greatestTime)) throw this.#unreadable(cell);
    this.#hold(form, zoned, cell);
    return time;
  }

  #hold(form: string, zoned: boolean, cell: unknown): void {
    if (this.#first === undefined) {
      this.#first = { form, zoned, place: this.#place() };
      return;
    }
    const { place } = this.#first;
    if (form !== this.#first.form) {
      throw this.#error(mixedForms(cell, this.#nameOf(form), this.#nameOf(this.#first.form), place));
    }
    if (zoned !== this.#first.zoned) throw this.#error(mixedZones(cell, this.#first.zoned, place));
  }

  /** Why a text of a known shape names no date; it may name one with day and month exchanged. */
  #nonexistent(dateForm: DateForm, text: string): TimeFault {
    const scanner = this.#scanner;
    const { dayFirst } = scanner;
    if (!dateForm.isOrderOpen || dayFirst === undefined) return nonexistent(text);
    scanner.dayFirst = !dayFirst;
    const isExchanged = this.#read(dateForm, text) < impossible;
    scanner.dayFirst = dayFirst;
    if (!isExchanged) return nonexistent(text);
    const name = this.#nameOf(dateForm.name);
    if (this.#orderPlace === undefined) return againstDayFirst(text, name, dayFirst);
    return mixedForms(text, exchangedName(name), name, this.#orderPlace);
  }

  #place(): string {
    return this.#options.placeOf(this.#row);
  }

  /** The name of a form, with days and months in the order known so far. */
  #nameOf(form: string): string {
    return this.#scanner.dayFirst === true && form.startsWith('MM') ? exchangedName(form) : form;
  }

  #unreadable(cell: unknown): TesseraError {
    return this.#error(unreadable(cell, this.#first?.form, this.#options.unitOption));
  }

  #error(fault: TimeFault): TesseraError {
    return new TesseraError({ argument: `${this.#options.argument}, ${this.#place()}`, ...fault });
  }
}

/** `DD/MM/YYYY` of `MM/DD/YYYY` and back. */
function exchangedName(form: string): string {
  return form.slice(3, 6) + form.slice(0, 3) + form.slice(6);
}

function isSpaced(text: string): boolean {
  return text.charCodeAt(0) <= space || text.charCodeAt(text.length - 1) <= space;
}
