import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';
import { tableFromIPC } from '@uwdata/flechette';
import { parquetReadObjects } from 'hyparquet';
import { describe, expect, it } from 'vitest';
import { SeriesFrame } from '../../src/frames/series-frame.js';
import { SeriesSet } from '../../src/frames/series-set.js';
import {
  type Row,
  readTable,
  rowsToCsv,
  rowsToJsonLines,
  toArquero,
  toArrow,
  toCsv,
  toJsonLines,
  toParquet,
  toRows,
  writeFileAtomically,
  writeRows,
  writeTable,
} from '../../src/io/index.js';
import type { Progress } from '../../src/progress/progress.js';
import { regularTimeAxis } from '../../src/time/time-axis.js';
import { temporaryFolder } from './temporary-folder.js';

const folder = temporaryFolder();
const start = Date.UTC(2020, 0, 1);

const set = new SeriesSet([
  new SeriesFrame({
    id: 'a',
    time: regularTimeAxis({ start, frequency: 'D', length: 2 }),
    channels: [
      { name: 'y', values: [1.5, Number.NaN] },
      { name: 'price', role: 'future', values: [-0, 1e21] },
    ],
    statics: { region: 'north, "up"', open: true },
  }),
  new SeriesFrame({
    id: 'b',
    time: regularTimeAxis({ start, frequency: 'D', length: 1 }),
    channels: [{ name: 'y', values: [0.1] }],
    statics: { size: 3 },
  }),
]);

const forecastRows: Row[] = [
  { unique_id: 'a', ds: new Date(start), model: 'naive', y: 1, 'lo-80': 0.5 },
  { unique_id: 'a', ds: new Date(start + 86_400_000), model: 'naive', y: 2, 'lo-80': null, note: 'x' },
];

describe('a set becomes', () => {
  it('rows', () => {
    expect(toRows(set)).toEqual([
      {
        unique_id: 'a',
        ds: new Date('2020-01-01'),
        y: 1.5,
        price: -0,
        region: 'north, "up"',
        open: true,
        size: null,
      },
      {
        unique_id: 'a',
        ds: new Date('2020-01-02'),
        y: null,
        price: 1e21,
        region: 'north, "up"',
        open: true,
        size: null,
      },
      { unique_id: 'b', ds: new Date('2020-01-01'), y: 0.1, price: null, region: null, open: null, size: 3 },
    ]);
  });

  it('CSV', () => {
    expect(toCsv(set)).toBe(
      [
        'unique_id,ds,y,price,region,open,size',
        'a,2020-01-01,1.5,-0,"north, ""up""",true,',
        'a,2020-01-02,,1e+21,"north, ""up""",true,',
        'b,2020-01-01,0.1,,,,3',
        '',
      ].join('\n'),
    );
  });

  it('JSON Lines', () => {
    expect(toJsonLines(set, { id: 'shop', time: 'day', statics: false })).toBe(
      [
        '{"shop":"a","day":"2020-01-01","y":1.5,"price":-0}',
        '{"shop":"a","day":"2020-01-02","y":null,"price":1e+21}',
        '{"shop":"b","day":"2020-01-01","y":0.1,"price":null}',
        '',
      ].join('\n'),
    );
  });

  it('an arquero table', async () => {
    const table = await toArquero(set, { statics: false });
    expect(table.columnNames()).toEqual(['unique_id', 'ds', 'y', 'price']);
    expect(table.objects()[1]).toEqual({
      unique_id: 'a',
      ds: new Date('2020-01-02'),
      y: Number.NaN,
      price: 1e21,
    });
  });

  it('Arrow bytes that flechette reads', async () => {
    const table = tableFromIPC(await toArrow(set), { useDate: true });
    expect(table.toArray()).toEqual(toRows(set));
  });

  it('Parquet bytes that hyparquet reads', async () => {
    const bytes = await toParquet(set);
    const read = await parquetReadObjects({ file: Uint8Array.from(bytes).buffer });
    expect(read).toEqual(toRows(set));
  });

  it('nothing where two columns would have one name', () => {
    expect(() => toCsv(set, { time: 'y' })).toThrow(
      'COLUMN_DUPLICATE: columns to write: expected distinct names, found "y" twice. Set the options id and time to names that no channel or static has.',
    );
  });
});

