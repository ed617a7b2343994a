import { gzipSync } from 'node:zlib';
import * as arquero from 'arquero';
import { describe, expect, it } from 'vitest';
import { readTable, type TableSource } from '../../src/io/index.js';
import type { ReadTableOptions } from '../../src/io/read-options.js';
import { csvMessage, messageOf } from './messages.js';
import { stream } from './tables.js';
import { temporaryFolder } from './temporary-folder.js';

const folder = temporaryFolder();

describe('readTable refuses a table without rows', () => {
  it('an empty file', async () => {
    const path = folder.write('empty.csv', '');
    expect(await messageOf(readTable(path))).toBe(
      `TABLE_EMPTY: ${path}: expected a line of column names and rows below it, found nothing. Check that this is the right file and that it was written to its end.`,
    );
  });

  it('a header only', async () => {
    expect(await csvMessage('unique_id,ds,y\n')).toBe(
      'TABLE_EMPTY: stream: expected at least one row, found column names only. Check that this is the right table and that it was written to its end.',
    );
  });

  it.each<[string, TableSource, ReadTableOptions]>([
    ['an empty gzip file', folder.write('empty.csv.gz', gzipSync('')), {}],
    ['an empty JSON Lines file', folder.write('empty.jsonl', ''), {}],
    ['an empty JSON file', folder.write('empty.json', ''), {}],
    ['an empty JSON array', folder.write('none.json', '[]'), {}],
    ['an empty array', [], {}],
    ['no bytes', new Uint8Array(0), {}],
    ['an arquero table without rows', arquero.table({ ds: [], y: [] }), {}],
  ])('%s', async (_, source, options) => {
    await expect(readTable(source, options)).rejects.toMatchObject({ code: 'TABLE_EMPTY' });
  });
});

describe('readTable refuses a header', () => {
  it('that is missing', async () => {
    expect(await csvMessage('2020-01-01,5\n2020-01-02,6\n')).toBe(
      'TABLE_NO_HEADER: first line of stream: expected column names, among them "ds", found 2020-01-01, 5. Put a line with the column names first.',
    );
    expect(await csvMessage('shop,01/02/2020,5\n')).toMatch(/^TABLE_NO_HEADER/);
    expect(await csvMessage('ds,12\n2020-01-01,5\n')).toMatch(/^TABLE_NO_HEADER: .* among them "y"/);
  });

  it('without a column that the options name, and names the nearest ones', async () => {
    expect(await csvMessage('Unique_ID,date,births,deaths\n')).toBe(
      'COLUMN_UNKNOWN: option time for stream: expected one of the columns Unique_ID, date, births, deaths, found "ds". Set the option time to a column of the table.',
    );
    expect(await csvMessage('ds,date,births,deaths\n', { target: 'Birth' })).toBe(
      'COLUMN_UNKNOWN: option target for stream: expected one of the columns births, ds, date, deaths, found "Birth". Set the option target to "births".',
    );
    expect(await csvMessage('ds,y\n', { past: 'temp' })).toBe(
      'COLUMN_UNKNOWN: option past for stream: expected one of the columns ds, y, found "temp". Set the option past to a column of the table.',
    );
    expect(await csvMessage('ds,y\n', { units: { z: 'm' } })).toBe(
      'COLUMN_UNKNOWN: option units for stream: expected one of the columns y, found "z". Set the option units to "y".',
    );
  });

  it('of very many columns without listing them all', async () => {
    const names = Array.from({ length: 500 }, (_, i) => `column${i}`);
    expect(await csvMessage(`ds,${names.join(',')}\n`)).toBe(
      `COLUMN_UNKNOWN: option target for stream: expected one of the columns ds, ${names.slice(0, 9).join(', ')} and 491 more, found "y". Set the option target to a column of the table.`,
    );
  });

  it('with two columns of one name', async () => {
    expect(await csvMessage('ds,y,x,y\n2020-01-01,1,2,3\n')).toBe(
      'COLUMN_DUPLICATE: header of stream: expected distinct column names, found "y" in columns 2 and 4. Rename one of the two columns.',
    );
  });

  it('of a wide table without any column to forecast', async () => {
    expect(await csvMessage('ds,x\n2020-01-01,1\n', { layout: 'wide', future: 'x' })).toBe(
      'COLUMN_UNKNOWN: option target for stream: expected at least one column to forecast, found none beside "ds" and the covariates. Set the option target to a column of the table.',
    );
  });
});

