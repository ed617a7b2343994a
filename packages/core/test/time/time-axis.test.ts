/** Regular and irregular axes: where steps lie, how they are found again, cut, continued and stored. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { addSteps } from '../../src/time/frequency.js';
import {
  irregularTimeAxis,
  regularTimeAxis,
  sameTimeAxis,
  seasonOf,
  type TimeAxis,
  timeAxisFromJSON,
} from '../../src/time/time-axis.js';
import { arbitraryGrid } from './arbitrary-time.js';

const day = 86_400_000;

function dates(axis: TimeAxis): string[] {
  return Array.from(axis.times(), (time) => new Date(time).toISOString().slice(0, 10));
}

const arbitraryAxis = fc
  .tuple(arbitraryGrid, fc.integer({ min: 0, max: 300 }))
  .map(([grid, length]) => regularTimeAxis({ ...grid, length }));

/** An axis and a half-open range within it. */
const arbitraryCut = arbitraryAxis.chain((axis) =>
  fc
    .tuple(fc.integer({ min: 0, max: axis.length }), fc.integer({ min: 0, max: axis.length }))
    .map(([a, b]) => ({ axis, from: Math.min(a, b), to: Math.max(a, b) })),
);

describe('a regular time axis', () => {
  it('finds every step at its time, for every frequency', () => {
    fc.assert(
      fc.property(arbitraryAxis, (axis) => {
        const times = axis.times();
        expect(times.length).toBe(axis.length);
        for (let i = 0; i < axis.length; i++) {
          expect(axis.timeAt(i)).toBe(times[i]);
          expect(axis.indexOf(times[i])).toBe(i);
          expect(axis.countBefore(times[i])).toBe(i);
          expect(axis.countBefore(times[i] + 1)).toBe(i + 1);
        }
        expect(axis.indexOf(axis.timeAt(axis.length))).toBe(-1);
        for (const before of [-1, -2, -100]) expect(axis.indexOf(axis.timeAt(before))).toBe(-1);
      }),
    );
  });

  it('is cut without moving its times, for every frequency', () => {
    fc.assert(
      fc.property(arbitraryCut, ({ axis, from, to }) => {
        const part = axis.slice(from, to);
        expect(part.times()).toEqual(axis.times().subarray(from, to));
        expect(part.future(5).times()).toEqual(axis.slice(0, to).future(5).times());
        for (let i = from; i < to; i++) expect(part.indexOf(axis.timeAt(i))).toBe(i - from);
      }),
    );
  });

  it('goes on by the calendar after a cut that begins in a short month', () => {
    const axis = regularTimeAxis({ start: Date.parse('2023-01-31'), frequency: 'M', length: 5 });
    const part = axis.slice(1, 3);
    expect(dates(part)).toEqual(['2023-02-28', '2023-03-31']);
    expect(dates(part.slice(0, 1).future(3))).toEqual(['2023-03-31', '2023-04-30', '2023-05-31']);
    expect(dates(part.future(2))).toEqual(['2023-04-30', '2023-05-31']);
    expect(part.start).toBe(Date.parse('2023-02-28'));
    expect(part.indexOf(Date.parse('2023-01-31'))).toBe(-1);
  });

  it('survives JSON, whole and cut', () => {
    fc.assert(
      fc.property(arbitraryCut, ({ axis, from, to }) => {
        const part = axis.slice(from, to);
        const copy = timeAxisFromJSON(JSON.parse(JSON.stringify(part)));
        expect(copy.times()).toEqual(part.times());
        expect(copy.kind === 'regular' && copy.future(3).times()).toEqual(part.future(3).times());
        expect(sameTimeAxis(part, copy)).toBe(true);
      }),
    );
  });

  it('stores its cut only where the calendar needs it', () => {
    const daily = regularTimeAxis({ start: 0, frequency: 'D', length: 9 });
    expect(daily.slice(2, 5).toJSON()).toEqual({
      kind: 'regular',
      start: 2 * day,
      frequency: 'D',
      length: 3,
    });
    const monthly = regularTimeAxis({ start: Date.parse('2023-01-31'), frequency: 'M', length: 9 });
    expect(monthly.slice(1, 3).toJSON()).toEqual({
      kind: 'regular',
      start: Date.parse('2023-01-31'),
      frequency: 'M',
      length: 2,
      offset: 1,
    });
  });

  it('keeps fractions of a millisecond through a cut and JSON', () => {
    // From this start, one addition of steps and two do not round alike.
    const whole = regularTimeAxis({ start: 7.791794213446904, frequency: 'ms', length: 120_000 });
    const axis = whole.slice(62_735, 120_000);
    for (const index of [0, 1, 46_201]) expect(axis.indexOf(axis.timeAt(index))).toBe(index);
    expect(timeAxisFromJSON(JSON.parse(JSON.stringify(axis))).times()).toEqual(axis.times());
  });

  it('gives a fresh array of times each call', () => {
    const axis = regularTimeAxis({ start: 0, frequency: 'D', length: 3 });
    axis.times().fill(7);
    expect(axis.times()).toEqual(Float64Array.of(0, day, 2 * day));
  });

  it('may be empty', () => {
    const axis = regularTimeAxis({ start: 0, frequency: 'M', length: 0 });
    expect([axis.times().length, axis.indexOf(0), axis.countBefore(5)]).toEqual([0, -1, 0]);
    expect(dates(axis.future(2))).toEqual(['1970-01-01', '1970-02-01']);
  });

  it.each([
    [
      { start: Number.NaN, frequency: 'D', length: 1 },
      'FRAME_INVALID: regularTimeAxis: expected a start that Date can tell, and a whole, non-negative length and offset, found start NaN, length 1, offset 0. Give the start in milliseconds since 1970, the length and the offset in steps.',
    ],
    [
      { start: 8.64e15 + 1, frequency: 'M', length: 1 },
      'FRAME_INVALID: regularTimeAxis: expected a start that Date can tell, and a whole, non-negative length and offset, found start 8640000000000001, length 1, offset 0.',
    ],
    [{ start: 0, frequency: 'D', length: 1.5 }, 'found start 0, length 1.5, offset 0.'],
    [{ start: 0, frequency: 'D', length: -1 }, 'found start 0, length -1, offset 0.'],
    [{ start: 0, frequency: 'D', length: 1, offset: -1 }, 'found start 0, length 1, offset -1.'],
    [
      { start: Date.parse('2024-01-06'), frequency: 'B', length: 1 },
      'TIME_OFF_GRID: regularTimeAxis start: expected a time on the grid of frequency B, found 2024-01-06T00:00:00.000Z. Move the start onto the grid, or choose another frequency.',
    ],
    [
      { start: 0, frequency: 'ME', length: 1 },
      'TIME_OFF_GRID: regularTimeAxis start: expected a time on the grid of frequency ME, found 1970-01-01T00:00:00.000Z.',
    ],
    [
      { start: 0, frequency: '1000Y', length: 1000 },
      'FRAME_INVALID: regularTimeAxis: expected steps up to the year 275760, the last that Date can tell, found 1000 steps of frequency 1000Y after 0 from 1970-01-01T00:00:00.000Z. Make the axis shorter or its frequency finer.',
    ],
    [{ start: 0, frequency: 'soon', length: 1 }, 'FREQUENCY_UNKNOWN: frequency: '],
    [
      { start: 0, frequency: { unit: 'day', count: 0 }, length: 1 } as const,
      'FREQUENCY_UNKNOWN: regularTimeAxis frequency: ',
    ],
  ])('refuses %j', (options, message) => {
    expect(() => regularTimeAxis(options)).toThrowError(message);
  });

  it.each([
    [2, 1],
    [-1, 1],
    [0, 4],
    [0.5, 1],
    [Number.NaN, 1],
  ])('refuses to be cut at [%d, %d)', (from, to) => {
    const message = `RANGE_INVALID: slice: expected a half-open range within [0, 3), found [${from}, ${to}). Use whole numbers with 0 <= from <= to <= length.`;
    expect(() => regularTimeAxis({ start: 0, frequency: 'D', length: 3 }).slice(from, to)).toThrowError(
      message,
    );
    expect(() => irregularTimeAxis([1, 2, 5]).slice(from, to)).toThrowError(message);
  });

  it('refuses a future that is not a number of steps', () => {
    const axis = regularTimeAxis({ start: 0, frequency: 'Y', length: 3 });
    expect(() => axis.future(-1)).toThrowError(
      'RANGE_INVALID: future: expected a whole, non-negative number of steps, found -1. Give the horizon in steps.',
    );
    expect(() => axis.future(1e6)).toThrowError(
      'FRAME_INVALID: regularTimeAxis: expected steps up to the year 275760, the last that Date can tell, found 1000000 steps of frequency Y after 3 from 1970-01-01T00:00:00.000Z.',
    );
  });
});

