/** Keys against the published vectors of Threefry, and draws against what their distributions promise. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { foldIn, RandomStream, randomKey, splitKey, threefry } from '../../src/random/key.js';

const allOnes = 0xffffffff;

function draws(count: number, draw: () => number): number[] {
  return Array.from({ length: count }, draw);
}

function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

/** Share of bits in which two words differ. */
function bitDistance(a: number, b: number): number {
  return ((a ^ b) >>> 0).toString(2).replaceAll('0', '').length / 32;
}

describe('threefry', () => {
  // Random123 1.14, tests/kat_vectors, threefry2x32 with 20 rounds.
  it.each([
    [0, 0, 0, 0, 0x6b200159, 0x99ba4efe],
    [allOnes, allOnes, allOnes, allOnes, 0x1cb996fc, 0xbb002be7],
    [0x13198a2e, 0x03707344, 0x243f6a88, 0x85a308d3, 0xc4923a9c, 0x483df7a0],
  ])('gives the published words for key %i %i, counter %i %i', (high, low, counterHigh, counterLow, a, b) => {
    expect(threefry({ high, low }, counterHigh, counterLow)).toEqual([a, b]);
  });

  it('flips half of the bits when one bit of key or counter is flipped', () => {
    const distances: number[] = [];
    for (let bit = 0; bit < 32; bit++) {
      const [a] = threefry({ high: 1, low: 2 }, 3, 4);
      distances.push(bitDistance(a, threefry({ high: 1 ^ (1 << bit), low: 2 }, 3, 4)[0]));
      distances.push(bitDistance(a, threefry({ high: 1, low: 2 }, 3, 4 ^ (1 << bit))[0]));
    }
    // 64 distances of 32 bits have a standard error of 0.5 / sqrt(2048) = 0.011.
    expect(Math.abs(mean(distances) - 0.5)).toBeLessThan(0.04);
  });
});

describe('keys', () => {
  it('hold the seed in two words', () => {
    expect(randomKey(0)).toEqual({ high: 0, low: 0 });
    expect(randomKey(2 ** 32 + 5)).toEqual({ high: 1, low: 5 });
    expect(randomKey(Number.MAX_SAFE_INTEGER)).toEqual({ high: 2 ** 21 - 1, low: 2 ** 32 - 1 });
  });

  it.each([-1, 0.5, 2 ** 53, Number.NaN, Number.POSITIVE_INFINITY])('refuse the seed %d', (seed) => {
    expect(() => randomKey(seed)).toThrowError(
      `OPTIONS_INVALID: seed: expected a whole number from 0 to 2^53 - 1, found ${seed}. Choose such a seed.`,
    );
  });

  // Values of a second implementation, in Python.
  it('have the same children on every machine', () => {
    expect(foldIn(randomKey(1), 0)).toEqual({ high: 3100458008, low: 1984273418 });
    expect(foldIn(randomKey(1), 7)).toEqual({ high: 1513821710, low: 800779591 });
  });

  it('have children that share nothing with each other or with the parent', () => {
    fc.assert(
      fc.property(fc.maxSafeNat(), (seed) => {
        const key = randomKey(seed);
        const children = [key, ...splitKey(key, 40), ...splitKey(foldIn(key, 3), 40)];
        expect(new Set(children.map(({ high, low }) => `${high} ${low}`)).size).toBe(81);
      }),
      { numRuns: 20 },
    );
  });

  it('split into the children by index', () => {
    const key = randomKey(9);
    expect(splitKey(key, 3)).toEqual([foldIn(key, 0), foldIn(key, 1), foldIn(key, 2)]);
    expect(splitKey(key, 0)).toEqual([]);
  });

  it('draw independently of their siblings', () => {
    const [left, right] = splitKey(randomKey(3), 2).map((key) => {
      const stream = new RandomStream(key);
      return draws(20_000, () => stream.normal());
    });
    // The correlation of independent normals has a standard error of 1 / sqrt(20000) = 0.007.
    expect(Math.abs(mean(left.map((value, i) => value * right[i])))).toBeLessThan(0.03);
  });

  it.each([-1, 0.5, 2 ** 32, Number.NaN])(
    'refuse the child %d, which would be that of another index',
    (index) => {
      expect(() => foldIn(randomKey(1), index)).toThrowError(
        `INDEX_INVALID: foldIn index: expected a whole number from 0 to 2^32 - 1, found ${index}. Number the children from 0, or fold in several smaller numbers one after another.`,
      );
    },
  );
});

