/**
 * Numbers from text as written by programs: sign, digits, decimal point, exponent. The result is the nearest double,
 * as `Number` gives it. Thousands separators, decimal commas, hexadecimal and empty text are not numbers here.
 */
const zero = 48;
const nine = 57;
const plus = 43;
const minus = 45;
const point = 46;
const space = 32;
const tab = 9;

/** Powers of ten that a double holds exactly: 10^22 = 2^22 * 5^22, and 5^22 < 2^53. */
const exactPowers = Float64Array.from({ length: 23 }, (_, power) => Number(`1e${power}`));
/** Every whole number of that many digits is below 2^53. */
const exactDigits = 15;

const numberPattern = /^[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?$/;

/** The number that `text` writes, spaces around it ignored, or undefined where it is none. */
export function parseNumber(text: string): number | undefined {
  const trimmed = text.trim();
  return numberPattern.test(trimmed) ? Number(trimmed) : undefined;
}

/** Reads numbers from bytes without making strings of them. Reuse one reader: it keeps the result of its last call. */
export class NumberBytes {
  /** What the last successful `read` found. */
  value = Number.NaN;

  /**
   * Whether the bytes `[from, to)` write a number, in O(to - from).
   *
   * Up to 15 digits and powers of ten up to 22 are exact doubles, so one product or quotient of them is the nearest
   * double (Clinger, How to Read Floating Point Numbers Accurately, PLDI 1990, section 5). The rest goes to `Number`.
   */
  read(bytes: Uint8Array, from: number, to: number): boolean {
    let end = to;
    let start = from;
    while (start < end && (bytes[start] === space || bytes[start] === tab)) start++;
    while (end > start && (bytes[end - 1] === space || bytes[end - 1] === tab)) end--;
    let at = start;
    const negative = bytes[at] === minus;
    if (at < end && (negative || bytes[at] === plus)) at++;

    let mantissa = 0;
    let significant = 0;
    let digits = 0;
    let exponent = 0;
    let sawPoint = false;
    for (; at < end; at++) {
      const byte = bytes[at];
      if (byte >= zero && byte <= nine) {
        digits += 1;
        if (significant > 0 || byte !== zero) significant += 1;
        if (significant <= exactDigits) mantissa = mantissa * 10 + (byte - zero);
        if (sawPoint) exponent -= 1;
      } else if (byte === point && !sawPoint) sawPoint = true;
      else break;
    }
    if (digits === 0) return false;
    if (at < end) {
      const written = readExponent(bytes, at, end);
      if (written === undefined) return false;
      exponent += written;
    }
    if (significant <= exactDigits && exponent >= -22 && exponent <= 22) {
      const size = exponent < 0 ? mantissa / exactPowers[-exponent] : mantissa * exactPowers[exponent];
      this.value = negative ? -size : size;
    } else this.value = Number(latin1(bytes, start, end));
    return true;
  }
}

function readExponent(bytes: Uint8Array, from: number, end: number): number | undefined {
  if ((bytes[from] | 32) !== 101) return undefined;
  let at = from + 1;
  const negative = bytes[at] === minus;
  if (at < end && (negative || bytes[at] === plus)) at++;
  if (at >= end) return undefined;
  let size = 0;
  for (; at < end; at++) {
    const byte = bytes[at];
    if (byte < zero || byte > nine) return undefined;
    // Beyond this every double is 0 or infinite; staying small keeps the count exact.
    size = Math.min(size * 10 + (byte - zero), 100_000);
  }
  return negative ? -size : size;
}

function latin1(bytes: Uint8Array, from: number, to: number): string {
  let text = '';
  for (let at = from; at < to; at++) text += String.fromCharCode(bytes[at]);
  return text;
}
