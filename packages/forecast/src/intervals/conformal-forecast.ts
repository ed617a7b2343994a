/** A point forecast and its past errors by step, made into quantiles; counts every level that the errors cannot carry. */
import type { TakeNote } from '../forecaster/fit-note.js';
import { type ErrorKind, isClamped, quantileOffset } from './split-conformal.js';
import type { StepErrors } from './stretched-errors.js';

/**
 * Quantiles of shape `[H, Q]`, ascending along Q. O(H Q)
 *
 * @param options.point shape `[H]`
 * @param options.errorsAt the errors of a step, counted from 0
 * @param options.kind default `symmetric`
 */
export function conformalQuantiles(options: {
  readonly point: Float64Array;
  readonly errorsAt: (step: number) => StepErrors;
  readonly quantileLevels: readonly number[];
  readonly kind?: ErrorKind;
  readonly note: TakeNote;
}): Float64Array {
  const { point, errorsAt, quantileLevels, kind = 'symmetric', note } = options;
  const depth = quantileLevels.length;
  const quantiles = new Float64Array(point.length * depth);
  let clampedSteps = 0;
  let stretchedSteps = 0;
  let fewest = Number.POSITIVE_INFINITY;
  for (let step = 0; step < point.length; step++) {
    const { sorted, stretch } = errorsAt(step);
    if (stretch !== 1) stretchedSteps += 1;
    fewest = Math.min(fewest, sorted.length);
    let clamped = false;
    for (let q = 0; q < depth; q++) {
      quantiles[step * depth + q] = point[step] + stretch * quantileOffset(sorted, quantileLevels[q], kind);
      clamped ||= isClamped(sorted.length, quantileLevels[q], kind);
    }
    if (clamped) clampedSteps += 1;
  }
  note(
    'few-residuals',
    clampedSteps,
    `${clampedSteps} of ${point.length} steps have as few as ${fewest} past errors: their outermost quantiles lie at the largest of them and may cover less than their level says.`,
  );
  note(
    'residuals-stretched',
    stretchedSteps,
    `${stretchedSteps} of ${point.length} steps have too few past errors of their own: those of a nearer step stand in, widened by the square root of the ratio of steps.`,
  );
  return quantiles;
}
