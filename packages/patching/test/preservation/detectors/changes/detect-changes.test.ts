import { RandomStream, randomKey, type TesseraError } from '@tessera/core';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  detectMeanChanges,
  detectOnlineChanges,
  detectTrendChanges,
  detectVarianceChanges,
} from '../../../../src/preservation/detectors/changes/index.js';

const detectors = {
  'mean-changes': detectMeanChanges,
  'trend-changes': detectTrendChanges,
  'variance-changes': detectVarianceChanges,
  'online-changes': detectOnlineChanges,
};

/** `shape` plus normal noise. */
function noisy(seed: number, length: number, shape: (t: number) => number, noise: (t: number) => number) {
  const stream = new RandomStream(randomKey(seed));
  return Float64Array.from({ length }, (_, t) => shape(t) + noise(t) * stream.normal());
}
const one = () => 1;
const step = noisy(1, 300, (t) => (t < 120 ? 10 : 14), one);
const starts = (detection: { readonly structures: readonly { readonly start: number }[] }) =>
  detection.structures.map(({ start }) => start);

describe.each(Object.entries(detectors))('the detector %s', (name, detect) => {
  it('finds nothing in a constant series, and says so', () => {
    const detection = detect('y', new Float64Array(50).fill(0.1));
    expect(detection).toMatchObject({ detector: name, status: 'none', structures: [], missing: 0 });
  });

  it('cannot judge fewer values than two segments need', () => {
    const values = Float64Array.of(1, Number.NaN, 2, Number.NaN, 3, 4, 5);
    expect(detect('y', values)).toMatchObject({
      status: 'not-assessable',
      reason: '5 observed values, and 6 are the least that can hold a change',
      structures: [],
      missing: 2,
    });
    expect(detect('y', new Float64Array(0)).status).toBe('not-assessable');
  });

  it('refuses an infinite value with its channel and step', () => {
    expect(() => detect('load', Float64Array.of(1, 2, Number.NEGATIVE_INFINITY))).toThrow(
      'NUMBER_INFINITE: channel "load" at step 2: expected a finite number, or NaN where nothing was observed, found -Infinity.',
    );
  });

  it('refuses unknown options', () => {
    const misspelt: object = { minsize: 3 };
    expect(() => detect('y', step, misspelt)).toThrow(
      expect.objectContaining<Partial<TesseraError>>({ code: 'OPTIONS_INVALID' }),
    );
  });

  it('resolves its options into the result', () => {
    expect(detect('y', step, { minSize: 5 }).options).toMatchObject({ minSize: 5 });
    expect(detect('y', step).options).toMatchObject({ minSize: 3 });
  });

  it('leaves the values as they are', () => {
    const before = step.slice();
    detect('y', step);
    expect(step).toEqual(before);
  });

  it('gives finite figures in order for any values, of any size', () => {
    const value = fc.oneof(
      fc.double({ noDefaultInfinity: true }),
      fc.double({ min: -1, max: 1 }),
      fc.constantFrom(0, 1, 5e-324, Number.MAX_VALUE, -Number.MAX_VALUE),
    );
    fc.assert(
      fc.property(fc.array(value, { maxLength: 60 }), (values) => {
        const { structures } = detect('y', Float64Array.from(values));
        for (const [i, { start, end, statistic, threshold, pValue }] of structures.entries()) {
          expect(start).toBeGreaterThan(structures[i - 1]?.start ?? 0);
          expect(end).toBe(start + 1);
          expect(Number.isNaN(values[start])).toBe(false);
          expect(Math.abs(statistic)).toBeGreaterThanOrEqual(threshold * (1 - 1e-9));
          if (name !== 'online-changes') expect(pValue).toBeLessThanOrEqual(1);
        }
      }),
      { numRuns: 300 },
    );
  });

  it('sees the same structures whatever the unit', () => {
    const scaled = step.map((value) => 1e-9 * value + 3);
    expect(starts(detect('y', scaled))).toEqual(starts(detect('y', step)));
  });

  it('is quiet on 20,000 points of noise', () => {
    expect(
      detect(
        'y',
        noisy(2, 20_000, () => 5, one),
      ).structures.length,
    ).toBeLessThanOrEqual(name === 'online-changes' ? 20 : 0);
  });
});