describe('an irregular time axis', () => {
  it('finds its times and no others', () => {
    const axis = irregularTimeAxis([-5, 0, 7.25]);
    expect([-5, 0, 7.25, 7, 8, -6, Number.NaN].map((time) => axis.indexOf(time))).toEqual([
      0, 1, 2, -1, -1, -1, -1,
    ]);
    expect([-9, -5, 0, 1, 99].map((time) => axis.countBefore(time))).toEqual([0, 0, 1, 2, 3]);
  });

  it('copies what it is given and gives copies away', () => {
    const times = [1, 2, 3];
    const axis = irregularTimeAxis(times);
    times[0] = 99;
    axis.times().fill(0);
    expect(axis.times()).toEqual(Float64Array.of(1, 2, 3));
  });

  it('is cut and survives JSON', () => {
    const axis = irregularTimeAxis([1, 2, 5, 9]);
    const part = axis.slice(1, 3);
    expect(part.times()).toEqual(Float64Array.of(2, 5));
    expect(part.toJSON()).toEqual({ kind: 'irregular', times: [2, 5] });
    expect(sameTimeAxis(part, timeAxisFromJSON(JSON.parse(JSON.stringify(part))))).toBe(true);
  });

  it.each([
    [
      [1, 1],
      'TIME_UNSORTED: times[1]: expected finite, strictly increasing times, found 1 after 1. Sort the times and remove duplicates.',
    ],
    [[3, 2], 'TIME_UNSORTED: times[1]: expected finite, strictly increasing times, found 2 after 3.'],
    [[Number.NaN], 'TIME_UNSORTED: times[0]: expected finite, strictly increasing times, found NaN.'],
    [
      [1, Number.POSITIVE_INFINITY],
      'TIME_UNSORTED: times[1]: expected finite, strictly increasing times, found Infinity after 1.',
    ],
  ])('refuses %j', (times, message) => {
    expect(() => irregularTimeAxis(times)).toThrowError(message);
  });

  it('refuses JSON that is not an axis', () => {
    for (const text of ['{"kind":"irregular"}', '{"kind":"irregular","times":5}', '{"kind":"solar"}']) {
      expect(() => timeAxisFromJSON(JSON.parse(text))).toThrowError(
        `FRAME_INVALID: timeAxisFromJSON: expected a regular axis, or an irregular one with a list of times, found ${text}. Give what toJSON of a time axis returned.`,
      );
    }
  });
});

