import { RandomStream, randomKey } from '@tessera/core';
import { describe, expect, it } from 'vitest';
import { detectRareStretches } from '../../../../src/preservation/detectors/regimes/detect-rare-stretches.js';

function noise(seed: number, length: number, sd = 1): Float64Array {
  const stream = new RandomStream(randomKey(seed));
  return Float64Array.from({ length }, () => sd * stream.normal());
}

/** Noise with the values of `[from, to)` changed. */
function withStretch(seed: number, from: number, to: number, change: (value: number, t: number) => number) {
  return noise(seed, 3000).map((value, t) => (t >= from && t < to ? change(value, t) : value));
}

describe('detectRareStretches', () => {
  it.each([
    ['louder', (value: number) => 3 * value, 0],
    ['quieter', (value: number) => 0.15 * value, 1],
    ['oscillating', (value: number, t: number) => value + 3 * Math.sin((2 * Math.PI * t) / 8), 0],
    ['higher', (value: number) => value + 4, 2],
    ['lower', (value: number) => value - 4, 3],
  ] as const)('finds a stretch that is %s', (_, change, state) => {
    const { structures, status } = detectRareStretches('y', withStretch(1, 1200, 1260, change));
    expect(status).toBe('found');
    expect(structures).toHaveLength(1);
    const [{ kind, start, end, details, statistic, threshold, pValue }] = structures;
    expect(kind).toBe('rare-regime');
    expect(Math.abs(start - 1200)).toBeLessThan(4);
    expect(Math.abs(end - 1260)).toBeLessThan(4);
    expect(details.state).toBe(state);
    expect(details.visits).toBe(1);
    expect(details.occupancy).toBeCloseTo((end - start) / 3000, 12);
    expect(statistic).toBeGreaterThan(threshold);
    expect(threshold).toBeCloseTo(Math.log((4 * 3000) / 1e-3), 12);
    expect(pValue).toBeCloseTo(4 * 3000 * Math.exp(-statistic), 6);
  });

  it('counts every visit of a state', () => {
    const values = noise(2, 4000);
    for (const from of [500, 1500, 3000]) for (let t = from; t < from + 50; t++) values[t] *= 4;
    const { structures } = detectRareStretches('y', values);
    expect(structures.map(({ details }) => details.visits)).toEqual([3, 3, 3]);
  });

  it('finds as many stretches as its significance says in independent noise, heavy tails included', () => {
    let found = 0;
    for (let seed = 0; seed < 60; seed++) {
      const stream = new RandomStream(randomKey(seed));
      const values = Float64Array.from({ length: 1500 }, () => {
        const [a, b, c] = [stream.normal(), stream.normal(), stream.normal()];
        return seed % 2 === 0 ? a : a / Math.sqrt((b * b + c * c) / 2);
      });
      if (detectRareStretches('y', values, { significance: 0.05 }).status === 'found') found += 1;
    }
    // 3 of 60 are expected; 9 or more have a chance of 0.3 percent.
    expect(found).toBeLessThan(9);
  });

  it('puts a shift of five deviations where it is, however short, and reports it once', () => {
    for (let seed = 20; seed < 30; seed++) {
      const values = noise(seed, 3000);
      for (const from of [600, 1800]) for (let t = from; t < from + 8; t++) values[t] += 5;
      const places = detectRareStretches('y', values).structures.map(({ start, end }) => [start, end]);
      expect(places).toHaveLength(2);
      for (const [i, [start, end]] of places.entries()) {
        expect(Math.abs(start - [600, 1800][i])).toBeLessThanOrEqual(1);
        expect(Math.abs(end - [608, 1808][i])).toBeLessThanOrEqual(1);
      }
    }
  });

  it('takes no memory of the noise for a shift', () => {
    let found = 0;
    for (let seed = 0; seed < 60; seed++) {
      const values = noise(seed + 100, 1500);
      for (let t = 1; t < values.length; t++) values[t] += 0.8 * values[t - 1];
      if (detectRareStretches('y', values, { significance: 0.05 }).status === 'found') found += 1;
    }
    expect(found).toBeLessThan(9);
  });

  it('is not moved by single spikes', () => {
    const values = noise(3, 3000);
    for (const t of [100, 900, 901, 2000]) values[t] += 60;
    expect(detectRareStretches('y', values).status).toBe('none');
  });

  it('does not call half of a series rare', () => {
    expect(
      detectRareStretches(
        'y',
        withStretch(4, 1500, 3000, (value) => 4 * value),
      ).status,
    ).toBe('none');
  });

  it('takes a season away where told to', () => {
    const values = withStretch(5, 1200, 1260, (value) => 3.5 * value).map(
      (value, t) => value + [0, 9, -4, 2, 7, -14][t % 6],
    );
    expect(detectRareStretches('y', values, { season: 6 }).structures).toHaveLength(1);
  });

  it('keeps to observed steps', () => {
    const values = noise(6, 1500);
    for (let t = 700; t < 740; t++) values[t] *= 5;
    const sparse = Float64Array.from({ length: 3000 }, (_, t) =>
      t % 2 === 1 ? values[(t - 1) / 2] : Number.NaN,
    );
    const [dense] = detectRareStretches('y', values).structures;
    const { structures, missing } = detectRareStretches('y', sparse);
    expect(missing).toBe(1500);
    expect(structures).toHaveLength(1);
    expect(structures[0].start).toBe(2 * dense.start + 1);
    expect(structures[0].end).toBe(2 * dense.end);
  });

  it('says what it cannot judge', () => {
    const status = (values: Float64Array) => detectRareStretches('y', values);
    expect(status(Float64Array.of(1, 2)).reason).toBe(
      '2 observed steps, and a base to compare with needs 100',
    );
    expect(status(new Float64Array(300).fill(Number.NaN)).status).toBe('not-assessable');
    expect(status(new Float64Array(300).fill(3)).reason).toBe(
      'at least half of the steps have no noise to compare with',
    );
  });

  it('refuses infinities, and does not write to its input', () => {
    const values = noise(7, 300);
    const copy = values.slice();
    detectRareStretches('y', values, { season: 7 });
    expect(values).toEqual(copy);
    values[3] = Number.POSITIVE_INFINITY;
    expect(() => detectRareStretches('y', values)).toThrow('NUMBER_INFINITE: channel "y" at step 3');
  });
});
