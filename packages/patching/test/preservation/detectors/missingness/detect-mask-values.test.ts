import { RandomStream, randomKey } from '@tessera/core';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { detectMaskValues } from '../../../../src/preservation/detectors/missingness/detect-mask-values.js';

const none = Number.NaN;

/** Noise that goes missing by a chance that the value `lag` steps before decides. */
function masked(seed: number, length: number, lag: number, chance: (before: number) => number) {
  const stream = new RandomStream(randomKey(seed));
  const values = Float64Array.from({ length }, () => stream.normal());
  return values.map((value, t) => (t >= lag && stream.uniform() < chance(values[t - lag]) ? none : value));
}

describe('detectMaskValues', () => {
  it('finds that high values are followed by gaps', () => {
    const { structures, status } = detectMaskValues(
      'y',
      masked(1, 800, 1, (x) => (x > 0.5 ? 0.4 : 0.05)),
    );
    expect(status).toBe('found');
    expect(structures[0].kind).toBe('missingness');
    expect(structures[0].statistic).toBeGreaterThan(structures[0].threshold);
    expect(structures[0].details).toMatchObject({ lag: 1, extreme: 0 });
    expect(structures[0].details.advantage).toBeGreaterThan(0.6);
  });

  it('finds low ones, extreme ones, and the lag', () => {
    const low = detectMaskValues(
      'y',
      masked(2, 800, 1, (x) => (x < -0.5 ? 0.4 : 0.05)),
    );
    expect(low.structures[0].statistic).toBeLessThan(-low.structures[0].threshold);
    const extreme = detectMaskValues(
      'y',
      masked(3, 800, 1, (x) => (Math.abs(x) > 1.3 ? 0.5 : 0.05)),
    );
    expect(extreme.structures[0].details.extreme).toBe(1);
    const third = detectMaskValues(
      'y',
      masked(4, 1500, 3, (x) => (x > 0.5 ? 0.4 : 0.05)),
      { lags: [1, 2, 3] },
    );
    expect(third.structures[0].details.lag).toBe(3);
  });

  it('is the rank-sum test with ties, by hand', () => {
    // Twenty pairs of steps; the first of each is 0 or 1, the second is missing after every 1 and after two of the twelve 0.
    const first = Array.from({ length: 24 }, (_, i) => (i < 12 ? 0 : 1));
    const values = Float64Array.from(first.flatMap((value, i) => [value, i < 10 ? 0 : none]));
    const { structures } = detectMaskValues('y', values);
    const [{ statistic, details }] = structures;
    // At risk: 24 seconds and the 10 firsts that follow an observed second; the values before are 22 times 0 and 12 times 1; 14 onsets.
    const [all, marked, zeros, ones] = [34, 14, 22, 12];
    expect(details.onsets).toBe(marked);
    const ranks = 2 * ((zeros + 1) / 2) + 12 * (zeros + (ones + 1) / 2);
    const ties = zeros ** 3 - zeros + ones ** 3 - ones;
    const variance = ((marked * (all - marked)) / 12) * (all + 1 - ties / (all * (all - 1)));
    const excess = ranks - (marked * (all + 1)) / 2;
    expect(statistic).toBeCloseTo(excess / Math.sqrt(variance), 12);
    expect(details.advantage).toBeCloseTo(
      (excess + (marked * (all - marked)) / 2) / (marked * (all - marked)),
      12,
    );
  });

  it('does not take a clock for values where it compares within its readings', () => {
    const stream = new RandomStream(randomKey(5));
    const length = 2400;
    const hours = Float64Array.from({ length }, (_, t) => t % 24);
    const values = Float64Array.from({ length }, (_, t) => {
      const value = 5 * Math.sin((2 * Math.PI * t) / 24) + stream.normal();
      return t % 24 > 6 && t % 24 < 12 && stream.uniform() < 0.3 ? none : value;
    });
    expect(detectMaskValues('y', values).status).toBe('found');
    expect(detectMaskValues('y', values, {}, hours).status).toBe('none');
  });

  it('finds as many dependences in independent masks as its significance says, also in a series with memory', () => {
    let found = 0;
    for (let seed = 0; seed < 200; seed++) {
      const stream = new RandomStream(randomKey(seed));
      let last = 0;
      const values = Float64Array.from({ length: 300 }, () => {
        last = 0.95 * last + stream.normal();
        return stream.uniform() < 0.15 ? none : last;
      });
      if (detectMaskValues('y', values, { significance: 0.05 }).status === 'found') found += 1;
    }
    expect(found).toBeGreaterThan(1);
    expect(found).toBeLessThan(22);
  });

  it('says when it cannot judge, whatever it is given', () => {
    expect(detectMaskValues('y', new Float64Array(50))).toMatchObject({ status: 'none' });
    expect(detectMaskValues('y', Float64Array.of(1, none)).reason).toBe(
      'observation breaks off, or goes on, fewer than 10 times after an observed value',
    );
    expect(detectMaskValues('y', new Float64Array(50).fill(none)).status).toBe('not-assessable');
    const constant = masked(6, 400, 1, () => 0.2).map((value) => (Number.isNaN(value) ? none : 3));
    expect(detectMaskValues('y', constant).status).toBe('none');
    fc.assert(
      fc.property(fc.array(fc.oneof(fc.constant(none), fc.double({ noDefaultInfinity: true }))), (given) => {
        const { structures } = detectMaskValues('y', Float64Array.from(given), { lags: [1, 5] });
        for (const { pValue } of structures) expect(pValue).toBeGreaterThanOrEqual(0);
      }),
    );
  });

  it('refuses infinities, repeated lags and strata of another length, and does not write to its input', () => {
    const values = masked(7, 100, 1, () => 0.2);
    const copy = values.slice();
    detectMaskValues('y', values);
    expect(values).toEqual(copy);
    expect(() => detectMaskValues('y', values, {}, new Float64Array(99))).toThrow('SHAPE_MISMATCH: strata');
    expect(() => detectMaskValues('y', values, { lags: [1, 1] })).toThrow('OPTIONS_INVALID');
    values[0] = Number.POSITIVE_INFINITY;
    expect(() => detectMaskValues('y', values)).toThrow('NUMBER_INFINITE');
  });
});