describe('a random stream', () => {
  // Values of a second implementation, in Python.
  it('draws the same on every machine', () => {
    const stream = new RandomStream(randomKey(42));
    expect([stream.uniform(), stream.uniform()]).toEqual([0.42672756361231334, 0.015010071389100932]);
    expect(stream.normal()).toBeCloseTo(-0.1652405082310161, 14);
    expect(stream.integer(0, 1000)).toBe(687);
    expect(new RandomStream(randomKey(42)).shuffle([1, 2, 3, 4, 5, 6])).toEqual([5, 2, 4, 6, 1, 3]);
  });

  it('draws the same from the same key', () => {
    const [a, b] = [new RandomStream(randomKey(5)), new RandomStream(randomKey(5))];
    expect(draws(10, () => a.normal())).toEqual(draws(10, () => b.normal()));
  });

  it('has uniform draws with the moments and the spread of a uniform', () => {
    const stream = new RandomStream(randomKey(2024));
    const values = draws(100_000, () => stream.uniform());
    expect(values.every((value) => value >= 0 && value < 1)).toBe(true);
    // Standard errors: mean 0.289 / sqrt(n) = 0.0009; variance sqrt(1/180) / sqrt(n) = 0.0002.
    expect(Math.abs(mean(values) - 1 / 2)).toBeLessThan(0.004);
    expect(Math.abs(mean(values.map((value) => (value - 0.5) ** 2)) - 1 / 12)).toBeLessThan(0.001);
    const bins = new Array<number>(64).fill(0);
    for (const value of values) bins[Math.floor(value * 64)] += 1;
    const expected = values.length / 64;
    // Chi-square with 63 degrees of freedom: mean 63, standard deviation 11.2.
    expect(bins.reduce((sum, count) => sum + (count - expected) ** 2 / expected, 0)).toBeLessThan(108);
  });

  it('has normal draws with the moments and the tails of a normal', () => {
    const stream = new RandomStream(randomKey(2025));
    const values = draws(100_000, () => stream.normal());
    const moment = (power: number) => mean(values.map((value) => value ** power));
    // Four standard errors: sqrt(1, 2, 15, 96 / n).
    expect(Math.abs(moment(1))).toBeLessThan(0.013);
    expect(Math.abs(moment(2) - 1)).toBeLessThan(0.018);
    expect(Math.abs(moment(3))).toBeLessThan(0.05);
    expect(Math.abs(moment(4) - 3)).toBeLessThan(0.124);
    expect(Math.abs(mean(values.map((value) => (Math.abs(value) > 1.96 ? 1 : 0))) - 0.05)).toBeLessThan(
      0.003,
    );
    // One draw and the next come from one pair of uniforms and must not know each other.
    expect(Math.abs(mean(values.slice(1).map((value, i) => value * values[i])))).toBeLessThan(0.013);
  });

  it('draws whole numbers evenly from a half-open range', () => {
    const stream = new RandomStream(randomKey(6));
    const counts = new Map<number, number>();
    for (const value of draws(7000, () => stream.integer(-3, 4)))
      counts.set(value, (counts.get(value) ?? 0) + 1);
    expect([...counts.keys()].sort((a, b) => a - b)).toEqual([-3, -2, -1, 0, 1, 2, 3]);
    // Standard deviation of a count: sqrt(7000 * 6 / 49) = 29.
    for (const count of counts.values()) expect(Math.abs(count - 1000)).toBeLessThan(120);
  });

  it.each([
    [3, 3],
    [4, 3],
    [0, 1.5],
    [Number.NaN, 1],
  ])('refuses to draw from [%d, %d)', (from, to) => {
    expect(() => new RandomStream(randomKey(1)).integer(from, to)).toThrowError(
      `RANGE_INVALID: integer: expected whole numbers with from < to, found [${from}, ${to}). Draw from a range that holds a whole number.`,
    );
  });

  it('shuffles a copy, every order as likely as another', () => {
    const items = Object.freeze([undefined, 'b', 'c']);
    const stream = new RandomStream(randomKey(7));
    const orders = new Map<string, number>();
    for (let i = 0; i < 6000; i++) {
      const order = stream.shuffle(items).map(String).join();
      orders.set(order, (orders.get(order) ?? 0) + 1);
    }
    expect(orders.size).toBe(6);
    // Standard deviation of a count: sqrt(6000 * 5 / 36) = 29.
    for (const count of orders.values()) expect(Math.abs(count - 1000)).toBeLessThan(120);
    expect(items).toEqual([undefined, 'b', 'c']);
  });
});