describe('detectMeanChanges', () => {
  it('puts the change at the first new step, with the levels on both sides', () => {
    const { structures } = detectMeanChanges('y', step);
    expect(structures).toHaveLength(1);
    const [change] = structures;
    expect(Math.abs(change.start - 120)).toBeLessThanOrEqual(1);
    expect(change).toMatchObject({ kind: 'mean-change', channel: 'y', detector: 'mean-changes' });
    expect(change.details.before).toBeCloseTo(10, 0);
    expect(change.details.after).toBeCloseTo(14, 0);
    expect(change.statistic * change.scale).toBeCloseTo(change.details.after - change.details.before, 10);
    expect(change.pValue).toBeLessThan(1e-10);
  });

  it('gives the figures of a series worked out by hand', () => {
    // Mean 1, squared deviations 8, divisor 7: z-scores of -1/s and 1/s with s^2 = 8/7.
    const { structures } = detectMeanChanges('y', Float64Array.of(0, 0, 0, 0, 2, 2, 2, 2), { penalty: 1 });
    const deviation = Math.sqrt(8 / 7);
    expect(structures).toHaveLength(1);
    expect(structures[0]).toMatchObject({ start: 4, end: 5, details: { before: 0, after: 2, gap: 0 } });
    expect(structures[0].scale).toBeCloseTo(deviation, 12);
    expect(structures[0].statistic).toBeCloseTo(2 / deviation, 12);
    expect(structures[0].threshold).toBeCloseTo(Math.sqrt(Math.log(8) / 2), 12);
    // 4 * 4 / 8 * (4 * 7 / 8) = 7 squares saved: 8 times the two-sided normal tail of the root of 7.
    expect(structures[0].pValue).toBeCloseTo(8 * 0.0081509715935, 12);
  });

  it('skips missing steps, counts them, and says how long the gap before a change is', () => {
    const values = step.slice();
    values.fill(Number.NaN, 115, 125);
    values[3] = Number.NaN;
    const detection = detectMeanChanges('y', values);
    expect(detection.missing).toBe(11);
    expect(starts(detection)).toEqual([125]);
    expect(detection.structures[0].details.gap).toBe(10);
  });

  it('finds by ranks what heavy tails hide from squares', () => {
    const stream = new RandomStream(randomKey(3));
    const values = Float64Array.from({ length: 400 }, (_, t) => {
      const cauchy = Math.tan(Math.PI * (stream.uniform() - 0.5));
      return (t < 200 ? 0 : 3) + cauchy;
    });
    const found = starts(detectMeanChanges('y', values, { cost: 'rank' }));
    expect(found).toHaveLength(1);
    expect(Math.abs(found[0] - 200)).toBeLessThanOrEqual(5);
  });

  it('runs the published rule as well, which agrees where that is exact', () => {
    const values = noisy(4, 600, (t) => 3 * Math.floor(t / 100), one);
    expect(starts(detectMeanChanges('y', values, { search: 'published', minSize: 1 }))).toEqual(
      starts(detectMeanChanges('y', values, { minSize: 1 })),
    );
  });
});

describe('detectTrendChanges', () => {
  it('finds a bend, with the slopes on both sides', () => {
    const values = noisy(5, 300, (t) => (t < 150 ? 0.2 * t : 60 - 0.2 * t), one);
    const { structures } = detectTrendChanges('y', values);
    expect(structures).toHaveLength(1);
    expect(Math.abs(structures[0].start - 150)).toBeLessThanOrEqual(6);
    expect(structures[0].details.slopeBefore).toBeCloseTo(0.2, 1);
    expect(structures[0].details.slopeAfter).toBeCloseTo(-0.2, 1);
    expect(structures[0].statistic).toBeLessThan(0);
  });

  it('lets a steady trend be', () => {
    expect(
      detectTrendChanges(
        'y',
        noisy(6, 500, (t) => 0.3 * t, one),
      ).status,
    ).toBe('none');
  });

  it('gives the figures of two lines worked out by hand', () => {
    // 0 to 3, then 3 to 0: two lines fit exactly; one line leaves all squares about the mean 1.5, which are 10.
    const { structures } = detectTrendChanges('y', Float64Array.of(0, 1, 2, 3, 3, 2, 1, 0), { penalty: 1 });
    expect(structures).toHaveLength(1);
    expect(structures[0].start).toBe(4);
    expect(structures[0].scale).toBeCloseTo(Math.sqrt(10 / 7), 12);
    expect(structures[0].statistic).toBeCloseTo(-Math.sqrt(7), 10);
    expect(structures[0].threshold).toBeCloseTo(Math.sqrt(Math.log(8)), 12);
    expect(structures[0].details.slopeBefore).toBeCloseTo(1, 10);
    expect(structures[0].details.slopeAfter).toBeCloseTo(-1, 10);
    expect(structures[0].details.jump).toBeCloseTo(-1, 10);
    expect(structures[0].pValue).toBeCloseTo(8 * Math.exp(-3.5), 10);
  });
});

