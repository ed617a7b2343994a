import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ArithmeticRuns } from '../../src/io/series/arithmetic-runs.js';
import { NumberBlocks } from '../../src/io/series/number-blocks.js';

describe('ArithmeticRuns', () => {
  it('gives back what was pushed, patterned or not', () => {
    const runs = fc.array(
      fc.tuple(
        fc.double({ noNaN: true, noDefaultInfinity: true }),
        fc.integer({ min: -5, max: 5 }),
        fc.integer({ min: 1, max: 6 }),
      ),
      { maxLength: 8 },
    );
    fc.assert(
      fc.property(runs, (parts) => {
        const values = parts.flatMap(([first, step, length]) =>
          Array.from({ length }, (_, i) => first + i * step),
        );
        const kept = new ArithmeticRuns();
        for (const value of values) kept.push(value);
        expect(kept.length).toBe(values.length);
        expect([...kept.toArray()].map((value) => value + 0)).toEqual(values.map((value) => value + 0));
      }),
      { numRuns: 500 },
    );
  });
});

describe('ArithmeticRuns at the ends of the doubles', () => {
  it('gives back numbers whose step is infinite', () => {
    const kept = new ArithmeticRuns();
    for (const value of [-1.7e308, 1.7e308, -1.7e308]) kept.push(value);
    expect([...kept.toArray()]).toEqual([-1.7e308, 1.7e308, -1.7e308]);
  });
});

describe('NumberBlocks', () => {
  it('gives back every bit of what was pushed, across block borders, and is empty then', () => {
    const blocks = new NumberBlocks();
    const values = Float64Array.from({ length: 200_000 }, (_, i) =>
      i % 7 === 0 ? Number.NaN : i % 5 === 0 ? -0 : Math.sin(i),
    );
    for (const value of values) blocks.push(value);
    expect(blocks.length).toBe(values.length);
    expect(Buffer.from(blocks.drain().buffer).equals(Buffer.from(values.buffer))).toBe(true);
    expect(blocks.length).toBe(0);
    expect(blocks.drain()).toEqual(new Float64Array(0));
  });
});