describe('readTable refuses rows', () => {
  it('that are ragged, before any cell moves', async () => {
    expect(await csvMessage('ds,y,x\n2020-01-01,1,2\n2020-01-02,1\n2020-01-03,1,2\n')).toBe(
      'TABLE_MALFORMED: stream, row 2 (line 3): expected 3 cells, as in the header, found 2. Add or remove cells, and put cells that contain the delimiter in quotes.',
    );
    expect(await csvMessage('ds,y\n\n2020-01-01,1,234\n')).toMatch(
      /^TABLE_MALFORMED: stream, row 1 \(line 3\): expected 2 cells, as in the header, found 3\./,
    );
  });

  it('with a quote that is never closed', async () => {
    expect(await csvMessage('ds,y\n2020-01-01,"1\n2020-01-02,2\n')).toBe(
      'TABLE_MALFORMED: stream, record that begins on line 2: expected a closing quote, found the end of the text. Close the quote.',
    );
    expect(
      await messageOf(readTable(stream(`ds,y\n2020-01-01,"${'1\n'.repeat(6_000_000)}`, 1_000_000))),
    ).toBe(
      'TABLE_MALFORMED: stream, record that begins on line 2: expected a record of at most 8388608 bytes, found no end of it within them. Close the quote that was opened there, or check the line breaks.',
    );
  });

  it('in another encoding than UTF-8', async () => {
    const latin1 = Buffer.from('unique_id,ds,y\nZürich,2020-01-01,1\n', 'latin1');
    expect(await csvMessage(latin1)).toBe(
      'TABLE_MALFORMED: stream, line 2: expected UTF-8 text, found bytes in another encoding. Convert the file to UTF-8.',
    );
    expect(await csvMessage(Buffer.from('\ufeffds,y\n', 'utf16le'))).toBe(
      'TABLE_MALFORMED: stream, first bytes: expected UTF-8 text, found UTF-16 text. Convert the file to UTF-8.',
    );
  });

  it('without an id', async () => {
    expect(await csvMessage('unique_id,ds,y\na,2020-01-01,1\n,2020-01-02,2\n')).toBe(
      'ID_MISSING: column "unique_id", row 2 (line 3): expected the id of a series, found an empty cell. Fill in the id, or remove the row.',
    );
    expect(await messageOf(readTable([{ unique_id: null, ds: '2020-01-01', y: 1 }]))).toMatch(
      /^ID_MISSING: column "unique_id", row 1:/,
    );
  });

  it('that repeat a time stamp within one series', async () => {
    expect(
      await csvMessage('unique_id,ds,y\na,2020-01-01,1\nb,2020-01-01,1\na,2020-01-02,2\na,2020-01-01,3\n'),
    ).toBe(
      'TIME_DUPLICATE: column "ds", series "a": expected each time stamp once, found 2020-01-01T00:00:00.000Z in rows 1 and 4. Remove one of the rows, or combine their values.',
    );
    expect(await csvMessage('ds,shop,y\n2020-01-01,a,1\n2020-01-01,b,1\n')).toBe(
      'TIME_DUPLICATE: column "ds", series "y": expected each time stamp once, found 2020-01-01T00:00:00.000Z in rows 1 and 2. Set the option id to the column that tells the series apart, or remove one of the rows.',
    );
  });

  it('off the grid of a given frequency', async () => {
    expect(await csvMessage('ds,y\n2020-01-08,2\n2020-01-01,1\n2020-01-10,3\n', { frequency: 'W' })).toBe(
      'TIME_OFF_GRID: column "ds", row 3: expected a time on the grid of frequency W from 2020-01-01T00:00:00.000Z, found 2020-01-10T00:00:00.000Z. Correct the time, set another frequency or none, or set irregular to keep the times as they are.',
    );
    expect(await csvMessage('ds,y\n2020-01-04,1\n', { frequency: 'B' })).toMatch(
      /^TIME_OFF_GRID: column "ds", row 1:/,
    );
  });

  it('whose grid would be endless', async () => {
    expect(await csvMessage('ds,y\n1970-01-01,1\n2020-01-01,2\n', { frequency: 's' })).toBe(
      'GRID_TOO_LONG: column "ds", row 2: expected at most 134217728 steps of frequency s in one series, found 1577836801 from 1970-01-01T00:00:00.000Z to 2020-01-01T00:00:00.000Z. Look for a wrong date, set a coarser frequency, or set irregular to keep the times as they are.',
    );
  });

  it('with a static that varies', async () => {
    expect(
      await csvMessage(
        'unique_id,ds,y,region\na,2020-01-01,1,north\nb,2020-01-01,1,south\na,2020-01-02,2,south\n',
        { statics: 'region' },
      ),
    ).toBe(
      'STATIC_VARIES: column "region", row 3 (line 4): expected one value within series "a", found "south" after "north". Make it the same in every row of the series, or read the column as past or future.',
    );
  });

  it('with lists or objects for statics', async () => {
    expect(await messageOf(readTable([{ ds: '2020-01-01', y: 1, tags: ['a'] }], { statics: 'tags' }))).toBe(
      'TABLE_MALFORMED: column "tags", row 1: expected text, a number or a boolean, found a value of type object. Leave this column out of statics, or store one plain value per cell.',
    );
  });
});

