/**
 * A CSV is streamed: what it takes to read it follows the values that are kept, not the text they are written in. The
 * whole size that is promised, 1 GB, is read where TESSERA_SLOW is set; some 20 MB are read always.
 */
import { createWriteStream, statSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import v8 from 'node:v8';
import vm from 'node:vm';
import { describe, expect, it } from 'vitest';
import type { SeriesSet } from '../../src/frames/series-set.js';
import { readTable, type TableSource } from '../../src/io/index.js';
import { temporaryFolder } from './temporary-folder.js';

const folder = temporaryFolder();
const hour = 3_600_000;
const rowsPerSeries = 10_000;

function cell(row: number): number {
  return (row % 997) / 8;
}

v8.setFlagsFromString('--expose-gc');
const collectGarbage: unknown = vm.runInNewContext('gc');

/** What is in use after everything else was let go; resident memory would drown 20 MB in noise. */
function liveBytes(): number {
  if (typeof collectGarbage !== 'function') throw new Error('The garbage collector cannot be called.');
  // The second call waits for the first one’s array buffers to be freed.
  collectGarbage();
  collectGarbage();
  const { heapUsed, external } = process.memoryUsage();
  return heapUsed + external;
}

/** Writes hourly series, one after the other, with a column that is not read, and returns the path and the rows. */
async function writeLarge(name: string, bytes: number): Promise<{ path: string; rows: number }> {
  const path = folder.at(name);
  let rows = 0;
  function* pieces(): Generator<string> {
    yield 'unique_id,ds,y,comment\n';
    for (let written = 0; written < bytes; ) {
      let piece = '';
      for (let i = 0; i < rowsPerSeries; i++, rows++) {
        const series = Math.floor(rows / rowsPerSeries);
        const time = new Date((rows % rowsPerSeries) * hour).toISOString();
        piece += `shop_${series},${time},${cell(rows)},"sold, as usual, row ${rows}"\n`;
      }
      written += piece.length;
      yield piece;
    }
  }
  await pipeline(Readable.from(pieces()), createWriteStream(path));
  return { path, rows };
}

function check(set: SeriesSet, rows: number): void {
  expect(set.frames.reduce((sum, { length }) => sum + length, 0)).toBe(rows);
  expect(set.frames.at(-1)?.channel('y').values.at(-1)).toBe(cell(rows - 1));
}

describe('a large CSV', () => {
  it('of 20 MB is never held by more than half while it is read, as it would be in one piece', async () => {
    const { path, rows } = await writeLarge('large.csv', 20e6);
    const size = statSync(path).size;
    const mostHeld = async (source: TableSource): Promise<number> => {
      const before = liveBytes();
      let most = 0;
      const onProgress = (): void => {
        most = Math.max(most, liveBytes() - before);
      };
      check(await readTable(source, { format: 'csv', onProgress }), rows);
      return most;
    };
    expect(await mostHeld(path)).toBeLessThan(size / 2);
    const kept: Uint8Array[] = [];
    async function* whole(): AsyncGenerator<Uint8Array> {
      const bytes = await readFile(path);
      kept.push(bytes);
      yield bytes;
    }
    expect(await mostHeld(whole())).toBeGreaterThan(size);
    expect(kept).toHaveLength(1);
  });

  it('of 1 GB takes less than half the memory of the file at its peak', async (context) => {
    if (process.env.TESSERA_SLOW !== '1') context.skip('takes a minute and 1 GB of disk: set TESSERA_SLOW=1');
    const { path, rows } = await writeLarge('huge.csv', 1e9);
    const size = statSync(path).size;
    expect(size).toBeGreaterThan(1e9);
    const before = process.memoryUsage.rss();
    check(await readTable(path), rows);
    // The peak of the whole process, given in kilobytes: never less than that of the read.
    expect(process.resourceUsage().maxRSS * 1024 - before).toBeLessThan(size / 2);
  }, 600_000);
});
