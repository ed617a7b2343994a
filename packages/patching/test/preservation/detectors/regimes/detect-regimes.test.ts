import { RandomStream, randomKey } from '@tessera/core';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { detectRegimes } from '../../../../src/preservation/detectors/regimes/detect-regimes.js';

const sine = (period: number) => (t: number) => 3 * Math.sin((2 * Math.PI * t) / period);
const saw = (period: number) => (t: number) => 6 * ((t % period) / period) - 3;

/** Stretches of two patterns in turn, with noise. */
function turns(seed: number, lengths: readonly number[], noise: number, patterns = [sine(25), saw(25)]) {
  const stream = new RandomStream(randomKey(seed));
  const values = lengths.flatMap((length, i) =>
    Array.from({ length }, (_, t) => patterns[i % patterns.length](t) + noise * stream.normal()),
  );
  return Float64Array.from(values);
}

describe('detectRegimes', () => {
  it('finds a regime that comes and goes, and that the series comes back to the old one', () => {
    const values = turns(1, [600, 500, 700], 0.3);
    const { status, structures, missing } = detectRegimes('y', values);
    expect({ status, missing }).toEqual({ status: 'found', missing: 0 });
    expect(structures.map(({ details }) => details.state)).toEqual([0, 1, 0]);
    expect(structures.map(({ start }) => start)[0]).toBe(0);
    expect(structures[2].end).toBe(1800);
    for (const [i, boundary] of [600, 1100].entries()) {
      expect(structures[i].end).toBe(structures[i + 1].start);
      expect(Math.abs(structures[i].end - boundary)).toBeLessThan(25);
    }
    const [first] = structures;
    expect(first.kind).toBe('regime');
    expect(first.statistic).toBeGreaterThan(first.threshold);
    expect(first.threshold).toBeCloseTo(8.027, 3);
    expect(first.pValue).toBeLessThan(1e-15);
    expect(first.details.visits).toBe(2);
    expect(first.details.occupancy).toBeCloseTo(1300 / 1800, 1);
    expect(first.details.score).toBeGreaterThan(0.9);
  });

  it('finds regimes that take turns, which no single split of the whole shows', () => {
    const values = turns(2, [300, 300, 300, 300, 300, 300, 300, 300], 0.3);
    const { structures } = detectRegimes('y', values);
    expect(structures.map(({ details }) => details.state)).toEqual([0, 1, 0, 1, 0, 1, 0, 1]);
  });

  it('calls a state with few steps rare', () => {
    const values = turns(3, [2600, 260, 3600], 0.3);
    const { structures } = detectRegimes('y', values, { window: 20 });
    expect(structures.map(({ kind }) => kind)).toEqual(['regime', 'rare-regime', 'regime']);
    const strict = detectRegimes('y', values, { window: 20, rareShare: 0.03 });
    expect(strict.structures[1].kind).toBe('regime');
  });

  it('works on bins where there are more points than allowed, and says how fine', () => {
    const values = turns(4, [20_000, 12_000, 20_000], 1);
    const { structures } = detectRegimes('y', values);
    expect(structures.map(({ details }) => details.state)).toEqual([0, 1, 0]);
    const { resolution } = structures[0].details;
    expect(resolution).toBe(32);
    for (const [i, boundary] of [20_000, 32_000].entries()) {
      expect(Math.abs(structures[i].end - boundary)).toBeLessThanOrEqual(4 * resolution);
    }
  });

  it('gives the same regimes for another level, scale, or with missing steps put in between', () => {
    const values = turns(5, [500, 500], 0.3);
    const { structures } = detectRegimes('y', values);
    const moved = detectRegimes(
      'y',
      values.map((value) => 1e250 * (value + 40)),
    );
    expect(moved.structures.map(({ start, end }) => [start, end])).toEqual(
      structures.map(({ start, end }) => [start, end]),
    );
    const sparse = Float64Array.from({ length: 2000 }, (_, t) => (t % 2 === 0 ? values[t / 2] : Number.NaN));
    const { missing, structures: found } = detectRegimes('y', sparse);
    expect(missing).toBe(1000);
    expect(found.map(({ start, end }) => [start, end])).toEqual(
      structures.map(({ start, end }) => [2 * start, 2 * end]),
    );
  });

  it.each(['white', 'memory', 'season'])('finds nothing in %s noise', (kind) => {
    for (let seed = 0; seed < 4; seed++) {
      const stream = new RandomStream(randomKey(seed));
      let last = 0;
      const values = Float64Array.from({ length: 3000 }, (_, t) => {
        last = (kind === 'memory' ? 0.9 * last : 0) + stream.normal();
        return last + (kind === 'season' ? sine(24)(t) : 0);
      });
      expect(detectRegimes('y', values).status).toBe('none');
    }
  });

  it('tells a flat stretch from a moving one', () => {
    const values = turns(6, [400, 400], 0.2, [sine(25), () => 0]);
    values.fill(1, 400);
    const { structures } = detectRegimes('y', values);
    expect(structures).toHaveLength(2);
    expect(Math.abs(structures[0].end - 400)).toBeLessThanOrEqual(25);
  });

  it.each([
    ['a flat series but for one step', (t: number) => (t === 5 ? 1 : 0), 3000],
    ['a perfect season', (t: number) => t % 12, 3000],
    ['a perfect season of many points', (t: number) => t % 16, 40_000],
    ['a straight line', (t: number) => t, 3000],
  ] satisfies [string, (t: number) => number, number][])(
    'finds nothing in %s, where all windows are equally near',
    (_, value, length) => {
      const values = Float64Array.from({ length }, (_, t) => value(t));
      expect(detectRegimes('y', values).status).toBe('none');
    },
  );

  it('says what it cannot judge, and that one piece is one piece', () => {
    expect(detectRegimes('y', Float64Array.of(1, 2))).toMatchObject({
      status: 'not-assessable',
      reason: '2 observed steps, and two regimes need 40',
      structures: [],
    });
    expect(detectRegimes('y', new Float64Array(500).fill(Number.NaN))).toMatchObject({
      status: 'not-assessable',
      missing: 500,
    });
    expect(detectRegimes('y', new Float64Array(500).fill(0.1)).status).toBe('none');
    expect(detectRegimes('y', turns(7, [100], 0.1), { window: 30 })).toMatchObject({
      status: 'not-assessable',
      reason: '100 observed steps, and two regimes need 300',
    });
  });

  it('refuses infinities and options that it does not know', () => {
    const values = new Float64Array(100);
    values[7] = Number.NEGATIVE_INFINITY;
    expect(() => detectRegimes('y', values)).toThrow(
      'NUMBER_INFINITE: channel "y" at step 7: expected a finite number, or NaN where nothing was observed, found -Infinity.',
    );
    expect(() => detectRegimes('y', new Float64Array(9), { minScore: 2 })).toThrow('OPTIONS_INVALID');
  });

  it('does not write to its input, and stores its options', () => {
    const values = turns(8, [300, 300], 0.3);
    values[10] = Number.NaN;
    const copy = values.slice();
    const { options } = detectRegimes('y', values, { neighbours: 5 });
    expect(values).toEqual(copy);
    expect(options).toEqual({
      window: 'suss',
      minWindows: 5,
      neighbours: 5,
      score: 'roc-auc',
      minScore: 0.65,
      significance: 1e-15,
      mostPoints: 16_384,
      rareShare: 0.05,
    });
  });

  it('covers the channel end to end, whatever it is given', () => {
    fc.assert(
      fc.property(
        fc.array(fc.option(fc.double({ noDefaultInfinity: true, noNaN: true }), { nil: Number.NaN }), {
          minLength: 0,
          maxLength: 400,
        }),
        (given) => {
          const { structures, status } = detectRegimes('y', Float64Array.from(given), {
            significance: 0.5,
            minScore: 0,
          });
          expect(structures.length > 0).toBe(status === 'found');
          if (status !== 'found') return;
          expect(structures[0].start).toBe(0);
          expect(structures.at(-1)?.end).toBe(given.length);
          for (let i = 1; i < structures.length; i++) expect(structures[i].start).toBe(structures[i - 1].end);
        },
      ),
    );
  });
});
