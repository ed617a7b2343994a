import { readFileSync } from 'node:fs';
import { Readable } from 'node:stream';
import { pathToFileURL } from 'node:url';
import { gzipSync } from 'node:zlib';
import * as arquero from 'arquero';
import { describe, expect, it } from 'vitest';
import { readTable, type TableSource, toArrow, toParquet } from '../../src/io/index.js';
import type { ReadTableOptions } from '../../src/io/read-options.js';
import { plain, stream } from './tables.js';
import { temporaryFolder } from './temporary-folder.js';

const folder = temporaryFolder();

const rows = [
  { unique_id: 'a', ds: '2020-01-01', y: 1.5, price: 10, region: 'north' },
  { unique_id: 'a', ds: '2020-01-02', y: null, price: 11, region: 'north' },
  { unique_id: 'a', ds: '2020-01-03', y: -0.25, price: null, region: 'north' },
  { unique_id: 'b "x", y', ds: '2020-01-01', y: 1e-7, price: 7, region: 'süd' },
  { unique_id: 'b "x", y', ds: '2020-01-02', y: 3, price: 8, region: 'süd' },
];
const dated = rows.map((row) => ({ ...row, ds: new Date(row.ds) }));
const csv = `unique_id,ds,y,price,region
a,2020-01-01,1.5,10,north
a,2020-01-02,,11,north
a,2020-01-03,-0.25,,north
"b ""x"", y",2020-01-01,1e-7,7,süd
"b ""x"", y",2020-01-02,3,8,süd
`;
const jsonLines = rows.map((row) => `${JSON.stringify(row)}\n`).join('');
const options: ReadTableOptions = { past: 'price', statics: ['region'], units: { y: '°C' } };

const wanted = [
  {
    id: 'a',
    time: { kind: 'regular', frequency: 'D', length: 3, start: Date.UTC(2020, 0, 1) },
    statics: { region: 'north' },
    channels: [
      { name: 'y', role: 'target', unit: '°C', values: [1.5, null, -0.25], observed: [1, 0, 1] },
      { name: 'price', role: 'past', unit: undefined, values: [10, 11, null], observed: [1, 1, 0] },
    ],
  },
  {
    id: 'b "x", y',
    time: { kind: 'regular', frequency: 'D', length: 2, start: Date.UTC(2020, 0, 1) },
    statics: { region: 'süd' },
    channels: [
      { name: 'y', role: 'target', unit: '°C', values: [1e-7, 3], observed: [1, 1] },
      { name: 'price', role: 'past', unit: undefined, values: [7, 8], observed: [1, 1] },
    ],
  },
];

type Make = () => TableSource | Promise<TableSource>;

const sources: [string, Make, ReadTableOptions?][] = [
  ['an array of objects', () => rows],
  ['an array of objects with Dates', () => dated],
  [
    'an array of objects of text',
    () => rows.map((row) => ({ ...row, y: String(row.y), price: String(row.price) })),
  ],
  ['a CSV file', () => folder.write('t.csv', csv)],
  ['a CSV file by URL', () => pathToFileURL(folder.write('u.csv', csv))],
  [
    'a CSV file with CRLF and a byte order mark',
    () => folder.write('crlf.csv', `\ufeff${csv.replaceAll('\n', '\r\n')}`),
  ],
  ['a CSV file with semicolons', () => folder.write('semicolon.txt', csv.replaceAll(/,(?! y)/g, ';'))],
  ['a TSV file', () => folder.write('t.tsv', csv.replaceAll(/,(?! y)/g, '\t'))],
  ['a CSV file under gzip', () => folder.write('t.csv.gz', gzipSync(csv))],
  [
    'a gzip file of two members',
    () => folder.write('two.csv.gz', Buffer.concat([gzipSync(csv.slice(0, 70)), gzipSync(csv.slice(70))])),
  ],
  ['a CSV stream in small pieces', () => stream(csv, 3)],
  ['a CSV stream under gzip', () => stream(gzipSync(csv), 3)],
  ['a stream of text', () => Readable.from(csv.match(/.{1,9}/gs) ?? [])],
  ['CSV bytes', () => Buffer.from(csv), { format: 'csv' }],
  ['JSON Lines', () => folder.write('t.jsonl', jsonLines)],
  [
    'JSON Lines with CRLF, blank lines and no last line break',
    () => folder.write('t.ndjson', `\n${jsonLines.trim().replaceAll('\n', '\r\n\r\n')}`),
  ],
  ['JSON Lines as a stream', () => stream(jsonLines, 5), { format: 'jsonl' }],
  ['JSON', () => folder.write('t.json', JSON.stringify(rows, null, 2))],
  ['JSON under gzip', () => folder.write('t.json.gz', gzipSync(JSON.stringify(rows)))],
  ['Arrow bytes', () => toArrow(dated)],
  ['an Arrow file', async () => folder.write('t.arrow', await toArrow(dated))],
  ['a Feather file', async () => folder.write('t.feather', await toArrow(dated))],
  ['a Parquet file', async () => folder.write('t.parquet', await toParquet(dated))],
  ['a Parquet file under gzip', async () => folder.write('t.parquet.gz', gzipSync(await toParquet(dated)))],
  ['a Parquet stream', async () => stream(await toParquet(dated), 100), { format: 'parquet' }],
  ['an arquero table', () => arquero.from(dated)],
  ['an arquero table with text times', () => arquero.from(rows)],
];

describe('readTable reads the same series from', () => {
  it.each(sources)('%s', async (_, make, more) => {
    expect(plain(await readTable(await make(), { ...options, ...more }))).toEqual(wanted);
  });

  it('a danfojs data frame', async () => {
    const { DataFrame } = await import('danfojs-node');
    const frame = new DataFrame(rows);
    expect(plain(await readTable(frame, options))).toEqual(wanted);
  }, 60_000);
});

describe('readTable', () => {
  it('respects the filter and the order of an arquero table', async () => {
    const table = arquero
      .from(rows)
      .filter((row: { y: number }) => row.y > 0)
      .orderby(arquero.desc('y'));
    const set = await readTable(table, { frequency: 'D' });
    expect(set.ids).toEqual(['b "x", y', 'a']);
    expect([...set.get('b "x", y').channel('y').values]).toEqual([1e-7, 3]);
  });

  it('does not change its input', async () => {
    const frozen = Object.freeze(rows.map((row) => Object.freeze({ ...row })));
    await readTable(frozen, Object.freeze({ ...options }));
    expect(frozen).toEqual(rows);
    const bytes = Buffer.from(csv);
    const table = arquero.from(rows);
    await readTable(bytes, { ...options, format: 'csv' });
    await readTable(table, options);
    expect(bytes.toString()).toBe(csv);
    expect(table.objects()).toEqual(rows);
    const path = folder.write('kept.csv', csv);
    await readTable(path, options);
    expect(readFileSync(path, 'utf8')).toBe(csv);
  });
});
