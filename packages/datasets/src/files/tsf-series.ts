/** One line of a `.tsf` file below `@data`: the attributes of a series, colons between them, then its values. */
import { type StaticValue, TesseraError } from '@tessera/core';
import { parseCivilTime } from './parse-civil-time.js';
import { parseDecimal } from './parse-decimal.js';
import type { TsfHeader } from './tsf-header.js';

export interface TsfSeries {
  /** Attribute `series_name`; undefined where the file has none. */
  readonly name: string | undefined;
  /** Attribute `start_timestamp`, UTC milliseconds; undefined where the file has none. */
  readonly start: number | undefined;
  /** All other attributes; dates as ISO text. */
  readonly statics: Readonly<Record<string, StaticValue>>;
  readonly values: Float64Array;
  readonly missing: number;
}

/**
 * The series of one line, in O(characters).
 *
 * @param place names the line, for messages
 * @throws TesseraError TABLE_MALFORMED, TIME_UNPARSABLE, NUMBER_UNPARSABLE, NUMBER_INFINITE
 */
export function readTsfSeries(line: string, header: TsfHeader, place: string): TsfSeries {
  const cells = line.split(':');
  const { attributes } = header;
  if (cells.length !== attributes.length + 1) {
    throw new TesseraError({
      code: 'TABLE_MALFORMED',
      argument: place,
      expected: `${attributes.length + 1} parts between colons: ${[...attributes.map(({ name }) => name), 'values'].join(', ')}`,
      found: `${cells.length}`,
      wayOut: 'Correct the line; times of day are written with hyphens, as in 00-30-00',
    });
  }
  let name: string | undefined;
  let start: number | undefined;
  const statics: Record<string, StaticValue> = {};
  for (const [i, attribute] of attributes.entries()) {
    const cell = cells[i].trim();
    if (attribute.type === 'date') {
      const time = dateOf(cell, `${place}, attribute ${attribute.name}`);
      if (attribute.name === 'start_timestamp') start = time;
      else statics[attribute.name] = new Date(time).toISOString();
    } else if (attribute.name === 'series_name') {
      name = cell;
    } else if (attribute.type === 'numeric') {
      statics[attribute.name] = parseDecimal(cell, () => `${place}, attribute ${attribute.name}`);
    } else {
      statics[attribute.name] = cell;
    }
  }
  return { name, start, statics, ...valuesOf(cells[attributes.length], place) };
}

function valuesOf(text: string, place: string): { readonly values: Float64Array; readonly missing: number } {
  const cells = text.split(',');
  const values = new Float64Array(cells.length);
  let missing = 0;
  for (let i = 0; i < cells.length; i++) {
    if (cells[i].trim() === '?') {
      values[i] = Number.NaN;
      missing += 1;
    } else {
      values[i] = parseDecimal(cells[i], () => `${place}, value ${i + 1}`);
    }
  }
  return { values, missing };
}

function dateOf(text: string, place: string): number {
  const time = parseCivilTime(text);
  if (time !== undefined) return time;
  throw new TesseraError({
    code: 'TIME_UNPARSABLE',
    argument: place,
    expected: 'a time yyyy-mm-dd hh-mm-ss',
    found: JSON.stringify(text),
    wayOut: 'Correct the attribute',
  });
}
