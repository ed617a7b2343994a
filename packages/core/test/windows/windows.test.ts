/** Which windows there are, against a list made the slow way. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { SeriesFrame } from '../../src/frames/series-frame.js';
import { SeriesSet } from '../../src/frames/series-set.js';
import { type WindowIndex, type WindowOptions, windows } from '../../src/windows/windows.js';
import { arbitrarySet, stepFrame } from './arbitrary-frames.js';

const arbitraryOptions: fc.Arbitrary<WindowOptions> = fc
  .record({
    lookback: fc.integer({ min: 1, max: 8 }),
    horizon: fc.integer({ min: 0, max: 5 }),
    stride: fc.option(fc.integer({ min: 1, max: 6 }), { nil: undefined }),
    from: fc.option(fc.nat(10), { nil: undefined }),
    room: fc.option(fc.nat(40), { nil: undefined }),
    minimumObserved: fc.option(fc.constantFrom(0, 0.25, 0.5, 0.75, 0.9, 1), { nil: undefined }),
  })
  .map(({ room, ...options }) => ({
    ...options,
    to: room === undefined ? undefined : (options.from ?? 0) + room,
  }));

function observedShare(frame: SeriesFrame): number {
  const flags = frame.targets.flatMap(({ observed }) => [...observed]);
  return flags.length === 0 ? 1 : flags.filter((flag) => flag === 1).length / flags.length;
}

/** Tries every step of every series. */
function slowly(
  set: SeriesSet,
  options: WindowOptions,
): { kept: WindowIndex[]; lookback: number; horizon: number } {
  const { lookback, horizon, stride = 1, from = 0, to, minimumObserved = 0 } = options;
  const kept: WindowIndex[] = [];
  const leftOut = { lookback: 0, horizon: 0 };
  set.frames.forEach((series, frame) => {
    for (
      let start = from;
      start + lookback + horizon <= Math.min(to ?? series.length, series.length);
      start += stride
    ) {
      const origin = start + lookback;
      if (observedShare(series.slice(start, origin)) < minimumObserved) leftOut.lookback += 1;
      else if (observedShare(series.slice(origin, origin + horizon)) < minimumObserved) leftOut.horizon += 1;
      else kept.push({ frame, start });
    }
  });
  return { kept, ...leftOut };
}

