/**
 * The noise of a change measured in the raw series: the sd around the fit of each side, and how much its autocorrelation widens
 * the error of a mean. Frozen here, and used on what survives.
 */
import { writeResiduals } from '../surviving/line-residuals.js';
import { firstOrderInflation, meanInflation, type NoiseMemory } from '../surviving/noise-memory.js';
import type { Sides } from './change-contrast.js';

export interface SideNoise {
  /** Sd around the fits, in the unit of the channel. */
  readonly sd: number;
  /** Degrees of freedom of the sd, at least 1. */
  readonly freedom: number;
  /** Standard error of a mean of autocorrelated values over that of white ones, at least 1. */
  readonly inflation: number;
}

/** The noise on both sides of a change, around a line of each, or around its mean. O(steps). @param memory of the whole channel */
export function sideNoise(
  values: Float64Array,
  { from, at, to }: Sides,
  hasSlope: boolean,
  memory: NoiseMemory,
): SideNoise {
  const residuals = new Float64Array(to - from).fill(Number.NaN);
  let used = 0;
  for (const [start, end] of [
    [from, at],
    [at, to],
  ]) {
    used += writeResiduals(values, start, end, hasSlope, residuals.subarray(start - from, end - from));
  }
  let squares = 0;
  let products = 0;
  let count = 0;
  let pairs = 0;
  for (let i = 0; i < residuals.length; i++) {
    if (Number.isNaN(residuals[i])) continue;
    squares += residuals[i] ** 2;
    count += 1;
    if (i === 0 || Number.isNaN(residuals[i - 1])) continue;
    products += residuals[i] * residuals[i - 1];
    pairs += 1;
  }
  const correlation = squares > 0 && pairs > 0 ? products / pairs / (squares / count) : 0;
  // A short side holds too little of the memory to show it, and its fit follows the noise: as many values go into that as its mean is worse by.
  const known = meanInflation(memory);
  const freedom = Math.max(1, count - used * known);
  return {
    sd: Math.sqrt(squares / freedom),
    freedom,
    inflation: Math.sqrt(Math.max(known, firstOrderInflation(correlation))),
  };
}
