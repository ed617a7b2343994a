import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseCivilTime } from '../../src/files/parse-civil-time.js';

describe('a civil time', () => {
  it.each([
    ['1871', Date.UTC(1871, 0, 1)],
    ['1992-03', Date.UTC(1992, 2, 1)],
    ['2000-02-29', Date.UTC(2000, 1, 29)],
    ['2018-07-31 18:22:28', Date.UTC(2018, 6, 31, 18, 22, 28)],
    ['2018-07-31 18-22-28', Date.UTC(2018, 6, 31, 18, 22, 28)],
    ['2018-07-31T18:22:28', Date.UTC(2018, 6, 31, 18, 22, 28)],
  ])('is read from %s', (text, time) => {
    expect(parseCivilTime(text)).toBe(time);
  });

  it.each([
    '2001-02-29',
    '2001-13',
    '2001-00-10',
    '2001-01-01 24:00:00',
    '2001-01-01 10:60:00',
    '01-02-2001',
    '2001-1-1',
    '2001-01-01 10:00',
    '',
    '2001-01-01 10:00:00Z',
  ])('is not read from %j', (text) => {
    expect(parseCivilTime(text)).toBeUndefined();
  });

  it('keeps the years before 100', () => {
    const time = parseCivilTime('0070-01-01');
    expect(time === undefined ? '' : new Date(time).toISOString()).toBe('0070-01-01T00:00:00.000Z');
  });

  it('is read back from every second of ten thousand years', () => {
    fc.assert(
      fc.property(
        fc.date({ min: new Date('0000-01-01'), max: new Date('9999-12-31'), noInvalidDate: true }),
        (date) => {
          const text = date.toISOString().slice(0, 19);
          expect(parseCivilTime(text.replace('T', ' '))).toBe(Math.floor(date.getTime() / 1000) * 1000);
        },
      ),
    );
  });
});
