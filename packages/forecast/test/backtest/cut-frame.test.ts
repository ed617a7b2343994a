import { regularTimeAxis, SeriesFrame } from '@tessera/core';
import { describe, expect, it } from 'vitest';
import { futureFrame, trainingFrame } from '../../src/backtest/cut-frame.js';
import { frameOf, ramp, weeklySet } from './test-sets.js';

const day = 86_400_000;
const start = Date.UTC(2024, 0, 1);

describe('trainingFrame', () => {
  it('holds the steps of the range, all roles and the statics', () => {
    const [frame] = weeklySet(1, 20).frames;
    const cut = trainingFrame(frame, 5, 12);
    expect(cut.equals(frame.slice(5, 12))).toBe(true);
    expect(cut.statics).toEqual({ shop: 0 });
  });

  it('shares no memory with the series, so that the future is not behind it', () => {
    const frame = frameOf('a', ramp(10));
    const cut = trainingFrame(frame, 0, 6);
    expect(cut.channels[0].values.buffer.byteLength).toBe(6 * 8);
    expect(cut.channels[0].observed.buffer.byteLength).toBe(6);
    cut.channels[0].values.fill(99);
    expect([...frame.channels[0].values]).toEqual(ramp(10));
  });

  it('keeps what was missing missing', () => {
    const cut = trainingFrame(frameOf('a', [1, Number.NaN, 3, 4]), 0, 3);
    expect([...cut.channels[0].observed]).toEqual([1, 0, 1]);
  });

  it('knows only interventions that began, and only ends that came', () => {
    const frame = new SeriesFrame({
      id: 'a',
      time: regularTimeAxis({ start, frequency: 'D', length: 10 }),
      channels: [{ name: 'y', values: ramp(10) }],
      interventions: [
        { name: 'past', time: start + day, end: start + 3 * day },
        { name: 'running', time: start + 4 * day, end: start + 8 * day },
        { name: 'to come', time: start + 6 * day },
      ],
    });
    expect(trainingFrame(frame, 0, 6).interventions).toEqual([
      { name: 'past', time: start + day, end: start + 3 * day },
      { name: 'running', time: start + 4 * day },
    ]);
  });
});

describe('futureFrame', () => {
  it('holds the future covariates of the horizon and nothing else', () => {
    const [frame] = weeklySet(1, 20).frames;
    const future = futureFrame(frame, 12, 5);
    expect(future?.channels.map(({ name }) => name)).toEqual(['f']);
    expect(future?.time.timeAt(0)).toBe(frame.time.timeAt(12));
    expect([...(future?.channel('f').values ?? [])]).toEqual([...frame.channel('f').values.slice(12, 17)]);
    expect(future?.channels[0].values.buffer.byteLength).toBe(5 * 8);
  });

  it('is undefined where there are none', () => {
    expect(futureFrame(frameOf('a', ramp(10)), 5, 2)).toBeUndefined();
  });
});
