import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { regularTimeAxis, SeriesFrame } from '@tessera/core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { splitOf } from '../src/patching/patching-data.js';
import { seriesSplit } from '../src/patching/series-windows.js';

function frameOf(id: string, values: ArrayLike<number>, more: readonly string[] = []): SeriesFrame {
  const time = regularTimeAxis({ start: 0, frequency: 'h', length: values.length });
  return new SeriesFrame({ id, time, channels: ['y', ...more].map((name) => ({ name, values })) });
}

const ramp = (length: number) => Float64Array.from({ length }, (_, t) => t);

describe('seriesSplit', () => {
  it('trains on 12 parts of 20, with the next 4 for validation and the last 4 to test on', () => {
    const split = seriesSplit([{ frame: frameOf('a', ramp(100)), events: [] }], {
      lookback: 20,
      horizon: 5,
      stride: 4,
    });
    expect(split.fit.frames.map(({ length }) => length)).toEqual([80]);
    expect(split.training).toEqual({ validation: 'ends', validationShare: 0.25, history: 20 });
    // Futures end before 80 and 100: the last origins are 75 and 95.
    const ids = (from: number[]) => from.map((origin) => `a/y@${origin}`);
    expect(split.validation.frames.map(({ id }) => id)).toEqual(ids([60, 64, 68, 72]));
    expect(split.test.frames.map(({ id }) => id)).toEqual(ids([80, 84, 88, 92]));
    // The mean of 0 to 59 is 29.5 and their variance (60² - 1) / 12.
    const { values } = split.test.frames[0].targets[0];
    const deviation = Math.sqrt((60 ** 2 - 1) / 12);
    expect(values).toHaveLength(25);
    expect(values[0]).toBeCloseTo((60 - 29.5) / deviation, 12);
    expect(values[24]).toBeCloseTo((84 - 29.5) / deviation, 12);
    expect(split.deciding.size).toBe(0);
  });

  it('cuts every channel of every series by itself', () => {
    const series = ['a', 'b'].map((id) => ({ frame: frameOf(id, ramp(40), ['z']), events: [] }));
    const { test } = seriesSplit(series, { lookback: 8, horizon: 8, stride: 1 });
    expect(test.frames.map(({ id }) => id)).toEqual(['a/y@32', 'a/z@32', 'b/y@32', 'b/z@32']);
    for (const { targets } of test.frames) expect(targets).toHaveLength(1);
  });

  it('knows the events that begin well inside a lookback, and cuts those that go on', () => {
    const events = [{ kind: 'regime', start: 70, end: 90 } as const, { kind: 'spike', start: 79 } as const];
    const split = seriesSplit([{ frame: frameOf('a', ramp(100)), events }], {
      lookback: 20,
      horizon: 5,
      stride: 8,
    });
    // Windows start at 60 and 68; 79 is one step from the end of the first, and 70 two steps from the start of the second.
    expect(split.events.get('a/y@80')?.events).toEqual([{ kind: 'regime', start: 10, end: 20 }]);
    expect(split.events.get('a/y@88')?.events).toEqual([{ kind: 'spike', start: 11, end: 12 }]);
  });

  it('shows the checker an event without the season around it', () => {
    const values = Float64Array.from({ length: 100 }, (_, t) => [1, 5][t % 2] + (t === 72 ? 3 : 0));
    const events = [{ kind: 'spike', start: 72 } as const];
    const split = seriesSplit([{ frame: frameOf('a', values), events }], {
      lookback: 20,
      horizon: 5,
      stride: 8,
      season: 2,
    });
    // Of the training values 1 and 5 the deviation is 2.
    const expected = Float64Array.from({ length: 20 }, (_, t) => (t === 12 ? 1.5 : 0));
    expect(split.events.get('a/y@80')?.alone).toEqual(expected);
  });

  it('refuses a series that is too short for a window', () => {
    const short = { frame: frameOf('a', ramp(30)), events: [] };
    expect(() => seriesSplit([short], { lookback: 16, horizon: 4, stride: 1 })).toThrow('SERIES_TOO_SHORT');
  });
});

describe('splitOf', () => {
  let folder = '';
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'patching-'));
  });
  afterAll(() => rm(folder, { recursive: true }));

  it('reads ETT files up to month 20', async () => {
    const channels = ['HUFL', 'HULL', 'MUFL', 'MULL', 'LUFL', 'LULL', 'OT'];
    const lines = Array.from({ length: 24 * 30 }, (_, t) => {
      const stamp = new Date(Date.UTC(2016, 6, 1, t)).toISOString().slice(0, 19).replace('T', ' ');
      return [stamp, ...channels.map((_, c) => t * (c + 1))].join(',');
    });
    await mkdir(join(folder, 'ett'));
    await writeFile(join(folder, 'ett', 'small.csv'), [['date', ...channels].join(','), ...lines].join('\n'));
    const data = { kind: 'ett', file: 'small.csv', month: 24, lookback: 30, horizon: 6, stride: 50 } as const;
    const { fit, test } = await splitOf(data, folder);
    expect(fit.frames[0].length).toBe(16 * 24);
    // Origins 384 and 434 of 480 steps, for seven channels.
    expect(test.size).toBe(14);
  });

  it('reads rows of NAB as steps, with the labelled windows as events', async () => {
    const lines = Array.from({ length: 200 }, (_, t) => {
      const stamp = new Date(Date.UTC(2015, 0, 1, 0, 5 * t + (t % 3)))
        .toISOString()
        .slice(0, 19)
        .replace('T', ' ');
      return `${stamp},${t % 7}`;
    });
    await mkdir(join(folder, 'nab', 'realTraffic'), { recursive: true });
    await writeFile(
      join(folder, 'nab', 'realTraffic', 'x.csv'),
      ['timestamp,value', ...lines, ''].join('\n'),
    );
    const [first, last] = [lines[150], lines[159]].map((line) => `${line.split(',')[0]}.000000`);
    await writeFile(
      join(folder, 'nab', 'windows.json'),
      JSON.stringify({ 'realTraffic/x.csv': [[first, last]] }),
    );
    const data = { kind: 'nab', folder: 'realTraffic', lookback: 32, horizon: 8, stride: 8 } as const;
    const { test, events } = await splitOf(data, folder);
    expect(test.frames.map(({ id }) => id)).toEqual(
      [160, 168, 176, 184, 192].map((origin) => `realTraffic/x/value@${origin}`),
    );
    expect(events.get('realTraffic/x/value@168')?.events).toEqual([{ kind: 'regime', start: 14, end: 24 }]);
  });

  it('takes holidays for events of the births and the flights', async () => {
    const births = await splitOf({ kind: 'births', lookback: 364, horizon: 28, stride: 200 }, folder);
    // 3 January to 31 December 1984: Memorial, Independence, Labor and Thanksgiving Day; Christmas is too near to the end.
    const [[first, { events }]] = births.events;
    expect(first).toBe('us-births/births@5844');
    expect(events.map(({ start }) => start)).toEqual([146, 183, 244, 324]);
    const flights = await splitOf(
      { kind: 'flights', origins: 1, lookback: 336, horizon: 24, stride: 100 },
      folder,
    );
    const days = [...flights.events.values()].flatMap((each) =>
      each.events.map(({ start, end = 0 }) => end - start),
    );
    // Memorial Day, of the total and of one airport.
    expect(new Set(days)).toEqual(new Set([24]));
    expect([...flights.events.keys()].some((id) => id.startsWith('all/'))).toBe(true);
  });
});
