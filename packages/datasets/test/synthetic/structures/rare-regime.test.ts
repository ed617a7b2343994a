import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type StructureOptions, structuresOfKind, syntheticSeries } from '../../../src/synthetic/index.js';
import { autocorrelation, standardDeviation } from '../statistics.js';
import { thrown } from '../thrown.js';

type RegimeOptions = Omit<Extract<StructureOptions, { kind: 'rare-regime' }>, 'kind'>;

function plant(options: RegimeOptions, length = 1000, seed = 1) {
  const series = syntheticSeries({
    length,
    seed,
    seasonalities: [{ period: 24, amplitude: 5 }],
    noise: { sd: 2 },
    structures: [{ kind: 'rare-regime', ...options }],
  });
  const [regime] = structuresOfKind(series.truth, 'rare-regime');
  return { ...series, regime };
}

describe('a rare regime', () => {
  it('holds the share asked for, in so many stretches of at least the shortest length', () => {
    const plans = fc.record({
      share: fc.double({ min: 0.05, max: 0.3, noNaN: true }),
      count: fc.integer({ min: 1, max: 5 }),
      seed: fc.nat(1000),
    });
    fc.assert(
      fc.property(plans, ({ share, count, seed }) => {
        const { regime } = plant({ share, count, minLength: 10, minSpacing: 30 }, 1000, seed);
        const lengths = regime.events.map(({ start, end }) => end - start);
        expect(lengths).toHaveLength(count);
        expect(Math.min(...lengths)).toBeGreaterThanOrEqual(10);
        const steps = lengths.reduce((sum, each) => sum + each, 0);
        expect(steps).toBe(Math.round(share * 1000));
        expect(regime.share).toBe(steps / 1000);
        regime.events.slice(1).forEach(({ start }, i) => {
          expect(start - regime.events[i].end).toBeGreaterThanOrEqual(30);
        });
      }),
      { numRuns: 50 },
    );
  });

  it('has dynamics of its own inside and none outside', () => {
    const { truth, regime } = plant({
      share: 0.1,
      level: 4,
      oscillation: { period: 6.5, amplitude: 1.5 },
      seasonScale: 0.5,
    });
    const season = truth.base.seasonalities[0].values;
    for (let t = 0; t < 1000; t++) {
      const stretch = regime.events.find(({ start, end }) => t >= start && t < end);
      if (stretch === undefined) {
        expect(truth.signal[t]).toBe(season[t]);
        expect(truth.noise[t]).toBe(truth.base.noise[t]);
        continue;
      }
      // Sizes are multiples of the noise sd, 2.
      const own = 8 + 3 * Math.sin((2 * Math.PI * (t - stretch.start)) / 6.5);
      expect(truth.signal[t]).toBeCloseTo(0.5 * season[t] + own, 9);
      expect(truth.noise[t]).not.toBe(truth.base.noise[t]);
    }
  });

  it('has noise of the sd and memory asked for', () => {
    const { truth, regime } = plant(
      { share: 0.5, count: 1, noise: { ratio: 3, autocorrelation: 0.7 } },
      40_000,
    );
    const [{ start, end }] = regime.events;
    const inside = truth.noise.subarray(start, end);
    // 5 standard errors at 20,000 steps of AR(1) with coefficient .7.
    expect(Math.abs(standardDeviation(inside) / 6 - 1)).toBeLessThan(0.05);
    expect(Math.abs(autocorrelation(inside) - 0.7)).toBeLessThan(5 * Math.sqrt(0.51 / 20_000));
  });

  it('gives way to a regime listed later where both meet, in noise only', () => {
    const within = { start: 0, end: 40 };
    const regimeOf = (name: string): StructureOptions => {
      const noise = { ratio: name === 'late' ? 0 : 1 };
      const oscillation = { amplitude: 0 };
      return { kind: 'rare-regime', name, share: 1, count: 1, within, level: 1, noise, oscillation };
    };
    const structures = [regimeOf('early'), regimeOf('late')];
    const { truth } = syntheticSeries({ length: 40, structures });
    expect(truth.noise.every((value) => value === 0)).toBe(true);
    expect(truth.signal).toEqual(new Float64Array(40).fill(2));
  });

  it('may be absent', () => {
    const { regime, truth } = plant({ count: 0 });
    expect(regime.events).toEqual([]);
    expect(regime.share).toBe(0);
    expect(truth.noise).toEqual(truth.base.noise);
  });

  it('is refused where its share is too small for its stretches, or its stretches do not fit', () => {
    expect(thrown(() => plant({ share: 0.01, count: 2, minLength: 8 })).message).toBe(
      'PLAN_IMPOSSIBLE: structure "rare-regime": expected at least 16 steps for 2 parts of 8 or more, found 10 steps. Plan fewer or shorter ones, let them lie closer, or make the series longer.',
    );
    expect(thrown(() => plant({ share: 0.5, count: 2, minSpacing: 600 })).code).toBe('PLAN_IMPOSSIBLE');
  });
});