describe('sameTimeAxis', () => {
  const monthly = regularTimeAxis({ start: Date.parse('2023-01-31'), frequency: 'M', length: 5 });

  it('tells axes apart that begin alike and go on differently', () => {
    const other = regularTimeAxis({ start: Date.parse('2023-02-28'), frequency: 'M', length: 2 });
    const part = monthly.slice(1, 3);
    expect([part.start, part.length]).toEqual([other.start, other.length]);
    expect(sameTimeAxis(part, other)).toBe(false);
    expect(sameTimeAxis(part.slice(0, 1), other.slice(0, 1))).toBe(false);
  });

  it('does not care where an axis was cut from', () => {
    const other = regularTimeAxis({ start: Date.parse('2023-03-31'), frequency: 'M', length: 3 });
    expect(sameTimeAxis(monthly.slice(2, 5), other)).toBe(true);
    const business = regularTimeAxis({ start: Date.parse('2024-01-01'), frequency: 'B', length: 9 });
    const later = regularTimeAxis({ start: Date.parse('2024-01-08'), frequency: 'B', length: 4 });
    expect(sameTimeAxis(business.slice(5, 9), later)).toBe(true);
  });

  it('compares kind, length, start and frequency', () => {
    const daily = regularTimeAxis({ start: 0, frequency: 'D', length: 2 });
    expect(sameTimeAxis(daily, irregularTimeAxis(daily.times()))).toBe(false);
    expect(sameTimeAxis(daily, daily.slice(0, 1))).toBe(false);
    expect(sameTimeAxis(daily, regularTimeAxis({ start: day, frequency: 'D', length: 2 }))).toBe(false);
    expect(sameTimeAxis(daily, regularTimeAxis({ start: 0, frequency: 'h', length: 2 }))).toBe(false);
    expect(sameTimeAxis(irregularTimeAxis([1, 2]), irregularTimeAxis([1, 2]))).toBe(true);
    expect(sameTimeAxis(irregularTimeAxis([1, 2]), irregularTimeAxis([1, 3]))).toBe(false);
  });
});

describe('seasonOf', () => {
  it('is the usual one of the frequency, and none where steps differ', () => {
    expect(seasonOf(regularTimeAxis({ start: 0, frequency: 'D', length: 2 }))).toBe(7);
    expect(seasonOf(regularTimeAxis({ start: 0, frequency: '15min', length: 2 }))).toBe(96);
    expect(seasonOf(irregularTimeAxis([1, 2, 4]))).toBe(1);
  });
});

describe('the year 0', () => {
  it('is reached by an axis that steps back from today', () => {
    const start = addSteps(Date.parse('2000-02-29'), { unit: 'year', count: 1 }, -2000);
    expect(new Date(start).toISOString()).toBe('0000-02-29T00:00:00.000Z');
  });
});
