import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { conformalQuantiles } from '../../src/intervals/conformal-forecast.js';
import { normalQuantile } from '../../src/intervals/normal-quantile.js';
import {
  errorsForLevel95,
  isClamped,
  quantileOffset,
  sortErrors,
} from '../../src/intervals/split-conformal.js';
import { rememberLast, stretchedErrors } from '../../src/intervals/stretched-errors.js';

const nine = Float64Array.of(-9, 1, -2, 3, -4, 5, -6, 7, 8);

describe('split-conformal offsets', () => {
  it('take the rank of the finite-sample correction', () => {
    const sorted = sortErrors(nine, 'symmetric');
    expect([...sorted]).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9]);
    // Level 80 %: rank ceil(10 * 0.8) = 8; level 50 %: rank 5.
    expect(quantileOffset(sorted, 0.9, 'symmetric')).toBe(8);
    expect(quantileOffset(sorted, 0.1, 'symmetric')).toBe(-8);
    expect(quantileOffset(sorted, 0.75, 'symmetric')).toBe(5);
    expect(quantileOffset(sorted, 0.5, 'symmetric')).toBe(0);
  });

  it('keep the sign of the errors where asked to', () => {
    const sorted = sortErrors(nine, 'signed');
    expect([...sorted]).toEqual([-9, -6, -4, -2, 1, 3, 5, 7, 8]);
    expect([0.1, 0.2, 0.5, 0.8, 0.9].map((level) => quantileOffset(sorted, level, 'signed'))).toEqual([
      -9, -6, 1, 7, 8,
    ]);
  });

  it('clamp to the largest error, and say so', () => {
    const sorted = sortErrors(nine, 'symmetric');
    expect(quantileOffset(sorted, 0.975, 'symmetric')).toBe(9);
    expect(isClamped(9, 0.975, 'symmetric')).toBe(true);
    expect(isClamped(9, 0.95, 'symmetric')).toBe(false);
    expect(isClamped(errorsForLevel95, 0.975, 'symmetric')).toBe(false);
    expect(isClamped(errorsForLevel95 - 1, 0.975, 'symmetric')).toBe(true);
    expect(isClamped(9, 0.05, 'signed')).toBe(true);
    expect(isClamped(9, 0.1, 'signed')).toBe(false);
    expect(isClamped(9, 0.95, 'signed')).toBe(true);
  });

  it('leave the errors as they are', () => {
    sortErrors(nine, 'symmetric');
    expect(nine[0]).toBe(-9);
  });

  it('ascend with the level', () => {
    fc.assert(
      fc.property(
        fc.array(fc.double({ min: -5, max: 5, noNaN: true }), { minLength: 1, maxLength: 30 }),
        fc.constantFrom('symmetric' as const, 'signed' as const),
        (errors, kind) => {
          const sorted = sortErrors(Float64Array.from(errors), kind);
          const offsets = Array.from({ length: 99 }, (_, i) => quantileOffset(sorted, (i + 1) / 100, kind));
          expect(offsets).toEqual([...offsets].sort((a, b) => a - b));
        },
      ),
    );
  });

  it('hold the next of exchangeable errors at least as often as the level says', () => {
    // Each of n + 1 equally likely errors in turn is the next one: the coverage is counted, not sampled.
    for (const kind of ['symmetric', 'signed'] as const) {
      for (const n of [4, 9, 19, 25]) {
        const all = Array.from({ length: n + 1 }, (_, i) => (i % 2 === 0 ? 1 : -1) * (i + 1));
        for (const level of [50, 80, 90]) {
          const [low, high] = [(100 - level) / 200, (100 + level) / 200];
          if (isClamped(n, low, kind) || isClamped(n, high, kind)) continue;
          const covered = all.filter((next, i) => {
            const sorted = sortErrors(Float64Array.from(all.filter((_, j) => j !== i)), kind);
            return next >= quantileOffset(sorted, low, kind) && next <= quantileOffset(sorted, high, kind);
          }).length;
          expect(covered / (n + 1)).toBeGreaterThanOrEqual(level / 100 - 1e-12);
          expect(covered / (n + 1)).toBeLessThanOrEqual(level / 100 + 2 / (n + 1) + 1e-12);
        }
      }
    }
  });
});

describe('stretched errors', () => {
  it('come from the step itself where it has enough, else from the nearest that has', () => {
    const countAt: Readonly<Record<number, number>> = { 2: 30, 4: 19, 6: 5, 8: 0 };
    const at = (ahead: number) =>
      stretchedErrors(ahead, 2, 100, (step) => new Float64Array(countAt[step]).fill(step));
    expect(at(4)).toEqual({ sorted: new Float64Array(19).fill(4), stretch: 1 });
    expect(at(8)).toEqual({ sorted: new Float64Array(19).fill(4), stretch: Math.SQRT2 });
  });

  it('come from the step with the most where none has enough', () => {
    const at = stretchedErrors(3, 1, 100, (step) => new Float64Array([9, 3, 7, 1][step]));
    expect(at.sorted.length).toBe(7);
    expect(at.stretch).toBe(Math.sqrt(3 / 2));
  });

  it('do not try steps that are longer than the history', () => {
    const tried: number[] = [];
    stretchedErrors(1_000_000, 1, 5, (step) => {
      tried.push(step);
      return new Float64Array(1);
    });
    expect(tried[0]).toBe(5);
  });

  it('are computed once for neighbouring steps that share them', () => {
    let calls = 0;
    const remembered = rememberLast((ahead) => {
      calls += 1;
      return { sorted: Float64Array.of(ahead), stretch: 1 };
    });
    expect([7, 7, 7, 14].map((ahead) => remembered(ahead).sorted[0])).toEqual([7, 7, 7, 14]);
    expect(calls).toBe(2);
  });
});

describe('conformal quantiles', () => {
  it('are laid around the point, and counted where the errors are too few', () => {
    const notes: [string, number][] = [];
    const quantiles = conformalQuantiles({
      point: Float64Array.of(10, 20),
      errorsAt: (step) => ({ sorted: Float64Array.of(1, 2, 3, 4), stretch: step === 0 ? 1 : 2 }),
      quantileLevels: [0.05, 0.3, 0.5, 0.7, 0.95],
      note: (kind, count) => notes.push([kind, count]),
    });
    expect([...quantiles]).toEqual([6, 8, 10, 12, 14, 12, 16, 20, 24, 28]);
    expect(notes).toEqual([
      ['few-residuals', 2],
      ['residuals-stretched', 1],
    ]);
  });
});

describe('normal quantiles', () => {
  it.each([
    [0.5, 0],
    [0.9, 1.2815515655446004],
    [0.975, 1.959963984540054],
    [0.9999, 3.719016485455709],
    [1e-10, -6.361340902404056],
    [1e-100, -21.273453560968],
  ])('of %d is %d', (level, expected) => {
    expect(normalQuantile(level)).toBeCloseTo(expected, 9);
    if (level > 1e-5) expect(normalQuantile(1 - level)).toBeCloseTo(-expected, 9);
  });
});
