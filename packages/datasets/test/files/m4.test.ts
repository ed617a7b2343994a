import { join } from 'node:path';
import { formatFrequency } from '@tessera/core';
import { describe, expect, it } from 'vitest';
import { dataFolder, needs } from '../../../../testing/requirement.js';
import { type M4Data, readM4 } from '../../src/files/m4.js';
import { temporaryFolder } from '../temporary-folder.js';

const train = '"V1","V2","V3","V4","V5"\n"H1","605","586","586","559"\n"H2","3124","2990.5"\n';
const test = '"V1","V2","V3"\n"H2","2771","2396"\n"H1","619","565"\n';
const info =
  'M4id,category,Frequency,Horizon,SP,StartingDate\nH1,Other,24,48,Hourly,01-07-15 12:00\nH2,Other,24,48,Hourly,13-02-99 00:00\n';

async function read(files: Readonly<Record<'train' | 'test' | 'info', string | undefined>>): Promise<M4Data> {
  const given = Object.entries(files).flatMap(([name, text]) =>
    text === undefined ? [] : [[name, text] as const],
  );
  const folder = await temporaryFolder(
    Object.fromEntries(given.map(([name, text]) => [`${name}.csv`, text])),
  );
  const path = (name: 'train' | 'test' | 'info'): string | undefined =>
    files[name] === undefined ? undefined : join(folder, `${name}.csv`);
  return readM4({ train: join(folder, 'train.csv'), test: path('test'), info: path('info') });
}

const readTrain = (text: string): Promise<M4Data> => read({ train: text, test: undefined, info: undefined });

