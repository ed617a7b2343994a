import { RandomStream, randomKey, regularTimeAxis } from '@tessera/core';
import { describe, expect, it } from 'vitest';
import {
  clockReadings,
  detectMaskClock,
  periodReadings,
} from '../../../../src/preservation/detectors/missingness/detect-mask-clock.js';

const none = Number.NaN;

describe('detectMaskClock', () => {
  it('is the chi-square of beginnings of gaps, by hand', () => {
    // Phases 0 to 3; of twenty rounds phase 2 is missing in twelve and phase 3 goes missing with it each time.
    const values = new Float64Array(80).fill(1);
    for (let round = 0; round < 12; round++) values.fill(none, 4 * round + 2, 4 * round + 4);
    const { structures, status } = detectMaskClock('y', values, periodReadings(80, 4));
    expect(status).toBe('found');
    const [{ statistic, details, kind, detector }] = structures;
    expect({ kind, detector }).toEqual({ kind: 'missingness', detector: 'mask-period' });
    // At risk: phase 0 after round 12 (7 of the 8 before the end, and the one that follows round 12 is not), 1 and 2 always, 3 in 8 rounds.
    const risk = { zero: 7, one: 20, two: 20, three: 8 };
    const rate = 12 / 55;
    expect(details).toMatchObject({ onsets: 12, rate, peakFrom: 2, peakTo: 3 });
    // Pools need 5 / rate = 22.9 steps: phases 0 and 1 make 27, phases 2 and 3 make 28.
    const [a, b] = [risk.zero + risk.one, risk.two + risk.three];
    const expected = ((0 - rate * a) ** 2 / a + (12 - rate * b) ** 2 / b) / (rate * (1 - rate));
    expect(statistic).toBeCloseTo(expected, 12);
    expect(details.degreesOfFreedom).toBe(1);
    expect(details.peakRate).toBeCloseTo(12 / 28, 12);
  });

  it('finds hours of the day, and leaves the weekday alone', () => {
    const time = regularTimeAxis({ start: Date.UTC(2001, 0, 1), frequency: 'h', length: 24 * 120 });
    const stream = new RandomStream(randomKey(1));
    const values = Float64Array.from({ length: time.length }, (_, t) =>
      t % 24 >= 1 && t % 24 <= 5 && stream.uniform() < 0.3 ? none : 1,
    );
    const readings = clockReadings(time);
    expect(readings.map(({ clock }) => clock)).toEqual(['hour', 'weekday', 'month']);
    const [hour, weekday, month] = readings.map((each) => detectMaskClock('y', values, each));
    expect(hour.status).toBe('found');
    expect(hour.structures[0].details.peakFrom).toBeGreaterThanOrEqual(1);
    expect(hour.structures[0].details.peakTo).toBeLessThanOrEqual(5);
    expect(weekday.status).toBe('none');
    expect(month.status).toBe('none');
  });

  it('counts a weekend once, by the Saturday it begins on', () => {
    const time = regularTimeAxis({ start: Date.UTC(2001, 0, 1), frequency: 'D', length: 364 });
    const values = Float64Array.from({ length: 364 }, (_, t) => (t % 7 >= 5 ? none : t));
    const readings = clockReadings(time);
    expect(readings.map(({ clock }) => clock)).toEqual(['weekday', 'month']);
    const { structures } = detectMaskClock('y', values, readings[0]);
    expect(structures[0].details).toMatchObject({ onsets: 52, peakFrom: 6, peakTo: 6, peakRate: 1 });
  });

  it('finds as many clocks in masks without one as its significance says, also where gaps are long', () => {
    let found = 0;
    for (let seed = 0; seed < 200; seed++) {
      const stream = new RandomStream(randomKey(seed));
      let isMissing = false;
      const values = Float64Array.from({ length: 1200 }, () => {
        isMissing = stream.uniform() < (isMissing ? 0.9 : 0.1);
        return isMissing ? none : 1;
      });
      const { status } = detectMaskClock('y', values, periodReadings(1200, 24), { significance: 0.05 });
      if (status === 'found') found += 1;
    }
    expect(found).toBeGreaterThan(1);
    expect(found).toBeLessThan(22);
  });

  it('says when a clock cannot be judged', () => {
    const few = new Float64Array(100).fill(1);
    few.fill(none, 50, 60);
    expect(detectMaskClock('y', few, periodReadings(100, 4))).toMatchObject({
      status: 'not-assessable',
      reason: 'observation breaks off 1 times, too few for two pools of readings',
    });
    expect(detectMaskClock('y', new Float64Array(9).fill(none), periodReadings(9, 2)).status).toBe(
      'not-assessable',
    );
    const alternating = Float64Array.from({ length: 80 }, (_, t) => (t % 2 === 0 ? 1 : none));
    expect(detectMaskClock('y', alternating, periodReadings(80, 4)).reason).toBe(
      'observation breaks off after every step',
    );
    expect(detectMaskClock('y', new Float64Array(9), periodReadings(9, 2)).status).toBe('none');
  });

  it('refuses readings of another length, and infinities', () => {
    expect(() => detectMaskClock('y', new Float64Array(9), periodReadings(8, 2))).toThrow(
      'SHAPE_MISMATCH: readings of the clock "period": expected 9, one for each step of the channel, found 8.',
    );
    const values = Float64Array.of(1, Number.NEGATIVE_INFINITY);
    expect(() => detectMaskClock('y', values, periodReadings(2, 2))).toThrow('NUMBER_INFINITE');
  });
});
