import { foldIn, RandomStream, randomKey, regularTimeAxis, SeriesFrame } from '@tessera/core';
import { describe, expect, it } from 'vitest';
import { joinStructures, labelledEvents } from '../../../src/preservation/audit/labelled-events.js';
import { nullSeries, typicalMemory } from '../../../src/preservation/audit/null-series.js';
import { pieceSteps, trendChangesInPieces } from '../../../src/preservation/audit/trend-changes-in-pieces.js';
import { detectTrendChanges } from '../../../src/preservation/detectors/changes/index.js';
import { structure } from '../checks/check-fixtures.js';

describe('trend changes in pieces', () => {
  it('finds ramps at a seam and inside a piece, each end once, where they are', () => {
    const length = 2 * pieceSteps + 5000;
    // Up by 10 in 200 steps across the first seam, down inside the second piece, up in the last one.
    const ramps = [
      { start: pieceSteps - 100, slope: 0.05 },
      { start: pieceSteps + 30_000, slope: -0.05 },
      { start: 2 * pieceSteps + 2500, slope: 0.05 },
    ];
    const stream = new RandomStream(foldIn(randomKey(31), 0));
    const values = Float64Array.from({ length }, (_, t) => {
      const height = (start: number) => Math.min(200, Math.max(0, t - start));
      return ramps.reduce((sum, { start, slope }) => sum + slope * height(start), 0.1 * stream.normal());
    });
    const bends = ramps.flatMap(({ start }) => [start, start + 200]);
    const { structures, status } = trendChangesInPieces('y', values, {});
    expect(status).toBe('found');
    const whole = detectTrendChanges('y', values).structures;
    expect(structures.map(({ start }) => start)).toEqual(whole.map(({ start }) => start));
    expect(structures.map(({ start }) => bends.findIndex((bend) => Math.abs(bend - start) <= 5))).toEqual([
      0, 1, 2, 3, 4, 5,
    ]);
  });

  it('of a series without any observation cannot be assessed', () => {
    const nothing = new Float64Array(2 * pieceSteps + 1).fill(Number.NaN);
    const detection = trendChangesInPieces('y', nothing, {});
    expect(detection.status).toBe('not-assessable');
    expect(detection.missing).toBe(nothing.length);
  });
});

describe('known events', () => {
  const time = regularTimeAxis({ start: 0, frequency: 'h', length: 50 });
  const hour = 3_600_000;
  const frame = new SeriesFrame({
    id: 'a',
    time,
    channels: [{ name: 'y', values: new Float64Array(50) }],
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
    // A line through 256 steps takes some of the memory with it.
    expect(Math.abs(typicalMemory(lifted) - 0.6)).toBeLessThan(0.03);
    const series = nullSeries(lifted, 2, 20_000, randomKey(1));
    const squares = series.reduce((sum, value) => sum + value * value, 0) / series.length;
    expect(Math.abs(Math.sqrt(squares) / 2 - 1)).toBeLessThan(0.05);
    expect(Math.abs(typicalMemory(series) - 0.6)).toBeLessThan(0.04);
    expect(nullSeries(lifted, 2, 10, randomKey(1))).toEqual(series.slice(0, 10));
  });
});
