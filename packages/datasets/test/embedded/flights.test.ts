import type { Progress, TesseraError } from '@tessera/core';
import { asyncBufferFromFile, parquetReadObjects } from 'hyparquet';
import { compressors } from 'hyparquet-compressors';
import { describe, expect, it } from 'vitest';
import { countFlights } from '../../src/embedded/flight-counts.js';
import { loadFlights } from '../../src/embedded/flights.js';
import { packageFile } from '../../src/embedded/package-file.js';

const path = packageFile({ package: 'vega-datasets', path: 'data/flights-3m.parquet' });
const start = Date.UTC(2001, 0, 1);

describe('hourly departures', () => {
  it('count three million rows once, and say how many lie outside the hours', async () => {
    const set = await loadFlights();
    const sum = set
      .get('all')
      .channel('departures')
      .values.reduce((total, value) => total + value, 0);
    expect(sum).toBe(3_000_000 - 6);
    expect(set.repairs).toEqual([
      { kind: 'gap', count: 6, detail: expect.stringMatching(/^6 flights outside/) },
    ]);
  });

  it('are those of a slow count, row by row, of the first days', async () => {
    const rows = await parquetReadObjects({
      file: await asyncBufferFromFile(path),
      compressors,
      rowEnd: 60_000,
    });
    const hours = 72;
    const expected = new Map<string, number>();
    for (const { date, origin } of rows) {
      const stamp = date instanceof Date ? date.toISOString().slice(0, 13) : '';
      for (const id of ['all', String(origin)]) {
        expected.set(`${id} ${stamp}`, (expected.get(`${id} ${stamp}`) ?? 0) + 1);
      }
    }
    for (const { id, time, channels } of await loadFlights()) {
      for (let i = 0; i < hours; i++) {
        const stamp = new Date(time.timeAt(i)).toISOString().slice(0, 13);
        expect(channels[0].values[i], `${id} ${stamp}`).toBe(expected.get(`${id} ${stamp}`) ?? 0);
      }
    }
  });

  it('come from as many airports as asked for, the busiest first, and all of them add up', async () => {
    expect((await loadFlights({ origins: 0 })).ids).toEqual(['all']);
    expect((await loadFlights({ origins: 2 })).ids).toEqual(['all', 'ORD', 'DFW']);
    const set = await loadFlights({ origins: 229 });
    expect(set.size).toBe(230);
    const [all, ...airports] = set.frames.map(({ channels }) => channels[0].values);
    for (let i = 0; i < all.length; i++) {
      expect(airports.reduce((total, values) => total + values[i], 0)).toBe(all[i]);
    }
  });

  it('fall in the storm of 5 March 2001 against the Monday before', async () => {
    const { channels, time } = (await loadFlights()).get('all');
    const day = (date: string): number => {
      const from = time.indexOf(Date.parse(date));
      return channels[0].values.slice(from, from + 24).reduce((total, value) => total + value, 0);
    };
    expect(day('2001-03-05')).toBeLessThan(0.9 * day('2001-02-26'));
    expect(day('2001-05-28')).toBeLessThan(day('2001-05-21'));
  });

  it('report each row group and stop when told to', async () => {
    const seen: Progress[] = [];
    const controller = new AbortController();
    const counting = countFlights(path, {
      start,
      hours: 24,
      signal: controller.signal,
      onProgress: (progress) => {
        seen.push(progress);
        if (progress.done === 2) controller.abort();
      },
    });
    await expect(counting).rejects.toMatchObject({
      code: 'OPERATION_ABORTED',
    } satisfies Partial<TesseraError>);
    expect(seen.map(({ done, total }) => [done, total])).toEqual([
      [1, 11],
      [2, 11],
    ]);
  });

  it('refuse a number of airports that is none', async () => {
    await expect(loadFlights({ origins: -1 })).rejects.toThrow(
      'OPTIONS_INVALID: loadFlights options.origins: expected 0 or more, found -1.',
    );
  });
});
