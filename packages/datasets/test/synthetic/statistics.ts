/** Statistics and small reference computations that the tests of synthetic series share. */
import { createHash } from 'node:crypto';
import type { Span } from '../../src/synthetic/index.js';

export function mean(values: ArrayLike<number>): number {
  let sum = 0;
  for (let i = 0; i < values.length; i++) sum += values[i];
  return sum / values.length;
}

export function variance(values: ArrayLike<number>): number {
  const centre = mean(values);
  let sum = 0;
  for (let i = 0; i < values.length; i++) sum += (values[i] - centre) ** 2;
  return sum / values.length;
}

export function standardDeviation(values: ArrayLike<number>): number {
  return Math.sqrt(variance(values));
}

/** Correlation of the values with themselves `lag` steps later. */
export function autocorrelation(values: ArrayLike<number>, lag = 1): number {
  const centre = mean(values);
  let sum = 0;
  for (let i = 0; i + lag < values.length; i++) sum += (values[i] - centre) * (values[i + lag] - centre);
  return sum / values.length / variance(values);
}

export function correlation(a: Float64Array, b: Float64Array): number {
  const [centreA, centreB] = [mean(a), mean(b)];
  const products = a.map((value, i) => (value - centreA) * (b[i] - centreB));
  return mean(products) / (standardDeviation(a) * standardDeviation(b));
}

export function meanSquare(a: Float64Array, b: Float64Array): number {
  return mean(a.map((value, i) => (value - b[i]) ** 2));
}

/** The steps at which a condition holds, as maximal half-open spans. */
export function spansWhere(length: number, holds: (step: number) => boolean): Span[] {
  const spans: Span[] = [];
  for (let start = 0; start < length; start++) {
    if (!holds(start) || (start > 0 && holds(start - 1))) continue;
    let end = start;
    while (end < length && holds(end)) end += 1;
    spans.push({ start, end });
  }
  return spans;
}

/**
 * A digest of values to nine decimals: sine and logarithm may differ in their last bit between versions of the
 * JavaScript engine, and a digest of the bits would call that a change.
 */
export function digest(values: Float64Array): string {
  const rounded = Array.from(values, (value) => (Number.isNaN(value) ? 'missing' : value.toFixed(9)));
  return createHash('sha256').update(rounded.join(' ')).digest('hex').slice(0, 16);
}
