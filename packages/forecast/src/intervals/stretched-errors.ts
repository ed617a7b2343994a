/**
 * Past errors of a step ahead, or, where there are too few, those of a nearer step widened by the square root of the
 * ratio of steps, as errors of a random walk grow. Wide rather than wrong: errors of most forecasters grow more slowly.
 *
 * Source: Hyndman and Athanasopoulos, Forecasting: Principles and Practice, 3rd ed., table 5.2.
 */
import { type ErrorKind, errorsForLevel95, sortErrors } from './split-conformal.js';

/** The errors of one step ahead. */
export interface StepErrors {
  /** From `sortErrors`, at least one. */
  readonly sorted: Float64Array;
  /** What to multiply them by; 1 unless a nearer step stands in. */
  readonly stretch: number;
}

/**
 * The errors of the nearest step with enough of them, else of the one with the most. O(T log T) where `ahead` has enough.
 *
 * @param ahead how far ahead, at least `unit`
 * @param unit the nearest step; every tried step is a multiple of it before `ahead`
 * @param length steps of the history: no error is longer than it
 * @param errorsAt the errors of a step, possibly none; at least one for `unit`
 */
export function stretchedErrors(
  ahead: number,
  unit: number,
  length: number,
  errorsAt: (step: number) => Float64Array,
  kind: ErrorKind = 'symmetric',
): StepErrors {
  let best: Float64Array = new Float64Array(0);
  let bestStep = unit;
  const tooFar = Math.max(0, Math.ceil((ahead - length) / unit));
  for (let step = ahead - tooFar * unit; step >= unit; step -= unit) {
    const errors = errorsAt(step);
    if (errors.length <= best.length) continue;
    best = errors;
    bestStep = step;
    if (best.length >= errorsForLevel95) break;
  }
  return { sorted: sortErrors(best, kind), stretch: Math.sqrt(ahead / bestStep) };
}

/** Remembers the errors of the last step asked for: neighbouring steps often share them. */
export function rememberLast(errorsAt: (ahead: number) => StepErrors): (ahead: number) => StepErrors {
  let known: StepErrors | undefined;
  let knownAhead = 0;
  return (ahead) => {
    if (known === undefined || ahead !== knownAhead) {
      known = errorsAt(ahead);
      knownAhead = ahead;
    }
    return known;
  };
}
