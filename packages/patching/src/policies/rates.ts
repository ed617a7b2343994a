/** Rates of compression: the one promise about the number of patches that every policy keeps strictly. */
import { z } from 'zod';

/** Steps per patch that each level keeps at least on average, from fine to coarse. */
export const ratesOption = z
  .array(z.number().min(1).max(1e9))
  .min(1)
  .max(8)
  .readonly()
  .refine((rates) => rates.every((rate, i) => i === 0 || rate > rates[i - 1]), 'strictly increasing rates')
  .default([16]);

/** Fewest steps between two boundaries that were chosen by score. Default an eighth of the finest rate, at least 1. */
export const spacingOption = z.number().int().positive().max(1e9).optional();

export function defaultSpacing(rate: number): number {
  return Math.max(1, Math.floor(rate / 8));
}

/**
 * Most patches of a window: 0 for no steps, else max(1, floor(length / rate)). A causal policy does not know the length; it holds this
 * for the steps so far, at every step.
 */
export function mostPatches(length: number, rate: number): number {
  return length === 0 ? 0 : Math.max(1, Math.floor(length / rate));
}
