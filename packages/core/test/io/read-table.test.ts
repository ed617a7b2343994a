import { describe, expect, it } from 'vitest';
import type { SeriesSet } from '../../src/frames/series-set.js';
import { readTable } from '../../src/io/index.js';
import type { ReadTableOptions } from '../../src/io/read-options.js';
import { plain, stream } from './tables.js';
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

describe('readTable names series', () => {
  it('by the id column, in order of their first row', async () => {
    const set = await read(
      'unique_id,ds,y\nb,2020-01-01,1\na,2020-01-01,2\nb,2020-01-02,3\na,2020-01-02,4\n',
    );
    expect(set.ids).toEqual(['b', 'a']);
    expect(values(set, 'b', 'y')).toEqual([1, 3]);
  });

  it('by the file where there is no id column', async () => {
    const path = folder.write('births.usa.csv', 'ds,y\n2020-01-01,1\n2020-01-02,2\n');
    expect((await readTable(path)).ids).toEqual(['births.usa']);
  });

  it('by the target where there is no file either', async () => {
    expect(
      (await read('date,births\n2020-01-01,1\n2020-01-02,2\n', { time: 'date', target: 'births' })).ids,
    ).toEqual(['births']);
  });

  it('by numbers and booleans too, and keeps spaces', async () => {
    const rows = [7, true, ' x '].map((unique_id) => ({ unique_id, ds: '2020-01-01', y: 1 }));
    expect((await readTable(rows)).ids).toEqual(['7', 'true', ' x ']);
    expect((await read('unique_id,ds,y\n x ,2020-01-01,1\nNA,2020-01-01,1\n')).ids).toEqual([' x ', 'NA']);
  });
});

describe('readTable gives columns their parts', () => {
  it('with several targets, covariates, statics and units', async () => {
    const set = await read('t,s,a,b,p,f,region\n2020-01-01,x,1,2,3,4,north\n2020-01-02,x,5,6,7,8,north\n', {
      time: 't',
      id: 's',
      target: ['b', 'a'],
      past: 'p',
      future: ['f'],
      statics: 'region',
      units: { a: 'kg', p: 'm' },
    });
    const frame = set.get('x');
    expect(frame.channels.map(({ name, role, unit }) => [name, role, unit])).toEqual([
      ['b', 'target', undefined],
      ['a', 'target', 'kg'],
      ['p', 'past', 'm'],
      ['f', 'future', undefined],
    ]);
    expect(frame.statics).toEqual({ region: 'north' });
    expect(values(set, 'x', 'f')).toEqual([4, 8]);
  });

  it('and reports the columns it does not read', async () => {
    const set = await read('ds,y,note,\n2020-01-01,1,"x, y",z\n2020-01-02,2,,\n');
    expect(set.repairs).toContainEqual({
      kind: 'dropped-column',
      count: 2,
      detail: 'Columns not read: "note", "".',
    });
  });

  it('keeps a column named like an object property apart', async () => {
    const set = await readTable([{ ds: '2020-01-01', constructor: 1 }, { ds: '2020-01-02' }], {
      target: 'constructor',
    });
    expect(values(set, 'constructor', 'constructor')).toEqual([1, Number.NaN]);
  });
});

describe('readTable types the statics of text tables', () => {
  const statics = async (cells: string[]): Promise<unknown[]> => {
    const lines = cells.map((cell, i) => `s${i},2020-01-01,1,${cell}\n`);
    const set = await read(`unique_id,ds,y,fact\n${lines.join('')}`, { statics: 'fact' });
    return set.frames.map((frame) => frame.statics.fact);
  };

  it('as numbers where every value is written like one', async () => {
    expect(await statics(['1', '-2.5', ''])).toEqual([1, -2.5, undefined]);
  });

  it('as booleans where every value is true or false', async () => {
    expect(await statics(['true', 'false'])).toEqual([true, false]);
  });

  it('as text else, so that codes keep their zeros', async () => {
    expect(await statics(['007', '1'])).toEqual(['007', '1']);
    expect(await statics(['true', '1'])).toEqual(['true', '1']);
    expect(await statics(['NA', 'SE'])).toEqual(['NA', 'SE']);
  });

  it('and leaves typed sources as they are', async () => {
    const set = await readTable([{ ds: '2020-01-01', y: 1, fact: '5' }], { statics: 'fact' });
    expect(set.frames[0].statics).toEqual({ fact: '5' });
  });

  it('and keeps one named like a prototype', async () => {
    const rows: unknown = JSON.parse('[{"ds":"2020-01-01","y":1,"__proto__":"x"}]');
    const set = await readTable(stream(JSON.stringify(rows)), { format: 'json', statics: '__proto__' });
    expect(Object.entries(set.frames[0].statics)).toEqual([['__proto__', 'x']]);
  });

  it('and takes an empty cell for unknown, not for another value', async () => {
    const set = await read('ds,y,fact\n2020-01-01,1,\n2020-01-02,2,x\n2020-01-03,3,\n', { statics: 'fact' });
    expect(set.frames[0].statics).toEqual({ fact: 'x' });
  });
});

