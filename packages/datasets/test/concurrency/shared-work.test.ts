import type { Progress } from '@tessera/core';
import { describe, expect, it } from 'vitest';
import { SharedWork, type SharedWorkOptions } from '../../src/concurrency/shared-work.js';

/** Work that the test ends by hand. */
function manualWork() {
  const starts: SharedWorkOptions[] = [];
  const ends: { resolve: (value: string) => void; reject: (cause: Error) => void }[] = [];
  const work = (options: SharedWorkOptions): Promise<string> => {
    starts.push(options);
    return new Promise((resolve, reject) => {
      ends.push({ resolve, reject });
    });
  };
  return { starts, ends, work };
}

const progress: Progress = { stage: 'test', done: 1, total: 2, elapsed: 0 };

describe('shared work', () => {
  it('runs once for callers of the same key, and for each key by itself', async () => {
    const { starts, ends, work } = manualWork();
    const shared = new SharedWork<string>();
    const both = [shared.run('a', 'test', {}, work), shared.run('a', 'test', {}, work)];
    const other = shared.run('b', 'test', {}, work);
    expect(starts).toHaveLength(2);
    ends[0].resolve('first');
    ends[1].resolve('second');
    expect(await Promise.all([...both, other])).toEqual(['first', 'first', 'second']);
  });

  it('keeps no result: a later call works again', async () => {
    const shared = new SharedWork<number>();
    let runs = 0;
    const work = async (): Promise<number> => ++runs;
    expect(await shared.run('a', 'test', {}, work)).toBe(1);
    expect(await shared.run('a', 'test', {}, work)).toBe(2);
  });

  it('fails for every caller, and works again after that', async () => {
    const { ends, work } = manualWork();
    const shared = new SharedWork<string>();
    const both = [shared.run('a', 'test', {}, work), shared.run('a', 'test', {}, work)];
    ends[0].reject(new Error('broken'));
    for (const each of both) await expect(each).rejects.toThrow('broken');
    const again = shared.run('a', 'test', {}, work);
    ends[1].resolve('mended');
    expect(await again).toBe('mended');
  });

  it('tells every caller how far it is', async () => {
    const { starts, ends, work } = manualWork();
    const shared = new SharedWork<string>();
    const seen: string[] = [];
    const one = shared.run('a', 'test', { onProgress: () => seen.push('one') }, work);
    const two = shared.run('a', 'test', { onProgress: () => seen.push('two') }, work);
    starts[0].onProgress(progress);
    ends[0].resolve('done');
    await Promise.all([one, two]);
    expect(seen).toEqual(['one', 'two']);
  });

  it('goes on for those who stay when one gives up', async () => {
    const { starts, ends, work } = manualWork();
    const shared = new SharedWork<string>();
    const controller = new AbortController();
    const leaving = shared.run('a', 'test', { signal: controller.signal }, work);
    const staying = shared.run('a', 'test', {}, work);
    controller.abort();
    await expect(leaving).rejects.toMatchObject({ code: 'OPERATION_ABORTED', argument: 'test' });
    expect(starts[0].signal.aborted).toBe(false);
    ends[0].resolve('done');
    expect(await staying).toBe('done');
  });

  it('is stopped when the last one gives up, and the next caller does not join the dying work', async () => {
    const { starts, ends, work } = manualWork();
    const shared = new SharedWork<string>();
    const controller = new AbortController();
    const leaving = shared.run('a', 'test', { signal: controller.signal }, work);
    controller.abort(new Error('enough'));
    await expect(leaving).rejects.toMatchObject({ code: 'OPERATION_ABORTED', cause: new Error('enough') });
    expect(starts[0].signal.aborted).toBe(true);
    const next = shared.run('a', 'test', {}, work);
    expect(starts).toHaveLength(2);
    ends[0].reject(new Error('stopped'));
    ends[1].resolve('done');
    expect(await next).toBe('done');
  });

  it('does not begin where the signal has fired before', async () => {
    const { starts, work } = manualWork();
    const calling = new SharedWork<string>().run('a', 'test', { signal: AbortSignal.abort() }, work);
    await expect(calling).rejects.toMatchObject({ code: 'OPERATION_ABORTED' });
    expect(starts).toHaveLength(0);
  });
});