describe('files of the M4 competition', () => {
  it('become ragged series, the test on the axis that follows the training', async () => {
    const data = await read({ train, test, info: undefined });
    expect(data.train.frames.map(({ id, length }) => [id, length])).toEqual([
      ['H1', 4],
      ['H2', 2],
    ]);
    expect([...data.train.get('H2').channel('y').values]).toEqual([3124, 2990.5]);
    expect([...(data.test?.get('H1').channel('y').values ?? [])]).toEqual([619, 565]);
    expect([...data.whole.get('H1').channel('y').values]).toEqual([605, 586, 586, 559, 619, 565]);
    const { time } = data.train.get('H1');
    expect(data.test?.get('H1').time.timeAt(0)).toBe(time.timeAt(0) + 4 * 3_600_000);
    expect(data.whole.ids).toEqual(['H1', 'H2']);
  });

  it('begin at a pseudo-start and say so', async () => {
    const data = await readTrain(train);
    expect(data.dates).toBe('pseudo');
    expect(data.test).toBeUndefined();
    expect(data.whole).toBe(data.train);
    expect(new Date(data.train.get('H1').time.timeAt(0)).toISOString()).toBe('2000-01-01T00:00:00.000Z');
  });

  it('begin at the dates of the info table where it is given', async () => {
    const data = await read({ train, test, info });
    expect(data.dates).toBe('real');
    expect(data.train.get('H1').statics).toEqual({ category: 'Other' });
    expect(['H1', 'H2'].map((id) => new Date(data.whole.get(id).time.timeAt(0)).toISOString())).toEqual([
      '2015-07-01T12:00:00.000Z',
      '1999-02-13T00:00:00.000Z',
    ]);
  });

  it.each([
    ['Y', 'Y', 6, 1],
    ['Q', 'Q', 8, 4],
    ['M', 'M', 18, 12],
    ['W', 'W', 13, 1],
    ['D', 'D', 14, 1],
    ['H', 'h', 48, 24],
  ])(
    'of group %s have frequency %s, horizon %i and season %i',
    async (letter, frequency, horizon, season) => {
      const data = await readTrain(`id,V2,V3\n${letter}1,1,2\n`);
      const { time } = data.train.frames[0];
      expect(time.kind === 'regular' ? formatFrequency(time.frequency) : '').toBe(frequency);
      expect([data.horizon, data.season]).toEqual([horizon, season]);
    },
  );

  it('may be padded with empty cells, and have holes that are missing and counted', async () => {
    const data = await readTrain('V1,V2,V3,V4,V5\nD1,1,,3,\nD2,5,,,\n');
    expect([...data.train.get('D1').channel('y').values]).toEqual([1, Number.NaN, 3]);
    expect([...data.train.get('D2').channel('y').values]).toEqual([5]);
    expect(data.train.repairs).toEqual([
      {
        kind: 'missing-value',
        id: 'D1',
        count: 1,
        detail: '1 empty cells within series D1 are missing values.',
      },
    ]);
  });

  it.each([
    [
      'no series',
      'V1,V2\n',
      /TABLE_EMPTY: .*train\.csv: expected a header and one series a line, found no series/,
    ],
    ['nothing', '', /TABLE_EMPTY/],
    ['no header', 'H1,605,586\n', /TABLE_NO_HEADER: .*train\.csv, line 1: expected column names/],
    [
      'text for a number',
      'V1,V2,V3\nH1,1,two\n',
      /NUMBER_UNPARSABLE: .*train\.csv, line 2, column 3: .*found "two"/,
    ],
    ['a series without values', 'V1,V2\nH1,\n', /TABLE_MALFORMED: .*line 2, column 1: .*found no value/],
    ['a series without id', 'V1,V2\n,1\n', /TABLE_MALFORMED: .*line 2, column 1: .*found no id/],
    ['an id of no group', 'V1,V2\nA1,1\n', /FREQUENCY_UNKNOWN: .*found "A1"/],
    [
      'two groups',
      'V1,V2\nH1,1\nD1,1\n',
      /FREQUENCY_UNKNOWN: .*expected series of one frequency, found H1 and D1/,
    ],
    ['an id twice', 'V1,V2\nH1,1\nH1,2\n', /SERIES_DUPLICATE/],
  ])('are refused with %s', async (_, text, message) => {
    await expect(readTrain(text)).rejects.toThrow(message);
  });

  it('are refused where they do not name the same series', async () => {
    await expect(read({ train, test: 'V1,V2\nH1,1\n', info: undefined })).rejects.toThrow(
      /SERIES_UNKNOWN: .*test\.csv: expected the same series in every file of the group, found H2 in one of them only/,
    );
    await expect(read({ train, test: `${test}H3,1\n`, info: undefined })).rejects.toThrow(
      /SERIES_UNKNOWN: .*found H3/,
    );
    await expect(read({ train, test, info: info.replace('H2', 'H7') })).rejects.toThrow(
      /SERIES_UNKNOWN: .*info\.csv/,
    );
  });

  it.each([
    [
      'a date that is none',
      info.replace('13-02-99', '30-02-99'),
      /TIME_UNPARSABLE: .*info\.csv, line 3: .*found "30-02-99 00:00"/,
    ],
    ['an ISO date', info.replace('13-02-99', '1999-02-13'), /TIME_UNPARSABLE/],
    [
      'no column of dates',
      info.replace('StartingDate', 'Begin'),
      /COLUMN_UNKNOWN: .*expected a column StartingDate/,
    ],
  ])('are refused with an info table with %s', async (_, text, message) => {
    await expect(read({ train, test, info: text })).rejects.toThrow(message);
  });

  it('are missed with the place where they are to be had', async () => {
    await expect(readM4({ train: '/no/such/Hourly-train.csv' })).rejects.toThrow(
      /The M4 files are at https:\/\/github\.com/,
    );
  });

  it('hourly are 414 series with 48 steps to forecast', async (context) => {
    needs(context, 'data');
    const folder = join(dataFolder, 'm4');
    const data = await readM4({
      train: join(folder, 'Hourly-train.csv'),
      test: join(folder, 'Hourly-test.csv'),
    });
    expect([data.train.size, data.test?.size, data.whole.size]).toEqual([414, 414, 414]);
    expect([...new Set(data.test?.frames.map(({ length }) => length))]).toEqual([48]);
    // The series are 700 or 960 hours long: Makridakis et al. 2020, table of the data set.
    expect([...new Set(data.train.frames.map(({ length }) => length))].sort()).toEqual([700, 960]);
    expect([...(data.test?.get('H1').channel('y').values.slice(0, 3) ?? [])]).toEqual([619, 565, 532]);
    expect(data.train.repairs).toEqual([]);
  });
});
