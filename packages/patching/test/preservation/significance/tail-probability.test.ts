import { describe, expect, it } from 'vitest';
import {
  chiSquareTail,
  normalTail,
  sizeAtTail,
  studentTail,
} from '../../../src/preservation/significance/tail-probability.js';

const near = (found: number, expected: number) => expect(Math.abs(found / expected - 1)).toBeLessThan(1e-9);

describe('tail probabilities', () => {
  it('are those of the tables for the normal, far out too', () => {
    near(normalTail(1.959963984540054), 0.05);
    near(normalTail(-1), 0.31731050786291415);
    near(normalTail(8), 1.2441921148543568e-15);
    near(normalTail(20), 5.507248237212467e-89);
    expect(normalTail(0)).toBe(1);
    expect(normalTail(Number.POSITIVE_INFINITY)).toBe(0);
  });

  it('are exponential for a chi-square of two degrees of freedom, and a sum of exponentials for four', () => {
    for (const x of [0.1, 1, 5, 30, 200]) {
      near(chiSquareTail(x, 2), Math.exp(-x / 2));
      near(chiSquareTail(x, 4), Math.exp(-x / 2) * (1 + x / 2));
      near(chiSquareTail(x, 1), normalTail(Math.sqrt(x)));
    }
    expect(chiSquareTail(0, 3)).toBe(1);
  });

  it('have closed forms for Student with one and two degrees of freedom, and the normal as limit', () => {
    for (const t of [0.3, 1, -2.5, 40]) {
      near(studentTail(t, 1), 1 - (2 / Math.PI) * Math.atan(Math.abs(t)));
      near(studentTail(t, 2), 1 - Math.abs(t) / Math.sqrt(2 + t * t));
    }
    near(studentTail(2.2281388519649385, 10), 0.05);
    expect(Math.abs(studentTail(2, 1e7) / normalTail(2) - 1)).toBeLessThan(1e-6);
    expect(studentTail(0, 5)).toBe(1);
    expect(studentTail(Number.POSITIVE_INFINITY, 5)).toBe(0);
  });

  it('are inverted', () => {
    near(sizeAtTail(normalTail, 0.05), 1.959963984540054);
    near(
      sizeAtTail((t) => studentTail(t, 10), 0.05),
      2.2281388519649385,
    );
    near(normalTail(sizeAtTail(normalTail, 1e-15)), 1e-15);
  });
});
