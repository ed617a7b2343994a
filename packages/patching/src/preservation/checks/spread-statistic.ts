/**
 * How much the variance of two stretches differs: the log of their ratio over its standard error, with the degrees of freedom that
 * are really there. The log of a chi-square of n degrees has the variance trigamma(n / 2), which is 2 / n only where n is large. Neighbours that repeat each other, as the steps of a pooled patch do, count as fewer.
 */

import { writeResiduals } from '../surviving/line-residuals.js';
import { isRemembering, type NoiseMemory, noMemory } from '../surviving/noise-memory.js';
import type { SurvivingSeries } from '../surviving/surviving-series.js';

/** A half-open stretch. */
export interface Stretch {
  readonly start: number;
  readonly end: number;
}

export interface Spread {
  /** Sum of the squared residuals around the line, over the degrees of freedom. */
  readonly variance: number;
  readonly freedom: number;
}

/** Steps from which the fit takes its two figures. */
const fitted = 2;

/**
 * Variance and degrees of freedom of stretches of a raw series or a reconstruction, each around its own line. Neighbours that repeat each
 * other count as fewer: the error of a variance of first-order autocorrelated values (Bartlett).
 *
 * @param memory of the noise; that of the stretches is taken where it is larger
 */
export function spreadOf(
  values: Float64Array,
  stretches: readonly Stretch[],
  memory: NoiseMemory = noMemory,
): Spread {
  const { variance, count, correlation } = momentsOf(values, stretches);
  const repeated = Math.max(isRemembering(memory) ? memory.lag1 ** 2 : 0, correlation ** 2);
  const independent = (count * (1 - repeated)) / (1 + repeated);
  return { variance, freedom: independent - fitted * stretches.length };
}

/** The same of what survives, with the figures that are known to survive, but no more than the raw series has independent ones. */
export function survivingSpread(
  surviving: SurvivingSeries,
  stretches: readonly Stretch[],
  raw: Spread,
  memory: NoiseMemory,
): Spread {
  const figures = stretches.reduce((sum, { start, end }) => sum + surviving.figures(start, end), 0);
  if (Number.isNaN(figures)) return spreadOf(surviving.values, stretches, memory);
  const { variance } = momentsOf(figuresOnly(surviving, stretches), stretches);
  return { variance, freedom: Math.min(figures - fitted * stretches.length, raw.freedom) };
}

/** The values, without those that are drawn between kept samples; only within the stretches. */
export function figuresOnly({ values, kept }: SurvivingSeries, stretches: readonly Stretch[]): Float64Array {
  if (kept === undefined) return values;
  const last = Math.max(...stretches.map(({ end }) => end));
  const own = values.slice(0, last);
  for (const { start, end } of stretches)
    for (let t = start; t < end; t++) if (kept[t] === 0) own[t] = Number.NaN;
  return own;
}

interface Moments {
  readonly variance: number;
  readonly count: number;
  readonly correlation: number;
}

function momentsOf(values: Float64Array, stretches: readonly Stretch[]): Moments {
  let squares = 0;
  let products = 0;
  let count = 0;
  let used = 0;
  for (const { start, end } of stretches) {
    const residuals = new Float64Array(end - start).fill(Number.NaN);
    used += writeResiduals(values, start, end, true, residuals);
    for (let i = 0; i < residuals.length; i++) {
      if (Number.isNaN(residuals[i])) continue;
      count += 1;
      squares += residuals[i] ** 2;
      if (i > 0 && !Number.isNaN(residuals[i - 1])) products += residuals[i] * residuals[i - 1];
    }
  }
  const correlation = squares > 0 ? Math.min(1, products / squares) : 0;
  return { variance: squares / Math.max(1, count - used), count, correlation };
}

/**
 * log(variance of `b` / variance of `a`) over its standard error; NaN where either has no degree of freedom, 0 where both are
 * without variance against `least`.
 */
export function spreadStatistic(a: Spread, b: Spread, least: number): number {
  if (!(a.freedom > 0 && b.freedom > 0)) return Number.NaN;
  if (a.variance <= least && b.variance <= least) return 0;
  const ratio = Math.max(b.variance, least) / Math.max(a.variance, least);
  return Math.log(ratio) / Math.sqrt(trigamma(a.freedom / 2) + trigamma(b.freedom / 2));
}

/** Recurrence up to 6, then the asymptotic series (Abramowitz and Stegun 6.4.6 and 6.4.12); 1e-9 relative. */
export function trigamma(x: number): number {
  let sum = 0;
  let at = x;
  for (; at < 6; at++) sum += 1 / (at * at);
  const inverse = 1 / at;
  const square = inverse * inverse;
  return (
    sum +
    inverse +
    square / 2 +
    inverse * square * (1 / 6 - square * (1 / 30 - square * (1 / 42 - square / 30)))
  );
}