describe('readTable reads wide tables', () => {
  const wide = 'ds,a,b,holiday\n2020-01-01,1,10,0\n2020-01-02,,20,1\n2020-01-04,3,,0\n';

  it('as one series per column, covariates shared', async () => {
    const set = await read(wide, { layout: 'wide', future: 'holiday' });
    expect(set.ids).toEqual(['a', 'b']);
    expect(set.get('a').channels.map(({ name, role }) => [name, role])).toEqual([
      ['a', 'target'],
      ['holiday', 'future'],
    ]);
    expect(values(set, 'a', 'a')).toEqual([1, Number.NaN, Number.NaN, 3]);
    expect(values(set, 'b', 'holiday')).toEqual([0, 1, Number.NaN, 0]);
    expect(set.repairs).toEqual([
      { kind: 'gap', count: 1, detail: '1 step without a row; marked as missing.' },
      {
        kind: 'inferred-frequency',
        count: 1,
        detail: 'Frequency D inferred from the times of the longest series.',
      },
      { kind: 'missing-value', id: 'a', count: 1, detail: '1 missing cell: a 1.' },
      { kind: 'missing-value', id: 'b', count: 1, detail: '1 missing cell: b 1.' },
    ]);
  });

  it('as the channels of one series', async () => {
    const path = folder.write('wide.csv', wide);
    const set = await readTable(path, { layout: 'wide', wideColumns: 'channels', target: ['a', 'b'] });
    expect(set.ids).toEqual(['wide']);
    expect(set.frames[0].targets.map(({ name }) => name)).toEqual(['a', 'b']);
  });

  it('with numbers for column names', async () => {
    const set = await read('ds,0,1\n2020-01-01,5,6\n', { layout: 'wide' });
    expect(set.ids).toEqual(['0', '1']);
  });
});

