import { existsSync } from 'node:fs';
import { readFile, utimes, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { withFileLock } from '../../src/download/file-lock.js';
import { temporaryFolder } from '../temporary-folder.js';

const never = new AbortController().signal;
const onWait = (): void => undefined;
const lockIn = async (): Promise<string> => join(await temporaryFolder(), 'lock');

describe('a file lock', () => {
  it('has one holder at a time, and is gone afterwards', async () => {
    const path = await lockIn();
    let inside = 0;
    let waits = 0;
    const order: number[] = [];
    const hold = (name: number): Promise<void> =>
      withFileLock(path, { signal: never, onWait: () => (waits += 1) }, async () => {
        inside += 1;
        expect(inside).toBe(1);
        await sleep(20);
        order.push(name);
        inside -= 1;
      });
    await Promise.all([hold(1), hold(2), hold(3)]);
    expect([...order].sort()).toEqual([1, 2, 3]);
    expect(waits).toBe(2);
    expect(existsSync(path)).toBe(false);
  });

  it('is released where the work fails', async () => {
    const path = await lockIn();
    const failing = withFileLock(path, { signal: never, onWait }, async () => {
      throw new Error('broken');
    });
    await expect(failing).rejects.toThrow('broken');
    expect(existsSync(path)).toBe(false);
  });

  it('is taken away from a holder that has died', async () => {
    const path = await lockIn();
    await writeFile(path, 'dead');
    const longAgo = new Date(Date.now() - 60_000);
    await utimes(path, longAgo, longAgo);
    expect(await withFileLock(path, { signal: never, onWait }, async () => 'mine')).toBe('mine');
  });

  it('is touched by a holder that works for long, so that nobody takes it away', async () => {
    const path = await lockIn();
    let inside = 0;
    const hold = (): Promise<void> =>
      withFileLock(path, { signal: never, onWait, deadAfter: 200 }, async () => {
        inside += 1;
        expect(inside).toBe(1);
        await sleep(500);
        inside -= 1;
      });
    await Promise.all([hold(), hold()]);
  });

  it('is not removed by a holder who has lost it', async () => {
    const path = await lockIn();
    await withFileLock(path, { signal: never, onWait }, () => writeFile(path, 'another holder'));
    expect(await readFile(path, 'utf8')).toBe('another holder');
  });

  it('is waited for until the signal fires', async () => {
    const path = await lockIn();
    await writeFile(path, 'held');
    const controller = new AbortController();
    let waits = 0;
    const waiting = withFileLock(
      path,
      {
        signal: controller.signal,
        onWait: () => {
          waits += 1;
          controller.abort();
        },
      },
      async () => 'mine',
    );
    await expect(waiting).rejects.toThrow('aborted');
    expect(waits).toBe(1);
    expect(existsSync(path)).toBe(true);
  });
});
