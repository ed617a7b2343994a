/** What a column of time stamps means, and the exact words where it means nothing or two things. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseTimes, type TimeParserOptions, timeParser } from '../../src/time/parse-time.js';

type Options = Omit<TimeParserOptions, 'argument'>;

function parse(column: readonly unknown[], options: Options = {}) {
  return parseTimes(column, { argument: 'column "ds"', ...options });
}

/** ISO time of a single stamp. */
function read(stamp: unknown, options: Options = {}): string {
  return new Date(parse([stamp], options).times[0]).toISOString();
}

function failure(column: readonly unknown[], options: Options = {}): string {
  try {
    parse(column, options);
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
  return 'no error';
}

describe('the forms of a time stamp', () => {
  it.each([
    ['2020-01-31', '2020-01-31T00:00:00.000Z', 'YYYY-MM-DD'],
    ['2020-1-5', '2020-01-05T00:00:00.000Z', 'YYYY-MM-DD'],
    [' 2020-01-31\t', '2020-01-31T00:00:00.000Z', 'YYYY-MM-DD'],
    ['2020-02-29T23:59', '2020-02-29T23:59:00.000Z', 'YYYY-MM-DDTHH:MM'],
    ['2020-02-29t23:59:58', '2020-02-29T23:59:58.000Z', 'YYYY-MM-DDTHH:MM'],
    ['2020-01-31 12:00', '2020-01-31T12:00:00.000Z', 'YYYY-MM-DD HH:MM'],
    ['2020-01-31 3:04:05.6', '2020-01-31T03:04:05.600Z', 'YYYY-MM-DD HH:MM'],
    ['2020-01-31 12:00:00.25', '2020-01-31T12:00:00.250Z', 'YYYY-MM-DD HH:MM'],
    ['2020/01/31', '2020-01-31T00:00:00.000Z', 'YYYY/MM/DD'],
    ['2020.01.31 05:30', '2020-01-31T05:30:00.000Z', 'YYYY.MM.DD HH:MM'],
    ['20200131', '2020-01-31T00:00:00.000Z', 'YYYYMMDD'],
    ['2020-07', '2020-07-01T00:00:00.000Z', 'YYYY-MM'],
    ['2020-Q3', '2020-07-01T00:00:00.000Z', 'YYYY-Qn'],
    ['2020q4', '2020-10-01T00:00:00.000Z', 'YYYYQn'],
    ['2020', '2020-01-01T00:00:00.000Z', 'YYYY'],
    ['0099', '0099-01-01T00:00:00.000Z', 'YYYY'],
    ['Jan 1 2000', '2000-01-01T00:00:00.000Z', 'Mon D YYYY'],
    ['September 30, 1999', '1999-09-30T00:00:00.000Z', 'Mon D YYYY'],
    ['Sept. 30 1999 4:05 pm', '1999-09-30T16:05:00.000Z', 'Mon D YYYY HH:MM'],
    ['01 Jan 2000', '2000-01-01T00:00:00.000Z', 'D Mon YYYY'],
    ['1-MAY-1969', '1969-05-01T00:00:00.000Z', 'D-Mon-YYYY'],
    ['June 2001', '2001-06-01T00:00:00.000Z', 'Mon YYYY'],
    ['31/12/1999', '1999-12-31T00:00:00.000Z', 'DD/MM/YYYY'],
    ['12/31/1999 12:00 AM', '1999-12-31T00:00:00.000Z', 'MM/DD/YYYY HH:MM'],
    ['12/31/1999 12:30 P.M.', '1999-12-31T12:30:00.000Z', 'MM/DD/YYYY HH:MM'],
    ['31.12.1999', '1999-12-31T00:00:00.000Z', 'DD.MM.YYYY'],
    ['12-31-1999', '1999-12-31T00:00:00.000Z', 'MM-DD-YYYY'],
    ['0000-02-29', '0000-02-29T00:00:00.000Z', 'YYYY-MM-DD'],
    ['1969-12-31T23:59:59.999', '1969-12-31T23:59:59.999Z', 'YYYY-MM-DDTHH:MM'],
  ])('%j is %s', (stamp, expected, form) => {
    expect(read(stamp)).toBe(expected);
    expect(parse([stamp])).toMatchObject({ form, zoned: false });
  });

  it.each([
    ['2020-01-31T12:00Z', '2020-01-31T12:00:00.000Z'],
    ['2020-01-31T12:00:00.000z', '2020-01-31T12:00:00.000Z'],
    ['2020-01-31T12:00:00+02:00', '2020-01-31T10:00:00.000Z'],
    ['2020-01-01T01:00:00+0530', '2019-12-31T19:30:00.000Z'],
    ['2020-01-31 22:00:00-08', '2020-02-01T06:00:00.000Z'],
    ['2020-01-31 22:00:00 UTC', '2020-01-31T22:00:00.000Z'],
    ['31/01/2020 22:00 -01:00', '2020-01-31T23:00:00.000Z'],
    ['2020-01-31 10:00 PM GMT', '2020-01-31T22:00:00.000Z'],
  ])('%j has a zone and is %s', (stamp, expected) => {
    expect(read(stamp)).toBe(expected);
    expect(parse([stamp]).zoned).toBe(true);
  });

  it.each([
    [1577836800, '2020-01-01T00:00:00.000Z', 'epoch seconds'],
    ['1577836800', '2020-01-01T00:00:00.000Z', 'epoch seconds'],
    [1577836800.25, '2020-01-01T00:00:00.250Z', 'epoch seconds'],
    [1577836800123, '2020-01-01T00:00:00.123Z', 'epoch milliseconds'],
    ['1577836800123', '2020-01-01T00:00:00.123Z', 'epoch milliseconds'],
    [new Date('2020-01-01T05:00:00Z'), '2020-01-01T05:00:00.000Z', 'Date'],
  ])('%j names an instant', (stamp, expected, form) => {
    expect(read(stamp)).toBe(expected);
    expect(parse([stamp])).toMatchObject({ form, zoned: true });
  });

  it('tells seconds from milliseconds by their size', () => {
    expect(read(1e8)).toBe('1973-03-03T09:46:40.000Z');
    expect(read(1e11 - 1)).toBe('5138-11-16T09:46:39.000Z');
    expect(read(1e11)).toBe('1973-03-03T09:46:40.000Z');
    expect(read(1e14 - 1000)).toBe('5138-11-16T09:46:39.000Z');
  });

  it('numbers may be years and dates', () => {
    expect(read(2020)).toBe('2020-01-01T00:00:00.000Z');
    expect(read(20200229)).toBe('2020-02-29T00:00:00.000Z');
  });

  it.each([
    [86400, 's', '1970-01-02T00:00:00.000Z'],
    [-1, 's', '1969-12-31T23:59:59.000Z'],
    ['2020', 's', '1970-01-01T00:33:40.000Z'],
    [5, 'ms', '1970-01-01T00:00:00.005Z'],
    [1577836800000000n, 'us', '2020-01-01T00:00:00.000Z'],
    [1577836800123456789n, 'ns', '2020-01-01T00:00:00.123Z'],
    [-1000000n, 'ns', '1969-12-31T23:59:59.999Z'],
  ] as const)('%s counts %s where the unit is stated', (stamp, unit, expected) => {
    expect(read(stamp, { unit })).toBe(expected);
    expect(parse([stamp], { unit }).zoned).toBe(true);
  });

  it('keeps fractions of a millisecond', () => {
    expect(parse(['1970-01-01 00:00:00.001002003']).times[0]).toBe(1.002003);
    expect(parse([1577836800123456789n], { unit: 'ns' }).times[0]).toBe(1577836800123.4568);
  });

  it('agrees with Date on every ISO stamp', () => {
    const limits = { min: new Date('0000-01-01T00:00:00Z'), max: new Date('9999-12-31T23:59:59Z') };
    fc.assert(
      fc.property(fc.date({ ...limits, noInvalidDate: true }), (date) => {
        const iso = date.toISOString();
        expect(parse([iso]).times[0]).toBe(date.getTime());
        expect(parse([iso.slice(0, 19).replace('T', ' ')]).times[0]).toBe(Date.parse(`${iso.slice(0, 19)}Z`));
        expect(parse([iso.slice(0, 10)]).times[0]).toBe(Date.parse(iso.slice(0, 10)));
      }),
    );
  });

  it('reads both orders of day and month alike, wherever a row tells the order', () => {
    const dates = fc.date({ min: new Date('1000-01-01'), max: new Date('9999-12-31'), noInvalidDate: true });
    fc.assert(
      fc.property(fc.array(dates, { minLength: 1 }), fc.nat(), fc.boolean(), (rows, at, dayFirst) => {
        const column = rows.map((date) => date.toISOString().slice(0, 10));
        column.splice(at % (rows.length + 1), 0, '2001-02-13');
        const written = column.map((iso) => {
          const [year, month, day] = iso.split('-');
          return dayFirst ? `${day}/${month}/${year}` : `${month}/${day}/${year}`;
        });
        const form = dayFirst ? 'DD/MM/YYYY' : 'MM/DD/YYYY';
        const times = Float64Array.from(column, (iso) => Date.parse(iso));
        expect(parse(written)).toEqual({ times, form, zoned: false });
        expect(parse(written, { dayFirst })).toEqual({ times, form, zoned: false });
      }),
    );
  });
});

describe('a column', () => {
  it('may be empty', () => {
    expect(parse([])).toEqual({ times: new Float64Array(0), form: '', zoned: false });
  });

  it('is not changed', () => {
    const column = Object.freeze(['03/04/2020', '13/04/2020', ' 01/01/2020 ']);
    parse(column);
    expect(column).toEqual(['03/04/2020', '13/04/2020', ' 01/01/2020 ']);
  });

  it('may leave seconds and fractions out of some rows, and lie in several zones', () => {
    const { times } = parse([
      '2020-01-01T00:00Z',
      '2020-01-01T00:00:01.5+00:00',
      '2020-01-01T02:00:02+02:00',
      '2020-01-01T00:00:03Z',
    ]);
    expect(Array.from(times, (time) => time - times[0])).toEqual([0, 1500, 2000, 3000]);
  });

  it('need not tell days from months where both are the same', () => {
    expect(parse(['01/01/2020', '02/02/2020']).times).toEqual(
      Float64Array.of(Date.UTC(2020, 0, 1), Date.UTC(2020, 1, 2)),
    );
  });

  it('can be read row by row and settled at the end', () => {
    const parser = timeParser({ argument: 'x' });
    const pushed = ['03/04/2020', '01/02/2020', '13/02/2020', '05/06/2020'].map((cell) => parser.push(cell));
    const { form, settle } = parser.finish();
    expect(form).toBe('DD/MM/YYYY');
    expect(pushed.map((time, i) => new Date(settle(time, i + 1)).toISOString().slice(0, 10))).toEqual([
      '2020-04-03',
      '2020-02-01',
      '2020-02-13',
      '2020-06-05',
    ]);
  });

  it('keeps the time of day when days and months change places', () => {
    expect(Array.from(parse(['03/04/1960 23:30', '30/04/2020 00:00']).times)).toEqual([
      Date.UTC(1960, 3, 3, 23, 30),
      Date.UTC(2020, 3, 30),
    ]);
  });
});

describe('dates that do not exist', () => {
  it.each([
    '2020-02-30',
    '2021-02-29',
    '1900-02-29',
    '2020-00-10',
    '2020-13-01',
    '2020-01-00',
    '2020-04-31',
    '2020-01-01T24:00',
    '2020-01-01T12:60',
    '2020-01-01T23:59:60',
    '2020-01-01T00:00:00+24:00',
    '2020-01-01 13:00 PM',
    '2020-01-01 0:30 AM',
    '2020-Q5',
    '2020-Q0',
    '2020-13',
    '20200230',
    'Feb 30 2020',
    '31 Apr 2020',
    '13/13/2020',
    '30/02/2020',
  ])('%s is an error and not another date', (stamp) => {
    expect(failure([stamp])).toBe(
      `TIME_UNPARSABLE: column "ds", row 1: expected a date and a time of day that exist, found "${stamp}". Correct the time stamp.`,
    );
  });
});

describe('what cannot be read', () => {
  it.each([
    'yesterday',
    '2020-01-01 noon',
    '2020-01-01T',
    '2020-01-01T1',
    '2020-01-01T10:5',
    '2020-01-01T10:00:5',
    '2020-01-01T10:00:00.',
    '2020-01-01T10:00:00.1234567890',
    '2020-01-01T10:00+2',
    '2020-01-01T10:00+02:',
    '2020-01-01T10:00 CET',
    '2020-01-01Z',
    '01/02/20',
    '1/2',
    '2020/01-02',
    'Janvier 1 2000',
    'Jan 1 00',
    '2020-W05',
  ])('%j is an error', (stamp) => {
    expect(failure([stamp])).toBe(
      `TIME_UNPARSABLE: column "ds", row 1: expected a time stamp such as 2020-01-31, 2020-01-31T12:00:00Z or 1580428800000, found ${JSON.stringify(stamp)}. Correct the time stamp, or write the column as YYYY-MM-DD HH:MM:SS.`,
    );
  });

  it('names the row and the form of the column', () => {
    expect(failure(['2020-01-01', '2020-01-02', 'soon'])).toBe(
      'TIME_UNPARSABLE: column "ds", row 3: expected a time stamp of the form YYYY-MM-DD, found "soon". Correct the time stamp, or write the column as YYYY-MM-DD HH:MM:SS.',
    );
  });

  it('asks for no unit where a number stands among dates', () => {
    expect(failure(['2020-01-01', '12'])).toBe(
      'TIME_UNPARSABLE: column "ds", row 2: expected a time stamp of the form YYYY-MM-DD, found "12". Correct the time stamp, or write the column as YYYY-MM-DD HH:MM:SS.',
    );
    expect(failure([1577836800, 12])).toContain(
      'of the form epoch seconds, found 12. State what the numbers count',
    );
  });

  it.each([[''], ['   '], [null], [undefined]])('%j is an empty cell', (cell) => {
    expect(failure(['2020-01-01', cell])).toBe(
      'TIME_UNPARSABLE: column "ds", row 2: expected a time stamp, found an empty cell. Fill in the time, or remove the row.',
    );
  });

  it.each([
    [5, '5'],
    [-3000, '-3000'],
    [202001, '202001'],
    [1.5, '1.5'],
    [Number.NaN, 'NaN'],
    [1e18, '1000000000000000000'],
    [Number.POSITIVE_INFINITY, 'Infinity'],
    [1577836800000n, '1577836800000'],
    ['12', '"12"'],
    ['1577836800000000000', '"1577836800000000000"'],
  ])('%s needs a unit', (stamp, found) => {
    expect(failure([stamp])).toBe(
      `TIME_UNPARSABLE: column "ds", row 1: expected a time stamp such as 2020-01-31, 2020-01-31T12:00:00Z or 1580428800000, found ${found}. State what the numbers count from 1970 with the option unit: s, ms, us or ns.`,
    );
  });

  it.each([
    [true, 'a value of type boolean'],
    [{}, 'a value of type object'],
    [new Date(Number.NaN), 'an invalid date'],
    ['x'.repeat(100), `"${'x'.repeat(57)}..."`],
  ])('%j is named', (stamp, found) => {
    expect(failure([stamp])).toContain(`1580428800000, found ${found}. Correct the time stamp`);
  });

  it('counts beyond what Date can tell are refused', () => {
    expect(failure([8.64e15 + 2], { unit: 'ms' })).toContain('TIME_UNPARSABLE: column "ds", row 1');
    expect(parse([8.64e15], { unit: 'ms' }).times[0]).toBe(8.64e15);
  });

  it('uses the caller’s words for a row', () => {
    const placeOf = (row: number) => `row ${row} (line ${row + 1})`;
    expect(failure(['2020', 'x'], { placeOf })).toContain('TIME_UNPARSABLE: column "ds", row 2 (line 3): ');
  });

  it('checks its options', () => {
    expect(() => timeParser(JSON.parse('{"argument":"a","unit":"weeks"}'))).toThrowError(
      'OPTIONS_INVALID: timeParser options.unit: expected one of "s"|"ms"|"us"|"ns", found "weeks".',
    );
  });
});

describe('a column of several forms', () => {
  it.each([
    [['2020-01-01', '2020/01/02'], 'YYYY-MM-DD', '"2020/01/02", of the form YYYY/MM/DD'],
    [['2020-01-01', '2020-01-02 00:00'], 'YYYY-MM-DD', '"2020-01-02 00:00", of the form YYYY-MM-DD HH:MM'],
    [
      ['2020-01-01 00:00', '2020-01-01T01:00'],
      'YYYY-MM-DD HH:MM',
      '"2020-01-01T01:00", of the form YYYY-MM-DDTHH:MM',
    ],
    [['2020-01', '2020-Q2'], 'YYYY-MM', '"2020-Q2", of the form YYYY-Qn'],
    [['2020', '20200102'], 'YYYY', '"20200102", of the form YYYYMMDD'],
    [[1577836800, 1577836800000], 'epoch seconds', '1577836800000, of the form epoch milliseconds'],
    [['2020-01-01', 1577836800000], 'YYYY-MM-DD', '1577836800000, of the form epoch milliseconds'],
    [['2020-01-01', new Date(0)], 'YYYY-MM-DD', '1970-01-01T00:00:00.000Z, of the form Date'],
    [[new Date(0), '2020-01-01'], 'Date', '"2020-01-01", of the form YYYY-MM-DD'],
    [['Jan 1 2000', '1 Jan 2000'], 'Mon D YYYY', '"1 Jan 2000", of the form D Mon YYYY'],
    [['1/13/2000', '1-14-2000'], 'MM/DD/YYYY', '"1-14-2000", of the form MM-DD-YYYY'],
  ])('%j is an error', (column, form, found) => {
    expect(failure(column)).toBe(
      `TIME_FORMATS_MIXED: column "ds", row 2: expected the form ${form} of row 1, found ${found}. Write all time stamps of the column in one form.`,
    );
  });

  it('is one that says both orders of day and month', () => {
    expect(failure(['01/02/2020', '13/02/2020', '02/14/2020'])).toBe(
      'TIME_FORMATS_MIXED: column "ds", row 3: expected the form DD/MM/YYYY of row 2, found "02/14/2020", of the form MM/DD/YYYY. Write all time stamps of the column in one form.',
    );
    expect(failure(['02/14/2020', '13/02/2020'])).toBe(
      'TIME_FORMATS_MIXED: column "ds", row 2: expected the form MM/DD/YYYY of row 1, found "13/02/2020", of the form DD/MM/YYYY. Write all time stamps of the column in one form.',
    );
  });

  it('has zones in every row or in none', () => {
    expect(failure(['2020-01-01T00:00', '2020-01-01T01:00Z'])).toBe(
      'TIME_ZONES_MIXED: column "ds", row 2: expected a time stamp without a zone, as in row 1, found "2020-01-01T01:00Z". Write all time stamps of the column with a zone, or all without one, which means UTC.',
    );
    expect(failure(['2020-01-01T00:00+01:00', '2020-01-01T01:00'])).toBe(
      'TIME_ZONES_MIXED: column "ds", row 2: expected a time stamp with a zone, as in row 1, found "2020-01-01T01:00". Write all time stamps of the column with a zone, or all without one, which means UTC.',
    );
  });
});

describe('days and months that nothing tells apart', () => {
  it('are an error that says how to state the order', () => {
    expect(failure(['01/01/2020', '03/04/2020', '05/06/2020'])).toBe(
      'TIME_AMBIGUOUS: column "ds", row 2: expected dates that tell days from months, found "03/04/2020" and no day above 12 in 3 rows. Set the option dayFirst to true if it means 2020-04-03, or to false if it means 2020-03-04.',
    );
  });

  it('are told by the option', () => {
    expect(read('03/04/2020', { dayFirst: true })).toBe('2020-04-03T00:00:00.000Z');
    expect(read('03/04/2020', { dayFirst: false })).toBe('2020-03-04T00:00:00.000Z');
    expect(parse(['03/04/2020'], { dayFirst: true }).form).toBe('DD/MM/YYYY');
  });

  it('stay an error where the option says what cannot be', () => {
    expect(failure(['02/14/2020'], { dayFirst: true })).toBe(
      'TIME_UNPARSABLE: column "ds", row 1: expected a date of the form DD/MM/YYYY, as the option dayFirst says, found "02/14/2020". Correct the date, or set dayFirst to false.',
    );
    expect(failure(['14/02/2020'], { dayFirst: false })).toContain(
      'of the form MM/DD/YYYY, as the option dayFirst says',
    );
  });

  it('need the option where a zone could move the day', () => {
    const stamp = '03/04/2020 23:00 -05:00';
    expect(failure([stamp])).toBe(
      'TIME_AMBIGUOUS: column "ds", row 1: expected dates that tell days from months, found "03/04/2020 23:00 -05:00" and a zone beside it. Set the option dayFirst to true if it means 2020-04-03, or to false if it means 2020-03-04.',
    );
    expect(read(stamp, { dayFirst: true })).toBe('2020-04-04T04:00:00.000Z');
    expect(parse(['03/04/2020 23:00 Z', '13/04/2020 23:00 Z']).times[0]).toBe(Date.UTC(2020, 3, 3, 23));
  });
});