describe('windows', () => {
  it('are those that a slow search finds, in its order', () => {
    fc.assert(
      fc.property(arbitrarySet, arbitraryOptions, (set, options) => {
        const found = windows(set, options);
        const { kept, lookback, horizon } = slowly(set, options);
        expect([...found]).toEqual(kept);
        expect(found.count).toBe(kept.length);
        expect(kept.map((_, i) => found.indexAt(i))).toEqual(kept);
        expect(found.report).toMatchObject({
          windows: kept.length,
          leftOutByLookback: lookback,
          leftOutByHorizon: horizon,
        });
        set.frames.forEach((_, frame) => {
          expect(found.countOf(frame)).toBe(kept.filter((each) => each.frame === frame).length);
        });
      }),
      { numRuns: 500 },
    );
  });

  it('never cross the end of a series or of the range', () => {
    fc.assert(
      fc.property(arbitrarySet, arbitraryOptions, (set, options) => {
        for (const { frame, start } of windows(set, options)) {
          const end = start + options.lookback + options.horizon;
          expect(start).toBeGreaterThanOrEqual(options.from ?? 0);
          expect(end).toBeLessThanOrEqual(
            Math.min(set.frames[frame].length, options.to ?? Number.POSITIVE_INFINITY),
          );
        }
      }),
    );
  });

  it('are views: lookback and horizon share memory with their series', () => {
    const series = stepFrame('a', 10);
    const { frame, start, lookback, horizon } = windows(series, {
      lookback: 4,
      horizon: 2,
      stride: 3,
    }).windowAt(1);
    expect([frame, start]).toEqual([0, 3]);
    expect([...lookback.channel('y').values]).toEqual([3, 4, 5, 6]);
    expect([...horizon.channel('known').values]).toEqual([7, 8]);
    expect(horizon.time.timeAt(0)).toBe(series.time.timeAt(7));
    expect(lookback.channel('y').values.buffer).toBe(series.channel('y').values.buffer);
    expect(horizon.channel('z').observed.buffer).toBe(series.channel('z').observed.buffer);
  });

  it('run through a set series by series', () => {
    const set = new SeriesSet([stepFrame('a', 5), stepFrame('short', 2), stepFrame('b', 4)]);
    const found = windows(set, { lookback: 2, horizon: 1, minimumObserved: 0.5 });
    expect([...found]).toEqual([
      { frame: 0, start: 0 },
      { frame: 0, start: 1 },
      { frame: 0, start: 2 },
      { frame: 2, start: 0 },
      { frame: 2, start: 1 },
    ]);
    expect(found.report).toEqual({
      windows: 5,
      leftOutByLookback: 0,
      leftOutByHorizon: 0,
      seriesTooShort: 1,
    });
    expect(found.windowAt(4).lookback.id).toBe('b');
  });

  it('count what a lack of observations leaves out', () => {
    // Windows of 2 + 1 steps over y = 0 1 . . 4 5, with z always observed.
    const series = stepFrame('a', 6, { mask: [1, 1, 0, 0, 1, 1] });
    const found = windows(series, { lookback: 2, horizon: 1, minimumObserved: 0.75 });
    expect([...found]).toEqual([{ frame: 0, start: 3 }]);
    expect(found.report).toEqual({
      windows: 1,
      leftOutByLookback: 1,
      leftOutByHorizon: 2,
      seriesTooShort: 0,
    });
    expect(windows(series, { lookback: 2, horizon: 1 }).count).toBe(4);
  });

  it('do not look at covariates to judge what was observed', () => {
    const series = stepFrame('a', 3).withChannels([
      { name: 'y', values: [1, 2, 3] },
      { name: 'known', role: 'future', values: [Number.NaN, Number.NaN, Number.NaN] },
    ]);
    expect(windows(series, { lookback: 1, horizon: 1, minimumObserved: 1 }).count).toBe(2);
  });

  it('may have no horizon, fill a series exactly, and not exist', () => {
    const series = stepFrame('a', 5);
    expect(windows(series, { lookback: 5, horizon: 0 }).windowAt(0).horizon.length).toBe(0);
    expect(windows(series, { lookback: 3, horizon: 2 }).count).toBe(1);
    const none = windows(series, { lookback: 4, horizon: 2 });
    expect([none.count, [...none], none.report.seriesTooShort]).toEqual([0, [], 1]);
    expect(windows(new SeriesSet([]), { lookback: 1, horizon: 1 }).count).toBe(0);
  });

  it('store their options with the defaults', () => {
    expect(windows(stepFrame('a', 5), { lookback: 2, horizon: 1 }).options).toEqual({
      lookback: 2,
      horizon: 1,
      stride: 1,
      from: 0,
      minimumObserved: 0,
    });
  });

  it('say how many there are', () => {
    const found = windows(stepFrame('a', 5), { lookback: 2, horizon: 1 });
    for (const index of [-1, 3, 0.5, Number.NaN]) {
      expect(() => found.indexAt(index)).toThrowError(
        `INDEX_INVALID: window index: expected a whole number in [0, 3), found ${index}. Use an index below count.`,
      );
      expect(() => found.windowAt(index)).toThrowError('INDEX_INVALID');
    }
  });

  it.each<[WindowOptions, string]>([
    [{ lookback: 0, horizon: 1 }, '.lookback: expected a whole number of steps, at least 1, found 0'],
    [{ lookback: 1.5, horizon: 1 }, '.lookback: expected a whole number of steps, at least 1, found 1.5'],
    [{ lookback: 1, horizon: -1 }, '.horizon: expected a whole number of steps, at least 0, found -1'],
    [
      { lookback: 1, horizon: 1, stride: 0 },
      '.stride: expected a whole number of steps, at least 1, found 0',
    ],
    [{ lookback: 1, horizon: 1, from: 5, to: 4 }, '.to: expected a step not before from, found 4'],
    [
      { lookback: 1, horizon: 1, minimumObserved: 50 },
      '.minimumObserved: expected number to be <=1, found 50',
    ],
  ])('refuse %j', (options, message) => {
    expect(() => windows(stepFrame('a', 5), options)).toThrowError(
      `OPTIONS_INVALID: windows options${message}. Correct this option or leave it out to use its default.`,
    );
  });

  it('are found at once in a million, without a list of them', () => {
    const series = stepFrame('a', 1_000_000);
    const found = windows(series, { lookback: 512, horizon: 96 });
    expect(found.count).toBe(999_393);
    expect(found.indexAt(999_392)).toEqual({ frame: 0, start: 999_392 });
  });
});