describe('readTable refuses times', () => {
  it('that it cannot read', async () => {
    expect(await csvMessage('ds,y\n2020-01-01,1\nsoon,2\n')).toBe(
      'TIME_UNPARSABLE: column "ds", row 2 (line 3): expected a time stamp of the form YYYY-MM-DD, found "soon". Correct the time stamp, or write the column as YYYY-MM-DD HH:MM:SS.',
    );
    expect(await csvMessage('ds,y\n12,1\n')).toBe(
      'TIME_UNPARSABLE: column "ds", row 1 (line 2): expected a time stamp such as 2020-01-31, 2020-01-31T12:00:00Z or 1580428800000, found "12". State what the numbers count from 1970 with the option timeUnit: s, ms, us or ns.',
    );
    expect(await csvMessage('ds,y\n2020-02-30,1\n')).toBe(
      'TIME_UNPARSABLE: column "ds", row 1 (line 2): expected a date and a time of day that exist, found "2020-02-30". Correct the time stamp.',
    );
    expect(await csvMessage('ds,y\n2020-01-01,1\n,2\n')).toBe(
      'TIME_UNPARSABLE: column "ds", row 2 (line 3): expected a time stamp, found an empty cell. Fill in the time, or remove the row.',
    );
  });

  it('in mixed forms', async () => {
    expect(await csvMessage('ds,y\n2020-01-01,1\n02/01/2020,2\n')).toBe(
      'TIME_FORMATS_MIXED: column "ds", row 2 (line 3): expected the form YYYY-MM-DD of row 1 (line 2), found "02/01/2020", of the form MM/DD/YYYY. Write all time stamps of the column in one form.',
    );
  });

  it('with and without zones', async () => {
    expect(await csvMessage('ds,y\n2020-01-01T00:00Z,1\n2020-01-01T01:00,2\n')).toBe(
      'TIME_ZONES_MIXED: column "ds", row 2 (line 3): expected a time stamp with a zone, as in row 1 (line 2), found "2020-01-01T01:00". Write all time stamps of the column with a zone, or all without one, which means UTC.',
    );
  });

  it('whose days and months cannot be told apart', async () => {
    expect(await csvMessage('ds,y\n01/02/2020,1\n02/02/2020,2\n')).toBe(
      'TIME_AMBIGUOUS: column "ds", row 1 (line 2): expected dates that tell days from months, found "01/02/2020" and no day above 12 in 2 rows. Set the option dayFirst to true if it means 2020-02-01, or to false if it means 2020-01-02.',
    );
  });
});