describe('rows become', () => {
  it('CSV, a column for every key that occurs', () => {
    expect(rowsToCsv(forecastRows)).toBe(
      'unique_id,ds,model,y,lo-80,note\na,2020-01-01,naive,1,0.5,\na,2020-01-02,naive,2,,x\n',
    );
  });

  it('CSV with cells quoted where they must be, and formulas left alone', () => {
    const cells = ['a,b', 'say "hi"', 'two\nlines', '\r', ' padded ', '', '=1+1', '@x', 'plain'];
    expect(rowsToCsv(cells.map((cell) => ({ 'a "b"': cell })))).toBe(
      '"a ""b"""\n"a,b"\n"say ""hi"""\n"two\nlines"\n"\r"\n" padded "\n""\n=1+1\n@x\nplain\n',
    );
  });

  it.each<[string, number[], string[]]>([
    ['days', [start, start + 86_400_000], ['2020-01-01', '2020-01-02']],
    ['seconds', [start, start + 1000], ['2020-01-01T00:00:00Z', '2020-01-01T00:00:01Z']],
    ['milliseconds', [start, start + 1], ['2020-01-01T00:00:00.000Z', '2020-01-01T00:00:00.001Z']],
    ['years before 1970', [Date.UTC(1900, 0, 1), Date.UTC(1000, 5, 1)], ['1900-01-01', '1000-06-01']],
  ])('text with all times of a column in one form: %s', (_, times, written) => {
    const rows = times.map((time) => ({ at: new Date(time) }));
    expect(rowsToCsv(rows)).toBe(`at\n${written.join('\n')}\n`);
    expect(rowsToJsonLines(rows)).toBe(written.map((text) => `{"at":"${text}"}\n`).join(''));
  });

  it('JSON Lines, missing as null', () => {
    expect(
      rowsToJsonLines([
        { a: Number.NaN, b: undefined, c: true },
        { a: 1, d: '\u2028"' },
      ]),
    ).toBe('{"a":null,"b":null,"c":true,"d":null}\n{"a":1,"b":null,"c":null,"d":"\u2028\\""}\n');
  });

  it('CSV with infinities, but no JSON', () => {
    const rows = [{ a: 1 }, { a: Number.NEGATIVE_INFINITY }];
    expect(rowsToCsv(rows)).toBe('a\n1\n-Infinity\n');
    expect(() => rowsToJsonLines(rows)).toThrow(
      'NUMBER_INFINITE: column "a", row 2: expected a finite number, since JSON has no other, found -Infinity. Replace it by null, or write CSV, Parquet or Arrow.',
    );
  });

  it('nothing where there are none, or where a column mixes types', () => {
    expect(() => rowsToCsv([])).toThrow(
      'TABLE_EMPTY: rows: expected at least one row, whose keys name the columns, found none. Write the table only where there is something to write.',
    );
    expect(() => rowsToCsv([{ a: null }, { a: 1 }, { a: 'x' }])).toThrow(
      'TABLE_MALFORMED: column "a": expected values of one type, found a number in row 2 and a string in row 3. Convert the values to one type before writing.',
    );
    // @ts-expect-error a bigint is no cell
    expect(() => rowsToCsv([{ a: 1n }])).toThrow(
      'TABLE_MALFORMED: column "a", row 1: expected text, a number, a boolean or a date, found a bigint. Convert the value before writing.',
    );
  });

  it('and stay as they were', () => {
    const frozen = Object.freeze(forecastRows.map((row) => Object.freeze({ ...row })));
    rowsToCsv(frozen);
    expect(frozen).toEqual(forecastRows);
  });
});

