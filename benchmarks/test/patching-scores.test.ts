import { regularTimeAxis, SeriesFrame, SeriesSet } from '@tessera/core';
import { Patches, type PatchPolicy, PatchTree, policyFromName } from '@tessera/patching';
import { describe, expect, it } from 'vitest';
import { eventScores } from '../src/patching/event-scores.js';
import { eventSplit } from '../src/patching/event-windows.js';
import { type JudgedWindow, residualQuantiles, scoresOf } from '../src/patching/forecast-scores.js';

const window = (actual: number[], point: number[], scale: number): JudgedWindow => ({
  actual: Float64Array.from(actual),
  point: Float64Array.from(point),
  scale,
});

describe('residualQuantiles', () => {
  it('are those of each step, in units of the scale of each window', () => {
    // Errors over scales: step 0 gives 1, 2, 5 and step 1 gives -1, 0, 1.
    const windows = [window([1, -1], [0, 0], 1), window([4, 5], [0, 5], 2), window([5, 2], [0, 1], 1)];
    expect([...residualQuantiles(windows, [0.25, 0.5, 0.9])]).toEqual([1.5, 2, 2 + 0.8 * 3, -0.5, 0, 0.8]);
  });

  it('skip what was not observed', () => {
    const windows = [window([3], [1], 1), window([Number.NaN], [0], 1)];
    expect([...residualQuantiles(windows, [0.1, 0.9])]).toEqual([2, 2]);
  });
});

describe('scoresOf', () => {
  it('are MSE, MAE and CRPS of the point forecast with the errors around it', () => {
    // One error of 2 and scale 1: every quantile lies 2 above the point, at 12 where 10 is forecast on a scale of 1.
    const scores = scoresOf([window([2], [0], 1)], [window([13], [10], 1), window([9], [10], 1)]);
    expect(scores.get('MSE')).toBe((9 + 1) / 2);
    expect(scores.get('MAE')).toBe((3 + 1) / 2);
    // Of a distribution at one place CRPS is the absolute error: |13 - 12| and |9 - 12|.
    expect(scores.get('CRPS')).toBeCloseTo((1 + 3) / 2, 12);
  });

  it('put the errors on the scale of the window that is forecast', () => {
    const scores = scoresOf([window([4], [0], 2)], [window([26], [10], 8)]);
    expect(scores.get('CRPS')).toBeCloseTo(0, 12);
    expect(scores.get('MAE')).toBe(16);
  });
});

/** Noise of ±.1 in turns around 0, with a level of 5 from `from` on. */
function stepFrame(id: string, from: number): SeriesFrame {
  const values = Float64Array.from(
    { length: 40 },
    (_, t) => (t < from ? 0 : 5) + (t % 2 === 0 ? 0.1 : -0.1) * (t % 3),
  );
  const time = regularTimeAxis({ start: 0, frequency: 'h', length: 40 });
  return new SeriesFrame({ id, time, channels: [{ name: 'y', values }] });
}

function fixedPolicy(starts: number[]): PatchPolicy {
  return {
    ...policyFromName('uniform', 8),
    segment: async (windows) =>
      windows.map(({ values: { length } }) => new PatchTree([Patches.fromStarts(starts, length)])),
  };
}

describe('eventScores', () => {
  const set = new SeriesSet([stepFrame('a', 16), stepFrame('b', 16), stepFrame('none', 40)]);
  const known = new Map(
    ['a', 'b'].map((id) => [id, { events: [{ kind: 'mean-change', start: 16 } as const] }]),
  );

  it('find a change hit and preserved where a patch begins with it', async () => {
    expect(await eventScores(fixedPolicy([0, 8, 16, 24]), set, known, 32)).toEqual({
      hits: 1,
      preserved: 1,
      erased: 0,
    });
  });

  it('find it hit within two steps and no farther', async () => {
    expect((await eventScores(fixedPolicy([0, 14]), set, known, 32))?.hits).toBe(1);
    expect((await eventScores(fixedPolicy([0, 19]), set, known, 32))?.hits).toBe(0);
  });

  it('find it erased by one patch, whose mean has no two sides', async () => {
    expect(await eventScores(fixedPolicy([0]), set, known, 32)).toEqual({ hits: 0, preserved: 0, erased: 1 });
  });

  it('do not count the start of the window as a boundary', async () => {
    const first = new Map([['a', { events: [{ kind: 'spike', start: 1 } as const] }]]);
    expect((await eventScores(fixedPolicy([0]), set, first, 32))?.hits).toBe(0);
  });

  it('judge the event alone where that is known', async () => {
    const alone = stepFrame('flat', 40).targets[0].values.slice(0, 32);
    const flat = new Map([['a', { events: [{ kind: 'mean-change', start: 16 } as const], alone }]]);
    const scores = await eventScores(fixedPolicy([0, 16]), set, flat, 32);
    // Nothing to lose, so nothing is judged.
    expect(scores).toEqual({ hits: 1, preserved: Number.NaN, erased: Number.NaN });
  });

  it('say nothing where no event is known', async () => {
    expect(await eventScores(fixedPolicy([0]), set, new Map(), 32)).toBeUndefined();
  });
});

describe('eventSplit', () => {
  const data = {
    kind: 'event',
    name: 'decoy',
    lookback: 128,
    horizon: 16,
    windows: 3,
    validation: 1,
    test: 2,
  } as const;

  it('keeps the last windows of the fit for validation, and others to test on', () => {
    const split = eventSplit(data);
    expect(split.fit.size).toBe(4);
    expect(split.validation.frames.map(({ id }) => id)).toEqual(['window-3']);
    expect(split.test.frames.map(({ id }) => id)).toEqual(['window-1000000', 'window-1000001']);
    expect(split.training).toEqual({ validation: 'series', validationShare: 0.25, history: 128 });
    expect(split.deciding.size).toBe(6);
    expect([...split.events.keys()]).toEqual(['window-1000000', 'window-1000001']);
  });

  it('takes the decoys out of what is judged, and leaves the spike', () => {
    const { test, events, deciding } = eventSplit(data);
    for (const { id, targets } of test.frames) {
      const alone = events.get(id)?.alone ?? new Float64Array();
      const spike = deciding.get(id) ?? -1;
      expect(alone[spike]).toBe(targets[0].values[spike]);
      // Noise has a deviation of .2, and decoys of 3 to 5 stand on 20 places.
      const others = alone.filter((_, t) => t !== spike);
      expect(Math.max(...others.map(Math.abs))).toBeLessThan(1.2);
      expect(Math.max(...targets[0].values.subarray(0, 128))).toBeGreaterThan(2.5);
    }
  });
});