describe('readTable refuses numbers', () => {
  const unparsable = (cell: string, wayOut: string): string =>
    `NUMBER_UNPARSABLE: column "y", row 2 (line 3): expected a number such as -1234.5, found ${JSON.stringify(cell)}. ${wayOut}.`;

  it.each([
    ['text', 'high', 'Correct the cell, or name this text in the option missingValues if it means missing'],
    [
      'a lone hyphen',
      '-',
      'Correct the cell, or name this text in the option missingValues if it means missing',
    ],
    [
      'a percentage',
      '12%',
      'Correct the cell, or name this text in the option missingValues if it means missing',
    ],
    [
      'hexadecimal',
      '0x1F',
      'Correct the cell, or name this text in the option missingValues if it means missing',
    ],
    [
      'thousands separators',
      '1,234.5',
      'Remove the thousands separators and write the decimal mark as a point',
    ],
    [
      'what may be thousands or a decimal comma',
      '1,234',
      'Remove the thousands separators and write the decimal mark as a point',
    ],
    [
      'thousands points',
      '1.234.567,8',
      'Remove the thousands separators and write the decimal mark as a point',
    ],
    ['thousands spaces', '12 345', 'Remove the thousands separators and write the decimal mark as a point'],
    [
      'thousands apostrophes',
      "1'234",
      'Remove the thousands separators and write the decimal mark as a point',
    ],
    ['decimal commas', '1,5', 'Write the decimal mark as a point'],
  ])('written with %s', async (_, cell, wayOut) => {
    expect(await csvMessage(`ds,y\n2020-01-01,1\n2020-01-02,"${cell}"\n`)).toBe(unparsable(cell, wayOut));
  });

  it('written with decimal commas between semicolons', async () => {
    expect(await csvMessage('ds;y\n2020-01-01;1\n2020-01-02;2,5\n')).toBe(
      unparsable('2,5', 'Write the decimal mark as a point'),
    );
  });

  it('too long to be shown whole', async () => {
    expect(await csvMessage(`ds,y\n2020-01-01,${'x'.repeat(500)}\n`)).toContain(
      `found "${'x'.repeat(57)}...".`,
    );
  });

  it.each(['inf', '-Infinity', '1e999', '+INF'])('that are infinite: %s', async (cell) => {
    expect(await csvMessage(`ds,y\n2020-01-01,1\n2020-01-02,${cell}\n`)).toBe(
      `NUMBER_INFINITE: column "y", row 2 (line 3): expected a finite number, found ${cell}. Replace it by the value meant, or empty the cell to mark it missing.`,
    );
  });

  it.each<[string, unknown, string]>([
    [
      'infinite',
      Number.NEGATIVE_INFINITY,
      'NUMBER_INFINITE: column "y", row 1: expected a finite number, found -Infinity. Replace it by the value meant, or empty the cell to mark it missing.',
    ],
    [
      'beyond a double',
      2n ** 53n + 1n,
      'NUMBER_UNPARSABLE: column "y", row 1: expected a number such as -1234.5, found 9007199254740993, which no double holds exactly. Store the column as numbers.',
    ],
    [
      'objects',
      {},
      'NUMBER_UNPARSABLE: column "y", row 1: expected a number such as -1234.5, found a value of type object. Store the column as numbers.',
    ],
    [
      'dates',
      new Date(0),
      'NUMBER_UNPARSABLE: column "y", row 1: expected a number such as -1234.5, found the date 1970-01-01T00:00:00.000Z. Store the column as numbers.',
    ],
  ])('of typed sources that are %s', async (_, y, message) => {
    expect(await messageOf(readTable([{ ds: '2020-01-01', y }]))).toBe(message);
  });
});
