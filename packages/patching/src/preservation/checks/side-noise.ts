/**
 * The noise of a change measured in the raw series: the sd around the fit of each side, and how much its autocorrelation widens
 * the error of a mean. Frozen here, and used on what survives.
 */
import type { Sides } from './change-contrast.js';

export interface SideNoise {
  /** Sd around the fits, in the unit of the channel. */
  readonly sd: number;
  /** Standard error of a mean of autocorrelated values over that of white ones, at least 1. */
  readonly inflation: number;
}

/** The longest memory that is believed: beyond it a side holds hardly any independent values. */
const greatestCorrelation = 0.97;

/** The noise on both sides of a change, around a line of each, or around its mean. O(steps). */
export function sideNoise(values: Float64Array, { from, at, to }: Sides, hasSlope: boolean): SideNoise {
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
  const memory = Math.min(greatestCorrelation, Math.max(0, correlation));
  const sd = Math.sqrt(squares / Math.max(1, count - used));
  return { sd, inflation: Math.sqrt((1 + memory) / (1 - memory)) };
}

/** Residuals of one side into `target`. @returns degrees of freedom that the fit took */
export function writeResiduals(
  values: Float64Array,
  start: number,
  end: number,
  hasSlope: boolean,
  target: Float64Array,
): number {
  let count = 0;
  let sum = 0;
  let steps = 0;
  for (let t = start; t < end; t++) {
    if (Number.isNaN(values[t])) continue;
    count += 1;
    sum += values[t];
    steps += t - start;
  }
  if (count === 0) return 0;
  const mean = sum / count;
  const centre = steps / count;
  let spread = 0;
  let moment = 0;
  for (let t = start; hasSlope && t < end; t++) {
    if (Number.isNaN(values[t])) continue;
    spread += (t - start - centre) ** 2;
    moment += (t - start - centre) * (values[t] - mean);
  }
  const slope = spread > 0 ? moment / spread : 0;
  for (let t = start; t < end; t++) {
    if (!Number.isNaN(values[t])) target[t - start] = values[t] - mean - slope * (t - start - centre);
  }
  return hasSlope ? 2 : 1;
}
