import { chmodSync, mkdirSync } from 'node:fs';
import { Readable } from 'node:stream';
import { gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { readTable, toArrow, toParquet } from '../../src/io/index.js';
import { messageOf } from './messages.js';
import { stream } from './tables.js';
import { temporaryFolder } from './temporary-folder.js';

const folder = temporaryFolder();

describe('readTable refuses files', () => {
  it('that are not there', async () => {
    const path = folder.at('nowhere.csv');
    expect(await messageOf(readTable(path))).toBe(
      `FILE_UNREADABLE: ${path}: expected a file that can be read, found no such file. Check the path; it is relative to the working directory unless it begins with /.`,
    );
    await expect(readTable(folder.at('nowhere.parquet'))).rejects.toMatchObject({ code: 'FILE_UNREADABLE' });
  });

  it('that are directories', async () => {
    const path = folder.at('folder.csv');
    mkdirSync(path);
    expect(await messageOf(readTable(path))).toBe(
      `FILE_UNREADABLE: ${path}: expected a file that can be read, found a directory. Name a file in it.`,
    );
  });

  it('without permission', async () => {
    const path = folder.write('secret.csv', 'ds,y\n2020-01-01,1\n');
    chmodSync(path, 0o000);
    // The superuser may read everything, so it steps down to nobody while it tries.
    const isSuperuser = process.geteuid?.() === 0;
    if (isSuperuser) {
      chmodSync(folder.path, 0o755);
      process.seteuid?.(65_534);
    }
    try {
      expect(await messageOf(readTable(path))).toBe(
        `FILE_UNREADABLE: ${path}: expected a file that can be read, found a file without permission to read it. Give yourself the permission to read it.`,
      );
    } finally {
      if (isSuperuser) process.seteuid?.(0);
    }
  });

  it('of unknown extension', async () => {
    expect(await messageOf(readTable('sales.xlsx'))).toBe(
      'FORMAT_UNKNOWN: sales.xlsx: expected a name that ends in .csv, .txt, .tsv, .parquet, .arrow, .feather, .jsonl, .ndjson, .json, each also with .gz, found .xlsx. Rename the file, or set the option format to csv, tsv, parquet, arrow, jsonl, json.',
    );
    expect(await messageOf(readTable('folder.csv/sales'))).toMatch(
      /^FORMAT_UNKNOWN: sales: .* found no extension\./,
    );
    await expect(readTable('x.constructor')).rejects.toMatchObject({ code: 'FORMAT_UNKNOWN' });
  });

  it('behind a URL that is no file', async () => {
    expect(await messageOf(readTable(new URL('https://example.org/t.csv')))).toBe(
      'FILE_UNREADABLE: source: expected a path or a file: URL, found https://example.org/t.csv. Download the file first and give its path.',
    );
  });

  it('whose gzip is cut off', async () => {
    const text = `ds,y\n${'2020-01-01,1\n'.repeat(1000)}`;
    const path = folder.write('cut.csv.gz', gzipSync(text).subarray(0, 60));
    expect(await messageOf(readTable(path))).toBe(
      `TABLE_MALFORMED: ${path}: expected a whole gzip file, found unexpected end of file. Copy or download the file again; it may be cut off or not gzip at all.`,
    );
  });

  it('that are not gzip though they say so', async () => {
    const path = folder.write('plain.csv.gz', 'ds,y\n2020-01-01,1\n');
    expect(await messageOf(readTable(path))).toBe(
      `TABLE_MALFORMED: ${path}: expected a whole gzip file, found incorrect header check. Copy or download the file again; it may be cut off or not gzip at all.`,
    );
  });

  it('that are not Parquet though they say so', async () => {
    const path = folder.write('fake.parquet', 'ds,y\n2020-01-01,1\n');
    expect(await messageOf(readTable(path))).toBe(
      `TABLE_MALFORMED: ${path}: expected a Parquet file, found parquet file invalid (footer != PAR1). Write the file again, or set the option format if it is in another one.`,
    );
  });

  it('that are Parquet or Arrow cut off anywhere, with a TesseraError', async () => {
    const rows = Array.from({ length: 50 }, (_, i) => ({ ds: new Date(i * 86_400_000), y: i }));
    const parquet = await toParquet(rows);
    const arrow = await toArrow(rows);
    for (let share = 1; share < 10; share++) {
      for (const [bytes, format] of [
        [parquet, 'parquet'],
        [arrow, 'arrow'],
      ] as const) {
        const cut = bytes.subarray(0, Math.floor((bytes.length * share) / 10));
        await expect(readTable(cut, { format })).rejects.toMatchObject({ code: 'TABLE_MALFORMED' });
      }
    }
  });

  it('that are not Arrow though they say so', async () => {
    const path = folder.write('fake.arrow', 'ds,y\n2020-01-01,1\n');
    expect(await messageOf(readTable(path))).toMatch(
      /^TABLE_MALFORMED: .*fake\.arrow: expected Arrow IPC bytes without compression, found .*\. Write the table again as Arrow IPC \(Feather 2\) without compression, or as Parquet\.$/,
    );
  });

  it('that are not JSON though they say so', async () => {
    const lines = folder.write('fake.jsonl', '{"ds":"2020-01-01","y":1}\n{"ds":\n');
    expect(await messageOf(readTable(lines))).toBe(
      `TABLE_MALFORMED: ${lines}, line 2: expected JSON, found Unexpected end of JSON input. Correct the text, or set the option format if it is not JSON.`,
    );
    const list = folder.write('list.jsonl', '[1, 2]\n');
    expect(await messageOf(readTable(list))).toBe(
      `TABLE_MALFORMED: ${list}, line 1: expected an object with one key per column, found a list. Write each row as an object such as {"ds": "2020-01-01", "y": 1}.`,
    );
    const object = folder.write('object.json', '{"ds": []}');
    expect(await messageOf(readTable(object))).toBe(
      `TABLE_MALFORMED: ${object}: expected an array of objects, found a JSON object. Write the rows as [{"ds": "2020-01-01", "y": 1}], or set the option format to jsonl for one object per line.`,
    );
  });

  it('of JSON Lines whose ids or series come late', async () => {
    const first = '{"ds":"2020-01-01","y":1}\n';
    expect(
      await messageOf(
        readTable(stream(`${first}{"ds":"2020-01-02","y":2,"unique_id":"a"}\n`, first.length), {
          format: 'jsonl',
        }),
      ),
    ).toBe(
      'TABLE_MALFORMED: stream, row 1 (line 1): expected the columns of the first rows, found a new column "unique_id". Write the column in every row, or name the columns to be read with the options id and target.',
    );
    await expect(
      readTable(stream(`${first}{"ds":"2020-01-02","z":2}\n`, first.length), {
        format: 'jsonl',
        layout: 'wide',
      }),
    ).rejects.toMatchObject({ code: 'TABLE_MALFORMED', found: 'a new column "z"' });
  });
});

describe('readTable refuses sources', () => {
  it('of another form', async () => {
    // @ts-expect-error a number is no table
    expect(await messageOf(readTable(5))).toBe(
      'FORMAT_UNKNOWN: source: expected a path, a file URL, a stream, bytes, an array of objects, an arquero table or a danfojs frame, found a value of type number. Give the table in one of these forms.',
    );
    // @ts-expect-error null is no table
    await expect(readTable(null)).rejects.toMatchObject({ code: 'FORMAT_UNKNOWN', found: 'null' });
    // @ts-expect-error neither is any object
    await expect(readTable({})).rejects.toMatchObject({ code: 'FORMAT_UNKNOWN' });
  });

  it('that are arrays of something else than objects', async () => {
    // @ts-expect-error a number is no row
    expect(await messageOf(readTable([{ ds: '2020-01-01', y: 1 }, 5]))).toBe(
      'TABLE_MALFORMED: row 2: expected an object with one key per column, found a number. Write each row as an object such as {"ds": "2020-01-01", "y": 1}.',
    );
  });

  it('that stream objects', async () => {
    expect(await messageOf(readTable(Readable.from([{ ds: 1 }])))).toBe(
      'FILE_UNREADABLE: stream: expected chunks of bytes or text, found a chunk of type object. Give an array of objects, not a stream of them.',
    );
  });

  it('that break while they stream', async () => {
    const broken = Readable.from(
      (function* () {
        yield 'ds,y\n';
        throw new Error('connection lost');
      })(),
    );
    expect(await messageOf(readTable(broken))).toBe(
      'FILE_UNREADABLE: stream: expected a stream that runs to its end, found connection lost. Check where the stream comes from, and read again from its beginning.',
    );
  });
});

describe('readTable refuses options', () => {
  it.each<[string, object, string]>([
    [
      'unknown',
      { tim: 'x' },
      'OPTIONS_INVALID: readTable options: expected one of the options format, time, target, id, past, future, statics, layout, wideColumns, frequency, irregular, units, dayFirst, timeUnit, missingValues, delimiter, onProgress, signal, found "tim". Correct the name of this option or leave it out.',
    ],
    [
      'of the wrong type',
      { time: 5 },
      'OPTIONS_INVALID: readTable options.time: expected a column name, found 5. Correct this option or leave it out to use its default.',
    ],
    [
      'that contradict',
      { frequency: 'D', irregular: true },
      'OPTIONS_INVALID: readTable options.frequency: expected no frequency where irregular is true, found both. Leave one of the two out.',
    ],
    [
      'that name a column twice',
      { target: 'y', past: ['x', 'y'] },
      'OPTIONS_INVALID: readTable options.past: expected every column in one part only, found "y" in target too. Name it once.',
    ],
    [
      'that give wide series an id',
      { layout: 'wide', id: 'shop' },
      'OPTIONS_INVALID: readTable options.id: expected no id column in wide layout, where each target column is a series, found "shop". Leave id out, or set wideColumns to channels.',
    ],
    [
      'with an unreadable frequency',
      { frequency: 'fortnightly' },
      'FREQUENCY_UNKNOWN: frequency: expected a count and a unit such as 15min, h, D, B, W, M, ME, Q or Y, found "fortnightly". Write the step of the series in this form, or leave it out to have it inferred.',
    ],
  ])('%s', async (_, options, message) => {
    expect(await messageOf(readTable([{ ds: '2020-01-01', y: 1 }], options))).toBe(message);
  });
});
