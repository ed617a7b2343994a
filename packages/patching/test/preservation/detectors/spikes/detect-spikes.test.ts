import { RandomStream, randomKey, type TesseraError } from '@tessera/core';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  detectHampelSpikes,
  detectResidualSpikes,
  detectSpectralSpikes,
} from '../../../../src/preservation/detectors/spikes/index.js';

const detectors = {
  'hampel-spikes': detectHampelSpikes,
  'residual-spikes': detectResidualSpikes,
  'spectral-spikes': detectSpectralSpikes,
};

function noisy(seed: number, length: number, shape: (t: number) => number): Float64Array {
  const stream = new RandomStream(randomKey(seed));
  return Float64Array.from({ length }, (_, t) => shape(t) + stream.normal());
}
/** Noise with a spike up at 150 and one down at 300. */
const spiky = noisy(1, 500, (t) => (t === 150 ? 20 : t === 300 ? -20 : 0));
const peaks = (detection: ReturnType<typeof detectHampelSpikes>) =>
  detection.structures.map(({ details }) => details.peak);

describe.each(Object.entries(detectors))('the detector %s', (name, detect) => {
  it('finds a spike up and one down, with their signs', () => {
    const { structures, status } = detect('y', spiky);
    expect(status).toBe('found');
    const at = (step: number) => structures.find(({ start, end }) => start <= step && step < end);
    expect(at(150)).toMatchObject({ kind: 'spike', channel: 'y', detector: name });
    expect(at(150)?.statistic).toBeGreaterThan(3);
    expect(at(300)?.statistic).toBeLessThan(-3);
  });

  it('finds nothing in a constant series, and says so', () => {
    expect(detect('y', new Float64Array(100).fill(0.1))).toMatchObject({
      detector: name,
      status: 'none',
      structures: [],
      missing: 0,
    });
  });

  it('cannot judge a handful of values', () => {
    const detection = detect('y', Float64Array.of(1, Number.NaN, 9, 1));
    expect(detection).toMatchObject({ status: 'not-assessable', structures: [], missing: 1 });
    expect(detection.reason).toMatch(
      /^3 observed values, and \d+ are the least among which one can stand out$/,
    );
  });

  it('refuses an infinite value with its channel and step', () => {
    const values = spiky.slice();
    values[7] = Number.POSITIVE_INFINITY;
    expect(() => detect('load', values)).toThrow(
      'NUMBER_INFINITE: channel "load" at step 7: expected a finite number, or NaN where nothing was observed, found Infinity.',
    );
  });

  it('refuses unknown options', () => {
    const misspelt: object = { treshold: 3 };
    expect(() => detect('y', spiky, misspelt)).toThrow(
      expect.objectContaining<Partial<TesseraError>>({ code: 'OPTIONS_INVALID' }),
    );
  });

  it('resolves its options into the result', () => {
    expect(detect('y', spiky).options).toMatchObject({ threshold: 3 });
    expect(detect('y', spiky, { threshold: 5 }).options).toMatchObject({ threshold: 5 });
  });

  it('leaves the values as they are', () => {
    const before = spiky.slice();
    detect('y', spiky);
    expect(spiky).toEqual(before);
  });

  it('skips missing steps and keeps the steps of the channel', () => {
    const values = new Float64Array(560).fill(Number.NaN);
    values.set(spiky.subarray(0, 100), 0);
    values.set(spiky.subarray(100), 160);
    const detection = detect('y', values);
    expect(detection.missing).toBe(60);
    expect(peaks(detection)).toContain(210);
    expect(peaks(detection)).toContain(360);
  });

  it('does not ask for the unit', () => {
    const scaled = spiky.map((value) => 1e-9 * value + 3);
    expect(peaks(detect('y', scaled))).toEqual(peaks(detect('y', spiky)));
  });

  it('gives finite figures in order for any values, of any size', () => {
    const value = fc.oneof(
      fc.double({ noDefaultInfinity: true }),
      fc.integer({ min: 0, max: 2 }),
      fc.constantFrom(0, 1, 5e-324, Number.MAX_VALUE, -Number.MAX_VALUE),
    );
    fc.assert(
      fc.property(fc.array(value, { maxLength: 80 }), (values) => {
        const { structures } = detect('y', Float64Array.from(values));
        for (const [i, { start, end, statistic, threshold, scale }] of structures.entries()) {
          expect(start).toBeGreaterThanOrEqual(structures[i - 1]?.end ?? 0);
          expect(end).toBeGreaterThan(start);
          expect(values.slice(start, end).some(Number.isNaN)).toBe(false);
          expect(Math.abs(statistic)).toBeGreaterThanOrEqual(threshold);
          expect(statistic).toBeLessThan(Number.POSITIVE_INFINITY);
          expect(scale).toBeGreaterThan(0);
          expect(scale).toBeLessThan(Number.POSITIVE_INFINITY);
        }
      }),
      { numRuns: 300, examples: [[[0, 0, 0, 5e-324, 0, 0]]] },
    );
  });
});

