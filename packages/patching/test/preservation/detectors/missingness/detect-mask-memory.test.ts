import { RandomStream, randomKey } from '@tessera/core';
import { describe, expect, it } from 'vitest';
import { detectMaskMemory } from '../../../../src/preservation/detectors/missingness/detect-mask-memory.js';

const none = Number.NaN;

describe('detectMaskMemory', () => {
  it('is the runs test, by hand', () => {
    // Twenty observed, then ten missing, then ten observed: 3 runs of 30 and 10 steps.
    const values = new Float64Array(40).fill(1).fill(none, 20, 30);
    const { status, structures } = detectMaskMemory('y', values);
    expect(status).toBe('found');
    const [{ statistic, details, threshold }] = structures;
    expect(details.runs).toBe(3);
    expect(details.expectedRuns).toBe(16);
    expect(statistic).toBeCloseTo((3 - 16) / Math.sqrt((15 * 14) / 39), 12);
    expect(threshold).toBeCloseTo(3.2905, 4);
    // Mean 1/4; squares 10 * 9/16 + 30 * 1/16; of 39 products 9 are 9/16, 28 are 1/16 and 2 are -3/16.
    expect(details.lag1).toBeCloseTo((9 * 9 + 28 - 6) / (90 + 30), 12);
  });

  it('counts runs at both ends', () => {
    const values = Float64Array.from({ length: 40 }, (_, t) => (t % 2 === 0 ? none : 1));
    const { structures } = detectMaskMemory('y', values);
    expect(structures[0].details.runs).toBe(40);
    expect(structures[0].statistic).toBeGreaterThan(0);
    expect(structures[0].details.lag1).toBeLessThan(-0.9);
  });

  it('finds as many memories in independent masks as its significance says', () => {
    let found = 0;
    for (let seed = 0; seed < 200; seed++) {
      const stream = new RandomStream(randomKey(seed));
      const values = Float64Array.from({ length: 400 }, () => (stream.uniform() < 0.2 ? none : 1));
      if (detectMaskMemory('y', values, { significance: 0.05 }).status === 'found') found += 1;
    }
    expect(found).toBeGreaterThan(2);
    expect(found).toBeLessThan(22);
  });

  it('says when there is too little to test', () => {
    expect(detectMaskMemory('y', new Float64Array(9))).toMatchObject({ status: 'none' });
    expect(detectMaskMemory('y', Float64Array.of(1, none))).toMatchObject({
      status: 'not-assessable',
      reason: '1 missing and 1 observed steps, and the runs test needs 10 of each',
    });
    expect(detectMaskMemory('y', new Float64Array(90).fill(none)).status).toBe('not-assessable');
  });

  it('refuses infinities, and does not write to its input', () => {
    const values = new Float64Array(40).fill(1).fill(none, 20, 30);
    const copy = values.slice();
    detectMaskMemory('y', values);
    expect(values).toEqual(copy);
    values[0] = Number.POSITIVE_INFINITY;
    expect(() => detectMaskMemory('y', values)).toThrow('NUMBER_INFINITE');
  });
});