describe('writeTable', () => {
  it.each([
    'csv',
    'tsv',
    'txt',
    'jsonl',
    'ndjson',
    'json',
    'parquet',
    'arrow',
    'feather',
    'csv.gz',
    'parquet.gz',
    'json.gz',
  ])('writes .%s that readTable reads back', async (extension) => {
    const path = folder.at(`out.${extension}`);
    await writeTable(set, path);
    const read = await readTable(path, {
      future: 'price',
      statics: ['region', 'open', 'size'],
      frequency: 'D',
    });
    expect(toRows(read)).toEqual(toRows(set));
  });

  it('writes rows as well as sets', async () => {
    const path = folder.at('rows.csv');
    await writeRows(forecastRows, path, { delimiter: ';' });
    expect(readFileSync(path, 'utf8')).toBe(rowsToCsv(forecastRows).replaceAll(',', ';'));
    await writeRows(forecastRows, folder.at('rows.json'));
    expect(JSON.parse(readFileSync(folder.at('rows.json'), 'utf8'))).toEqual(
      rowsToJsonLines(forecastRows)
        .trim()
        .split('\n')
        .map((line): unknown => JSON.parse(line)),
    );
  });

  it('writes many pieces as one text', async () => {
    const rows = Array.from({ length: 100_000 }, (_, i) => ({ i, text: `t${i}` }));
    const seen: Progress[] = [];
    await writeRows(rows, folder.at('many.csv.gz'), { onProgress: (progress) => seen.push(progress) });
    expect(gunzipSync(readFileSync(folder.at('many.csv.gz'))).toString()).toBe(rowsToCsv(rows));
    expect(seen.at(-1)).toMatchObject({
      stage: 'write',
      done: seen.length,
      total: seen.length,
      remaining: 0,
    });
    await writeRows(rows, folder.at('many.json'));
    expect(JSON.parse(readFileSync(folder.at('many.json'), 'utf8'))).toEqual(rows);
  });

  it('replaces a file as a whole and leaves nothing else behind', async () => {
    const own = folder.at('own');
    mkdirSync(own);
    const path = `${own}/scores.jsonl`;
    writeFileSync(path, 'old');
    await writeRows([{ a: 1 }], path);
    expect(readFileSync(path, 'utf8')).toBe('{"a":1}\n');
    const tooLate = [...Array.from({ length: 70_000 }, () => ({ a: 1 })), { a: Number.POSITIVE_INFINITY }];
    await expect(writeRows(tooLate, path)).rejects.toMatchObject({ code: 'NUMBER_INFINITE' });
    expect(readFileSync(path, 'utf8')).toBe('{"a":1}\n');
    expect(readdirSync(own)).toEqual(['scores.jsonl']);
  });

  it('stops at the caller’s signal without a trace', async () => {
    const controller = new AbortController();
    const path = folder.at('aborted.csv');
    const rows = Array.from({ length: 200_000 }, (_, i) => ({ i }));
    const writing = writeRows(rows, path, {
      signal: controller.signal,
      onProgress: () => controller.abort(),
    });
    await expect(writing).rejects.toMatchObject({ code: 'OPERATION_ABORTED' });
    expect(existsSync(path)).toBe(false);
    expect(readdirSync(folder.path).filter((name) => name.includes('aborted'))).toEqual([]);
  });

  it.each<[string, string, string]>([
    [
      'into a folder that is not there',
      'nowhere/t.csv',
      'a folder that does not exist. Create the folder first.',
    ],
    ['onto a directory', 'directory.csv', 'a directory. Name a file in it.'],
  ])('does not write %s', async (_, name, found) => {
    mkdirSync(folder.at('directory.csv'), { recursive: true });
    const path = folder.at(name);
    await expect(writeTable(set, path)).rejects.toThrow(
      `FILE_UNWRITABLE: ${path}: expected a file that can be written, found ${found}`,
    );
  });

  it('does not write where it has no permission', async () => {
    const locked = folder.at('locked');
    mkdirSync(locked, { mode: 0o555 });
    // The superuser may write everywhere, so it steps down to nobody while it tries.
    const isSuperuser = process.geteuid?.() === 0;
    if (isSuperuser) process.seteuid?.(65_534);
    try {
      await expect(writeTable(set, `${locked}/t.csv`)).rejects.toThrow(
        `FILE_UNWRITABLE: ${locked}/t.csv: expected a file that can be written, found a folder without permission to write. Choose another folder, or give yourself the permission.`,
      );
    } finally {
      if (isSuperuser) process.seteuid?.(0);
    }
  });

  it('does not guess a format or an option', async () => {
    await expect(writeTable(set, folder.at('t.xlsx'))).rejects.toMatchObject({ code: 'FORMAT_UNKNOWN' });
    await expect(writeTable(set, folder.at('t.csv'), { delimiter: '"' })).rejects.toThrow(
      'OPTIONS_INVALID: writeTable options.delimiter: expected a character other than quotes and line breaks, found "\\"". Correct this option or leave it out to use its default.',
    );
  });
});

describe('writeFileAtomically', () => {
  it('writes text and bytes one after the other', async () => {
    await writeFileAtomically(folder.at('mixed'), ['ä', Buffer.from('b'), '']);
    expect(readFileSync(folder.at('mixed'), 'utf8')).toBe('äb');
  });
});
