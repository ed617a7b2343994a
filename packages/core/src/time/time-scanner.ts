/**
 * A reading position in the text of one time stamp, and the parts that all forms share: numbers, names, the clock and
 * the zone. Every method moves the position only over what it has read. It allocates nothing, so one scanner serves a
 * whole column.
 */

/** What a reader returns where the text does not have its shape; compare with Number.isNaN. */
export const notThisForm = Number.NaN;
/** What a reader returns where the text has its shape and names a date or an hour that does not exist. */
export const impossible = Number.POSITIVE_INFINITY;

const zero = 48;
const nine = 57;
const space = 32;
const plus = 43;
const minus = 45;
const point = 46;
const colon = 58;

const monthNames = ['jan', 'feb', 'mar', 'apr', 'may', 'jun', 'jul', 'aug', 'sep', 'oct', 'nov', 'dec'];
const monthName =
  /(jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?|sept?(?:ember)?|oct(?:ober)?|nov(?:ember)?|dec(?:ember)?)\.?/iy;
const universalName = /(?:utc|gmt)$/iy;
const halfDay = / ?([ap])\.?m\b\.?/iy;

export class TimeScanner {
  text = '';
  at = 0;
  /** Whether days come before months in all-number dates; undefined while the column has not told. */
  dayFirst: boolean | undefined;
  /** The two numbers of the last all-number date, in the order written. */
  first = 0;
  second = 0;
  /** Milliseconds that the zone just read is ahead of UTC; 0 where there is none. */
  offset = 0;
  /** Whether the time stamp just read has a zone. */
  isZoned = false;
  /** The character between date and clock; empty where there is no clock. */
  separator: '' | ' ' | 'T' = '';

  begin(text: string): void {
    this.text = text;
    this.at = 0;
    this.offset = 0;
    this.isZoned = false;
    this.separator = '';
  }

  get isAtEnd(): boolean {
    return this.at === this.text.length;
  }

  /** The whole number of `least` to `most` digits here, or -1. */
  digits(least: number, most: number): number {
    const { text } = this;
    const limit = Math.min(text.length, this.at + most);
    let value = 0;
    let at = this.at;
    for (; at < limit; at++) {
      const code = text.charCodeAt(at);
      if (code < zero || code > nine) break;
      value = value * 10 + code - zero;
    }
    if (at - this.at < least) return -1;
    this.at = at;
    return value;
  }

  /** Whether the character here is the given one, which is then passed. */
  take(code: number): boolean {
    if (this.text.charCodeAt(this.at) !== code) return false;
    this.at += 1;
    return true;
  }

  /** 1 to 12 for an English month name here, whole or in its first three letters, or -1. */
  month(): number {
    const found = this.#match(monthName);
    return found === undefined ? -1 : monthNames.indexOf(found.slice(0, 3).toLowerCase()) + 1;
  }

  /**
   * The rest of the text as a clock with an optional zone: `HH:MM[:SS[.fraction]] [AM|PM] [Z|UTC|GMT|±HH[:MM]]` after
   * `T` or a space, in milliseconds since midnight of the zone. 0 where nothing is left. A fraction has up to nine digits.
   */
  clock(): number {
    if (this.isAtEnd) return 0;
    const code = this.text.charCodeAt(this.at);
    if (code !== space && code !== 84 && code !== 116) return notThisForm;
    this.separator = code === space ? ' ' : 'T';
    this.at += 1;
    let hour = this.digits(1, 2);
    if (hour < 0 || !this.take(colon)) return notThisForm;
    const minute = this.digits(2, 2);
    let second = 0;
    let fraction = 0;
    if (this.take(colon)) {
      second = this.digits(2, 2);
      if (second >= 0 && this.take(point)) fraction = this.#fraction();
    }
    if (minute < 0 || second < 0 || fraction < 0) return notThisForm;
    if (!this.isAtEnd) {
      hour = this.#hourOfDay(hour);
      if (!this.#zone()) return notThisForm;
    }
    if (hour > 23 || minute > 59 || second > 59 || this.offset === impossible) return impossible;
    return ((hour * 60 + minute) * 60 + second) * 1000 + fraction;
  }

  /** The hour after a look for AM or PM; 24, which does not exist, where the two contradict each other. */
  #hourOfDay(hour: number): number {
    const half = this.#match(halfDay);
    if (half === undefined) return hour;
    if (hour < 1 || hour > 12) return 24;
    return (hour % 12) + (half.toLowerCase() === 'p' ? 12 : 0);
  }

  /** Milliseconds of the digits after a decimal point, or -1 where there are none or more than nine. */
  #fraction(): number {
    const from = this.at;
    const value = this.digits(1, 9);
    const length = this.at - from;
    if (value < 0) return -1;
    // Only powers that are whole numbers divide and multiply exactly.
    return length < 3 ? value * 10 ** (3 - length) : value / 10 ** (length - 3);
  }

  /** Reads the rest of the text as a zone, if there is any; whether that is what it is. */
  #zone(): boolean {
    if (this.isAtEnd) return true;
    this.take(space);
    this.isZoned = true;
    if (this.take(90) || this.take(122) || this.#match(universalName) !== undefined) return this.isAtEnd;
    const isAhead = this.take(plus);
    if (!isAhead && !this.take(minus)) return false;
    const hours = this.digits(2, 2);
    const hasColon = this.take(colon);
    const minutes = this.isAtEnd && !hasColon ? 0 : this.digits(2, 2);
    if (hours < 0 || minutes < 0 || !this.isAtEnd) return false;
    const ahead = (hours * 60 + minutes) * 60_000;
    // Pacific islands are up to 14 hours ahead; nobody is a day away.
    if (hours > 23 || minutes > 59) this.offset = impossible;
    else this.offset = isAhead ? ahead : -ahead;
    return true;
  }

  /** What the first group of a sticky pattern, or the whole of it, matches here. */
  #match(pattern: RegExp): string | undefined {
    pattern.lastIndex = this.at;
    const match = pattern.exec(this.text);
    if (match === null) return undefined;
    this.at = pattern.lastIndex;
    return match[1] ?? match[0];
  }
}
