import { describe, expect, it } from 'vitest';
import type { SeriesSet } from '../../src/frames/series-set.js';
import { defaultMissingValues, readTable } from '../../src/io/index.js';
import type { ReadTableOptions } from '../../src/io/read-options.js';
import type { Progress } from '../../src/progress/progress.js';
import { stream } from './tables.js';
import { temporaryFolder } from './temporary-folder.js';

const folder = temporaryFolder();
const day = 86_400_000;
const start = Date.UTC(2020, 0, 1);

function read(text: string, options?: ReadTableOptions): Promise<SeriesSet> {
  return readTable(stream(text), options);
}

function values(set: SeriesSet, id: string, name: string): number[] {
  return [...set.get(id).channel(name).values];
}

describe('readTable reads times', () => {
  const times = (set: SeriesSet): string[] =>
    [...set.frames[0].time.times()].map((time) => new Date(time).toISOString().slice(0, 16));

  it.each<[string, string[], string[]]>([
    ['years', ['2019', '2020', '2021'], ['2019-01-01T00:00', '2020-01-01T00:00', '2021-01-01T00:00']],
    ['quarters', ['2019-Q4', '2020-Q1'], ['2019-10-01T00:00', '2020-01-01T00:00']],
    ['seconds since 1970', ['1577836800', '1577840400'], ['2020-01-01T00:00', '2020-01-01T01:00']],
    ['zones', ['2020-01-01T01:00+02:00', '2020-01-01T01:00Z'], ['2019-12-31T23:00', '2020-01-01T01:00']],
    [
      'spaces around them',
      [' 2020-01-01 10:00', '2020-01-01 11:00 '],
      ['2020-01-01T10:00', '2020-01-01T11:00'],
    ],
  ])('that are %s', async (_, cells, wanted) => {
    expect(times(await read(`ds,y\n${cells.map((cell) => `${cell},1\n`).join('')}`))).toEqual(wanted);
  });

  it('whose days and months only a later row tells apart, in every series', async () => {
    const text =
      'unique_id,ds,y\na,11/12/2020,1\nb,11/12/2020,1\na,12/12/2020,2\nb,12/12/2020,2\na,13/12/2020,3\n';
    const set = await read(text);
    expect(times(set)).toEqual(['2020-12-11T00:00', '2020-12-12T00:00', '2020-12-13T00:00']);
    expect(set.get('b').time.toJSON()).toMatchObject({
      frequency: 'D',
      length: 2,
      start: Date.UTC(2020, 11, 11),
    });
    expect(set.repairs.map(({ kind }) => kind)).toEqual(['inferred-frequency']);
  });

  it('as the caller says which of day and month comes first', async () => {
    const text = 'ds,y\n01/02/2020,1\n02/02/2020,2\n';
    expect(times(await read(text, { dayFirst: true }))).toEqual(['2020-02-01T00:00', '2020-02-02T00:00']);
    expect(times(await read(text, { dayFirst: false }))).toEqual(['2020-01-02T00:00', '2020-02-02T00:00']);
  });

  it('that are bigints: as numbers where a double holds them, else by their unit', async () => {
    expect(times(await readTable([{ ds: 2020n, y: 1 }]))).toEqual(['2020-01-01T00:00']);
    const nanoseconds = [{ ds: 1_577_836_800_000_000_000n, y: 1 }];
    expect(times(await readTable(nanoseconds, { timeUnit: 'ns' }))).toEqual(['2020-01-01T00:00']);
  });
});

describe('readTable reads cells', () => {
  it.each(defaultMissingValues.map((text) => [text]))('%j as missing', async (text) => {
    const set = await read(`ds,y\n2020-01-01,1\n2020-01-02, ${text} \n2020-01-03,3\n`);
    expect(values(set, 'y', 'y')).toEqual([1, Number.NaN, 3]);
  });

  it('by the caller’s list of missing values, numbers by their value', async () => {
    const set = await read('ds,y\n2020-01-01,-999.0\n2020-01-02,-\n2020-01-03,3\n', {
      missingValues: ['-999', '-'],
    });
    expect(values(set, 'y', 'y')).toEqual([Number.NaN, Number.NaN, 3]);
  });

  it('of typed sources: booleans, whole bigints, numbers as text', async () => {
    const rows = [true, 12n, ' 1.5 ', null, undefined, Number.NaN].map((y, i) => ({
      ds: new Date(start + i * day),
      y,
    }));
    expect(values(await readTable(rows), 'y', 'y')).toEqual([1, 12, 1.5, Number.NaN, Number.NaN, Number.NaN]);
  });
});

describe('readTable reads JSON Lines', () => {
  it('whose keys come and go', async () => {
    const lines = [
      { ds: '2020-01-01', x: 1 },
      { ds: '2020-01-02', y: 2, late: 1 },
      { y: 3, ds: '2020-01-03' },
    ];
    const set = await readTable(stream(lines.map((line) => JSON.stringify(line)).join('\n'), 1000), {
      format: 'jsonl',
    });
    expect(values(set, 'y', 'y')).toEqual([Number.NaN, 2, 3]);
    expect(set.repairs).toContainEqual({
      kind: 'dropped-column',
      count: 2,
      detail: 'Columns not read: "x", "late".',
    });
  });

  it('and counts keys that come after the first chunk', async () => {
    const text = '{"ds":"2020-01-01","y":1}\n{"ds":"2020-01-02","y":2,"late":5}\n';
    const set = await readTable(stream(text, 26), { format: 'jsonl' });
    expect(set.repairs).toContainEqual({
      kind: 'dropped-column',
      count: 1,
      detail: 'Columns not read: "late".',
    });
  });
});

describe('readTable tells where it stands', () => {
  const text = `ds,y\n${Array.from({ length: 100 }, (_, i) => `${new Date(start + i * day).toISOString()},${i}\n`).join('')}`;

  it('by bytes of a file', async () => {
    const seen: Progress[] = [];
    const path = folder.write('progress.csv', text);
    await readTable(path, { onProgress: (progress) => seen.push(progress) });
    expect(seen.at(-1)).toMatchObject({
      stage: 'read',
      done: text.length,
      total: text.length,
      remaining: 0,
      detail: path,
    });
  });

  it('by bytes of a stream, whose end it cannot know', async () => {
    const seen: Progress[] = [];
    await readTable(stream(text, 1000), { onProgress: (progress) => seen.push(progress) });
    expect(seen.map(({ done }) => done)).toEqual([1000, 2000, text.length]);
    expect(seen[0].total).toBe(Number.POSITIVE_INFINITY);
    expect(seen[0]).not.toHaveProperty('remaining');
  });

  it('and stops at the caller’s signal', async () => {
    const controller = new AbortController();
    const reading = readTable(stream(text, 100), {
      signal: controller.signal,
      onProgress: () => controller.abort(),
    });
    await expect(reading).rejects.toMatchObject({ code: 'OPERATION_ABORTED', argument: 'readTable' });
  });
});
