import { describe, expect, it } from 'vitest';
import { dropoutFactors } from '../../src/nn/layers/dropout.js';
import { foldIn, randomKey } from '../../src/random/key.js';

const key = randomKey(5);

describe('dropout factors', () => {
  it('are 0 or 1 / (1 - rate)', () => {
    const { data, shape } = dropoutFactors(key, [2, 3, 7], 0.25);
    expect(shape).toEqual([2, 3, 7]);
    expect(new Set(data)).toEqual(new Set([0, Math.fround(4 / 3)]));
  });

  it.each([0.1, 0.5, 0.9])('drop the share asked for and keep the mean: %d', (rate) => {
    const { data } = dropoutFactors(key, [100, 1000], rate);
    const dropped = data.filter((each) => each === 0).length / data.length;
    // Four deviations of a binomial share.
    expect(Math.abs(dropped - rate)).toBeLessThan(4 * Math.sqrt((rate * (1 - rate)) / data.length));
    const mean = Array.from(data).reduce((sum, each) => sum + each, 0) / data.length;
    expect(Math.abs(mean - 1)).toBeLessThan(4 * Math.sqrt(rate / (1 - rate) / data.length));
  });

  it('do not follow their neighbours: pairs at every distance up to 8 drop together as often as by chance', () => {
    const { data } = dropoutFactors(key, [100_000], 0.5);
    for (let distance = 1; distance <= 8; distance++) {
      let both = 0;
      for (let i = 0; i + distance < data.length; i++) if (data[i] === 0 && data[i + distance] === 0) both++;
      expect(Math.abs(both / data.length - 0.25)).toBeLessThan(4 * Math.sqrt((0.25 * 0.75) / data.length));
    }
  });

  it('depend on the key alone, and more of them begin alike', () => {
    const { data } = dropoutFactors(key, [64], 0.5);
    expect(dropoutFactors(key, [8, 8], 0.5).data).toEqual(data);
    expect(dropoutFactors(key, [61], 0.5).data).toEqual(data.slice(0, 61));
    expect(dropoutFactors(foldIn(key, 1), [64], 0.5).data).not.toEqual(data);
  });

  it('are ones for a rate of 0', () => {
    expect(dropoutFactors(key, [5], 0).data).toEqual(new Float32Array(5).fill(1));
  });

  it.each([-0.1, 1, 0.999999, Number.NaN])('refuse a rate of %d', (rate) => {
    expect(() => dropoutFactors(key, [2], rate)).toThrow(
      `OPTIONS_INVALID: dropout rate: expected a share from 0 to below 1, found ${rate}`,
    );
  });
});
