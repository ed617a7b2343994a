import { join } from 'node:path';
import { addSteps, formatFrequency } from '@tessera/core';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readTsf, type TsfData, type TsfOptions } from '../../src/files/tsf.js';
import { temporaryFolder } from '../temporary-folder.js';

const head = [
  '# Dataset Information',
  '@relation test',
  '@attribute series_name string',
  '@attribute start_timestamp date',
];

async function read(lines: readonly string[], options?: TsfOptions): Promise<TsfData> {
  const folder = await temporaryFolder({ 'a.tsf': lines.join('\n') });
  return readTsf(join(folder, 'a.tsf'), options);
}

describe('a .tsf file', () => {
  it('becomes one series per line, with all that its header says', async () => {
    const { set, header, ...facts } = await read([
      ...head,
      '@attribute state string',
      '@attribute code numeric',
      '@attribute opened date',
      '@frequency half_hourly',
      '@horizon 48',
      '@missing true',
      '@equallength false',
      '@data',
      'T1:2010-01-01 00-30-00:NSW:7:1999-12-31 00-00-00:1,2.5,?,-4e2',
      '',
      '# a comment between series',
      'T2:2011-01-01 00-00-00:VIC:-1.5:2001-01-01 00-00-00:10',
    ]);
    expect(facts).toEqual({ dates: 'real', hasMissing: true, hasEqualLength: false });
    expect(header).toEqual({
      relation: 'test',
      attributes: [
        { name: 'series_name', type: 'string' },
        { name: 'start_timestamp', type: 'date' },
        { name: 'state', type: 'string' },
        { name: 'code', type: 'numeric' },
        { name: 'opened', type: 'date' },
      ],
      frequency: { unit: 'minute', count: 30 },
      horizon: 48,
      claimsMissing: true,
      claimsEqualLength: false,
    });
    const one = set.get('T1');
    expect([...one.channel('y').values]).toEqual([1, 2.5, Number.NaN, -400]);
    expect([...one.channel('y').observed]).toEqual([1, 1, 0, 1]);
    expect([...one.time.times()].map((time) => new Date(time).toISOString().slice(0, 16))).toEqual([
      '2010-01-01T00:30',
      '2010-01-01T01:00',
      '2010-01-01T01:30',
      '2010-01-01T02:00',
    ]);
    expect(one.statics).toEqual({ state: 'NSW', code: 7, opened: '1999-12-31T00:00:00.000Z' });
    expect(set.get('T2').statics).toEqual({ state: 'VIC', code: -1.5, opened: '2001-01-01T00:00:00.000Z' });
    expect(set.repairs).toEqual([
      {
        kind: 'missing-value',
        id: 'T1',
        count: 1,
        detail: '1 of 4 values of series T1 are marked ? and missing.',
      },
    ]);
  });

  it.each([
    ['4_seconds', '4s'],
    ['minutely', 'min'],
    ['10_minutes', '10min'],
    ['15_minutes', '15min'],
    ['half_hourly', '30min'],
    ['hourly', 'h'],
    ['daily', 'D'],
    ['weekly', 'W'],
    ['monthly', 'M'],
    ['quarterly', 'Q'],
    ['yearly', 'Y'],
  ])('of frequency %s steps by %s', async (name, short) => {
    const { set } = await read([...head, `@frequency ${name}`, '@data', 'T1:2000-01-31 00-00-00:1,2,3']);
    const { time } = set.frames[0];
    expect(time.kind === 'regular' ? formatFrequency(time.frequency) : '').toBe(short);
    expect(time.timeAt(2)).toBe(
      addSteps(
        Date.UTC(2000, 0, 31),
        time.kind === 'regular' ? time.frequency : { unit: 'day', count: 1 },
        2,
      ),
    );
  });

  it('may have neither names, starts nor frequency: the option gives the step', async () => {
    const lines = ['@attribute state string', '@data', 'NSW:1,2', 'VIC:3,4'];
    const { set, dates, hasEqualLength } = await read(lines, { frequency: 'D' });
    expect(set.ids).toEqual(['T1', 'T2']);
    expect(dates).toBe('pseudo');
    expect(hasEqualLength).toBe(true);
    expect(new Date(set.get('T1').time.timeAt(1)).toISOString()).toBe('2000-01-02T00:00:00.000Z');
    await expect(read(lines)).rejects.toThrow(
      /FREQUENCY_UNKNOWN: .*a\.tsf, line 2: expected a line @frequency before @data, found none\. Set the option frequency to the step of the series\./,
    );
  });

  it('may have a series of which nothing was observed', async () => {
    const { set } = await read([...head, '@frequency daily', '@data', 'T1:2000-01-01 00-00-00:?,?']);
    expect([...set.get('T1').channel('y').observed]).toEqual([0, 0]);
  });

  it('is believed in its series, not in its header', async () => {
    const { set, hasMissing } = await read([
      ...head,
      '@frequency daily',
      '@missing false',
      '@data',
      'T1:2000-01-01 00-00-00:1,?',
    ]);
    expect(hasMissing).toBe(true);
    expect(set.repairs.at(-1)?.detail).toBe('The header says that no value is missing; 1 are.');
  });

  it('may be in another encoding that the option names', async () => {
    const folder = await temporaryFolder({
      'a.tsf': Buffer.from(
        [...head, '@frequency daily', '@data', 'Zürich:2000-01-01 00-00-00:1'].join('\n'),
        'latin1',
      ),
    });
    await expect(readTsf(join(folder, 'a.tsf'))).rejects.toMatchObject({ code: 'TABLE_MALFORMED' });
    const { set } = await readTsf(join(folder, 'a.tsf'), { encoding: 'windows-1252' });
    expect(set.ids).toEqual(['Zürich']);
  });

  it('is read back whatever the values and names are', async () => {
    const value = fc.option(fc.double({ noNaN: true, noDefaultInfinity: true }), { nil: Number.NaN });
    const series = fc.array(fc.array(value, { minLength: 1, maxLength: 8 }), { minLength: 1, maxLength: 4 });
    await fc.assert(
      fc.asyncProperty(series, async (rows) => {
        const lines = rows.map(
          (row, i) =>
            `S ${i}:1999-12-31 00-00-00:${row.map((each) => (Number.isNaN(each) ? '?' : each)).join(',')}`,
        );
        const { set } = await read([...head, '@frequency monthly', '@data', ...lines]);
        for (const [i, row] of rows.entries()) {
          expect([...set.get(`S ${i}`).channel('y').values]).toEqual(
            row.map((each) => (each === 0 ? 0 : each)),
          );
        }
      }),
      { numRuns: 30 },
    );
  });

  const body = ['@frequency daily', '@data'];

  it.each<[string, readonly string[], string]>([
    ['nothing', [], 'TABLE_EMPTY: FILE: expected at least one series below @data, found no @data'],
    [
      'no series',
      [...head, ...body],
      'TABLE_EMPTY: FILE: expected at least one series below @data, found none',
    ],
    [
      'a series before @data',
      [...head, 'T1:2000-01-01 00-00-00:1'],
      'TABLE_MALFORMED: FILE, line 5: expected @data before the first series, found "T1:2000-01-01 00-00-00:1"',
    ],
    [
      'no attributes',
      ['@relation x', '@data', 'T1:1'],
      'TABLE_MALFORMED: FILE, line 2: expected @attribute lines',
    ],
    [
      'an attribute of another type',
      ['@attribute a real'],
      'TABLE_MALFORMED: FILE, line 1: expected @attribute, a name, and string, numeric or date, found "a real"',
    ],
    ['an attribute twice', ['@attribute a string', '@attribute a date'], 'TABLE_MALFORMED: FILE, line 2'],
    ['an unknown tag', [...head, '@colour red'], 'TABLE_MALFORMED: FILE, line 5: expected @relation'],
    [
      'an unknown frequency',
      [...head, '@frequency fortnightly'],
      'FREQUENCY_UNKNOWN: FILE, line 5: expected one of second',
    ],
    [
      'a frequency by the name of a method',
      [...head, '@frequency toString'],
      'FREQUENCY_UNKNOWN: FILE, line 5',
    ],
    ['a frequency of no steps', [...head, '@frequency 0_minutes'], 'FREQUENCY_UNKNOWN: FILE, line 5'],
    [
      'a horizon that is none',
      [...head, '@horizon ten'],
      'TABLE_MALFORMED: FILE, line 5: expected a whole number',
    ],
    [
      'a flag that is none',
      [...head, '@missing maybe'],
      'TABLE_MALFORMED: FILE, line 5: expected true or false',
    ],
    [
      'a part too few',
      [...head, ...body, 'T1:1,2'],
      'TABLE_MALFORMED: FILE, line 7: expected 3 parts between colons: series_name, start_timestamp, values, found 2',
    ],
    [
      'a time of day with colons',
      [...head, ...body, 'T1:2000-01-01 00:00:00:1'],
      'TABLE_MALFORMED: FILE, line 7',
    ],
    [
      'a date that is none',
      [...head, ...body, 'T1:2001-02-29 00-00-00:1'],
      'TIME_UNPARSABLE: FILE, line 7, attribute start_timestamp: expected a time yyyy-mm-dd hh-mm-ss, found "2001-02-29 00-00-00"',
    ],
    [
      'text among the values',
      [...head, ...body, 'T1:2000-01-01 00-00-00:1,x,3'],
      'NUMBER_UNPARSABLE: FILE, line 7, value 2: expected a finite number, found "x"',
    ],
    [
      'an empty value',
      [...head, ...body, 'T1:2000-01-01 00-00-00:1,,3'],
      'NUMBER_UNPARSABLE: FILE, line 7, value 2',
    ],
    ['no value', [...head, ...body, 'T1:2000-01-01 00-00-00:'], 'NUMBER_UNPARSABLE: FILE, line 7, value 1'],
    [
      'an infinite value',
      [...head, ...body, 'T1:2000-01-01 00-00-00:1e400'],
      'NUMBER_INFINITE: FILE, line 7, value 1',
    ],
    [
      'a name twice',
      [...head, ...body, 'T1:2000-01-01 00-00-00:1', 'T1:2000-01-01 00-00-00:2'],
      'SERIES_DUPLICATE: FILE, line 8: expected a series_name that no earlier line has, found "T1", as in line 7',
    ],
  ])('is refused with %s', async (_, lines, message) => {
    const folder = await temporaryFolder({ 'a.tsf': lines.join('\n') });
    const path = join(folder, 'a.tsf');
    await expect(readTsf(path)).rejects.toThrow(message.replace('FILE', path));
  });

  it('is missed with the place where it is to be had', async () => {
    await expect(readTsf('/no/such/a.tsf')).rejects.toThrow(
      /FILE_UNREADABLE: .* The files of the Monash archive are at https:\/\/zenodo\.org\/communities\/forecasting\.$/,
    );
  });
});
