import { irregularTimeAxis, regularTimeAxis, SeriesFrame, SeriesSet } from '@tessera/core';
import { describe, expect, it } from 'vitest';
import { frameOf, shareSet } from '../../src/backtest/shared-set.js';
import { weeklySet } from './test-sets.js';

describe('shareSet', () => {
  it('gives back equal frames after a trip through another thread’s copy', () => {
    const month = regularTimeAxis({ start: Date.UTC(2024, 0, 31), frequency: 'M', length: 9 });
    const set = new SeriesSet([
      ...weeklySet(3, 40).frames,
      new SeriesFrame({
        id: 'months from the 29th of February',
        time: month.slice(1, 6),
        channels: [{ name: 'y', unit: '°C', values: [1, Number.NaN, -0, 4, 5] }],
        interventions: [{ name: 'strike', time: 5, end: 7 }],
      }),
      new SeriesFrame({
        id: 'irregular',
        time: irregularTimeAxis([1, 5, 6]),
        channels: [{ name: 'y', values: [1, 2, 3] }],
      }),
    ]);
    const shared = structuredClone(shareSet(set));
    set.frames.forEach((frame, i) => {
      expect(frameOf(shared, i).equals(frame)).toBe(true);
      expect([...frameOf(shared, i).time.times()]).toEqual([...frame.time.times()]);
    });
  });

  it('sends the values as one shared block and copies them for each frame', () => {
    const shared = shareSet(weeklySet(2, 30));
    expect(shared.values).toBeInstanceOf(SharedArrayBuffer);
    frameOf(shared, 0).channels[0].values.fill(0);
    expect(frameOf(shared, 0).equals(weeklySet(2, 30).frames[0])).toBe(true);
  });
});