describe('detectHampelSpikes', () => {
  it('gives the figures of a window worked out by hand', () => {
    // Of 1 2 1 2 1 9 2 1 2 1 2 the median is 2; distances 1 0 1 0 1 7 0 1 0 1 0 have the median 1.
    const values = Float64Array.of(1, 2, 1, 2, 1, 9, 2, 1, 2, 1, 2);
    const { structures } = detectHampelSpikes('y', values, { floor: 1e-9 });
    expect(structures).toHaveLength(1);
    expect(structures[0]).toMatchObject({ start: 5, end: 6, threshold: 3 });
    expect(structures[0].statistic).toBeCloseTo(7 / 1.4826, 10);
    expect(structures[0].scale).toBeCloseTo(1.4826, 10);
    expect(structures[0].details).toMatchObject({ peak: 5 });
    expect(structures[0].details.level).toBeCloseTo(2, 10);
  });

  it('is the distance from the median of the values around, fewer of them at the ends', () => {
    const values = [...noisy(6, 60, (t) => (t % 13 === 0 ? 9 : 0))];
    const middleOf = (some: readonly number[]) => {
      const sorted = [...some].sort((a, b) => a - b);
      return (sorted[(sorted.length - 1) >> 1] + sorted[sorted.length >> 1]) / 2;
    };
    const expected = values.flatMap((value, i) => {
      const around = values.slice(Math.max(0, i - 2), i + 3);
      const level = middleOf(around);
      const deviation = 1.4826 * middleOf(around.map((each) => Math.abs(each - level)));
      return Math.abs(value - level) > 3 * deviation
        ? [{ step: i, statistic: (value - level) / deviation }]
        : [];
    });
    const { structures } = detectHampelSpikes('y', Float64Array.from(values), { halfWidth: 2, floor: 1e-9 });
    const apart = expected.filter(({ step }) => structures.some(({ details }) => details.peak === step));
    expect(structures.length).toBeGreaterThan(5);
    expect(apart).toHaveLength(structures.length);
    for (const [i, { statistic }] of structures.entries()) {
      expect(statistic).toBeCloseTo(apart[i].statistic, 8);
    }
    const covered = structures.reduce((sum, { start, end }) => sum + end - start, 0);
    expect(covered).toBe(expected.length);
  });

  it('makes one spike of neighbours on one side, and two of opposite ones', () => {
    const shape = (t: number) => (t === 50 || t === 51 ? 30 : t === 52 ? -30 : 0);
    const found = detectHampelSpikes('y', noisy(2, 100, shape), { threshold: 8 }).structures;
    expect(found.map(({ start, end }) => [start, end])).toEqual([
      [50, 52],
      [52, 53],
    ]);
  });

  it('does not join spikes across a missing step', () => {
    const values = noisy(3, 100, (t) => (t === 50 || t === 52 ? 40 : 0));
    values[51] = Number.NaN;
    const found = detectHampelSpikes('y', values, { threshold: 8 }).structures;
    expect(found.map(({ start, end }) => [start, end])).toEqual([
      [50, 51],
      [52, 53],
    ]);
  });

  it('sees a single count among zeros, where every deviation is 0', () => {
    const values = new Float64Array(200);
    values[77] = 1;
    const detection = detectHampelSpikes('y', values);
    expect(peaks(detection)).toEqual([77]);
    // 1.2533 times the mean distance of 1/200.
    expect(detection.structures[0].statistic).toBeCloseTo(200 / Math.sqrt(Math.PI / 2), 8);
  });

  it('has few false alarms on noise, thanks to its floor', () => {
    const noise = noisy(4, 20_000, () => 0);
    const alarms = (options: object) => detectHampelSpikes('y', noise, options).structures.length;
    // Windows of 11 values with the scale of the typical one, and with their own.
    expect(alarms({})).toBeLessThan(200);
    expect(alarms({ floor: 1e-9 })).toBeGreaterThan(500);
  });
});

describe('detectResidualSpikes', () => {
  it('lets the peaks of a season be, which the filter of Hampel takes for spikes', () => {
    const peaked = (t: number) => (t % 24 === 12 ? 15 : 0);
    const values = noisy(5, 960, (t) => peaked(t) + (t === 500 ? 20 : 0));
    expect(peaks(detectResidualSpikes('y', values))).toEqual([500]);
    expect(peaks(detectHampelSpikes('y', values)).length).toBeGreaterThan(30);
  });

  it('measures from the fences of the remainder', () => {
    // Zeros and ones in turn with one 12: no season asked for, trend of 11 values.
    const values = Float64Array.from({ length: 41 }, (_, t) => (t === 20 ? 12 : t % 2));
    const { structures } = detectResidualSpikes('y', values, { period: 'none' });
    expect(structures).toHaveLength(1);
    // The median of 11 is that of the other parity: remainders are -1 and 1, and 0 at odd steps near the 12, which is 11 over it.
    expect(structures[0]).toMatchObject({ start: 20, end: 21, details: { peak: 20 } });
    expect(structures[0].scale).toBeCloseTo(2, 10);
    expect(structures[0].statistic).toBeCloseTo((11 - 1) / 2, 10);
    expect(structures[0].details.level).toBeCloseTo(1, 10);
  });
});

describe('detectSpectralSpikes', () => {
  it('measures saliency against that of the values before', () => {
    // One 1 among zeros has a flat spectrum: the log amplitude is its own mean, and the saliency is the series itself.
    const values = new Float64Array(64);
    values[40] = 1;
    const detection = detectSpectralSpikes('y', values);
    expect(peaks(detection)).toEqual([40]);
    expect(detection.structures[0].statistic).toBeGreaterThan(20);
  });
});