describe('changes in local noise', () => {
  it('shows bends that the deviation of a trending series hides', () => {
    const values = noisy(9, 2000, (t) => 0.3 * Math.min(t, 1000) + 0.33 * Math.max(0, t - 1000), one);
    expect(detectTrendChanges('y', values).status).toBe('none');
    const { structures } = detectTrendChanges('y', values, { noise: 'local' });
    expect(structures).toHaveLength(1);
    expect(Math.abs(structures[0].start - 1000)).toBeLessThanOrEqual(10);
    // In the unit of the channel: the noise of one, as its loudest part has it.
    expect(structures[0].scale).toBeGreaterThan(0.9);
    expect(structures[0].scale).toBeLessThan(1.5);
  });

  it('takes no spike for two changes of level', () => {
    const values = noisy(10, 2000, (t) => (t === 700 ? 60 : 0) + (t >= 1400 ? 3 : 0), one);
    const places = detectMeanChanges('y', values, { noise: 'local' }).structures.map(({ start }) => start);
    expect(places).toHaveLength(1);
    expect(Math.abs(places[0] - 1400)).toBeLessThanOrEqual(3);
  });

  it('puts a change of variance where it is', () => {
    const values = noisy(
      7,
      800,
      (t) => 0.01 * t,
      (t) => (t < 500 ? 1 : 4),
    );
    const { structures } = detectVarianceChanges('y', values, { noise: 'local' });
    expect(structures).toHaveLength(1);
    expect(Math.abs(structures[0].start - 500)).toBeLessThanOrEqual(5);
  });

  it('takes neither memory nor a loud part for changes', () => {
    let found = 0;
    for (let seed = 0; seed < 20; seed++) {
      const values = noisy(
        seed + 50,
        2000,
        () => 0,
        (t) => (t >= 800 && t < 1200 ? 5 : 1),
      );
      for (let t = 1; t < values.length; t++) values[t] += 0.5 * values[t - 1];
      found += detectMeanChanges('y', values, { noise: 'local' }).structures.length;
      found += detectTrendChanges('y', values, { noise: 'local' }).structures.length;
    }
    expect(found).toBeLessThanOrEqual(1);
  });
});

describe('detectVarianceChanges', () => {
  it('finds where noise grows, with the deviations on both sides', () => {
    const values = noisy(
      7,
      800,
      (t) => 0.01 * t,
      (t) => (t < 500 ? 1 : 4),
    );
    const { structures } = detectVarianceChanges('y', values);
    expect(structures).toHaveLength(1);
    expect(Math.abs(structures[0].start - 500)).toBeLessThanOrEqual(15);
    expect(structures[0].details.before).toBeCloseTo(1, 0);
    expect(Math.abs(structures[0].details.after - 4)).toBeLessThan(0.6);
    expect(structures[0].statistic).toBeGreaterThan(0);
  });

  it('takes no shift of the level for one of the variance', () => {
    expect(
      detectVarianceChanges(
        'y',
        noisy(8, 600, (t) => (t < 300 ? 0 : 8), one),
      ).status,
    ).toBe('none');
  });

  it('finds nothing where lines fit perfectly', () => {
    expect(
      detectVarianceChanges(
        'y',
        Float64Array.from({ length: 200 }, (_, t) => 3 * t),
      ).status,
    ).toBe('none');
  });
});

describe('detectOnlineChanges', () => {
  it('tells a shift shortly after it, and how long after', () => {
    const { structures } = detectOnlineChanges('y', step);
    expect(structures).toHaveLength(1);
    expect(Math.abs(structures[0].start - 120)).toBeLessThanOrEqual(2);
    expect(structures[0].details.delay).toBeLessThan(10);
    expect(structures[0].pValue).toBeNaN();
  });
});
