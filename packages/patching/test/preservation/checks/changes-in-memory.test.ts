import { describe, expect, it } from 'vitest';
import type { ChangeMeasure } from '../../../src/preservation/checks/change-contrast.js';
import { changeStory } from '../../../src/preservation/checks/change-story.js';
import { NeighbourForecast } from '../../../src/preservation/checks/neighbour-forecast.js';
import { prewhitenedChange } from '../../../src/preservation/checks/prewhitened-change.js';
import { localLevel } from '../../../src/preservation/surviving/local-level.js';
import { type NoiseMemory, noMemory } from '../../../src/preservation/surviving/noise-memory.js';
import { remembering } from './check-fixtures.js';

const sides = { from: 0, at: 100, to: 200 };
const kept = 0.9;
const memory = { lag1: kept, decay: kept };

describe('prewhitenedChange', () => {
  const statisticOf = (measure: ChangeMeasure, values: Float64Array, known: NoiseMemory) =>
    prewhitenedChange(measure, sides, values, known).statistic;

  it.for(['level', 'slope', 'jump'] as const)('has sd 1 under noise that remembers: %s', (measure) => {
    const statistics = Array.from({ length: 400 }, (_, seed) =>
      statisticOf(measure, remembering(kept, 200, seed), memory),
    );
    const squares = statistics.reduce((sum, value) => sum + value * value, 0) / statistics.length;
    // 400 draws hold an sd to 3.5 %; the start of a side that remembers costs a little more.
    expect(Math.sqrt(squares)).toBeGreaterThan(0.9);
    expect(Math.sqrt(squares)).toBeLessThan(1.15);
  });

  it('sees a jump in a slow wave that a difference of means cannot see', () => {
    const wave = remembering(kept, 200, 1).map((value, t) => 20 * Math.sin(t / 60) + 0.2 * value);
    const jumping = wave.map((value, t) => value + (t >= 100 ? 5 : 0));
    const slow = { lag1: 0.97, decay: 0.97 };
    expect(Math.abs(statisticOf('level', wave, slow))).toBeLessThan(4);
    expect(statisticOf('level', jumping, slow)).toBeGreaterThan(10);
  });

  it('of white noise is the difference of the means over its standard error', () => {
    const white = remembering(0, 200, 1).map((value, t) => value + (t >= 100 ? 1 : 0));
    const mean = (part: Float64Array) => part.reduce((sum, value) => sum + value / part.length, 0);
    const [before, after] = [white.slice(0, 100), white.slice(100)];
    const squares = [before, after].reduce(
      (sum, part) => sum + part.reduce((all, value) => all + (value - mean(part)) ** 2, 0),
      0,
    );
    const error = Math.sqrt((squares / 198) * (2 / 100));
    expect(statisticOf('level', white, noMemory)).toBeCloseTo((mean(after) - mean(before)) / error, 9);
  });

  it('tells nothing of too few values', () => {
    const short = prewhitenedChange('jump', { from: 0, at: 4, to: 8 }, remembering(kept, 8, 1), memory);
    expect(short).toEqual({ statistic: Number.NaN, freedom: 2 });
    expect(statisticOf('level', new Float64Array(200).fill(Number.NaN), memory)).toBeNaN();
  });
});

