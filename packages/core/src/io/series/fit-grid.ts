/** Whether sorted times lie on one regular grid, and on which steps of it. Fills nothing and moves nothing. */
import { type Frequency, fixedStep, isOnGrid, stepsBetween } from '../../time/frequency.js';

export interface GridFit {
  /** Index of the first time that is not on the grid, or -1 where all are. */
  readonly offIndex: number;
  /** Steps from the first time to the last, both counted; 0 where a time is off the grid. */
  readonly length: number;
  /** Step of each time, shape `[times]`; undefined where there are no gaps, so that step and index are the same. */
  readonly steps: Float64Array | undefined;
}

/**
 * How `times` lie on the grid of `frequency` that begins at the first of them, in O(times).
 *
 * @param times strictly increasing UTC milliseconds, at least one
 */
export function fitGrid(times: Float64Array, frequency: Frequency): GridFit {
  const start = times[0];
  if (!isOnGrid(start, frequency)) return { offIndex: 0, length: 0, steps: undefined };
  const step = fixedStep(frequency);
  const stepOf = (time: number): number | undefined =>
    step === undefined ? stepsBetween(start, frequency, time) : wholeSteps(time - start, step);

  // Without gaps, which is the usual case, no list of steps is needed.
  let index = 0;
  while (index < times.length && stepOf(times[index]) === index) index += 1;
  if (index === times.length) return { offIndex: -1, length: times.length, steps: undefined };

  const steps = new Float64Array(times.length);
  for (let i = 0; i < times.length; i++) {
    const at = stepOf(times[i]);
    if (at === undefined) return { offIndex: i, length: 0, steps: undefined };
    steps[i] = at;
  }
  return { offIndex: -1, length: steps[times.length - 1] + 1, steps };
}

function wholeSteps(apart: number, step: number): number | undefined {
  const steps = apart / step;
  return Number.isInteger(steps) ? steps : undefined;
}
