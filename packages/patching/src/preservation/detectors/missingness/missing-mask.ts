/** Which steps of a channel are missing, and where observation breaks off. */
import { observedSteps } from '../observed-steps.js';

export interface Gap {
  readonly start: number;
  readonly end: number;
}

export interface MissingMask {
  /** Shape `[T]`: 1 where the value is missing. */
  readonly mask: Uint8Array;
  readonly missing: number;
  /** Runs of missing steps, in order. */
  readonly gaps: readonly Gap[];
}

/** O(T). @throws TesseraError NUMBER_INFINITE */
export function missingMask(channel: string, values: Float64Array): MissingMask {
  const { steps, missing } = observedSteps(channel, values);
  const mask = new Uint8Array(values.length).fill(1);
  for (const step of steps) mask[step] = 0;
  const gaps: Gap[] = [];
  let last = -1;
  for (const step of steps) {
    if (step > last + 1) gaps.push({ start: last + 1, end: step });
    last = step;
  }
  if (values.length > last + 1) gaps.push({ start: last + 1, end: values.length });
  return { mask, missing, gaps };
}

/**
 * Steps at which observation may break off: those after an observed one. Whether it does is, unlike missing steps themselves, one event for a gap
 * of any length, so long gaps do not count many times in a test.
 */
export function stepsAtRisk(mask: Uint8Array): Int32Array {
  const steps: number[] = [];
  for (let t = 1; t < mask.length; t++) if (mask[t - 1] === 0) steps.push(t);
  return Int32Array.from(steps);
}

/** Gaps that begin after an observed step: with fewer the tests of what they depend on are not to be trusted. */
export const leastOnsets = 10;
