/** Base noise and seasonalities: their sd, memory and tails, and their formula. Tolerances are 5 standard errors. */
import { RandomStream, randomKey } from '@tessera/core';
import { describe, expect, it } from 'vitest';
import { syntheticSeries } from '../../src/synthetic/index.js';
import { drawNoise } from '../../src/synthetic/signal/noise.js';
import { autocorrelation, correlation, mean, standardDeviation } from './statistics.js';

const length = 40_000;

function noise(options: { sd?: number; autocorrelation?: number; degreesOfFreedom?: number }): Float64Array {
  return syntheticSeries({ length, seed: 5, noise: options }).truth.base.noise;
}

function kurtosis(values: Float64Array): number {
  const [centre, sd] = [mean(values), standardDeviation(values)];
  return mean(values.map((value) => ((value - centre) / sd) ** 4));
}

describe('noise', () => {
  it.each([-0.5, 0, 0.3, 0.9])('has the sd asked for and the AR coefficient %d', (coefficient) => {
    const values = noise({ sd: 3, autocorrelation: coefficient });
    // An AR(1) series of n steps says as much of its mean square as n (1 - c^2) / (1 + c^2) independent steps.
    const effective = (length * (1 - coefficient ** 2)) / (1 + coefficient ** 2);
    expect(Math.abs(standardDeviation(values) / 3 - 1)).toBeLessThan(5 / Math.sqrt(2 * effective));
    const error = Math.sqrt((1 - coefficient ** 2) / length);
    expect(Math.abs(autocorrelation(values) - coefficient)).toBeLessThan(5 * error);
    expect(Math.abs(autocorrelation(values, 2) - coefficient ** 2)).toBeLessThan(
      5 * Math.sqrt(3 / effective),
    );
  });

  it('is stationary from its first step on', () => {
    const options = { sd: 1, autocorrelation: 0.95 };
    const firsts = Float64Array.from(
      { length: 4000 },
      (_, seed) => drawNoise(new RandomStream(randomKey(seed)), 3, options).at(0) ?? 0,
    );
    expect(Math.abs(standardDeviation(firsts) - 1)).toBeLessThan(5 / Math.sqrt(2 * 4000));
  });

  it('is normal by default and heavy in its tails where degrees of freedom are given', () => {
    // Sampling error of the normal kurtosis: sqrt(24 / n). Student-t with 10 degrees has kurtosis 3 + 6 / (10 - 4).
    expect(Math.abs(kurtosis(noise({})) - 3)).toBeLessThan(5 * Math.sqrt(24 / length));
    const heavy = noise({ sd: 2, degreesOfFreedom: 10 });
    expect(Math.abs(standardDeviation(heavy) - 2)).toBeLessThan(0.05);
    expect(Math.abs(kurtosis(heavy) - 4)).toBeLessThan(0.4);
  });

  it('has the quantiles of Student-t where degrees of freedom are given', () => {
    // P(|T| > 2.776) = .05 and P(|T| > 4.604) = .01 for 4 degrees of freedom (printed tables); the sd of T is sqrt(2).
    const values = noise({ degreesOfFreedom: 4 });
    for (const [quantile, share] of [
      [2.776, 0.05],
      [4.604, 0.01],
    ]) {
      const beyond = values.filter((value) => Math.abs(value) * Math.SQRT2 > quantile).length / length;
      expect(Math.abs(beyond - share)).toBeLessThan(5 * Math.sqrt(share / length));
    }
  });

  it('of a longer series begins with that of a shorter one', () => {
    const short = syntheticSeries({ length: 50, seed: 5, noise: { autocorrelation: 0.5 } }).truth.base.noise;
    expect(noise({ autocorrelation: 0.5 }).subarray(0, 50)).toEqual(short);
  });

  it('of controls correlates with that of the target as asked, with the same sd and memory', () => {
    const { truth, frame } = syntheticSeries({
      length,
      noise: { sd: 2, autocorrelation: 0.6 },
      controls: { count: 2, correlation: 0.7 },
      structures: [{ kind: 'intervention', at: 100, level: 50 }],
    });
    for (const control of truth.controls) {
      expect(Math.abs(correlation(control.noise, truth.base.noise) - 0.7)).toBeLessThan(0.03);
      expect(Math.abs(standardDeviation(control.noise) / 2 - 1)).toBeLessThan(0.03);
      expect(Math.abs(autocorrelation(control.noise) - 0.6)).toBeLessThan(0.03);
      expect(Math.abs(mean(frame.channel(control.name).values))).toBeLessThan(0.2);
      expect(frame.channel(control.name).role).toBe('past');
    }
    const [one, other] = truth.controls;
    expect(Math.abs(correlation(one.noise, other.noise) - 0.49)).toBeLessThan(0.03);
  });
});

describe('seasonality', () => {
  it('follows its formula, with a fractional period, harmonics and a changing amplitude', () => {
    const { truth } = syntheticSeries({
      length: 101,
      noise: { sd: 0 },
      level: 5,
      slope: 0.25,
      seasonalities: [{ period: 6.28, amplitude: 2, endAmplitude: 4, phase: 0.1, harmonics: [1, 0, -0.5] }],
    });
    for (let t = 0; t <= 100; t++) {
      const turn = 2 * Math.PI * (t / 6.28 + 0.1);
      const expected = (2 + (2 * t) / 100) * (Math.sin(turn) - 0.5 * Math.sin(3 * turn));
      expect(truth.signal[t]).toBeCloseTo(5 + 0.25 * t + expected, 9);
    }
  });

  it('returns after a whole number of periods that are not whole numbers of steps', () => {
    const { truth } = syntheticSeries({ length: 100, noise: { sd: 0 }, seasonalities: [{ period: 12.5 }] });
    for (let t = 0; t + 25 < 100; t++) expect(truth.signal[t + 25]).toBeCloseTo(truth.signal[t], 9);
  });

  it('draws its phase from the seed and tells it', () => {
    const phases = [1, 2, 3].map((seed) => {
      const options = { length: 20, seed, noise: { sd: 0 }, seasonalities: [{ period: 10 }] };
      const [{ phase, values }] = syntheticSeries(options).truth.base.seasonalities;
      expect(values[0]).toBeCloseTo(Math.sin(2 * Math.PI * phase), 12);
      return phase;
    });
    expect(new Set(phases).size).toBe(3);
  });

  it('adds up with others, which are known apart', () => {
    const { truth } = syntheticSeries({
      length: 50,
      noise: { sd: 0 },
      seasonalities: [{ period: 7 }, { period: 11.3, amplitude: 3 }],
    });
    const [first, second] = truth.base.seasonalities;
    truth.signal.forEach((value, t) => {
      expect(value).toBeCloseTo(first.values[t] + second.values[t], 12);
    });
  });
});
