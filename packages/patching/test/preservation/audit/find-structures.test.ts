import { foldIn, RandomStream, randomKey, regularTimeAxis, SeriesFrame } from '@tessera/core';
import { describe, expect, it } from 'vitest';
import { joinStructures, labelledEvents } from '../../../src/preservation/audit/labelled-events.js';
import { nullSeries } from '../../../src/preservation/audit/null-series.js';
import { noMemory } from '../../../src/preservation/surviving/noise-memory.js';
import { typicalMemory } from '../../../src/preservation/surviving/typical-memory.js';
import { remembering, structure } from '../checks/check-fixtures.js';

describe('known events', () => {
  const time = regularTimeAxis({ start: 0, frequency: 'h', length: 50 });
  const hour = 3_600_000;
  const frame = new SeriesFrame({
    id: 'a',
    time,
    channels: ['y', 'x'].map((name) => ({ name, values: new Float64Array(50) })),
    interventions: [
      { name: 'before', time: -hour },
      { name: 'law', time: 20 * hour, end: 30 * hour },
      { name: 'later', time: 99 * hour },
    ],
  });

  it('are those of the channel and the interventions with two sides', () => {
    const events = labelledEvents(
      frame,
      'y',
      [
        { kind: 'spike', start: 3 },
        { kind: 'gap', start: 5, end: 9, channel: 'x' },
      ],
      3,
    );
    expect(events.map(({ kind, start, end }) => [kind, start, end])).toEqual([
      ['spike', 3, 4],
      ['intervention', 20, 30],
    ]);
  });

  it('are refused where they name a channel that there is not', () => {
    expect(() => labelledEvents(frame, 'y', [{ kind: 'spike', start: 3, channel: 'zz' }], 3)).toThrow(
      /CHANNEL_UNKNOWN: event of kind spike: expected a channel of series "a": y, x, found zz/,
    );
  });

  it('join the detected structures, or take the place of those of their kind', () => {
    const detected = [structure('spike', 3, 4), structure('spike', 40, 41), structure('gap', 3, 9)];
    const given = [structure('spike', 6, 7)];
    const places = (mode: 'add' | 'replace') =>
      joinStructures(detected, given, mode, 5).map(({ start }) => start);
    expect(places('add')).toEqual([3, 6, 40]);
    expect(places('replace')).toEqual([3, 6]);
  });

  it('keep one of two detected structures of a kind that overlap', () => {
    const detected = [structure('spike', 10, 13), structure('spike', 12, 13), structure('spike', 13, 14)];
    expect(joinStructures(detected, [], 'add', 5).map(({ start }) => start)).toEqual([10, 13]);
  });
});

describe('the null series', () => {
  it('has the scale and the memory of the given one, and nothing else of it', () => {
    const stream = new RandomStream(foldIn(randomKey(32), 0));
    const values = new Float64Array(40_000);
    for (let t = 1; t < values.length; t++) values[t] = 0.6 * values[t - 1] + stream.normal();
    const lifted = values.map((value, t) => value + (t > 20_000 ? 100 : 0));
    const memory = typicalMemory(lifted) ?? noMemory;
    expect(Math.abs(memory.lag1 - 0.6)).toBeLessThan(0.03);
    expect(Math.abs(memory.decay - 0.6)).toBeLessThan(0.05);
    const series = nullSeries(2, memory, 20_000, randomKey(1));
    const squares = series.reduce((sum, value) => sum + value * value, 0) / series.length;
    expect(Math.abs(Math.sqrt(squares) / 2 - 1)).toBeLessThan(0.05);
    expect(Math.abs((typicalMemory(series) ?? noMemory).lag1 - 0.6)).toBeLessThan(0.04);
    expect(nullSeries(2, memory, 10, randomKey(1))).toEqual(series.slice(0, 10));
  });
});

describe('typicalMemory', () => {
  it('is unknown where nothing varies, nothing is known, or breaks leave no piece that tells', () => {
    for (const value of [7, Number.NaN]) {
      expect(typicalMemory(new Float64Array(600).fill(value))).toBeUndefined();
    }
    expect(typicalMemory(new Float64Array(0))).toBeUndefined();
    expect(typicalMemory(remembering(0.9, 60, 1), [10, 20, 30, 40, 50])).toBeUndefined();
    // What a line takes is given back, so short pieces tell what long ones do.
    const short = Array.from({ length: 200 }, (_, seed) =>
      typicalMemory(remembering(0.8, 60, seed), [20, 40]),
    );
    const mean = short.reduce((sum, each) => sum + (each?.lag1 ?? 0) / short.length, 0);
    expect(Math.abs(mean - 0.8)).toBeLessThan(0.15);
  });

  it('takes a gap for no memory and no lack of it', () => {
    const values = remembering(0.8, 20_000, 4);
    const holes = values.map((value, t) => (t % 5 === 0 ? Number.NaN : value));
    expect(Math.abs((typicalMemory(holes) ?? noMemory).lag1 - 0.8)).toBeLessThan(0.04);
    expect(Math.abs((typicalMemory(holes) ?? noMemory).decay - 0.8)).toBeLessThan(0.06);
  });

  it('is not hidden by spikes, and is not made by changes that are known', () => {
    const spiky = remembering(0.8, 640, 4).map((value, t) => value + (t % 200 === 100 ? 60 : 0));
    expect((typicalMemory(spiky) ?? noMemory).lag1).toBeGreaterThan(0.65);
    const shifted = remembering(0, 640, 4).map((value, t) => value + (t % 200 < 100 ? 0 : 6));
    expect((typicalMemory(shifted) ?? noMemory).lag1).toBeGreaterThan(0.5);
    const breaks = [100, 200, 300, 400, 500, 600];
    expect(Math.abs((typicalMemory(shifted, breaks) ?? noMemory).lag1)).toBeLessThan(0.1);
  });

  it('does not hang on a short last stretch, nor on the size of the values', () => {
    const long = remembering(0.9, 290, 6);
    const lag1 = (typicalMemory(long) ?? noMemory).lag1;
    expect(Math.abs(lag1 - (typicalMemory(long.slice(0, 256)) ?? noMemory).lag1)).toBeLessThan(0.02);
    for (const size of [1e300, 1e-300]) {
      expect((typicalMemory(long.map((value) => size * value)) ?? noMemory).lag1).toBeCloseTo(lag1, 9);
    }
  });
});