describe('readTable lays rows on the time axis', () => {
  it('sorted, and says how many rows came late', async () => {
    const set = await read('ds,y\n2020-01-03,3\n2020-01-01,1\n2020-01-04,4\n2020-01-02,2\n');
    expect(values(set, 'y', 'y')).toEqual([1, 2, 3, 4]);
    expect(set.repairs).toContainEqual({
      kind: 'sorted',
      id: 'y',
      count: 2,
      detail: '2 rows came after a later one; sorted.',
    });
  });

  it('with gaps as missing steps, counted per series and never filled', async () => {
    // 4 January 2020 is a Saturday, so these are days and not business days.
    const set = await read(
      'unique_id,ds,y\na,2020-01-03,1\na,2020-01-04,2\na,2020-01-08,6\nb,2020-01-03,1\nb,2020-01-04,2\n',
    );
    expect(values(set, 'a', 'y')).toEqual([1, 2, Number.NaN, Number.NaN, Number.NaN, 6]);
    expect([...set.get('a').channel('y').observed]).toEqual([1, 1, 0, 0, 0, 1]);
    expect(set.repairs.filter(({ kind }) => kind === 'gap')).toEqual([
      { kind: 'gap', id: 'a', count: 3, detail: '3 steps without a row; marked as missing.' },
    ]);
  });

  it('with missing cells counted by channel', async () => {
    const set = await read('ds,y,x\n2020-01-01,,1\n2020-01-02,NA,\n2020-01-03,3,3\n', { past: 'x' });
    expect(set.repairs).toContainEqual({
      kind: 'missing-value',
      id: 'y',
      count: 3,
      detail: '3 missing cells: y 2, x 1.',
    });
  });

  it('by a given calendar frequency', async () => {
    const set = await read('ds,y\n2020-01-31,1\n2020-02-29,2\n2020-04-30,4\n', { frequency: 'ME' });
    expect(plain(set)).toMatchObject([
      { time: { frequency: 'ME', length: 4 }, channels: [{ values: [1, 2, null, 4] }] },
    ]);
    expect(set.repairs.map(({ kind }) => kind)).toEqual(['gap']);
  });

  it('by one inferred frequency for all series that fit it', async () => {
    const hours = [0, 1, 2, 3].map((hour) => `a,2020-01-01T0${hour}:00:00Z,${hour}\n`);
    const set = await read(
      `unique_id,ds,y\n${hours.join('')}b,2020-01-01T00:00:00Z,0\nb,2020-01-01T02:00:00Z,2\n`,
    );
    expect(values(set, 'b', 'y')).toEqual([0, Number.NaN, 2]);
    expect(set.repairs).toContainEqual({
      kind: 'inferred-frequency',
      count: 2,
      detail: 'Frequency h inferred from the times of the longest series.',
    });
  });

  it('by a frequency of its own where a series does not fit that of the table', async () => {
    const days = [1, 2, 3, 4].map((number) => `a,2020-01-0${number}T00:00:00Z,1\n`);
    const set = await read(
      `unique_id,ds,y\n${days.join('')}b,2020-01-01T00:00:00Z,0\nb,2020-01-01T01:00:00Z,2\n`,
    );
    expect(set.get('b').time.toJSON()).toMatchObject({ kind: 'regular', frequency: 'h', length: 2 });
    expect(set.repairs).toContainEqual({
      kind: 'inferred-frequency',
      id: 'b',
      count: 2,
      detail: 'Frequency h inferred from its own times; its times do not fit D well.',
    });
  });

  it('as they are where they fit no grid', async () => {
    const set = await read(
      'ds,y\n2020-01-01T00:00:00Z,1\n2020-01-01T00:00:01.003Z,2\n2020-01-19T03:14:07.017Z,3\n',
    );
    expect(set.frames[0].time.toJSON()).toEqual({
      kind: 'irregular',
      times: [start, start + 1003, Date.UTC(2020, 0, 19, 3, 14, 7, 17)],
    });
    expect(set.repairs.filter(({ kind }) => kind === 'irregular-axis')).toEqual([
      {
        kind: 'irregular-axis',
        id: 'y',
        count: 3,
        detail: 'Its times lie on no regular grid, or fill too little of it; kept as they are.',
      },
    ]);
  });

  it('as they are on request, gaps and all', async () => {
    const set = await read('ds,y\n2020-01-01,1\n2020-01-02,2\n2020-01-09,3\n', { irregular: true });
    expect(set.frames[0].time.toJSON()).toEqual({
      kind: 'irregular',
      times: [start, start + day, start + 8 * day],
    });
    expect(set.repairs).toEqual([]);
  });

  it('as they are where a grid would be nearly empty', async () => {
    const text = 'ds,y\n2020-01-01T00:00Z,1\n2020-01-01T00:01Z,1\n2020-01-01T00:07Z,2\n2020-01-01T00:13Z,3\n';
    const set = await read(text);
    expect(set.frames[0].time.kind).toBe('regular');
    expect((await read(`${text}2020-01-01T00:25Z,4\n`)).frames[0].time.kind).toBe('irregular');
  });

  it('on the grid of the table even where they are few, but not beyond its longest series', async () => {
    const days = Array.from(
      { length: 30 },
      (_, i) => `a,${new Date(start + i * day).toISOString()},1\n`,
    ).join('');
    const few = [0, 7, 8, 29].map((at) => `b,${new Date(start + at * day).toISOString()},1\n`).join('');
    const set = await read(`unique_id,ds,y\n${days}${few}`);
    expect(set.get('b').time.toJSON()).toMatchObject({ kind: 'regular', frequency: 'D', length: 30 });
    const stray = await read(`unique_id,ds,y\n${days}${few}b,2120-01-01T00:00:00.000Z,1\n`);
    expect(stray.get('b').time.kind).toBe('irregular');
  });

  it('and keeps a series of one row, saying that it tells no frequency', async () => {
    const set = await read('ds,y\n2020-01-01,1\n');
    expect(set.frames[0].time.toJSON()).toEqual({ kind: 'irregular', times: [start] });
    expect(set.repairs).toEqual([
      { kind: 'irregular-axis', id: 'y', count: 1, detail: 'One row tells no frequency; kept as they are.' },
    ]);
  });

  it('and gives a series of one row the frequency of its table, or the one given', async () => {
    const table = 'unique_id,ds,y\na,2020-01-01,1\na,2020-01-02,2\na,2020-01-03,3\nb,2020-01-02,1\n';
    expect((await read(table)).get('b').time.toJSON()).toMatchObject({
      kind: 'regular',
      frequency: 'D',
      length: 1,
    });
    expect((await read('ds,y\n2020-01-01,1\n', { frequency: 'W' })).frames[0].time.toJSON()).toMatchObject({
      frequency: 'W',
      length: 1,
    });
  });
});