describe('changeStory', () => {
  const lineAdvantage = (values: Float64Array, known = noMemory, within: typeof sides = sides) =>
    changeStory(values, within, known)?.lineAdvantage ?? Number.NaN;
  const noise = remembering(0, 200, 2);
  const of = (shape: (t: number) => number, noisy = 1) =>
    lineAdvantage(noise.map((value, t) => noisy * value + shape(t)));
  const step = (t: number) => (t >= 100 ? 1 : 0);

  it('is for a line and a bend, noisy or not', () => {
    for (const noisy of [0, 1]) {
      expect(of((t) => 0.05 * t, noisy)).toBeGreaterThan(0);
      expect(of((t) => 0.1 * Math.max(0, t - 100), noisy)).toBeGreaterThan(0);
    }
  });

  it('is against it for a step, also on a line', () => {
    for (const noisy of [0, 1]) {
      expect(of((t) => 3 * step(t), noisy)).toBeLessThan(0);
      expect(of((t) => 0.05 * t + 5 * step(t), noisy)).toBeLessThan(0);
    }
  });

  it('is for noise that wanders, once its memory is known', () => {
    const walks = Array.from({ length: 60 }, (_, seed) => remembering(0.95, 200, seed));
    const stairs = (known: NoiseMemory) => walks.filter((walk) => lineAdvantage(walk, known) < 0).length;
    expect(stairs(noMemory)).toBeGreaterThan(15);
    expect(stairs({ lag1: 0.95, decay: 0.95 })).toBeLessThan(6);
  });

  it('is against it for a jump where the line bends as well', () => {
    expect(of((t) => 0.1 * Math.max(0, t - 100) + 8 * step(t))).toBeLessThan(0);
  });

  it('tells nothing of few values', () => {
    expect(changeStory(noise, { from: 0, at: 3, to: 7 }, noMemory)).toBeUndefined();
  });

  it('knows a slope on both sides from two levels', () => {
    const slopes = (shape: (t: number) => number) =>
      changeStory(
        noise.map((value, t) => value + shape(t)),
        sides,
        noMemory,
      )?.hasSlope;
    expect(slopes((t) => 3 * step(t))).toBe(false);
    expect(slopes((t) => 0.05 * t + 5 * step(t))).toBe(true);
  });
});

describe('NeighbourForecast', () => {
  const values = remembering(kept, 4000, 3);
  const level = new Float64Array(4000);
  const forecast = NeighbourForecast.of(values, level, memory, []);

  /** Mean and variance of one value given some others, from the covariance of first-order noise. */
  function conditional(at: number, known: readonly number[]) {
    const covariance = (a: number, b: number) => kept ** Math.abs(a - b) / (1 - kept ** 2);
    const [a, b] = known;
    const [aa, ab, bb] = [covariance(a, a), covariance(a, b), covariance(b, b)];
    const [ca, cb] = [covariance(at, a), covariance(at, b)];
    const whole = aa * bb - ab * ab;
    const [wa, wb] = [(ca * bb - cb * ab) / whole, (cb * aa - ca * ab) / whole];
    return { mean: wa * values[a] + wb * values[b], variance: covariance(at, at) - wa * ca - wb * cb };
  }

  it.for([
    [500, 500, 501],
    [1003, 1000, 1006],
    [2000, 2000, 2010],
  ] as const)('is the conditional normal of step %d in [%d, %d)', ([step, start, end]) => {
    const { mean, variance } = conditional(step, [start - 1, end]);
    const truth = (values[step] - mean) / Math.sqrt(variance);
    // Its scale is measured, of 384 values: 6 %.
    expect((forecast?.distance(step, { start, end }) ?? Number.NaN) / truth).toBeGreaterThan(0.85);
    expect((forecast?.distance(step, { start, end }) ?? Number.NaN) / truth).toBeLessThan(1.15);
  });

  it('has one neighbour at an end and none in a series of one stretch', () => {
    expect(forecast?.distance(0, { start: 0, end: 1 })).toBeTypeOf('number');
    expect(Number.isFinite(forecast?.distance(3999, { start: 3999, end: 4000 }))).toBe(true);
    expect(Number.isFinite(forecast?.distance(5, { start: 0, end: 4000 }))).toBe(true);
  });

  it('passes over missing neighbours', () => {
    const holes = values.map((value, t) => (t === 499 || t === 501 ? Number.NaN : value));
    const bridged = NeighbourForecast.of(holes, level, memory, []);
    const whole = forecast?.distance(500, { start: 499, end: 502 }) ?? Number.NaN;
    expect(bridged?.distance(500, { start: 500, end: 501 })).toBeCloseTo(whole, 1);
  });

  it('is not there for noise without memory', () => {
    const white = remembering(0, 500, 1);
    expect(NeighbourForecast.of(white, localLevel(white), noMemory, [])).toBeUndefined();
  });
});
