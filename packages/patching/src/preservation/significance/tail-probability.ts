/**
 * Chances of a statistic at least as far out as the one seen: of the normal, chi-square and Student distributions, by the incomplete gamma and
 * beta functions. Relative accuracy about 1e-12, also far out in the tails, where one minus a distribution function has no digits left. Probabilities
 * under 1e-308 come out as 0.
 *
 * Source: Numerical Recipes, 3rd ed., 6.1, 6.2 and 6.4 (series, continued fractions by the method of Lentz); the coefficients of the gamma
 * function are those of Lanczos with g = 7 and 9 terms (Godfrey).
 */
import { invariant } from '@tessera/core';

/** Chance that a standard normal is at least as far from 0 as `z`, on either side. */
export function normalTail(z: number): number {
  return upperGamma(0.5, (z * z) / 2);
}

/** Chance that a chi-square variable is at least `x`. */
export function chiSquareTail(x: number, degreesOfFreedom: number): number {
  return upperGamma(degreesOfFreedom / 2, x / 2);
}

/** Chance that a Student variable is at least as far from 0 as `t`, on either side. */
export function studentTail(t: number, degreesOfFreedom: number): number {
  if (!Number.isFinite(t)) return 0;
  return lowerBeta(degreesOfFreedom / 2, 0.5, degreesOfFreedom / (degreesOfFreedom + t * t));
}

/** The size that a statistic reaches with chance `probability` in (0, 1], where `tail` falls from 1 at 0. */
export function sizeAtTail(tail: (size: number) => number, probability: number): number {
  let high = 1;
  while (tail(high) > probability && high < Number.MAX_VALUE) high *= 2;
  let low = 0;
  // 80 halvings: below the spacing of doubles.
  for (let halving = 0; halving < 80; halving++) {
    const middle = (low + high) / 2;
    if (tail(middle) > probability) low = middle;
    else high = middle;
  }
  return high;
}

const least = Number.MIN_VALUE / Number.EPSILON;
const mostTerms = 10_000;

/** Regularised upper incomplete gamma function Q(a, x). */
function upperGamma(a: number, x: number): number {
  if (x <= 0) return 1;
  if (x === Number.POSITIVE_INFINITY) return 0;
  const front = Math.exp(a * Math.log(x) - x - logGamma(a));
  if (x < a + 1) {
    let term = 1 / a;
    let sum = term;
    for (let k = 1; k < mostTerms && term > sum * Number.EPSILON; k++) {
      term *= x / (a + k);
      sum += term;
    }
    return 1 - sum * front;
  }
  let b = x + 1 - a;
  let c = 1 / least;
  let d = 1 / b;
  let value = d;
  for (let k = 1; k < mostTerms; k++) {
    const factor = -k * (k - a);
    b += 2;
    d = 1 / away(factor * d + b);
    c = away(b + factor / c);
    value *= c * d;
    if (Math.abs(c * d - 1) < Number.EPSILON) break;
  }
  return front * value;
}

/** Regularised lower incomplete beta function I_x(a, b). */
function lowerBeta(a: number, b: number, x: number): number {
  if (x <= 0) return 0;
  if (x >= 1) return 1;
  const front = Math.exp(logGamma(a + b) - logGamma(a) - logGamma(b) + a * Math.log(x) + b * Math.log1p(-x));
  if (x < (a + 1) / (a + b + 2)) return (front * betaFraction(a, b, x)) / a;
  return 1 - (front * betaFraction(b, a, 1 - x)) / b;
}

function betaFraction(a: number, b: number, x: number): number {
  let c = 1;
  let d = 1 / away(1 - ((a + b) * x) / (a + 1));
  let value = d;
  for (let k = 1; k < mostTerms; k++) {
    const even = (k * (b - k) * x) / ((a + 2 * k - 1) * (a + 2 * k));
    d = 1 / away(1 + even * d);
    c = away(1 + even / c);
    value *= d * c;
    const odd = (-(a + k) * (a + b + k) * x) / ((a + 2 * k) * (a + 2 * k + 1));
    d = 1 / away(1 + odd * d);
    c = away(1 + odd / c);
    value *= d * c;
    if (Math.abs(d * c - 1) < Number.EPSILON) break;
  }
  return value;
}

/** Keeps the fractions from dividing by zero. */
function away(value: number): number {
  return Math.abs(value) < least ? least : value;
}

const lanczos = [
  0.99999999999980993, 676.5203681218851, -1259.1392167224028, 771.32342877765313, -176.61502916214059,
  12.507343278686905, -0.13857109526572012, 9.9843695780195716e-6, 1.5056327351493116e-7,
] as const;

/** Logarithm of the gamma function for x >= 1/2. */
function logGamma(x: number): number {
  invariant(x >= 0.5, 'degrees of freedom are at least 1');
  const at = x - 1;
  let sum: number = lanczos[0];
  for (let k = 1; k < lanczos.length; k++) sum += lanczos[k] / (at + k);
  const base = at + 7.5;
  return 0.5 * Math.log(2 * Math.PI) + (at + 0.5) * Math.log(base) - base + Math.log(sum);
}
