/** How parts become one number. Both ways are a ratio of sums; they differ in what the parts hold. */
import type { MetricPart } from './metric.js';

/** A part that could not be computed. */
export const noPart: MetricPart = Object.freeze({ sum: 0, weight: 0 });

/** The sum of all sums over the sum of all weights; NaN where no part has weight. */
export function ratioOfSums(parts: readonly MetricPart[]): number {
  let sum = 0;
  let weight = 0;
  for (const part of parts) {
    sum += part.sum;
    weight += part.weight;
  }
  return weight === 0 ? Number.NaN : sum / weight;
}
