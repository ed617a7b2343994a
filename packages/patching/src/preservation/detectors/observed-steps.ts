/**
 * The observed values of a channel, end to end, with the steps that they come from. Detectors work on these, so that nothing has to
 * be invented where nothing was seen; the price is that a gap counts as no time at all.
 */
import { TesseraError } from '@tessera/core';

export interface ObservedSteps {
  /** Shape `[n]`; finite. */
  readonly values: Float64Array;
  /** Shape `[n]`; the step of each value in the channel, increasing. */
  readonly steps: Int32Array;
  /** Steps without a value. */
  readonly missing: number;
}

/**
 * The values that are not NaN. The given array is not changed.
 *
 * @throws TesseraError NUMBER_INFINITE
 */
export function observedSteps(channel: string, given: Float64Array): ObservedSteps {
  const values = new Float64Array(given.length);
  const steps = new Int32Array(given.length);
  let count = 0;
  for (let step = 0; step < given.length; step++) {
    const value = given[step];
    if (Number.isNaN(value)) continue;
    if (!Number.isFinite(value)) throw infinite(channel, step, value);
    values[count] = value;
    steps[count] = step;
    count += 1;
  }
  return {
    values: values.subarray(0, count),
    steps: steps.subarray(0, count),
    missing: given.length - count,
  };
}

function infinite(channel: string, step: number, value: number): TesseraError {
  return new TesseraError({
    code: 'NUMBER_INFINITE',
    argument: `channel "${channel}" at step ${step}`,
    expected: 'a finite number, or NaN where nothing was observed',
    found: String(value),
    wayOut: 'Replace it by the value meant, or by NaN to mark it missing',
  });
}
